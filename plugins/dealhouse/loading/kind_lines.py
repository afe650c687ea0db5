"""From a row of somebody's table to a record of one kind; where loading will refuse it, the line and the column are told."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from dealhouse.errors import BadInputError
from dealhouse.loading import cells, ids
from dealhouse.loading.fields import Refused
from dealhouse.loading.kind_mapping import Input, KindMapping, inputs_of
from dealhouse.loading.kinds import Kind
from dealhouse.loading.land_lines import Judged, Record, RefusedLineError
from dealhouse.loading.table_file import Row
from dealhouse.settings import settings

AMOUNTS = ("price", "cost", "amount", "decimal", "rate")
HAPPENED = ("event_at", "updated_at", "registered_at")  # the others may lie ahead
GTIN_LENGTH = 14

Convert = Callable[[Any], Any]
Fault = tuple[str, str]  # the reason as loading says it, our column ("" = the whole row)


@dataclass
class Faults:
    """How many rows were refused for a reason, and where the first of them stands."""

    first: str
    rows: int = 0


@dataclass
class KindLines:
    """Reads the rows of one table. named: our name → theirs; where: what the table is called in a reason.

    last_at: the newest instant at which something happened; faults: by reason.
    """

    kind: Kind
    mapping: KindMapping
    named: dict[str, str]
    where: str
    last_at: datetime | None = None
    faults: dict[str, Faults] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._inputs = [(one, self._convert(one)) for one in inputs_of(self.kind)]

    def judged(self, rows: Iterable[Row], *, strict: bool = False) -> Iterator[Judged]:
        """Every row as a record, those too that loading will refuse: they land whole, and can be mended.

        strict: the first row at fault raises BadInputError instead.
        """
        for row in rows:
            record, fault = self.read(row)
            if fault is not None:
                reason, name = fault
                where = f"{self.where}:{row.number}" + (f" column {self.named.get(name, name)}" if name else "")
                if strict:
                    raise BadInputError(reason.replace("_", " "), where)
                self.faults.setdefault(reason, Faults(where)).rows += 1
            yield Judged(record) if row.fault is None else Judged({}, row.fault, f"{self.where}:{row.number}")

    def read(self, row: Row) -> tuple[Record, Fault | None]:
        """The record that a row is, and its first fault. A value that cannot be read stays as it is written."""
        if row.fault is not None:
            return {}, (row.fault, "")
        record: Record = {}
        fault: Fault | None = None
        for one, convert in self._inputs:
            value = row.line.get(one.name)
            if value is None or value == "":
                value = self.mapping.constants.get(one.name)
            try:
                made = convert(value)
                if made is not None:
                    if one.parse is not None:
                        one.parse(made)
                elif one.is_required:
                    raise RefusedLineError("missing")
            except (RefusedLineError, Refused) as refused:
                made = cells.text(value)
                if fault is None and not one.is_lenient:
                    fault = (f"{refused}_{one.name}", one.name)
            if made is not None:
                record[one.name] = made
        return self._identified(record), fault

    def _identified(self, record: Record) -> Record:
        if self.kind.name != "shop_events":
            return record
        native = record.get("event_id") or "|".join(f"{name}={record[name]}" for name in sorted(record))
        return {**record, "event_id": _event_id(str(native))}

    def _convert(self, one: Input) -> Convert:
        read = self._reader(one.form if one.name != "event_id" else "text")
        words = self.mapping.words.get(one.name)
        if not words:
            return read
        return lambda value: read(words.get(cells.text(value) or "", value))

    def _reader(self, form: str) -> Convert:
        mapping = self.mapping
        if form in AMOUNTS:
            return partial(cells.amount, decimal_comma=mapping.decimal_comma)
        if form == "instant":
            read = lru_cache(maxsize=1 << 16)(self._instant)  # many rows share their second
            return lambda value: read(value) if value.__class__ is str else self._instant(value)
        if form == "day":
            zone = mapping.zone
            return lambda value: None if (found := cells.day(value, mapping.day_format, zone)) is None else found.isoformat()
        readers: dict[str, Convert] = {
            "integer": partial(cells.whole, decimal_comma=mapping.decimal_comma), "boolean": cells.flag, "gtin": _gtin,
            "share": partial(cells.number, decimal_comma=mapping.decimal_comma),
        }
        return readers.get(form, cells.text)

    def _instant(self, value: Any) -> str | None:  # noqa: ANN401
        found = cells.instant(value, self.mapping.timestamp_format, self.mapping.zone)
        return None if found is None else found.isoformat()

    def last_instant(self, rows: Iterable[Row]) -> datetime | None:
        """The newest instant at which something happened, of all rows that can be read."""
        times = [name for name in HAPPENED if name in self.named]
        for row in rows:
            for name in times:
                try:
                    found = cells.instant(row.line.get(name), self.mapping.timestamp_format, self.mapping.zone)
                except RefusedLineError:
                    continue
                if found is not None and (self.last_at is None or found > self.last_at):
                    self.last_at = found
        return self.last_at


def _gtin(value: Any) -> str | None:  # noqa: ANN401
    """Of 8, 12 or 13 digits, the same as 14."""
    words = cells.text(value)
    return words.zfill(GTIN_LENGTH) if words and words.isdigit() else words


def _event_id(native: str) -> str:
    """A UUID as it is; any other id as the UUID that stands for it in this shop."""
    try:
        return str(uuid.UUID(native))
    except ValueError:
        return ids.uuid5(f"event|{settings().shop_id}|{native}")
