"""Suggestions: one shopper's own, and what is trending."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from serving import etags
from serving.auth import required_customer
from serving.inputs import Blank, Country
from serving.reads import recommendations
from serving.routers.common import NOT_MODIFIED, OpenSession, problems
from serving.schemas import RecommendationList

router = APIRouter(prefix="/v1", tags=["recommendations"])
InCountry = Annotated[Country | None, Blank, Query(description="Two letters", examples=["DE"])]
Limit = Annotated[int, Query(ge=1, le=50)]


@router.get("/recommendations", response_model=RecommendationList, responses=problems(403), summary="Suggestions for one shopper")
async def get_recommendations(
    session: OpenSession, customer: Annotated[str, Depends(required_customer)], country: InCountry = None, limit: Limit = 20,
) -> Response:
    """Whose suggestions is said by the token alone. A shopper whom we do not know gets what is trending, labelled so."""
    suggested = await recommendations.for_customer(session, customer, country, limit)
    return etags.personal(suggested.body, suggested.pointer)


@router.get("/trending", response_model=RecommendationList, responses=NOT_MODIFIED | problems(), summary="What is trending")
async def get_trending(request: Request, session: OpenSession, country: InCountry = None, limit: Limit = 20) -> Response:
    """What is trending in a country; everywhere when the country has no list of its own."""
    suggested = await recommendations.trending(session, country, limit)
    return etags.catalogue(request, suggested.body, suggested.pointer)
