"""A table in somebody's Postgres that is pulled from: a YAML file, with the mapping of a kind and how to read what is new."""

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from dealhouse.errors import BadInputError, ConfigurationError
from dealhouse.loading.fields import SLUG
from dealhouse.loading.kind_mapping import KindMapping, kinds
from dealhouse.loading.writing import read_document
from dealhouse.settings import settings

Name = Annotated[str, StringConstraints(min_length=1)]


class Source(KindMapping):
    """connection: the environment variable that holds the database's URL. One of table (also schema.table) and query.

    key, watermark: columns of theirs; the watermark is when a row last changed. overlap_minutes: how far behind the newest row
    another may still appear or change: transactions commit late, clocks differ.
    """

    kind: str
    connection: Name
    table: Name | None = None
    query: Name | None = None
    key: Annotated[tuple[Name, ...], Field(min_length=1)]
    watermark: Name
    overlap_minutes: float = Field(60, ge=0, le=60 * 24 * 366, allow_inf_nan=False)

    @field_validator("kind")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in kinds():
            raise ValueError(f"no kind {value!r}; there are {', '.join(kinds())}")
        return value

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("name a table or a query, and not both")
        return self

    @property
    def url(self) -> str:
        """Where the database is. Raises ConfigurationError when the environment does not say."""
        url = os.environ.get(self.connection)
        if not url:
            raise ConfigurationError(f"{self.connection} is not set: it holds the URL of the database to pull from")
        return url


def read_source(path: Path) -> tuple[str, Source]:
    """A source and its name, the file's. Raises BadInputError naming the entry that is wrong."""
    if not SLUG(path.stem):
        raise BadInputError("a source's file is named in small letters, digits, - and _", str(path))
    return path.stem, read_document(path, Source)


def registered() -> list[Path]:
    """The sources of this deployment, in the order of their names."""
    return sorted(settings().sources_folder.glob("*.yml"))
