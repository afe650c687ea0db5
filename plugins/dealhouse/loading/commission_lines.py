"""Lines of a network's commission report, mapped by the network's YAML (networks/) to affiliate transactions, each or its fault.

Reports come with words before their header, in several encodings and with any of four delimiters.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dealhouse.errors import BadInputError
from dealhouse.loading.commission_network import AMOUNTS, Amounts, Network, normalised
from dealhouse.loading.land_lines import RefusedLineError
from dealhouse.loading.table_file import FIELD_LIMIT

DELIMITERS = (",", ";", "\t", "|")
PREAMBLE = 30  # lines that may stand before the header
INSTANTS = ("clicked_at", "transacted_at", "updated_at")
PLAIN = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?\Z").match
RAGGED = "cells beyond the header"  # an unquoted delimiter has moved the line's values under other names
MARKS = re.compile(r"\s|[$€£¥]|[A-Z]{3}")


def read_lines(path: Path, network: Network) -> Iterator[dict[str, str]]:
    """Every line under its header, by normalised column names.

    Raises BadInputError for a file that cannot be read, or in whose first lines there is no header of the network.
    """
    csv.field_size_limit(FIELD_LIMIT)
    try:
        with path.open(encoding=_encoding(path), errors="backslashreplace", newline="") as file:
            plain = (line.replace("\x00", "\\x00") for line in file)
            first = list(islice(plain, PREAMBLE))
            delimiter, start = _header(first, network, path)
            rows = csv.reader(chain(first[start:], plain), delimiter=delimiter)
            names = [normalised(name) for name in next(rows)]
            for row in rows:
                if any(cell.strip() for cell in row):
                    ragged = {RAGGED: "\t".join(row)} if len(row) > len(names) else {}
                    yield dict(zip(names, row, strict=False)) | ragged
    except OSError as error:
        raise BadInputError(f"the report cannot be read: {error.strerror}", str(path)) from error
    except (csv.Error, UnicodeError) as error:
        raise BadInputError(f"no readable CSV: {error}", str(path)) from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _header(lines: Sequence[str], network: Network, path: Path) -> tuple[str, int]:
    """The delimiter, and which of the lines is the header."""
    fewest: list[str] | None = None
    for number, line in enumerate(lines):
        for delimiter in DELIMITERS:
            missing = network.lacking({normalised(name) for name in next(csv.reader([line], delimiter=delimiter), [])})
            if not missing:
                return delimiter, number
            if fewest is None or len(missing) < len(fewest):
                fewest = missing
    told = f"it lacks {', '.join(fewest)}" if fewest else "it is empty"
    raise BadInputError(f"no header of such a report: {told}", str(path))


class Report:
    """Reads the lines of a network's report; `last_at` is the newest instant that it met."""

    def __init__(self, name: str, network: Network, currency: str | None = None) -> None:
        self.name = name
        self.network = network
        self.currency = currency
        self.last_at: datetime | None = None
        self._zone = ZoneInfo(network.timezone)
        self._columns = {
            ours: _plain(theirs) for ours, theirs in network.columns.items() if ours not in (*AMOUNTS, "currency")
        }
        self._identity = [_plain(part) for part in network.identity]
        self._amounts = [
            Amounts(sale_amount=_plain(one.sale_amount), commission=_plain(one.commission), currency=_plain(one.currency),
                    always=one.always)
            for one in network.amounts
        ]

    def read(self, line: dict[str, str]) -> dict[str, Any]:
        """The transaction that a line is. Raises RefusedLineError; what is only missing, loading refuses."""
        if RAGGED in line:
            raise RefusedLineError("ragged_line")
        record: dict[str, Any] = {ours: _first(line, theirs) for ours, theirs in self._columns.items()}
        record["network"] = self.name
        for name in INSTANTS:
            record[name] = self._instant(record.get(name), name)
        record["updated_at"] = record["updated_at"] or record["transacted_at"]
        if record.get("transaction_id") is None:
            parts = [_first(line, part) for part in self._identity]
            record["transaction_id"] = ":".join(part for part in parts if part) if parts and all(parts) else None
        record["status"] = self._status(record.get("status"))
        record |= self._money(line)
        return record

    def _money(self, line: dict[str, str]) -> dict[str, str | None]:
        """Both amounts from one place, with the currency that is named there: those of two places may be in two currencies."""
        both = (one for one in self._amounts if _first(line, one.sale_amount) and _first(line, one.commission))
        told = next(both, self._amounts[0])
        named = {words.upper() for name in told.currency if (words := (line.get(name) or "").strip())}
        if len(named) > 1:
            raise RefusedLineError("mixed_currencies")
        return {
            "currency": told.always or next(iter(named), self.currency),
            **{name: _amount(_first(line, getattr(told, name)), name) for name in AMOUNTS},
        }

    def _status(self, told: str | None) -> str | None:
        if told is None or "status" not in self._columns:
            return self.network.status
        found = self.network.statuses.get(told.strip().lower())
        if found is None:
            raise RefusedLineError("unknown_status")
        return found

    def _instant(self, words: str | None, name: str) -> str | None:
        if not words:
            return None
        try:
            moment = self._parsed(words)
            at = (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise RefusedLineError(f"invalid_{name}") from error
        self.last_at = at if self.last_at is None or at > self.last_at else self.last_at
        return at.isoformat()

    def _parsed(self, words: str) -> datetime:
        for form in self.network.timestamp_formats:
            try:
                return datetime.strptime(words, form)  # noqa: DTZ007 (the caller gives it the report's zone)
            except ValueError:
                continue
        return datetime.fromisoformat(words)


def _plain(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(normalised(name) for name in names)


def _first(line: dict[str, str], names: Sequence[str]) -> str | None:
    """The first of these columns that says something."""
    return next((words for name in names if (words := (line.get(name) or "").strip())), None)


def _amount(words: str | None, name: str) -> str | None:
    """A signed amount: 1,234.50, €12.50, (3.20). `12,50` could be twelve and a half or twelve hundred: it is refused."""
    if words is None:
        return None
    plain = MARKS.sub("", words)
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    try:
        return f"{Decimal(plain.replace(',', '')):f}" if PLAIN(plain) else _refuse(name)
    except InvalidOperation:
        return _refuse(name)


def _refuse(name: str) -> str:
    raise RefusedLineError(f"invalid_{name}")
