"""Addresses of the deals page: the same question with one thing changed."""

from urllib.parse import urlencode

from serving.inputs import DealQuery

LISTS = ("category", "merchant", "brand")


def _pairs(query: DealQuery) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in query.model_dump(exclude={"cursor", "limit"}, exclude_none=True, mode="json").items():
        if name in LISTS:
            pairs += [(name, each) for each in value]
        elif value is not False:
            pairs.append((name, "true" if value is True else str(value)))
    return pairs


def address(query: DealQuery, path: str = "/", **changes: str | None) -> str:
    """The question as an address, with parameters set, or dropped by None."""
    pairs = [(name, value) for name, value in _pairs(query) if name not in changes]
    pairs += [(name, value) for name, value in changes.items() if value is not None]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def without(query: DealQuery, name: str, value: str) -> str:
    """The question less one choice."""
    pairs = [pair for pair in _pairs(query) if pair != (name, value)]
    return f"/?{urlencode(pairs)}" if pairs else "/"


def choices(query: DealQuery) -> list[tuple[str, str]]:
    """The filters in force, as pairs of name and value."""
    return [(name, value) for name, value in _pairs(query) if name not in ("q", "sort")]
