"""The only Airflow plugin that is registered: the platform's own pages in the UI."""

from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.plugins_manager import AirflowPlugin
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from dealhouse.status.merchants import merchant_page, merchants_page
from dealhouse.status.page import status_page

app = FastAPI(title="Dealhouse status", docs_url=None, redoc_url=None, openapi_url=None)

# plugin routes are open unless they ask for a user


@app.get("/status", response_class=HTMLResponse)
def status(_user: GetUserDep) -> HTMLResponse:
    """What is live, how fresh it is, what was refused."""
    return HTMLResponse(status_page())


@app.get("/merchants", response_class=HTMLResponse)
def merchants(_user: GetUserDep, state: str = "", q: str = "") -> HTMLResponse:
    """How every merchant does, the worst first."""
    return HTMLResponse(merchants_page(state, q))


@app.get("/merchants/{merchant_id}", response_class=HTMLResponse)
def merchant(_user: GetUserDep, merchant_id: str) -> HTMLResponse:
    """One merchant's last crawls, rejects and alerts."""
    return HTMLResponse(merchant_page(merchant_id))


class DealhousePlugin(AirflowPlugin):
    """Adds "Platform status" and "Merchants" to Airflow's navigation."""

    name = "dealhouse"
    fastapi_apps: list[Any] = [{"app": app, "url_prefix": "/dealhouse", "name": "Dealhouse"}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012 (Airflow reads class attributes)
        {"name": "Platform status", "href": "/dealhouse/status", "destination": "nav", "category": "browse",
         "url_route": "platform-status"},
        {"name": "Merchants", "href": "/dealhouse/merchants", "destination": "nav", "category": "browse",
         "url_route": "merchants"},
    ]
