"""How a shopper wants to be told, what they agreed to, and where they are reached."""

import secrets

from fastapi import APIRouter
from starlette.responses import Response

from serving.own_inputs import ConsentWish, EmailWish, PreferenceWish, WebhookWish
from serving.own_schemas import Consent, ConsentList, Contacts, Preferences, WebhookSecret
from serving.reads import own
from serving.routers.common import OpenSession
from serving.routers.own import GONE, READ, WRITE, Customer, again, gone
from serving.routers.own import own as answered

router = APIRouter(prefix="/v1/me", tags=["what shoppers keep"])


@router.get("/preferences", response_model=Preferences, responses=READ, summary="Preferences")
async def get_preferences(session: OpenSession, customer: Customer) -> Response:
    """What was chosen; the defaults until something was."""
    async with own.speaking(session, customer):
        return answered(await own.preferences(session, customer))


@router.put("/preferences", response_model=Preferences, responses=WRITE, summary="Choose preferences")
async def put_preferences(session: OpenSession, customer: Customer, wish: PreferenceWish) -> Response:
    """All of them at once: what is left out takes its default."""
    async with own.speaking(session, customer, writes=True):
        chosen = wish.model_dump() | {"channels": sorted(set(wish.channels))}
        await own.run(session, "set_preference", customer_key=customer, **chosen)
        return answered(await own.preferences(session, customer))


@router.get("/consents", response_model=ConsentList, responses=READ, summary="Consents")
async def list_consents(session: OpenSession, customer: Customer) -> Response:
    """What holds now by purpose, and the answers that led there, the latest first."""
    async with own.speaking(session, customer):
        return answered(await own.consents(session, customer))


@router.post(
    "/consents", status_code=201, response_model=Consent, responses=again(Consent) | WRITE, summary="Give or withdraw consent",
)
async def post_consent(session: OpenSession, customer: Customer, wish: ConsentWish) -> Response:
    """Answers are only ever added; the newest of a purpose counts. Without one of `alerts` or `marketing`, nothing of that kind
    leaves for a mailbox or a webhook."""
    async with own.speaking(session, customer, writes=True):
        kept, is_new = await own.add_consent(session, customer, wish)
        return answered(kept, is_new=is_new)


@router.get("/contacts", response_model=Contacts, responses=READ, summary="Whether we can reach the shopper")
async def get_contacts(session: OpenSession, customer: Customer) -> Response:
    """Not where: this API writes addresses and cannot read them."""
    async with own.speaking(session, customer):
        return answered(Contacts.model_validate(await session.row("contacts")))


@router.put("/contacts/email", response_model=Contacts, responses=WRITE, summary="Be reached by mail")
async def put_email(session: OpenSession, customer: Customer, wish: EmailWish) -> Response:
    """The next release sends a mail with a link; nothing else is sent there before that was followed."""
    async with own.speaking(session, customer, writes=True):
        await session.row("keep_address", address=wish.address)
        return answered(Contacts.model_validate(await session.row("contacts")))


@router.delete("/contacts/email", status_code=204, responses=GONE, summary="Be reached by mail no longer")
async def delete_email(session: OpenSession, customer: Customer) -> Response:
    """The address is forgotten. Safe to repeat."""
    async with own.speaking(session, customer, writes=True):
        await session.row("forget_address")
        return gone()


@router.put("/contacts/webhook", response_model=WebhookSecret, responses=WRITE, summary="Be reached by a webhook")
async def put_webhook(session: OpenSession, customer: Customer, wish: WebhookWish) -> Response:
    """The answer holds the secret with which messages are signed; it is told this once, and is another one each time."""
    secret = secrets.token_urlsafe(32)
    async with own.speaking(session, customer, writes=True):
        await session.row("keep_webhook", url=wish.url, secret=secret)
        return answered(WebhookSecret(secret=secret))


@router.delete("/contacts/webhook", status_code=204, responses=GONE, summary="Be reached by a webhook no longer")
async def delete_webhook(session: OpenSession, customer: Customer) -> Response:
    """Address and secret are forgotten. Safe to repeat."""
    async with own.speaking(session, customer, writes=True):
        await session.row("forget_webhook")
        return gone()
