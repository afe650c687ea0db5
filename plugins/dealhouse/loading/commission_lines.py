"""Lines of a network's commission report, mapped by the network's YAML (networks/) to affiliate transactions, each or its fault.

Reports come with words before their header, in several encodings and with any of four delimiters; column names are compared by
their letters and digits alone (`Click Ref`, `clickRef` and `click_ref` are one).
"""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from dealhouse.errors import BadInputError
from dealhouse.loading.orders_file import FIELD_LIMIT

SHIPPED = Path(__file__).parent / "networks"
DELIMITERS = (",", ";", "\t", "|")
PREAMBLE = 30  # lines that may stand before the header
NEEDED = ("programme_id", "sale_amount", "commission", "transacted_at")
AMOUNTS = ("sale_amount", "commission")
INSTANTS = ("clicked_at", "transacted_at", "updated_at")
PLAIN = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?\Z").match
RAGGED = "cells beyond the header"  # an unquoted delimiter has moved the line's values under other names
MARKS = re.compile(r"\s|[$€£¥]|[A-Z]{3}")

Status = Literal["pending", "approved", "declined"]
Names = list[Annotated[str, StringConstraints(min_length=1)]]


class RefusedLineError(ValueError):
    """A line that is no transaction: `args[0]` is the reason."""


class Network(BaseModel):
    """How a network reports. columns: our name → its names, the first that says something counts. identity: columns that together
    tell a line where it has no id of its own. status: that of every line where the report says none. timezone: of times without
    an offset.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, Names]
    statuses: dict[str, Status] = {}
    identity: list[Names] = []
    status: Status | None = None
    timezone: str
    timestamp_formats: list[str] = []


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.yml"))


def read_network(name: str) -> Network:
    """The shipped network of that name, or that of a YAML file. Raises BadInputError."""
    path = SHIPPED / f"{name}.yml" if name in shipped() else Path(name)
    try:
        return Network.model_validate(yaml.safe_load(path.read_bytes()))
    except OSError as error:
        raise BadInputError(f"no such network; there are {', '.join(shipped())}, or a file's name", name) from error
    except (yaml.YAMLError, ValidationError) as error:
        raise BadInputError(f"no network: {error}", str(path)) from error


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


def normalised(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _header(lines: Sequence[str], network: Network, path: Path) -> tuple[str, int]:
    """The delimiter, and which of the lines is the header."""
    fewest: list[str] | None = None
    for number, line in enumerate(lines):
        for delimiter in DELIMITERS:
            missing = _missing({normalised(name) for name in next(csv.reader([line], delimiter=delimiter), [])}, network)
            if not missing:
                return delimiter, number
            if fewest is None or len(missing) < len(fewest):
                fewest = missing
    told = f"it lacks {', '.join(fewest)}" if fewest else "it is empty"
    raise BadInputError(f"no header of such a report: {told}", str(path))


def _missing(names: set[str], network: Network) -> list[str]:
    columns = network.columns
    lacking = [name for name in NEEDED if not names & {normalised(one) for one in columns[name]}]
    told = any(normalised(one) in names for one in columns["transaction_id"])
    whole = bool(network.identity) and all(names & {normalised(one) for one in part} for part in network.identity)
    return lacking if told or whole else ["transaction_id", *lacking]


class Report:
    """Reads the lines of a network's report; `last_at` is the newest instant that it met."""

    def __init__(self, name: str, network: Network, currency: str | None = None) -> None:
        self.name = name
        self.network = network
        self.currency = currency
        self.last_at: datetime | None = None
        self._zone = ZoneInfo(network.timezone)
        self._columns = {ours: [normalised(one) for one in theirs] for ours, theirs in network.columns.items()}
        self._identity = [[normalised(one) for one in part] for part in network.identity]

    def read(self, line: dict[str, str]) -> dict[str, Any]:
        """The transaction that a line is. Raises RefusedLineError; what is only missing, loading refuses."""
        if RAGGED in line:
            raise RefusedLineError("ragged_line")
        record: dict[str, Any] = {ours: _first(line, theirs) for ours, theirs in self._columns.items()}
        record["network"] = self.name
        if record["transaction_id"] is None and self._identity:
            parts = [_first(line, part) for part in self._identity]
            record["transaction_id"] = ":".join(part for part in parts if part) if all(parts) else None
        record["status"] = self._status(record.get("status"))
        record["currency"] = (record.get("currency") or self.currency or "").upper() or None
        for name in AMOUNTS:
            record[name] = _amount(record[name], name)
        for name in INSTANTS:
            record[name] = self._instant(record.get(name), name)
        record["updated_at"] = record["updated_at"] or record["transacted_at"]
        return record

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
