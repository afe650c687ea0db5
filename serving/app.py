"""The application: `uvicorn serving.app:app`, one worker a core."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TextIO

from fastapi import FastAPI

from serving.auth import Doorman
from serving.db import Database
from serving.gate import Gate
from serving.keys.ring import Keyring, Read
from serving.logs import Log
from serving.metrics import Metrics
from serving.middleware import Envelope
from serving.openapi import document
from serving.routers import (
    alerts,
    deals,
    events,
    health,
    notifications,
    preferences,
    prices,
    products,
    recommendations,
    reports,
    saved,
    suggestions,
)
from serving.settings import Settings, settings
from serving.shelf import Shelf
from serving.spelling import Speller
from serving.storefront import letters, pages
from serving.telling import tell, tell_errors

ROUTERS = (
    deals.router, suggestions.router, products.router, recommendations.router, prices.router, events.router, saved.router,
    alerts.router, preferences.router, notifications.router, reports.router, health.router, letters.router,
    pages.router,
)
DESCRIPTION = """Deals, products, suggestions and prices as the last release published them; prices and availability are live.

Errors are `application/problem+json`. Catalogue answers carry an `ETag`; cursors are opaque and walk one version to its end.
`RateLimit` and `RateLimit-Policy` say how much more may be asked, `Retry-After` when again."""


def create_app(config: Settings | None = None, log_to: TextIO | None = None) -> FastAPI:
    """The API and the storefront. It starts without a database, too: then it answers 503 until there is one."""
    config = config or settings()
    app = FastAPI(
        title="Dealhouse", version="1", description=DESCRIPTION, lifespan=_lifespan, docs_url=None, redoc_url=None,
    )
    app.state.settings, app.state.speller, app.state.shelf = config, Speller(), Shelf(config.shelf_size)
    app.state.metrics = Metrics(app.state.shelf)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", pages.Static(directory=pages.STATIC), name="static")
    app.add_middleware(Gate, config=config, metrics=app.state.metrics, tell=tell)
    app.add_middleware(
        Envelope, metrics=app.state.metrics, log=Log(log_to or sys.stdout), deadline_s=config.deadline_s, tell=tell,
    )
    tell_errors(app)
    document(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    config: Settings = app.state.settings
    database = Database(config.database_url.get_secret_value(), config.pool_size, app.state.shelf)
    app.state.database, app.state.doorman = database, Doorman(config, Keyring(_service_key(database)))
    app.state.metrics.pool = database.stats
    await database.open()
    try:
        yield
    finally:
        await database.close()


def _service_key(database: Database) -> Read:
    async def read(prefix: str) -> dict[str, Any] | None:
        async with database.session() as session:
            return await session.row("service_key", prefix=prefix)

    return read


app = create_app()
