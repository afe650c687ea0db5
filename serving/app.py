"""The application: `uvicorn serving.app:app`, one worker a core."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response

from serving import problems
from serving.db import Database
from serving.metrics import Metrics
from serving.middleware import Envelope
from serving.problems import InvalidRequestError, MovedError, ServingError
from serving.routers import deals, events, health, prices, products, recommendations
from serving.routers.common import PROBLEM_SCHEMA
from serving.settings import Settings, settings
from serving.shelf import Shelf
from serving.spelling import Speller
from serving.storefront import pages

ROUTERS = (deals.router, products.router, recommendations.router, prices.router, events.router, health.router, pages.router)
DESCRIPTION = """Deals, products, suggestions and prices as the last release published them; prices and availability are live.

Errors are `application/problem+json`. Catalogue answers carry an `ETag`; cursors are opaque and walk one version to its end."""


def create_app(config: Settings | None = None) -> FastAPI:
    """The API and the storefront. It starts without a database, too: then it answers 503 until there is one."""
    config = config or settings()
    app = FastAPI(
        title="Dealhouse", version="1", description=DESCRIPTION, lifespan=_lifespan, docs_url=None, redoc_url=None,
    )
    app.state.settings, app.state.speller, app.state.metrics = config, Speller(), Metrics()
    app.state.shelf = Shelf(config.shelf_size)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", pages.Static(directory=pages.STATIC), name="static")
    app.add_middleware(Envelope, metrics=app.state.metrics)
    _tell_errors(app)
    _document(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    config: Settings = app.state.settings
    app.state.database = Database(config.database_url.get_secret_value(), config.pool_size, app.state.shelf)
    await app.state.database.open()
    try:
        yield
    finally:
        await app.state.database.close()


def _tell_errors(app: FastAPI) -> None:
    def tell(request: Request, error: ServingError) -> Response:
        if pages.is_page(request):
            return pages.error_page(request, error)
        return problems.answer(error, request.url.path)

    @app.exception_handler(ServingError)
    async def serving(request: Request, error: ServingError) -> Response:
        return tell(request, error)

    @app.exception_handler(MovedError)
    async def moved(request: Request, error: MovedError) -> Response:
        there = request.url.path.replace(request.path_params["product_id"], str(error.survivor))
        error.headers["Location"] = f"{there}?{request.url.query}" if request.url.query else there
        return tell(request, error)

    @app.exception_handler(RequestValidationError)
    async def validation(request: Request, error: RequestValidationError) -> Response:
        return tell(request, problems.of_validation(error))

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> Response:
        told = problems.of_status(error.status_code, str(error.detail))
        told.headers.update(error.headers or {})
        return tell(request, told)

    @app.exception_handler(psycopg.DataError)
    async def data(request: Request, _: psycopg.DataError) -> Response:
        return tell(request, InvalidRequestError("A value is not one that the database can hold."))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, _: Exception) -> Response:
        return tell(request, ServingError("The fault has been logged."))


def _document(app: FastAPI) -> None:
    """OpenAPI with the problem schema that every route's errors point to."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            document["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


app = create_app()
