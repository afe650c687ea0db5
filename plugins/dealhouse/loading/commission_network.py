"""How a network's commission report names and writes things: the YAML files of networks/, or one of one's own.

Column names are compared by their letters and digits alone (`Click Ref`, `clickRef` and `click_ref` are one).
"""

import re
from collections.abc import Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator, model_validator

from dealhouse.currencies import MINOR_UNITS
from dealhouse.errors import BadInputError

SHIPPED = Path(__file__).parent / "networks"
NEEDED = ("programme_id", "transacted_at")
AMOUNTS = ("sale_amount", "commission")
SAMPLE = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)

Status = Literal["pending", "approved", "declined"]
Column = Literal[
    "transaction_id", "programme_id", "programme_name", "sub_id", "sale_amount", "commission", "currency", "status",
    "clicked_at", "transacted_at", "updated_at",
]
Names = tuple[Annotated[str, StringConstraints(min_length=1)], ...]


class Amounts(BaseModel):
    """Columns of a line's two amounts and of the currency that both are in. always: that which the columns' own names say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sale_amount: Names
    commission: Names
    currency: Names = ()
    always: str | None = None

    @field_validator("always")
    @classmethod
    def _iso(cls, value: str | None) -> str | None:
        if value is not None and value not in MINOR_UNITS:
            raise ValueError(f"{value} is no ISO 4217 currency")
        return value


class Network(BaseModel):
    """How a network reports. columns: our name → its names, the first that says something counts. other_amounts: where the
    amounts stand in another currency; of a line those count that the first of all says both of. identity: columns that together
    tell a line where it has no id of its own. status: that of every line where the report says none. timezone: of times without
    an offset. statuses: the network's, in small letters → ours.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[Column, Names]
    other_amounts: tuple[Amounts, ...] = ()
    statuses: dict[str, Status] = {}
    identity: tuple[Names, ...] = ()
    status: Status | None = None
    timezone: str
    timestamp_formats: tuple[str, ...] = ()

    @field_validator("columns")
    @classmethod
    def _complete(cls, value: dict[Column, Names]) -> dict[Column, Names]:
        missing = [name for name in (*NEEDED, *AMOUNTS) if not value.get(name)]  # type: ignore[call-overload]
        if missing:
            raise ValueError(f"lacks {', '.join(missing)}")
        return value

    @field_validator("statuses")
    @classmethod
    def _small(cls, value: dict[str, Status]) -> dict[str, Status]:
        small: dict[str, Status] = {}
        for theirs, ours in value.items():
            if small.setdefault(theirs.strip().lower(), ours) != ours:
                raise ValueError(f"{theirs} has two meanings")
        return small

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value} is no time zone")
        return value

    @field_validator("timestamp_formats")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for form in value:
            try:
                datetime.strptime(SAMPLE.strftime(form), form)  # noqa: DTZ007 (only whether it can be read at all)
            except ValueError as error:
                raise ValueError(f"{form!r} is no format of strptime") from error
        return value

    @model_validator(mode="after")
    def _telling(self) -> Self:
        if "transaction_id" not in self.columns and not self.identity:
            raise ValueError("neither columns.transaction_id nor identity tells a line from another")
        if self.status is None and not ("status" in self.columns and self.statuses):
            raise ValueError("neither status nor columns.status with statuses says what became of a line")
        return self

    @property
    def amounts(self) -> tuple[Amounts, ...]:
        """Every place of the amounts, the one to look at first first."""
        columns = self.columns
        usual = Amounts(
            sale_amount=columns["sale_amount"], commission=columns["commission"], currency=columns.get("currency", ()),
        )
        return (usual, *self.other_amounts)

    def asked(self) -> set[str]:
        """Every column of a report that is looked at, normalised: no other lands."""
        places = (names for one in self.amounts for names in (one.sale_amount, one.commission, one.currency))
        return {normalised(name) for names in (*self.columns.values(), *self.identity, *places) for name in names}

    def lacking(self, names: Set[str]) -> list[str]:
        """What a header of these normalised names lacks to be one of this network's."""
        identified = self._has(names, self.columns.get("transaction_id", ())) or (
            bool(self.identity) and all(self._has(names, part) for part in self.identity))
        needed = [name for name, its in self.columns.items() if name in NEEDED and not self._has(names, its)]
        places = ([name for name in AMOUNTS if not self._has(names, getattr(one, name))] for one in self.amounts)
        return [*([] if identified else ["transaction_id"]), *needed, *min(places, key=len)]

    @staticmethod
    def _has(names: Set[str], wanted: Names) -> bool:
        return any(normalised(one) in names for one in wanted)


def normalised(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def shipped() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.yml"))


def read_network(name: str) -> Network:
    """The shipped network of that name, or that of a YAML file. Raises BadInputError naming the file and what in it is wrong."""
    path = SHIPPED / f"{name}.yml" if name in shipped() else Path(name)
    try:
        return Network.model_validate(yaml.safe_load(path.read_bytes()))
    except OSError as error:
        raise BadInputError(f"no such network; there are {', '.join(shipped())}, or a file's name", name) from error
    except yaml.YAMLError as error:
        raise BadInputError(f"no network: {error}", str(path)) from error
    except ValidationError as error:
        faults = (": ".join(filter(None, (".".join(map(str, one["loc"])), one["msg"]))) for one in error.errors())
        raise BadInputError(f"no network: {'; '.join(faults)}", str(path)) from error
