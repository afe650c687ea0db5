"""Answers that may be kept: the ETag names the dataset and its version, 304 when the client has it already."""

import hashlib
import re
from collections.abc import Mapping

import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from serving.db import Pointer

CATALOGUE = "public, max-age=60, stale-while-revalidate=300"
PERSONAL = "private, no-store"
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def etag(pointer: Pointer, body: bytes) -> str:
    """`"<dataset>-v<version>-<hash>"`; the hash covers live prices, which move between versions."""
    return f'"{pointer.dataset}-v{pointer.version}-{hashlib.blake2b(body, digest_size=8).hexdigest()}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether the client's If-None-Match names this tag (weak comparison, RFC 9110)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)


def written(answer: BaseModel | Mapping[str, object]) -> bytes:
    """An answer as JSON; a mapping holds JSON's own types, and instants."""
    return answer.model_dump_json().encode() if isinstance(answer, BaseModel) else orjson.dumps(answer, option=orjson.OPT_UTC_Z)


def catalogue(request: Request, answer: BaseModel | Mapping[str, object], pointer: Pointer) -> Response:
    """A public answer with its ETag, or 304 without a body."""
    body = written(answer)
    tag = etag(pointer, body)
    headers = {"ETag": tag, "Cache-Control": CATALOGUE, "X-Data-Version": str(pointer.version)}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def personal(answer: BaseModel | Mapping[str, object], pointer: Pointer) -> Response:
    """An answer for one shopper alone: never kept by anybody."""
    headers = {"Cache-Control": PERSONAL, "Vary": "Authorization", "X-Data-Version": str(pointer.version)}
    return Response(written(answer), headers=headers, media_type="application/json")
