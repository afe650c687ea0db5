"""Which addresses a crawl may connect to: public ones, and a local merchant's own host. Checked on what is connected to.

A name is resolved once, by the connector itself, and the connection goes to the address that was checked: a name that
answers differently the second time gains nothing.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from dealhouse.errors import FetchRefusedError


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local, shared (100.64/10), multicast."""
    parsed: IPv4Address | IPv6Address = ip_address(address.split("%", 1)[0])
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed.sixtofour or parsed
    return parsed.is_global and not parsed.is_multicast


def check_literal(url: URL, *, private_allowed: bool) -> None:
    """Refuse what no resolver will see: another scheme, no host, a private address written out. Raises FetchRefusedError."""
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchRefusedError(str(url), "not an http(s) address")
    try:
        public = is_public(url.host)
    except ValueError:
        return  # a name: the resolver checks what it stands for
    if not public and not private_allowed:
        raise FetchRefusedError(str(url), "a private address")


class PublicResolver(AbstractResolver):
    """Resolves names and refuses those of which any address is not public, unless private ones are allowed."""

    def __init__(self, *, private_allowed: bool) -> None:
        self.private_allowed = private_allowed

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(entry[0], str(entry[4][0]), int(entry[4][1])) for entry in found]
        if not self.private_allowed and not all(is_public(address) for _, address, _ in addresses):
            raise FetchRefusedError(host, "a name of a private address")
        return [
            ResolveResult(hostname=host, host=address, port=number, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address, number in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
