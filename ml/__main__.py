"""python -m ml <capability> <verb> [--as-of KEY ...]: each capability's libraries load only when it is asked for."""

import importlib
import os
import sys

CAPABILITIES = ("matching", "categories", "deals", "recommendations", "demand", "pricing")


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in CAPABILITIES:
        print(f"usage: python -m ml {{{','.join(CAPABILITIES)}}} <verb> ...", file=sys.stderr)
        return 2
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    return int(importlib.import_module(f"ml.{argv[0]}.job").main(argv[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
