"""Feeds that are tables: comma, tab, semicolon or pipe between the columns, names in the first line.

A row that is not of the table's width is a reject with the row; a quote that is never closed costs its own line and no other.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from dealhouse.scraping.offer import Context, Offer, Reject, reject, unparseable
from dealhouse.scraping.parsers import feed_item
from dealhouse.scraping.parsers.feed_item import Item
from dealhouse.scraping.parsers.feed_text import Decode
from dealhouse.scraping.parsers.feed_xml import SEVERAL

LINE_LIMIT = 1 << 20  # bytes
RECORD_LINES = 500  # a quoted text of more lines is a quote that was never closed
DELIMITERS = "\t,;|"
_SUB = re.compile(r"([^()]{1,60})\(([^()]{1,200})\)\s*\Z")
Quoting = Literal[0, 3]
QUOTINGS: tuple[Quoting, Quoting] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
csv.field_size_limit(LINE_LIMIT)


@dataclass(frozen=True)
class Layout:
    """names: a column's name to the item's name, the preferred first where several columns give one; of SEVERAL all count.

    Columns are matched without case, spaces and marks. required: item names of which a header has one at least. width: with it
    the table has no header and its columns are `names` in their order; a row may be longer. refuse: why a row is no offer.
    """

    names: dict[str, str]
    required: tuple[str, ...] = ("title",)
    delimiters: str = DELIMITERS
    is_quoted: bool = True
    width: int = 0
    refuse: Callable[[list[str]], str] | None = None
    squeezed: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.squeezed.update({squeeze(name): item for name, item in self.names.items()})


@lru_cache(maxsize=4096)
def squeeze(name: str) -> str:
    """`g:image_link`, `Image Link` and `IMAGE-LINK` are `imagelink`."""
    return re.sub(r"[^a-z0-9]+", "", name.strip().lower().removeprefix("g:"))


def _named(column: str) -> str:
    """`shipping(country:price)` is the column `shipping`."""
    found = _SUB.match(column[:300])
    return found[1] if found else column


def lines(body: bytes) -> Iterator[bytes]:
    """The lines that are not blank."""
    return (line for line in io.BytesIO(body) if not line.isspace())


def extract(body: bytes, decode: Decode, layout: Layout, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a table. Of rows with one id the last counts; a document without a header of the layout is unparseable."""
    table = Table(body, decode, layout)
    if table.fault:
        yield unparseable(body, table.fault)
        return
    yield from feed_item.offers(table.items, table.ids(), context)
    if table.is_cut:
        yield reject("truncated_document", body[-500:].decode("utf-8", "backslashreplace"), "the last row does not end")


