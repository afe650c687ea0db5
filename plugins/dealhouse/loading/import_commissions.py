"""A network's commission report lands and loads like anything else: received = loaded + rejected, the same file again is no news.

What the report names besides our columns (an order's buyer, say) is left out before landing.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dealhouse.currencies import MINOR_UNITS
from dealhouse.errors import BadInputError
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import Store, open_store
from dealhouse.loading.commission_lines import Report, read_lines
from dealhouse.loading.commission_network import read_network
from dealhouse.loading.fields import SLUG
from dealhouse.loading.land_lines import hour_after, judged, land_lines

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
    asked = report.network.asked()
    lines = read_lines(path, report.network)
    rows = list(judged(lines, report.read, lambda line: {name: line[name] for name in line if name in asked}))
    moment = as_of or hour_after(report.last_at, path)
    writer = BatchWriter(store or open_store(), source=SOURCE, merchant_id=name, kind=KIND, as_of=moment)
    result = land_lines(writer, rows, moment)
    return CommissionsResult(name, result.received, result.loaded, result.rejected, result.noop, moment)
