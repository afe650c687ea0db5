"""`python -m expectations {raw --as-of KEY [--source SOURCE], release RELEASE_ID}`: findings that failed, then a verdict.

`accept BORDER SUITE`: what is usual of a table changed for good, its history begins anew.

Exit codes: 0 passed (warnings or not), 2 blocked or a release that cannot be looked at.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from expectations.errors import ExpectationsError
from expectations.gates import check_raw, check_release, session
from expectations.history import forget
from expectations.report import Report
from expectations.suites import RAW

REFUSED = 2


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m expectations", description="The two quality borders.")
    borders = top.add_subparsers(dest="border", required=True)
    raw = borders.add_parser("raw", help="what was loaded for a key")
    raw.add_argument("--as-of", required=True, type=_instant)
    raw.add_argument("--source", choices=sorted(RAW))
    borders.add_parser("release", help="what a flip would publish").add_argument("release_id")
    accepting = borders.add_parser("accept", help="begin a table's history anew")
    accepting.add_argument("of", choices=("raw", "publish"))
    accepting.add_argument("suite")
    return top


def _instant(key: str) -> datetime:
    """A partition key; without an offset it is UTC."""
    instant = datetime.fromisoformat(key)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def tell(report: Report) -> None:
    for level, lines in (("warn", report.warnings), ("BLOCK", report.failures)):
        for line in lines:
            print(f"{level}  {line}")
    verdict = "passed" if report.passed else "blocked"
    print(f"{verdict}: {report.checks} checks, {len(report.warnings)} warnings, {len(report.failures)} failures")


def _accept(url: str, border: str, suite: str) -> int:
    with session(url) as engine, engine.begin() as connection:
        forgotten = forget(connection, border, suite)
    print(f"forgot {forgotten} findings of {border} {suite}" if forgotten else f"nothing is known of {border} {suite}")
    return 0 if forgotten else REFUSED


def main(words: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(words)
    url = os.environ["DATABASE_URL"]
    try:
        if arguments.border == "accept":
            return _accept(url, arguments.of, arguments.suite)
        if arguments.border == "raw":
            report = check_raw(url, arguments.as_of, arguments.source)
        else:
            report = check_release(url, arguments.release_id)
    except ExpectationsError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return REFUSED
    tell(report)
    return 0 if report.passed else REFUSED


if __name__ == "__main__":
    sys.exit(main())