class Table:
    """A table's rows as items. `fault`: why it is no table of this layout; `is_cut`: its last line is no whole row."""

    def __init__(self, body: bytes, decode: Decode, layout: Layout) -> None:
        self.body = body if b"\n" in body[:LINE_LIMIT] else body.replace(b"\r", b"\n")
        self.decode = decode
        self.layout = layout
        self.is_cut = False
        self.fault = ""
        first = next(lines(self.body), b"")
        head = decode(first[:LINE_LIMIT]).replace("\x00", "").strip("\r\n")
        self.delimiter = max(layout.delimiters, key=head.count)
        self.columns: list[str] = list(layout.names) if layout.width else self._header(head)
        self.width = layout.width or len(self.columns)
        self.plan = self._plan()
        if not layout.width and not {name for name, _ in self.plan} & set(layout.required):
            self.fault = f"no columns of this format: {head[:200]!r}"

    def _header(self, head: str) -> list[str]:
        return next(_parsed(head, self.delimiter, csv.QUOTE_MINIMAL), []) if len(head) < LINE_LIMIT else []

    def _plan(self) -> list[tuple[str, list[int]]]:
        """(the item's name, its columns, the preferred first)."""
        at: dict[str, int] = {}
        for place, column in enumerate(self.columns):
            at.setdefault(squeeze(_named(column)), place)
        plan: dict[str, list[int]] = {}
        for squeezed, name in self.layout.squeezed.items():
            if squeezed in at:
                plan.setdefault(name, []).append(at[squeezed])
        return list(plan.items())

    def items(self) -> Iterator[tuple[Item | Reject, str]]:
        """(the item or a reject, the row as it came)."""
        single = [(name, places[0]) for name, places in self.plan if len(places) == 1]
        several = [(name, places) for name, places in self.plan if len(places) > 1]
        reorder = self._shipping_order()
        for row, text in self.rows():
            if isinstance(row, Reject):
                yield row, ""
                continue
            if self.layout.refuse is not None and (why := self.layout.refuse(row)):
                yield reject(why, text), ""
                continue
            item: dict[str, str] = {name: row[place] for name, place in single if row[place]}
            for name, places in several:
                values = [row[place] for place in places if row[place].strip()]
                if values:
                    item[name] = ",".join(values) if name in SEVERAL else values[0]
            if reorder and "shipping" in item:
                parts = [dict(zip(reorder, each.split(":"), strict=False)) for each in item["shipping"].split(",")]
                item["shipping"] = ",".join(f"{part.get('country', '')}:::{part.get('price', '')}" for part in parts)
            yield item, text

    def ids(self) -> Iterator[str]:
        places = next((places for name, places in self.plan if name == "id"), [])
        for row, _ in self.rows():
            yield next((row[place].strip() for place in places if row[place]), "") if not isinstance(row, Reject) else ""

    def _shipping_order(self) -> list[str]:
        """`shipping(country:price)`: which sub-fields a column's values have, in their order."""
        named = (_SUB.match(column[:300]) for column in self.columns)
        stated = (match[2] for match in named if match and squeeze(match[1]) == "shipping")
        return next((order.replace(" ", "").lower().split(":") for order in stated), [])

    def rows(self) -> Iterator[tuple[list[str] | Reject, str]]:
        source = _Lines(lines(self.body), self.decode)
        if not self.layout.width:
            next(source, None)
        source.taken.clear()
        quoting: Quoting = csv.QUOTE_MINIMAL if self.layout.is_quoted else csv.QUOTE_NONE
        reader = csv.reader(source, delimiter=self.delimiter, quoting=quoting)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                break
            except (csv.Error, _RunawayError):
                row = []
            taken = source.taken[:]
            source.taken.clear()
            row = self._fitted(row)
            if self._fits(row) and len(taken) > 0:
                yield row, taken[0] if len(taken) == 1 else "".join(taken)
            else:
                yield from self._one_by_one(taken)
        self.is_cut = self.is_cut and not self.body.endswith((b"\n", b"\r"))

    def _one_by_one(self, lines: Sequence[str]) -> Iterator[tuple[list[str] | Reject, str]]:
        """Lines that make no row together, each by itself, at last without quotes meaning anything."""
        self.is_cut = False
        for line in lines:
            text = line.rstrip("\r\n")
            row: list[str] = []
            wide_enough = text.count(self.delimiter) + 1 >= self.width
            for quoting in QUOTINGS[not self.layout.is_quoted :] if wide_enough else ():
                row = self._fitted(next(iter(_parsed(text, self.delimiter, quoting)), []))
                if self._fits(row):
                    yield row, line
                    break
            else:
                self.is_cut = True
                reason = "overlong_record" if len(line) >= LINE_LIMIT else "malformed_record"
                yield reject(reason, text, f"not the {self.width} columns that there are"), line

    def _fits(self, row: list[str]) -> bool:
        return len(row) >= self.width if self.layout.width else len(row) == self.width

    def _fitted(self, row: list[str]) -> list[str]:
        """Without empty columns after the last: some writers end each row with a delimiter."""
        if len(row) > self.width and not self.layout.width and not any(row[self.width :]):
            return row[: self.width]
        return row


def _parsed(text: str, delimiter: str, quoting: Quoting) -> Iterator[list[str]]:
    try:
        yield from csv.reader([text], delimiter=delimiter, quoting=quoting)
    except csv.Error:
        return


class _RunawayError(Exception):
    """A row that takes line after line."""


class _Lines:
    """Decoded lines for a csv reader; `taken` are those that it took since they were last cleared."""

    def __init__(self, lines: Iterator[bytes], decode: Decode) -> None:
        self.lines = lines
        self.decode = decode
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= RECORD_LINES:
            raise _RunawayError
        line = next(self.lines)
        text = self.decode(line) if len(line) < LINE_LIMIT else self.decode(line[:LINE_LIMIT])
        if "\x00" in text:
            text = text.replace("\x00", "")
        self.taken.append(text)
        return text
