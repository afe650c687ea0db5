"""The JSON values that a page's scripts hold: whole JSON scripts, window.X = {...}, JSON.parse("..."), dataLayer.push({...}).

Object literals that are no JSON (bare names, single quotes, trailing commas) are read as far as they are but data.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import orjson

from dealhouse.scraping.parsers.page.document import Script

LARGEST = 1_500_000
LOOSE = 200_000  # characters of a literal that is read word by word
MOST_STARTS = 16
MOST_SPENT = 2_000_000  # characters among which brackets' ends are looked for
_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|' r"'[^'\\]*+(?:\\.[^'\\]*+)*+'"
_START = re.compile(
    r"(?P<viewed>['\"]view_item['\"]\s*,)\s*(?=\{)|\.push\(\s*(?=\{)|dataLayer\s*=\s*(?=\[)|"
    rf"JSON\.parse\(\s*(?P<encoded>decodeURIComponent\(\s*)?(?P<text>{_TEXT})|[=(:,]\s*(?=[\[{{]\s*[\"{{\[])", re.S
)
_TURN = re.compile(rf"{_TEXT}|[{{}}\[\]]", re.S)
_TOKEN = re.compile(
    rf"(?P<text>{_TEXT})|(?P<flag>!\s*[01])|(?P<name>[A-Za-z_$][\w$]*)(?P<colon>\s*:)?|(?P<comma>,)\s*(?=[}}\]])", re.S
)
_CODE = re.compile(r"\bfunction\s*[\w$]*\(|=>|\breturn\b[^\"']")  # what runs is no data
_JSON_KINDS = ("application/json", "text/json", "text/x-magento-init", "application/x-json")
_PLAIN = {"true", "false", "null"}


def values(script: Script, text: str) -> Iterator[Any]:
    """The values of a script that may speak of prices."""
    text = text.strip()
    if script.kind in _JSON_KINDS or text[:1] in ("{", "["):
        yield from _loaded(text[:_end(text, 0)])
        return
    end = spent = 0
    for _, match in zip(range(MOST_STARTS), _START.finditer(text), strict=False):
        if match.start() < end or spent > MOST_SPENT:
            continue
        if match["text"]:
            end = match.end()
            yield from _loaded(_plain(match["text"], encoded=bool(match["encoded"])))
            continue
        end = _end(text, match.end())
        spent += end - match.end()
        piece = text[match.end():end]
        found = list(_loaded(piece)) if "rice" in piece else []
        end = end if found else match.end()
        yield from ({"event": "view_item", "ecommerce": one} if match["viewed"] else one for one in found)


def _loaded(piece: str) -> Iterator[Any]:
    """The value of a piece, if it is one."""
    if not 20 <= len(piece) <= LARGEST or "rice" not in piece:
        return
    try:
        yield orjson.loads(piece)
    except orjson.JSONDecodeError:
        if len(piece) <= LOOSE and not _CODE.search(piece):
            yield from _loosely(piece)


def _loosely(piece: str) -> Iterator[Any]:
    try:
        yield orjson.loads(_TOKEN.sub(_as_json, piece))
    except orjson.JSONDecodeError:
        return


def _as_json(match: re.Match[str]) -> str:
    if match["text"]:
        if match["text"][0] == '"' and "\\" not in match["text"]:
            return match["text"]
        return orjson.dumps(_plain(match["text"])).decode()
    if match["flag"]:
        return "true" if match["flag"].endswith("0") else "false"
    if match["name"]:
        name = match["name"]
        return f'"{name}":' if match["colon"] else name if name in _PLAIN else "null"
    return ""


def _plain(literal: str, *, encoded: bool = False) -> str:
    """What a script's string says."""
    body = literal[1:-1]
    if literal[0] == "'":
        body = re.sub(r'\\\'|(?<!\\)"', lambda found: "'" if found[0] == "\\'" else '\\"', body)
    body = re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", body) if "\\x" in body else body
    try:
        text = str(orjson.loads(f'"{body}"'))
    except orjson.JSONDecodeError:
        text = re.sub(r"\\(.)", r"\1", body, flags=re.S).encode("utf-8", "replace").decode()
    return unquote(text) if encoded else text


def _end(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes (strings skipped); the text's end when it never does."""
    depth = 0
    for match in _TURN.finditer(text, start):
        turn = match[0][0]
        if turn in "\"'":
            continue
        depth += 1 if turn in "{[" else -1
        if depth == 0:
            return match.end()
    return len(text)
