"""Posting messages to webhooks: signed, to public addresses only, following nobody elsewhere.

`Dealhouse-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>" with the webhook's secret>`; `Dealhouse-Delivery` is
the same for the same message, however often it comes.
"""

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import orjson
from yarl import URL

from dealhouse.errors import FetchRefusedError
from dealhouse.notifying import links
from dealhouse.notifying.outbox import Waiting
from dealhouse.notifying.smtp import Sent
from dealhouse.scraping.addresses import PublicResolver, check_literal, checked_socket
from dealhouse.settings import settings

TIMEOUT = aiohttp.ClientTimeout(total=10)
AT_ONCE = 10
AGAIN = {408, 425, 429}


@dataclass(frozen=True)
class Post:
    """What goes where, signed with what."""

    row: Waiting
    url: str
    secret: str


def signature(secret: str, body: bytes, at: datetime) -> str:
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={hmac.new(secret.encode(), moment.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def body_of(row: Waiting) -> bytes:
    items = [{**item, "url": links.page(item["path"])} for item in row.body["items"]]
    return orjson.dumps({"id": row.outbox_id, "kind": row.kind, "title": row.title, "items": items, "more": row.body["more"]})


def post_all(posts: Sequence[Post], now: datetime) -> list[Sent]:
    """What became of each, in their order."""
    return asyncio.run(_post_all(posts, now))


async def _post_all(posts: Sequence[Post], now: datetime) -> list[Sent]:
    private = settings().webhooks_private
    connector = aiohttp.TCPConnector(
        resolver=PublicResolver(private_allowed=private), socket_factory=checked_socket(private_allowed=private),
        limit=AT_ONCE, use_dns_cache=False, family=socket.AF_UNSPEC,
    )
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, trust_env=False, cookie_jar=jar) as session:
        return list(await asyncio.gather(*(_post(session, post, now, private_allowed=private) for post in posts)))


async def _post(session: aiohttp.ClientSession, post: Post, now: datetime, *, private_allowed: bool) -> Sent:
    body = body_of(post.row)
    headers = {
        "Content-Type": "application/json", "User-Agent": settings().user_agent, "Dealhouse-Delivery": post.row.outbox_id,
        "Dealhouse-Signature": signature(post.secret, body, now),
    }
    try:
        url = URL(post.url)
        check_literal(url, private_allowed=private_allowed)
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            return _verdict(response.status)
    except (FetchRefusedError, ValueError) as error:
        return Sent("never", str(error))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        refused = error.__cause__ if isinstance(error.__cause__, FetchRefusedError) else None
        return Sent("never", str(refused)) if refused else Sent("later", f"{type(error).__name__}: {error}")


def _verdict(status: int) -> Sent:
    if 200 <= status < 300:
        return Sent("sent")
    return Sent("later" if status in AGAIN or status >= 500 else "never", f"answered {status}")
