"""What every router needs: a session, and how its answers are documented."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request

from serving.db import Session
from serving.problems import MEDIA_TYPE, Problem

_TITLES = {
    308: "The product was merged into another: see Location",
    400: "The body could not be read",
    401: "A valid token is needed",
    404: "Nothing is published under this id",
    410: "What was there is gone: the version of a cursor, or a deal that is over",
    413: "The body is too large",
    422: "The request is not valid",
    503: "The database is away, or nothing is published yet: see Retry-After",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI of the problems that a route may answer with, 422 and 503 among them always."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    documented: dict[int | str, dict[str, Any]] = {
        status: {"description": _TITLES[status], "content": {MEDIA_TYPE: schema}} for status in sorted({*statuses, 422, 503})
    }
    return documented


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has this already (If-None-Match)"}}
PROBLEM_SCHEMA = Problem.model_json_schema(ref_template="#/components/schemas/{model}")


async def session(request: Request) -> AsyncIterator[Session]:
    async with request.app.state.database.session() as opened:
        request.app.state.metrics.seen(opened.pointers)
        yield opened


# scope `function`: the connection goes back to the pool before the answer is sent
OpenSession = Annotated[Session, Depends(session, scope="function")]
