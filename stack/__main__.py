"""`python -m stack`: demo, day, status, run, down, clean; import-orders for a shop, migrate for an installation of one's own."""

import argparse
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import requests
from rich.console import Console

from stack.demo import clock, first_day, next_day
from stack.own_shop import run_own_shop
from stack.pipeline import PipelineFailedError
from stack.platform import CannotStartError, analysts_url, database_url, is_up, migrate_given, supervise_here, take_down
from stack.processes import processes
from stack.settings import SECRETS, StackSettings, environment


def status(settings: StackSettings, console: Console) -> int:
    """Print what runs; 0 when all of it is well."""
    if not is_up(settings):
        console.print("down (make demo starts it)")
        return 1
    ill = 0
    for process in processes(settings):
        if process.health is None:
            continue
        try:
            well = requests.get(process.health, timeout=5).ok
        except requests.RequestException:
            well = False
        ill += not well
        console.print(f"{process.name:<22} {'well' if well else 'NOT WELL'}  {process.health}")
    console.print(f"the current key is {clock(settings)}")
    console.print(f"analysts: {analysts_url(settings)}, password in {settings.home / SECRETS}")
    return 1 if ill else 0


def clean(settings: StackSettings) -> int:
    """Stop everything and forget all data of this home."""
    take_down(settings)
    shutil.rmtree(settings.home, ignore_errors=True)
    return 0


def down(settings: StackSettings, console: Console) -> int:
    strays = take_down(settings)
    console.print("down" + (f"; swept up {strays} stray process{'es' if strays > 1 else ''}" if strays else ""))
    return 0


def run_by_hand(settings: StackSettings, words: list[str]) -> int:
    """Run a command with the environment of this home's processes; its exit code."""
    if not is_up(settings):
        print(f"nothing runs in {settings.home} (make demo starts it)", file=sys.stderr)
        return 1
    command = words[1:] if words[:1] == ["--"] else words
    if not command:
        print("name the command to run", file=sys.stderr)
        return 2
    try:
        return subprocess.run(command, env=environment(settings, database_url(settings)), check=False).returncode
    except FileNotFoundError as error:
        print(f"no command {error.filename}", file=sys.stderr)
        return 127


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("demo", "day", "status", "down", "clean", "migrate", "supervise"):
        commands.add_parser(name)
    by_hand = commands.add_parser("run", help="a command by hand, with all that the platform's own processes are told")
    by_hand.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    orders = commands.add_parser(
        "import-orders", help="a shop's own order export through the whole pipeline, in a home of its own"
    )
    orders.add_argument("orders", type=Path, metavar="FILE", help="CSV or Parquet")
    orders.add_argument("--mapping", required=True, help="a YAML file, or the name of a shipped one (online_retail)")
    return parser


def main() -> int:
    """Run one command; errors that a person can mend are printed as they are."""
    options = _parser().parse_args()
    command, settings, console = options.command, StackSettings(), Console()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if command == "status":
        return status(settings, console)
    if command == "run":
        return run_by_hand(settings, options.words)
    if command == "down":
        return down(settings, console)
    if command == "clean":
        return clean(settings)
    try:
        {"demo": lambda: first_day(settings, console), "day": lambda: next_day(settings, console),
         "import-orders": lambda: run_own_shop(settings, options.orders, options.mapping, console),
         "migrate": lambda: migrate_given(settings), "supervise": lambda: supervise_here(settings)}[command]()
    except (CannotStartError, PipelineFailedError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
