"""`python -m dealhouse.loading import KIND FILE | pull SOURCE.yml`: a table of one kind from a file or a database."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dealhouse.as_of import format_as_of, parse_as_of
from dealhouse.loading.import_kind import import_kind
from dealhouse.loading.kind_mapping import SHIPPED, kinds, read_kind_mapping
from dealhouse.loading.pull import pull

VERBS = ("import", "pull")


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse does not name the type of its subparsers)
    """The verbs `import` and `pull` among those of loading."""
    one = verbs.add_parser("import", help="a table of one kind from CSV, Parquet or NDJSON (also .gz), local or s3://")
    one.add_argument("kind", help=", ".join(kinds()))
    one.add_argument("file", help="a path, or s3://bucket/key")
    shipped = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.yml")))
    one.add_argument("--mapping", help=f"a YAML file, or a shipped one: {shipped}; default: its columns have our names")
    one.add_argument("--as-of", help="when it is known; default: the first full hour after the last thing that it tells")
    one.add_argument("--strict", action="store_true", help="land nothing when one row is refused")
    source = verbs.add_parser("pull", help="what is new in a table of somebody's Postgres")
    source.add_argument("source", type=Path, help="the YAML file of the source")
    source.add_argument("--as-of", required=True, help="when it is known; later changes wait")
    source.add_argument("--full", action="store_true", help="everything again, whatever was pulled before")


def run(options: argparse.Namespace) -> dict[str, object]:
    """What the verb answers, as JSON says it."""
    if options.verb == "pull":
        pulled = pull(options.source, parse_as_of(options.as_of), full=options.full)
        return {"received": 0} if pulled is None else asdict(pulled)
    mapping = read_kind_mapping(options.mapping) if options.mapping else None
    as_of = parse_as_of(options.as_of) if options.as_of else None
    imported = import_kind(options.kind, options.file, mapping, as_of=as_of, strict=options.strict)
    return {**asdict(imported), "as_of": format_as_of(imported.as_of)}
