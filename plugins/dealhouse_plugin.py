"""The only Airflow plugin that is registered: the platform's own page in the UI."""

from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.plugins_manager import AirflowPlugin
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from dealhouse.status.page import status_page

app = FastAPI(title="Dealhouse status", docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/status", response_class=HTMLResponse)
def status(_user: GetUserDep) -> HTMLResponse:  # plugin routes are open unless they ask for a user
    """What is live, how fresh it is, what was refused."""
    return HTMLResponse(status_page())


class DealhousePlugin(AirflowPlugin):
    """Adds "Platform status" to Airflow's navigation."""

    name = "dealhouse"
    fastapi_apps: list[Any] = [{"app": app, "url_prefix": "/dealhouse", "name": "Dealhouse"}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012 (Airflow reads class attributes)
        {"name": "Platform status", "href": "/dealhouse/status", "destination": "nav", "category": "browse",
         "url_route": "platform-status"}
    ]
