"""aiohttp's sessions as a crawl needs them: no proxy, no cookie, no redirect, no decompression, no second try of their own.

There are four: with private addresses allowed or not, and noting when a request is sent, for hosts that are spaced, or not.
"""

import asyncio
import socket
from typing import Any

import aiohttp

from dealhouse.scraping.addresses import PublicResolver, checked_socket

HEAD_LIMIT = 65_536  # of one header: real shops send Content-Security-Policies of 20 kB
KEEP_ALIVE = 5.0  # longer than the spacing, short enough for the open files of thousands of hosts
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=20)
Sessions = dict[tuple[bool, bool], aiohttp.ClientSession]  # by private addresses allowed, hosts spaced


def opened(user_agent: str) -> Sessions:
    return {
        (private_allowed, is_spaced): _opened(user_agent, [SENDING] if is_spaced else [], private_allowed=private_allowed)
        for private_allowed in (False, True) for is_spaced in (False, True)
    }


def _opened(user_agent: str, traces: list[aiohttp.TraceConfig], *, private_allowed: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        resolver=PublicResolver(private_allowed=private_allowed), limit=0, use_dns_cache=False, family=socket.AF_UNSPEC,
        socket_factory=checked_socket(private_allowed=private_allowed), keepalive_timeout=KEEP_ALIVE,
    )
    session = aiohttp.ClientSession(
        connector=connector, timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}, max_field_size=HEAD_LIMIT, trace_configs=traces,
    )
    # its own second try, when a kept connection breaks, would come at once: retries are ours, in the host's turn
    session._retry_connection = False
    return session


async def _note_sent(_: aiohttp.ClientSession, context: Any, __: object) -> None:  # noqa: ANN401 (aiohttp's namespace)
    """In the loop's next round: the bytes leave at the end of this one, after all that is still to be done in it."""
    asyncio.get_running_loop().call_soon(context.trace_request_ctx.sent)


SENDING = aiohttp.TraceConfig()
SENDING.on_request_headers_sent.append(_note_sent)
