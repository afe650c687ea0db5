"""A document as a merchant serves it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Document:
    """Body, type and how many rows of offers it holds. `changed` is the bazaar's day of its last change; more `headers`."""

    body: bytes
    content_type: str
    changed: int
    records: int = 0
    broken: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'
