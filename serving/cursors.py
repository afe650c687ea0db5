"""Opaque cursors: where a page ended, in which versions, for which question."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.types import StringConstraints

from serving.inputs import storable
from serving.problems import Fault, InvalidRequestError

Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,10})?")
_RANK = re.compile(r"\d{1,18}")


class Cursor(BaseModel):
    """versions: dataset to version; question: fingerprint of the filters; after: the last row's sort key, outermost first.

    release_id and as_of are those of the first page: a walk tells the same data to its end.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    versions: dict[str, Annotated[int, Field(ge=0, lt=2**63)]] = Field(alias="v")
    release_id: Text = Field(alias="r")
    as_of: datetime = Field(alias="t")
    question: Text = Field(alias="q")
    after: list[Text] = Field(alias="a", min_length=1, max_length=2)
    words: Text | None = Field(None, alias="w")
    mode: Text = Field("exact", alias="m")

    def keyed(self) -> tuple[Decimal, int]:
        """`after` as a numeric sort key and a rank. Raises InvalidRequestError when it is not that."""
        if len(self.after) != 2 or not (_NUMBER.fullmatch(self.after[0]) and _RANK.fullmatch(self.after[1])):
            raise _broken()
        return Decimal(self.after[0]), int(self.after[1])


def fingerprint(question: Mapping[str, object]) -> str:
    """A short hash of what was asked: a cursor answers only the question that made it."""
    return hashlib.blake2b(json.dumps(question, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()


def encode(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(cursor.model_dump_json(by_alias=True, exclude_none=True).encode()).decode().rstrip("=")


def decode(text: str, question: str, datasets: set[str]) -> Cursor:
    """The cursor in `text`. Raises InvalidRequestError when it is broken, or belongs to another question or other datasets."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        cursor = Cursor.model_validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValidationError, binascii.Error, UnicodeError) as error:
        raise _broken() from error
    if set(cursor.versions) != datasets:
        raise _broken()
    if cursor.question != question:
        raise InvalidRequestError(
            "The cursor belongs to other filters.", Fault("query.cursor", "made by a request with other filters or another sort")
        )
    return cursor


def _broken() -> InvalidRequestError:
    return InvalidRequestError("The cursor is not one of ours.", Fault("query.cursor", "not a cursor of ours"))
