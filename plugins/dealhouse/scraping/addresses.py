"""Which addresses a crawl may connect to: public ones, and a local merchant's own host. Checked on what is connected to.

A name is resolved once, by the connector itself, and every socket is made for an address that was checked: a name that answers
differently the second time gains nothing, nor does one written in a way that only the system's resolver understands.
"""

import asyncio
import re
import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from dealhouse.errors import FetchRefusedError

# IPv6 networks that carry an IPv4 address: NAT64 (RFC 6052, RFC 8215), IPv4-compatible (RFC 4291) and translated ones (RFC 2765)
EMBEDDING = tuple(IPv6Network(network) for network in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96"))
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
# not for a local merchant either: the link itself, what clouds tell their machines there, and addresses of nobody in particular
NEVER = tuple(IPv4Network(network) for network in ("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "0.0.0.0/8"))
NEVER_6 = tuple(IPv6Network(network) for network in ("fe80::/10", "fd00:ec2::254/128", "::/128", "fd20:ce::254/128"))
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|\d+)(?:\.(?:0[xX][0-9a-fA-F]*|\d+)){0,3}\.?")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local, shared (100.64/10), multicast.

    An IPv6 address that stands for an IPv4 one (mapped, 6to4, Teredo, NAT64) is judged as that one, too.
    """
    return all(_is_global(each) for each in _meant(address))


def is_reachable(address: str) -> bool:
    """Whether a local merchant may be at this address: anywhere but the link, a cloud's metadata, multicast."""
    return not any(
        each.is_multicast or any(each in network for network in (NEVER if isinstance(each, IPv4Address) else NEVER_6))
        for each in _meant(address)
    )


def _may_be_asked(address: str, private_allowed: bool) -> bool:
    return is_reachable(address) if private_allowed else is_public(address)


def _meant(address: str) -> list[IPv4Address | IPv6Address]:
    """The address and those within it. Raises ValueError for what is no IP address."""
    parsed = ip_address(address.split("%", 1)[0])
    if isinstance(parsed, IPv4Address):
        return [parsed]
    within: list[IPv4Address | None] = [parsed.ipv4_mapped, parsed.sixtofour, *(parsed.teredo or ())]
    if any(parsed in network for network in EMBEDDING) and int(parsed) > 1:
        within.append(IPv4Address(int(parsed) & 0xFFFFFFFF))
    found: list[IPv4Address | IPv6Address] = [each for each in within if each is not None]
    return found if parsed.ipv4_mapped is not None else [parsed, *found]


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in network for network in NEVER)
    return (address.is_global or address in EMBEDDING[0]) and not address.is_multicast and address not in LOCAL_NAT64


def check_literal(url: URL, *, private_allowed: bool) -> None:
    """Refuse what no resolver will see: another scheme, no host, a private address written out. Raises FetchRefusedError."""
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchRefusedError(str(url), "not an http(s) address")
    reason = _fault(url.host, private_allowed)
    if reason is not None:
        raise FetchRefusedError(str(url), reason)


@lru_cache(maxsize=4096)
def _fault(host: str, private_allowed: bool) -> str | None:
    try:
        allowed = _may_be_asked(host, private_allowed)
    except ValueError:  # a name: the resolver checks what it stands for; but `127.1`, `0x7f.1` and `2130706433` are no names
        return "an address in disguise" if _NUMBER.fullmatch(host) else None
    return None if allowed else "a private address"


def checked_socket(*, private_allowed: bool) -> Any:  # noqa: ANN401 (aiohttp's factory of sockets)
    """A factory of sockets that makes none for an address that may not be connected to."""

    def make(found: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, protocol, _, address = found
        host = str(address[0])
        try:
            allowed = _may_be_asked(host, private_allowed)
        except ValueError:
            allowed = False
        if not allowed:
            raise FetchRefusedError(host, "a private address")
        return socket.socket(family, kind, protocol)

    return make


class PublicResolver(AbstractResolver):
    """Resolves names and refuses those of which any address is not public, unless private ones are allowed."""

    def __init__(self, *, private_allowed: bool) -> None:
        self.private_allowed = private_allowed

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(entry[0], str(entry[4][0]), int(entry[4][1])) for entry in found]
        if not all(_may_be_asked(address, self.private_allowed) for _, address, _ in addresses):
            raise FetchRefusedError(host, "a name of a private address")
        return [
            ResolveResult(hostname=host, host=address, port=number, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address, number in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
