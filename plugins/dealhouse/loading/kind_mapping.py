"""How somebody's table of one kind (payments, events, ...) names and writes things, and which of our columns it can fill."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from dealhouse.errors import BadInputError
from dealhouse.loading.fields import Parser
from dealhouse.loading.kinds import KINDS, Kind
from dealhouse.loading.writing import Writing, read_document

SHIPPED = Path(__file__).parent / "mappings" / "kinds"
PREFIX = "shop_"
# what loading computes → what it computes that from (None: from other columns)
DERIVED = {"customer_key": "native_customer_id", "email_hash": "email", "offer_id": None}


class KindMapping(Writing):
    """columns: our name → theirs; none at all: they have our names. constants: what holds for every row and none says.

    words: by column of ours, their words → ours. day_format: strptime's, of columns that are days; None = ISO 8601.
    """

    timezone: str = "UTC"
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str | int | float | bool] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    day_format: str | None = None


@dataclass(frozen=True)
class Input:
    """What a row may say: `form` is how it is read; `parse` judges what was read, None where that is always sound."""

    name: str
    form: str
    parse: Parser | None
    is_required: bool
    is_lenient: bool = False


def kind_named(name: str) -> Kind:
    """The kind of that name. Raises BadInputError listing those that there are."""
    kind = KINDS.get(PREFIX + name)
    if kind is None:
        raise BadInputError(f"no kind {name!r}; there are {', '.join(kinds())}", "kind")
    return kind


def kinds() -> list[str]:
    return sorted(name.removeprefix(PREFIX) for name in KINDS if name.startswith(PREFIX))


def inputs_of(kind: Kind) -> list[Input]:
    """What rows of a kind may say. An event without an id of its own gets one from what it says."""
    found = []
    for column in kind.columns:
        is_required = column.treatment == "required" and column.name != "event_id"
        if column.name not in DERIVED:
            parse = None if column.form in ("instant", "day") or column.name == "event_id" else column.parse
            found.append(Input(column.name, column.form, parse, is_required, column.treatment == "lenient"))
        elif (source := DERIVED[column.name]) is not None:
            found.append(Input(source, "text", None, is_required))
    return found


def read_kind_mapping(name: str) -> KindMapping:
    """The mapping of a file, or the shipped one of that name. Raises BadInputError naming the entry that is wrong."""
    return read_document(SHIPPED / f"{name}.yml" if name.isidentifier() else Path(name), KindMapping)


def named_columns(kind: Kind, mapping: KindMapping, there: set[str] | None, where: str) -> dict[str, str]:
    """Our name → theirs, of what the table tells. there: its columns, None = not known before its rows.

    Raises BadInputError for a name that is not ours, a column that is not there, or a needed one that nothing fills.
    """
    inputs = inputs_of(kind)
    ours = [one.name for one in inputs]
    unknown = sorted({*mapping.columns, *mapping.constants, *mapping.words} - set(ours))
    if unknown:
        raise BadInputError(f"{kind.name} has no {', '.join(unknown)}; it has {', '.join(sorted(ours))}", where)
    named = mapping.columns or {name: name for name in ours if there is None or name in there}
    missing = [f"{theirs} (for {name})" for name, theirs in named.items() if there is not None and theirs not in there]
    if missing:
        raise BadInputError(f"no column {', '.join(missing)}; there are {', '.join(sorted(there or ()))}", where)
    unsaid = [one.name for one in inputs if one.is_required and one.name not in {*named, *mapping.constants}]
    if unsaid:
        raise BadInputError(f"nothing says {', '.join(unsaid)}: map a column to it, or give a constant", where)
    return named
