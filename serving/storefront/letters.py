"""Where the links in our mails lead: a page that asks, and a button that does it. To look ahead does nothing."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from serving import letters
from serving.letters import Letter
from serving.problems import NotFoundError
from serving.reads import own
from serving.routers.common import OpenSession
from serving.storefront.pages import TEMPLATES

router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(max_length=letters.MOST_LETTERS)]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@router.get("/letters/{token}")
async def letter_page(request: Request, token: Token) -> Response:
    """What the link would do."""
    return _page(request, _read(request, token), is_done=False)


@router.post("/letters/{token}")
async def follow_letter(request: Request, session: OpenSession, token: Token) -> Response:
    """Do it: also for a mail program's own button (RFC 8058). Safe to repeat."""
    letter = _read(request, token)
    async with own.speaking(session, letter.customer_key, writes=True):
        if letter.purpose == "unsubscribe":
            await own.run(session, "unsubscribe", customer_key=letter.customer_key)
        else:
            found = await session.row("confirm_address", hash=letter.detail)
            if not found or not found["is_confirmed"]:
                raise NotFoundError("This address was replaced or taken away since.")
    return _page(request, letter, is_done=True)


def _read(request: Request, token: str) -> Letter:
    secret = request.app.state.settings.link_secret
    return letters.read(token, secret.get_secret_value() if secret else None)


def _page(request: Request, letter: Letter, *, is_done: bool) -> Response:
    html = TEMPLATES.get_template("letter.html").render(
        path=request.url.path, shop_url=request.app.state.settings.shop_url, purpose=letter.purpose, is_done=is_done,
    )
    return HTMLResponse(html, 200, HEADERS)
