"""A shop of one's own: its exported orders imported, learnt from, published and served, in a home without the bazaar."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from stack.demo import run_and_report
from stack.platform import CannotStartError, bring_up, prepare, run
from stack.settings import StackSettings, environment

IMPORTED = (
    "{received:,} lines = {loaded:,} order lines + {rejected:,} rejected; "
    "{orders:,} orders, {customers:,} customers, {products:,} products"
)


def run_own_shop(settings: StackSettings, orders: Path, mapping: str, console: Console) -> None:
    """Import an export and run the pipeline for the end of its data. Raises CannotStartError, PipelineFailedError, RuntimeError.

    The same export again changes nothing; a longer one of the same shop adds what is new.
    """
    if not orders.is_file():
        raise CannotStartError(f"no export at {orders}")
    if settings.has_bazaar:
        raise CannotStartError(f"{settings.home} holds the demo's marketplace: set DEALHOUSE_HOME to a folder for your own shop")
    console.print(f"importing {orders}")
    env = environment(settings, prepare(replace(settings, bazaar_port=0)))  # nobody will listen there
    words = [sys.executable, "-m", "dealhouse.loading", "import-orders", str(orders.resolve()), "--mapping", _found(mapping)]
    imported = json.loads(run(words, env).splitlines()[-1])
    settings.keep_own_shop({name: imported[name] for name in ("as_of", "currency", "timezone")})
    console.print(IMPORTED.format(**imported))
    run_and_report(settings, bring_up(settings), console)


def _found(mapping: str) -> str:
    """A mapping's file as commands started elsewhere find it, too; the name of a shipped one as it is."""
    return str(Path(mapping).resolve()) if Path(mapping).is_file() else mapping
