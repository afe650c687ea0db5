"""Any JSON, JSON lines or CSV listing through the merchant's declarative mapping (dealhouse.scraping.mapping)."""

import csv
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from dealhouse.errors import BadInputError
from dealhouse.scraping import mapping as mappings
from dealhouse.scraping.mapping import Mapping, Source
from dealhouse.scraping.offer import Context, Offer, Reject, make_offer, reject, unparseable
from dealhouse.scraping.parsers.jsonrows import decimal, instant, load, minor, payload
from dealhouse.scraping.stated import FROM, is_from

Row = Any  # an item of the listing, whatever the merchant says
Get = Callable[[Row, Row], Any]  # of an entry and the item that it belongs to

AMOUNTS = frozenset(("price", "reference_price", "shipping_cost"))
INSTANTS = frozenset(("sale_start", "sale_end", "source_updated_at"))
NUMBERS = frozenset(("rating", "review_count"))
OWN = frozenset((*AMOUNTS, *INSTANTS, *NUMBERS, "availability", "tax_included"))
MOST_PLACES = 6
_WORDS = {
    **dict.fromkeys(("in", "instock", "available", "lowstock", "limitedavailability", "true", "yes"), "in"),
    **dict.fromkeys(("out", "outofstock", "soldout", "unavailable", "discontinued", "false", "no"), "out"),
    "preorder": "preorder", "backorder": "backorder", "onbackorder": "backorder",
}


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    try:
        mapping = mappings.read(context.options.get("mapping"))
    except BadInputError as error:
        yield reject("invalid_mapping", "", str(error))
        return
    try:
        items = rows(document, mapping)
    except ValueError as error:
        yield unparseable(document, error)
        return
    read = _reader(mapping)
    for item in items:
        for entry in _entries(item, mapping):
            if not isinstance(entry, (dict, list)):
                yield reject("malformed_record", payload(entry))
                continue
            made = make_offer(context, read(entry, item), "")
            yield made.of(payload(entry)) if isinstance(made, Reject) else made


def rows(document: bytes, mapping: Mapping) -> list[Row]:
    """The listing's rows. Raises ValueError where the document is none."""
    if mapping.format == "csv":
        return _csv(document)
    if mapping.format == "jsonl":
        return [_line(line) for line in document.splitlines() if line.strip()]
    found = value_at(load(document), mapping.items)
    if not isinstance(found, list):
        raise ValueError(f"no list at {mapping.items!r}")
    return found


def _line(line: bytes) -> Row:
    """A line's value; one that has none is a row of its own that makes no offer."""
    try:
        return load(line)
    except ValueError:
        return line.decode("utf-8", "backslashreplace")


def _csv(document: bytes) -> list[Row]:
    text = document.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\x00", "")
    head = text.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    try:
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey=""))
    except csv.Error as error:
        raise ValueError(str(error)) from error


def value_at(value: Any, path: str) -> Any:  # noqa: ANN401
    """What a dotted path leads to: `price.value`, `images.0.url`; "" is the value itself, None where it leads nowhere."""
    for name in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value


def _entries(item: Row, mapping: Mapping) -> list[Row]:
    if mapping.variants is None:
        return [item]
    found = value_at(item, mapping.variants)
    return found if isinstance(found, list) and found else [item]


@lru_cache(maxsize=256)
def _reader_of(given: bytes) -> Callable[[Row, Row], dict[str, Any]]:
    mapping = Mapping.model_validate(orjson.loads(given))
    places = _places(mapping)
    gets = [(name, _get(source)) for name, source in mapping.fields.items()]

    def read(entry: Row, item: Row) -> dict[str, Any]:
        found = dict(mapping.constants)
        for name, get in gets:
            value = get(entry, item)
            if value is None:
                continue
            found[name] = _convert(name, value, mapping, places, entry) if name in OWN else _text(value)
        found.setdefault("reference_kind", "list" if found.get("reference_price") is not None else None)
        price = found.get("price")
        return {**found, **FROM} if isinstance(price, str) and is_from(price) else found

    return read


