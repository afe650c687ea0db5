"""The storefront's pages."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from serving import problems
from serving.problems import ServingError

STATIC = Path(__file__).parent / "static"
API_PATHS = ("/v1", "/health", "/metrics", "/openapi.json")
router = APIRouter(include_in_schema=False)


def is_page(request: Request) -> bool:
    return not request.url.path.startswith(API_PATHS)


def error_page(request: Request, error: ServingError) -> Response:
    return problems.answer(error, request.url.path)
