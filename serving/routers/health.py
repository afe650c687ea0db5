"""Is the process alive, can it answer, and how is it doing."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import Field
from starlette.responses import Response

from serving.problems import NotPublishedError
from serving.routers.common import OpenSession, problems
from serving.values import Answer

router = APIRouter(tags=["health"])


class Health(Answer):
    """Alive, or ready with the versions that are served."""

    status: Literal["alive", "ready"]
    versions: dict[str, int] = Field(default_factory=dict)
    data_as_of: datetime | None = None


@router.get("/health/live", response_model=Health, summary="The process runs")
async def live() -> Health:
    return Health(status="alive")


@router.get("/health/ready", response_model=Health, responses=problems(), summary="The database answers and a release is live")
async def ready(session: OpenSession) -> Health:
    if not session.pointers:
        raise NotPublishedError("No release is live yet.", retry_after=30)
    versions = {dataset: pointer.version for dataset, pointer in sorted(session.pointers.items())}
    return Health(status="ready", versions=versions, data_as_of=max(pointer.as_of for pointer in session.pointers.values()))


@router.get("/metrics", response_class=Response, summary="Prometheus metrics", responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    return Response(request.app.state.metrics.exposition(), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)
