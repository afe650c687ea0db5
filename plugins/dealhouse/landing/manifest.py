"""The manifest of a batch: what its parts hold and what they hash to. Without it the batch does not exist."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

SCHEMA_VERSION = 1
PartKind = Literal["records", "rejects", "documents", "decisions"]


class Part(BaseModel):
    """One compressed NDJSON file; `sha256` is of the stored bytes, `first_row` the batch-wide number of its first row."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: PartKind
    rows: int
    first_row: int
    sha256: str


class Manifest(BaseModel):
    """`rows` = records + rejects = what was received. `fetched_at` is wall time; `as_of` is the fetching run's key.

    measured: what the fetch cost (requests, bytes, seconds, ...): no part of the batch's identity.
    revision: raised when a person was erased, `erased` of the rows being tombstones since; the batch_id stays.
    """

    model_config = ConfigDict(frozen=True)

    batch_id: str
    source: str
    merchant_id: str
    kind: str
    schema_version: int
    as_of: AwareDatetime
    fetched_at: AwareDatetime
    rows: int
    parts: tuple[Part, ...]
    crawl: dict[str, Any] | None
    measured: dict[str, Any] = {}
    revision: int = 1
    erased: int = 0

    def parts_of(self, kind: PartKind) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == kind)


def folder(source: str, merchant_id: str, as_of: datetime, batch_id: str) -> str:
    """The key under which a batch's files lie."""
    return f"landing/{source}/{merchant_id}/{as_of:%Y-%m-%d}/{batch_id}"
