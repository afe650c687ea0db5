"""The release that is told of, and the messages that are made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

DATASETS = ("deal", "product", "product_offer", "product_redirect", "search_doc")
POINTERS = text("select dataset, version, previous_version, release_id, as_of from publish.current where dataset = any(:names)")
Item = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """What is live: the versions of the datasets that are read, and those of deals before (None: there was none)."""

    release_id: str
    as_of: datetime
    versions: Mapping[str, int]
    previous: int | None

    @property
    def parameters(self) -> dict[str, Any]:
        return {**self.versions, "as_of": self.as_of, "previous": self.previous}


@dataclass(frozen=True)
class Message:
    """One thing to tell one person, on one occasion, whatever the channel. body: `items`, and a `note` of how many more."""

    customer_key: str
    kind: str
    subject_id: str
    occasion: str
    title: str
    body: Item


def live(connection: Connection) -> Release | None:
    """The live release; None before the first, and of one of former times that lacks what is read here."""
    rows = {row.dataset: row for row in connection.execute(POINTERS, {"names": list(DATASETS)})}
    if set(rows) != set(DATASETS):
        return None
    deal = rows["deal"]
    return Release(deal.release_id, deal.as_of, {name: row.version for name, row in rows.items()}, deal.previous_version)


def money(amount: Decimal | None, currency: str | None) -> dict[str, str] | None:
    """An amount as a decimal string with its currency; None when either half is missing."""
    return None if amount is None or currency is None else {"amount": f"{amount:.2f}", "currency": currency.strip()}


def said(amount: Decimal, currency: str) -> str:
    return f"{amount:.2f} {currency.strip()}"
