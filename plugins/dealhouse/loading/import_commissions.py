"""A network's commission report lands and loads like anything else: received = loaded + rejected, the same file again is no news.

What the report names besides our columns (an order's buyer, say) is left out before landing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from dealhouse.currencies import MINOR_UNITS
from dealhouse.errors import BadInputError
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.commission_lines import RefusedLineError, Report, normalised, read_lines, read_network
from dealhouse.loading.fields import SLUG
from dealhouse.loading.load import load_batch

SOURCE = "affiliate"
KIND = "affiliate_transactions"


@dataclass(frozen=True)
class CommissionsResult:
    """`received` lines = `loaded` transactions + `rejected`. noop: this very file was imported before."""

    network: str
    received: int
    loaded: int
    rejected: int
    noop: bool
    as_of: datetime


def import_commissions(
    path: Path, network: str, *, currency: str | None = None, as_of: datetime | None = None, store: Store | None = None
) -> CommissionsResult:
    """Import a report. currency: of amounts whose lines name none; as_of: when it is known, None = the first full hour after the
    last instant that it names.

    Raises BadInputError for an unknown network or currency, or a file that is no such report or names no instant.
    """
    if currency is not None and currency not in MINOR_UNITS:
        raise BadInputError(f"{currency} is no ISO 4217 currency", "--currency")
    name = Path(network).stem
    if not SLUG(name):
        raise BadInputError("a network is named in small letters, digits, - and _", network)
    report = Report(name, read_network(network), currency)
    kept = {normalised(one) for part in (*report.network.columns.values(), *report.network.identity) for one in part}
    rows = [_read(report, line, kept) for line in read_lines(path, report.network)]
    moment = as_of or _after(report.last_at, path)
    with BatchWriter(store or open_store(), source=SOURCE, merchant_id=name, kind=KIND, as_of=moment) as writer:
        for record, reason in rows:
            if reason is None:
                writer.record(record)
            else:
                writer.reject(reason, orjson.dumps(record).decode())
        result = load_batch(writer.close(), moment)
    return CommissionsResult(name, result.received, result.loaded, result.rejected, result.noop, moment)


def _read(report: Report, line: dict[str, str], kept: set[str]) -> tuple[dict[str, Any], str | None]:
    """(transaction, None), or (what we would have read of the line, why it is none)."""
    try:
        return report.read(line), None
    except RefusedLineError as refused:
        return {name: words for name, words in line.items() if name in kept}, str(refused)


def _after(last: datetime | None, path: Path) -> datetime:
    if last is None:
        raise BadInputError("not one line says when it happened", str(path))
    return last.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