def _reader(mapping: Mapping) -> Callable[[Row, Row], dict[str, Any]]:
    return _reader_of(orjson.dumps(mapping.model_dump(), option=orjson.OPT_SORT_KEYS))


def _places(mapping: Mapping) -> Callable[[Row], int | None]:
    """How many decimals a row's whole numbers stand for."""
    given = mapping.minor_units
    if given is None or isinstance(given, int):
        return lambda _: given

    def told(row: Row) -> int | None:
        places = value_at(row, given)
        return places if isinstance(places, int) and 0 <= places <= MOST_PLACES else None

    return told


def _get(source: Source) -> Get:
    gets = [_path(name) for name in source.names()]
    only = gets[0]

    def one(entry: Row, item: Row) -> Any:  # noqa: ANN401
        value = only(entry, item)
        return None if value in (None, "", []) else value

    def first(entry: Row, item: Row) -> Any:  # noqa: ANN401
        return next((value for value in (get(entry, item) for get in gets) if value not in (None, "", [])), None)

    def filled(entry: Row, item: Row) -> Any:  # noqa: ANN401
        text = source.template or ""
        for name, get in zip(source.names(), gets, strict=True):
            value = get(entry, item)
            if value in (None, ""):
                return None
            text = text.replace(f"{{{name}}}", str(value))
        return text

    get = filled if source.template else one if len(gets) == 1 else first
    if not source.values:
        return get
    return lambda entry, item: _translated(get(entry, item), source.values)


def _translated(value: Any, values: dict[str, Any]) -> Any:  # noqa: ANN401
    return values.get(str(value).lower() if isinstance(value, bool) else str(value), value)


def _path(name: str) -> Get:
    """A path's getter: of the entry, or with `^` of the item around it. One name or two, the usual cases, need no walk."""
    if name.startswith("^"):
        return lambda _, item: value_at(item, name[1:])
    outer, _, inner = name.partition(".")
    if not outer or "." in inner or inner.isdecimal():
        return lambda entry, _: value_at(entry, name)
    if not inner:
        return lambda entry, _: entry.get(name) if entry.__class__ is dict else None

    def nested(entry: Row, _: Row) -> Any:  # noqa: ANN401
        value = entry.get(outer) if isinstance(entry, dict) else None
        return value.get(inner) if isinstance(value, dict) else None

    return nested


def _text(value: Any) -> Any:  # noqa: ANN401
    """A list's words are one text: `["Tools", "Saws"]` is "Tools > Saws"; objects are none."""
    if value.__class__ is str:
        return value
    if isinstance(value, list):
        return " > ".join(entry for entry in value if isinstance(entry, str)) or None
    return None if isinstance(value, (dict, bool)) else value


def _convert(name: str, value: Any, mapping: Mapping, places: Callable[[Row], int | None], row: Row) -> Any:  # noqa: ANN401
    if name in AMOUNTS:
        decimals = places(row)
        amount = decimal(value) if decimals is None else minor(value, decimals)
        return amount if name != "shipping_cost" or (isinstance(amount, Decimal) and amount >= 0) else None
    if name in INSTANTS:
        return instant(value)
    if name in NUMBERS:
        return _number(value, whole=name == "review_count")
    return (value if isinstance(value, bool) else None) if name == "tax_included" else _availability(value, mapping)


def _number(value: Any, *, whole: bool) -> float | int | None:  # noqa: ANN401
    number = decimal(value)
    if not isinstance(number, Decimal) or not 0 <= number < 10**9:
        return None
    return int(number) if whole else float(number)


def _availability(value: Any, mapping: Mapping) -> str:  # noqa: ANN401
    """By the mapping's words, else by the usual ones; a number is what is left in stock, and so is a truth."""
    word = str(value).lower() if isinstance(value, bool) else str(value)
    if word in mapping.availability:
        return mapping.availability[word]
    if isinstance(value, (bool, int, float)):
        return "in" if value > 0 else "out"
    bare = "".join(character for character in word.rpartition("/")[2].lower() if character.isalnum())
    left = decimal(word) if bare not in _WORDS else None
    if isinstance(left, Decimal):
        return "in" if left > 0 else "out"
    return _WORDS.get(bare, "unknown")
