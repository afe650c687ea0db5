"""Whether a form was sent from a page of ours: a browser tells, and no other site can make it lie."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_ours(headers: Mapping[str, str]) -> bool:
    """By `Sec-Fetch-Site`, which all browsers send; else the host of `Origin` is that which was asked.

    Neither: a tool, not a page, and it needs the user's own token anyway.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or _host(origin) == headers.get("host")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # `http://[` is no page's address
        return ""
