"""The one shape of every job: `python -m ml <capability> <verb>`, a JSON line at the end, exit codes.

Exit 0: done; 2: permanent, said on stderr in one line; 1: transient or a crash.
"""

import argparse
import json
import logging
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_serializer

from ml.core.as_of import format_as_of, parse_as_of
from ml.core.errors import MlError
from ml.core.warehouse_io import capability_lock

Train = Literal["auto", "always", "never"]


@dataclass(frozen=True)
class JobArgs:
    """What a `run` is asked: `train` auto = when due, always, never; `full`: from nothing, whatever an earlier run left."""

    as_of: datetime
    train: Train = "auto"
    full: bool = False


class Metric(BaseModel):
    """The model's figure beside its naive baseline's; None where it cannot be measured."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float | None
    naive: float | None
    higher_is_better: bool = True

    @field_serializer("value", "naive")
    def _finite(self, value: float | None) -> float | None:
        return round(value, 6) if value is not None and math.isfinite(value) else None


class JobResult(BaseModel):
    """What a `run` did: the last line of its stdout. idle: why a run that found nothing to do wrote nothing."""

    model_config = ConfigDict(frozen=True)

    capability: str
    as_of: datetime
    run_id: str
    model_version: str
    trained: bool
    promoted: bool
    rows_written: int
    metric: Metric
    idle: str | None = None

    @field_serializer("as_of")
    def _key(self, as_of: datetime) -> str:
        return format_as_of(as_of)


@dataclass(frozen=True)
class Verb:
    """A verb beside `run`: adds its arguments to a parser, prints its own JSON lines."""

    arguments: Callable[[argparse.ArgumentParser], None]
    act: Callable[[argparse.Namespace], Sequence[Mapping[str, Any]]]


def main(
    capability: str, run: Callable[[JobArgs], JobResult], argv: Sequence[str], verbs: Mapping[str, Verb] | None = None, *,
    rebuilds: bool = False,
) -> int:
    """Parse, act, print, and turn errors into exit codes. Under the capability's lock for `run`.

    rebuilds: `run` builds on what earlier runs left, and takes `--full`.
    """
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    args = _parser(capability, verbs or {}, rebuilds=rebuilds).parse_args(argv)
    try:
        lines = _act(capability, run, args, verbs or {})
    except MlError as error:
        print(f"{capability}: {type(error).__name__}: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
        return 1 if error.retryable else 2
    for line in lines:
        print(json.dumps(line))  # noqa: T201
    return 0


def _act(
    capability: str, run: Callable[[JobArgs], JobResult], args: argparse.Namespace, verbs: Mapping[str, Verb]
) -> Sequence[Mapping[str, Any]]:
    if args.verb in verbs:
        return verbs[args.verb].act(args)
    asked = JobArgs(parse_as_of(args.as_of), args.train, getattr(args, "full", False))
    with capability_lock(capability):
        return [run(asked).model_dump()]


def _parser(capability: str, verbs: Mapping[str, Verb], *, rebuilds: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m ml {capability}")
    commands = parser.add_subparsers(dest="verb", required=True)
    run = commands.add_parser("run", help="predict for an instant; train first when due")
    run.add_argument("--as-of", required=True, metavar="KEY", help="ISO instant, UTC: 2026-05-05T10:15:00")
    run.add_argument("--train", choices=("auto", "always", "never"), default="auto")
    if rebuilds:
        run.add_argument("--full", action="store_true", help="from nothing, whatever earlier runs left")
    for name, verb in verbs.items():
        verb.arguments(commands.add_parser(name))
    return parser


def existing_file(text: str) -> Path:
    """An argparse type: a file that is there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"no file {text}")
    return path
