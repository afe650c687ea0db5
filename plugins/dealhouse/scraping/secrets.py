"""Secrets in addresses: the registry holds `https://feeds.example/apikey/${AWIN_API_KEY}/`, the environment the key.

An address keeps its placeholders everywhere but in the request itself: `expand` just before it is sent. What comes back from
below (an error's text, a redirect's target) may hold the key again, so whatever is logged, raised or landed passes `redact`.
"""

import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

from dealhouse.errors import ConfigurationError

SHORTEST = 6  # characters; a shorter value would be found, and replaced, in any text
OWN = ("DEALHOUSE_", "AIRFLOW", "PG", "POSTGRES", "AWS_", "SQLALCHEMY")
NAMED = r"(?:api[_-]?|access[_-]?|auth[_-]?|secret[_-]?|private[_-]?)?(?:key|token|secret|signature|sig|password|passwd|pwd)"
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]{0,99})\}")
_USER = re.compile(r"(?<=://)[^/\s?#@'\"]{1,500}@")
_PARAMETER = re.compile(rf"(?i)(?<=[?&;])({NAMED})=(?!\$\{{)[^&;#\s'\"<>]+")
_SEGMENT = re.compile(r"(?i)(/(?:api[_-]?key|access[_-]?token)/)(?!\$\{)[^/?#\s'\"<>]+")
_known: dict[str, str] = {}  # a value as it may be written: its placeholder


def expand(url: str, environ: Mapping[str, str] | None = None) -> str:
    """The address with each `${NAME}` replaced by the environment's value, percent-encoded; from now on `redact` knows it.

    Raises ConfigurationError for a name that is not set, is the platform's own, or stands for less than SHORTEST characters.
    """
    return _filled(url, environ, lambda value: quote(value, safe=""))


def header(text: str, environ: Mapping[str, str] | None = None) -> str:
    """As `expand`, for a header's value: what stands for a placeholder is sent as it is."""
    return _filled(text, environ, str)


def _filled(text: str, environ: Mapping[str, str] | None, spell: Callable[[str], str]) -> str:
    if "${" not in text:
        return text
    known = os.environ if environ is None else environ

    def value(placeholder: re.Match[str]) -> str:
        found = _value(placeholder[1], known)
        _known.update(dict.fromkeys((found, quote(found, safe=""), quote(found), quote_plus(found)), placeholder[0]))
        return spell(found)

    return _PLACEHOLDER.sub(value, text)


def _value(name: str, environ: Mapping[str, str]) -> str:
    if name.upper().startswith(OWN):
        raise ConfigurationError(f"${{{name}}} is the platform's own and goes into no merchant's address")
    value = environ.get(name, "").strip()
    if len(value) < SHORTEST:
        raise ConfigurationError(f"the environment's {name} is {'shorter than a secret is' if value else 'not set'}")
    return value


def redact(text: str) -> str:
    """The text without secrets: expanded values are their placeholders again, `user:password@` and keys in queries are `***`."""
    for value in sorted(_known, key=len, reverse=True):
        if value in text:
            text = text.replace(value, _known[value])
    if "://" not in text and "=" not in text:
        return text
    text = _PARAMETER.sub(r"\1=***", _USER.sub("***@", text))
    return _SEGMENT.sub(r"\1***", text)
