"""Addresses as pages write them: taken apart and made whole without ever failing."""

from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

_NOWHERE = urlsplit("")


def parts(url: Any) -> SplitResult:  # noqa: ANN401
    """An address in its parts; those of the empty one for what is none (`http://[`)."""
    try:
        return urlsplit(url.strip()) if isinstance(url, str) else _NOWHERE
    except ValueError:
        return _NOWHERE


def absolute(url: Any, base: str) -> str | None:  # noqa: ANN401
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return None
