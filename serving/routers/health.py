"""Is the process alive, can it answer, and how is it doing."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import Field
from starlette.responses import Response

from serving.problems import NotPublishedError, ServingError
from serving.routers.common import UNAVAILABLE, OpenSession
from serving.values import Answer

LOOK_S = 0.5
router = APIRouter(tags=["health"])


class Health(Answer):
    """Alive, or ready with the versions that are served."""

    status: Literal["alive", "ready"]
    versions: dict[str, int] = Field(default_factory=dict)
    data_as_of: datetime | None = None


@router.get("/health/live", response_model=Health, summary="The process runs")
async def live() -> Health:
    """Asks nobody else: when this fails, the process is to be started again."""
    return Health(status="alive")


@router.get("/health/ready", response_model=Health, responses=UNAVAILABLE, summary="The database answers and a release is live")
async def ready(session: OpenSession) -> Health:
    """When this fails, requests are better sent elsewhere; it mends itself with the database, or with the first release."""
    if not session.pointers:
        raise NotPublishedError("No release is live yet.", retry_after=30)
    versions = {dataset: pointer.version for dataset, pointer in sorted(session.pointers.items())}
    return Health(status="ready", versions=versions, data_as_of=max(pointer.as_of for pointer in session.pointers.values()))


@router.get("/metrics", response_class=Response, summary="Prometheus metrics", responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """What this worker counted. The live versions are looked up, so that a release that ages unasked for is seen to."""
    kept = request.app.state.metrics
    with suppress(ServingError, TimeoutError):
        async with asyncio.timeout(LOOK_S), request.app.state.database.session() as opened:
            kept.seen(opened.pointers)
    return Response(kept.exposition(), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)
