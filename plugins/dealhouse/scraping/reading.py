"""One document's bytes, read by its format's parser into lines of a sink, and what is to be known of it afterwards."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson

from dealhouse.scraping import known
from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.tally import Yield

UNPARSEABLE = frozenset(("unparseable_document", "truncated_document", "malformed_markup"))
BREATH = 1000  # rows after which other merchants' answers get their turn
# the crawl's, or moved by shops for their whole catalogue at once: a row that differs in these alone did not change
UNTOLD = ("crawl_id", "source_updated_at")
Extract = Callable[[bytes, Context], Iterator[Offer | Reject]]


class Sink(Protocol):
    """What takes a crawl's lines: `write` a record (`R`) or reject (`X`), then `commit` the document, or `drop` it."""

    def document(self, url: str) -> dict[str, Any] | None:
        """A committed document; None when there is none of that name."""
        ...

    def write(self, kind: bytes, line: bytes) -> None: ...

    def commit(self, document: dict[str, Any]) -> None: ...

    def drop(self) -> None: ...


@dataclass
class Reading:
    """What a document held. digest: of its rows without what names the crawl; until: when its next sale begins or ends."""

    as_of: datetime
    found: Yield = field(default_factory=Yield)
    rows: int = 0
    bad_gtin: int = 0
    is_readable: bool = True
    until: datetime | None = None
    on_sale: int = 0
    sold_out: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def value(self) -> float:
        """What it would be worth to see this document change."""
        if self.on_sale:
            return known.ON_SALE
        return known.SOLD_OUT if self.sold_out and self.sold_out == self.found.offers else known.ORDINARY

    def offer(self, offer: Offer, sink: Sink) -> None:
        record = offer.as_record()
        try:
            told = orjson.dumps({name: value for name, value in record.items() if name not in UNTOLD}, default=str)
        except TypeError as error:  # what JSON cannot say
            self.reject(Reject("malformed_record", str(offer), str(error)), sink)
            return
        self.digest.update(told)
        rest = orjson.dumps({name: record[name] for name in UNTOLD if name in record})
        sink.write(b"R", told[:-1] + b"," + rest[1:])
        self.found.offer(record)
        self.bad_gtin += offer.bad_gtin
        self.on_sale += offer.reference_price is not None
        self.sold_out += offer.availability == "out"
        for edge in (offer.sale_start, offer.sale_end):
            if edge is not None and edge > self.as_of and (self.until is None or edge < self.until):
                self.until = edge

    def reject(self, reject: Reject, sink: Sink) -> None:
        told = {"reason": reject.reason, "payload": _sound(reject.payload), "detail": _sound(reject.detail)}
        line = orjson.dumps(told)
        self.digest.update(line)
        sink.write(b"X", line)
        self.found.reasons[reject.reason] += 1
        self.is_readable = self.is_readable and reject.reason not in UNPARSEABLE


async def read(extract: Extract, document: bytes, context: Context, sink: Sink) -> Reading:
    """Every row into the sink, uncommitted. Others get their turn meanwhile: who shares the sink must lock it."""
    reading = Reading(context.as_of)
    for found in extract(document, context):
        reading.rows += 1
        if isinstance(found, Reject):
            reading.reject(found, sink)
        else:
            reading.offer(found, sink)
        if reading.rows % BREATH == 0:
            await asyncio.sleep(0)
    return reading


def _sound(words: str) -> str:
    return words.encode("utf-8", "backslashreplace").decode()
