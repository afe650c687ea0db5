"""Suggestions while somebody types."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from serving import etags
from serving.found import SuggestionList
from serving.inputs import storable
from serving.reads import suggestions
from serving.routers.common import NOT_MODIFIED, OpenSession, problems

router = APIRouter(prefix="/v1/suggestions", tags=["deals"])
Typed = Annotated[
    str, AfterValidator(storable), Query(max_length=200, description="What was typed so far", examples=["head"]),
]


@router.get("", response_model=SuggestionList, responses=NOT_MODIFIED | problems(), summary="What may be searched")
async def get_suggestions(
    request: Request, session: OpenSession, q: Typed = "", limit: Annotated[int, Query(ge=1, le=10)] = 10,
) -> Response:
    """Queries of other shoppers, brands, categories and products that begin so, or have a word that does; one slip is forgiven.

    A query is shown only when several different shoppers searched it.
    """
    answer, pointer = await suggestions.suggest(session, q, limit)
    return etags.catalogue(request, answer, pointer)
