"""What every router needs: a session, and how its answers are documented."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request

from serving.db import Session
from serving.problems import MEDIA_TYPE

_TITLES = {
    308: "The product was merged into another: see Location",
    401: "A valid token is needed, or the service key is not one that we know",
    403: "The token or key does not open this",
    404: "Nothing is published under this id",
    410: "What was there is gone: the version of a cursor, or a deal that is over",
    409: "What is there already speaks against it",
    413: "The body is too large",
    422: "The request is not valid",
    429: "The caller's quota is used up: see Retry-After",
    503: "The database is away, or nothing is published yet: see Retry-After",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI of the problems that a route under /v1 may answer with; 401 (of a service key), 422, 429 and 503 always."""
    return {status: _problem(status) for status in sorted({*statuses, 401, 422, 429, 503})}


def _problem(status: int) -> dict[str, Any]:
    return {"description": _TITLES[status], "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


UNAVAILABLE: dict[int | str, dict[str, Any]] = {503: _problem(503)}
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has this already (If-None-Match)"}}


async def session(request: Request) -> AsyncIterator[Session]:
    async with request.app.state.database.session() as opened:
        request.app.state.metrics.seen(opened.pointers)
        request.state.pointers = opened.pointers
        yield opened


# scope `function`: the connection goes back to the pool before the answer is sent
OpenSession = Annotated[Session, Depends(session, scope="function")]
