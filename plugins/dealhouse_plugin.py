"""The only Airflow plugin that is registered: the platform's own pages in the UI."""

from typing import Annotated, Any
from urllib.parse import quote

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from pydantic import AfterValidator, BaseModel

from dealhouse.errors import BadInputError, DealhouseError
from dealhouse.status import editors, origin, quarantine
from dealhouse.status.merchants import merchant_page, merchants_page
from dealhouse.status.page import quality_file, status_page
from dealhouse.status.reviews import ReviewError, answer, reviews_page

PUBLISHING = "publish_storefront"
STILL = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; font-src 'self'; sandbox"
app = FastAPI(title="Dealhouse status", docs_url=None, redoc_url=None, openapi_url=None)


def storable(words: str) -> str:
    """Words that Postgres can hold or look for."""
    if "\x00" in words:
        raise ValueError("a character that no text may hold")
    return words


Words = Annotated[str, AfterValidator(storable)]


class Review(BaseModel):
    """The form of one answer; q: the search that its page stood under."""

    offer_a: Words
    offer_b: Words
    answer: Words
    note: Words = ""
    q: Words = ""


class Decided(BaseModel):
    """The form of one decision, or of a lift; q: the search that its page stood under."""

    kind: Words
    subject_id: Words
    action: Words
    reason: Words = ""
    lifts: Words = ""
    until: Words = ""
    title: Words = ""
    brand: Words = ""
    category: Words = ""
    image_url: Words = ""
    description: Words = ""
    no_image: Words = ""
    q: Words = ""


class Refused(BaseModel):
    """The form of one decision about refused rows: one by its id, or all that are held of a kind, a reason and a merchant."""

    action: Words
    why: Words
    id: Words = ""
    patch: Words = ""
    kind: Words = ""
    reason: Words = ""
    merchant_id: Words = ""


# plugin routes are open unless they ask for a user


@app.get("/status", response_class=HTMLResponse)
def status(_user: GetUserDep) -> HTMLResponse:
    """What is live, how fresh it is, what was refused."""
    return HTMLResponse(status_page())


@app.get("/quality/{path:path}")
def quality(_user: GetUserDep, path: Words) -> FileResponse:
    """The data docs. They show what merchants wrote, so they may run nothing."""
    file = quality_file(path)
    if file is None:
        raise HTTPException(404, "there is no such page; maintain_platform writes them once a day")
    return FileResponse(file, headers={"Content-Security-Policy": STILL})


@app.get("/merchants", response_class=HTMLResponse)
def merchants(_user: GetUserDep, state: Words = "", q: Words = "") -> HTMLResponse:
    """How every merchant does, the worst first."""
    return HTMLResponse(merchants_page(state, q))


@app.get("/merchants/{merchant_id}", response_class=HTMLResponse)
def merchant(_user: GetUserDep, merchant_id: Words) -> HTMLResponse:
    """One merchant's last crawls, rejects and alerts."""
    return HTMLResponse(merchant_page(merchant_id))


def from_our_page(request: Request) -> None:
    """Refuses a form that another site's page sent in the user's name."""
    if not origin.is_ours(request.headers):
        raise HTTPException(403, "sent from another site")


def decides(user: GetUserDep) -> bool:
    """Whether the user may: what people decide is published, so it takes the right to start the run that publishes."""
    publishing = DagDetails(id=PUBLISHING)
    return get_auth_manager().is_authorized_dag(method="POST", access_entity=DagAccessEntity.RUN, details=publishing, user=user)


May = Annotated[bool, Depends(decides)]


def may_decide(may: May) -> None:
    """Refuses who only looks on."""
    if not may:
        raise HTTPException(403, f"only who may start {PUBLISHING} decides")


DECIDES = [Depends(from_our_page), Depends(may_decide)]


@app.get("/reviews", response_class=HTMLResponse)
def reviews(may: May, q: Words = "") -> HTMLResponse:
    """Pairs of offers that the matcher is unsure of, and what was answered."""
    return HTMLResponse(reviews_page(q, decides=may))


@app.post("/reviews", dependencies=DECIDES)
def review(user: GetUserDep, said: Annotated[Review, Form()]) -> RedirectResponse:
    """Keep an answer in the user's name, and lead to the next question."""
    try:
        answer(said.offer_a, said.offer_b, said.answer, user.get_name(), said.note)
    except ReviewError as error:
        raise HTTPException(422, str(error)) from error
    return RedirectResponse(f"reviews?q={quote(said.q)}" if said.q else "reviews", status_code=303)


@app.get("/editors", response_class=HTMLResponse)
def editing(may: May, q: Words = "") -> HTMLResponse:
    """Find a deal, product or merchant and decide about it; what is in force."""
    return HTMLResponse(editors.editors_page(q, decides=may))


@app.post("/editors", dependencies=DECIDES)
def edit(user: GetUserDep, said: Annotated[Decided, Form()]) -> RedirectResponse:
    """Keep a decision in the user's name; it holds from the next release on."""
    try:
        editors.decide(said.model_dump(), user.get_name())
    except BadInputError as error:
        raise HTTPException(422, error.what) from error
    return RedirectResponse(f"editors?q={quote(said.q)}" if said.q else "editors", status_code=303)


@app.get("/quarantine", response_class=HTMLResponse)
def held(may: May, kind: Words = "", reason: Words = "", merchant_id: Words = "") -> HTMLResponse:
    """Refused rows by kind and reason, and what was decided about them."""
    return HTMLResponse(quarantine.quarantine_page(kind, reason, merchant_id, decides=may))


@app.post("/quarantine", dependencies=DECIDES, response_class=HTMLResponse)
def settle(user: GetUserDep, said: Annotated[Refused, Form()]) -> HTMLResponse:
    """Release, fix or drop in the user's name, and say what came of it; sent twice it is decided once."""
    try:
        told = quarantine.decide(said.model_dump(), user.get_name())
    except BadInputError as error:
        raise HTTPException(422, error.what) from error
    except DealhouseError as error:
        raise HTTPException(409, str(error)) from error
    return HTMLResponse(quarantine.quarantine_page(said.kind, said.reason, said.merchant_id, told, decides=True))


class DealhousePlugin(AirflowPlugin):
    """Adds "Platform status", "Merchants", "Match reviews", "Editors" and "Quarantine" to Airflow's navigation."""

    name = "dealhouse"
    fastapi_apps: list[Any] = [{"app": app, "url_prefix": "/dealhouse", "name": "Dealhouse"}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012 (Airflow reads class attributes)
        {"name": "Platform status", "href": "/dealhouse/status", "destination": "nav", "category": "browse",
         "url_route": "platform-status"},
        {"name": "Merchants", "href": "/dealhouse/merchants", "destination": "nav", "category": "browse",
         "url_route": "merchants"},
        {"name": "Match reviews", "href": "/dealhouse/reviews", "destination": "nav", "category": "browse",
         "url_route": "match-reviews"},
        {"name": "Editors", "href": "/dealhouse/editors", "destination": "nav", "category": "browse", "url_route": "editors"},
        {"name": "Quarantine", "href": "/dealhouse/quarantine", "destination": "nav", "category": "browse",
         "url_route": "quarantine"},
    ]
