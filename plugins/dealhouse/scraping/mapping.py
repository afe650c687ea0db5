"""A declarative mapping: how an API's or a file's rows become offers, written in the registry (option `mapping`) as YAML or JSON.

    path: /rest/v2/shop/products/search?pageSize=100&currentPage={page}
    items: products                       # where the list is; "" is the document itself
    variants: options                     # optional: an offer per entry; `^name` then is a field of the item
    fields: {native_product_id: code, title: [name, title], price: price.value, image_url: images.0.url,
             url: {template: "/p/{code}"}}
    constants: {currency: SAR}
    minor_units: 2                        # amounts are whole numbers of this many decimals; or a path to that number
    availability: {inStock: in, outOfStock: out}
    paging: {by: page, start: 0, total: pagination.totalPages}
    headers: {Authorization: "Bearer ${ACME_TOKEN}"}   # from the environment, never stored

A name alone is the name of a shipped mapping (scraping/mappings/NAME.yml).
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dealhouse.errors import BadInputError
from dealhouse.scraping.offer import Availability, Offer

SHIPPED = Path(__file__).parent / "mappings"
NOT_MAPPED = frozenset((
    "merchant_id", "source_kind", "crawl_id", "document_url", "bad_gtin", "extractor", "confidence", "flags", "country",
))
NAMES = frozenset(Offer.__dataclass_fields__) - NOT_MAPPED
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SECRET = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Strict):
    """Where a field comes from: the first of `paths` that says something, or a `template` of paths; `values` translates it."""

    paths: tuple[str, ...] = ()
    template: str | None = None
    values: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if isinstance(value, str):
            return {"paths": (value,)}
        return {"paths": tuple(value)} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.paths) == bool(self.template):
            raise ValueError("a field has either paths or a template")
        return self

    def names(self) -> tuple[str, ...]:
        return self.paths or tuple(_PLACEHOLDER.findall(self.template or ""))


class Paging(_Strict):
    """How the next document is found.

    page, offset: `{page}` or `{offset}` in the path, from `start` in steps of `size`, until one is empty or `total` (a path to
    the number of pages) is reached; next: `at` is the path of the next address; cursor: `at` that of the value of `{cursor}` in
    the path; link: the answer's Link header, rel="next".
    """

    by: Literal["page", "offset", "next", "cursor", "link"]
    start: int = 1
    size: int = Field(100, ge=1)
    total: str | None = None
    at: str | None = None
    most: int = Field(1000, ge=1, le=100_000)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if self.by in ("next", "cursor") and not self.at:
            raise ValueError(f"paging by {self.by} needs `at`: where the answer says it")
        return self


class Mapping(_Strict):
    """A mapping, checked."""

    path: str = "/"
    format: Literal["json", "jsonl", "csv"] = "json"
    items: str = ""
    variants: str | None = None
    fields: dict[str, Source]
    constants: dict[str, Any] = {}
    minor_units: int | str | None = None
    availability: dict[str, Availability] = {}
    paging: Paging | None = None
    headers: dict[str, str] = {}

    @field_validator("fields", "constants")
    @classmethod
    def _known(cls, value: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(value) - NAMES)
        if unknown:
            raise ValueError(f"no fields of an offer: {', '.join(unknown)}; there are {', '.join(sorted(NAMES))}")
        return value

    @field_validator("headers")
    @classmethod
    def _no_secrets(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if re.search(r"auth|key|token|secret|cookie", name, re.I) and not _SECRET.search(text):
                raise ValueError(f"{name} is a secret: write it as ${{NAME}}, a variable of the environment")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = [name for name in ("title", "price") if name not in self.fields]
        if missing:
            raise ValueError(f"fields lacks {', '.join(missing)}")
        if not {"native_product_id", "url"} & set(self.fields):
            raise ValueError("fields needs native_product_id or url: an offer is known by one of them")
        by = self.paging.by if self.paging else ""
        if by in ("page", "offset", "cursor") and f"{{{by}}}" not in self.path:
            raise ValueError(f"paging by {by} needs {{{by}}} in the path")
        return self


def read(given: object) -> Mapping:
    """The mapping of an option's value: an object, or a shipped mapping's name. Raises BadInputError naming what is wrong."""
    if isinstance(given, str):
        return shipped(given)
    if not isinstance(given, dict):
        raise BadInputError("platform `api` needs an option `mapping`: an object, or a shipped mapping's name", "mapping")
    try:
        return _checked(orjson.dumps(given, option=orjson.OPT_SORT_KEYS))
    except TypeError as error:
        raise BadInputError(f"no plain values: {error}", "mapping") from error


def read_file(path: Path) -> Mapping:
    """A mapping of a YAML file. Raises BadInputError."""
    try:
        given: Any = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError) as error:
        raise BadInputError(f"cannot be read: {error}", str(path)) from error
    if not isinstance(given, dict):
        raise BadInputError("a mapping is an object", str(path))
    return read(given)


@lru_cache(maxsize=1)
def shipped_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.yml")))


@lru_cache(maxsize=32)
def shipped(name: str) -> Mapping:
    """A mapping that comes with the platform. Raises BadInputError naming those that there are."""
    if name not in shipped_names():
        raise BadInputError(f"no mapping {name!r}; there are {', '.join(shipped_names())}", "mapping")
    return read_file(SHIPPED / f"{name}.yml")


@lru_cache(maxsize=256)
def _checked(given: bytes) -> Mapping:
    try:
        return Mapping.model_validate(orjson.loads(given))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'mapping'}: {fault['msg']}" for fault in error.errors()[:5])
        raise BadInputError(faults, "mapping") from error
