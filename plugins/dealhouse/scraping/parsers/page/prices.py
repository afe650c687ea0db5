"""The amounts that a shopper sees, and what speaks for each of them being the price."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from dealhouse.scraping.money import read_amount
from dealhouse.scraping.parsers.page import currency as currencies
from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.place import Place
from dealhouse.scraping.parsers.page.sight import Sight, leads_elsewhere

MOST = 300
ZONES = ((40, 90), (100, 250))  # lines before and after the heading that are the product's, for sure and perhaps
PIECES = 5  # lines that one amount is written in at most
LISTED = 5  # amounts in elements built alike that make a list of products
GOOD = 3.5  # a score that makes looking farther needless
_NUMBER = re.compile(r"\d(?:[\d.,'’٬٫\s]*\d)?")
_BARE = re.compile(r"\W*\d(?:[\d.,'’٬٫\s]*\d)?\W*\Z")
_LETTERS = re.compile(r"[^\W\d_]")
_TWO = re.compile(r"\d\d(?!\d)")
LONGEST = 90


@dataclass
class Amount:
    """An amount where it stands. `line` is its place in the page's lines; `score` what speaks for it; marks: words.OLD, ...

    said: the words beside it, in lower case; alike: how many amounts stand in elements built alike;
    level: how far up from the heading the element is that holds both.
    """

    value: Decimal
    currency: str | None
    line: int
    text: str
    marks: int
    score: float = 0.0
    said: str = ""
    signature: str = ""
    level: int = 99
    alike: int = 1


def find(sight: Sight, region: str | None, language: str | None) -> list[Amount]:
    """Every visible amount of money, scored, in the page's order: about the heading, and where there is none, everywhere."""
    at = sight.heading
    zones = [] if at is None else [range(max(0, at - before), at + after) for before, after in ZONES]
    for zone in (*zones, range(len(sight.lines))):
        found = _within(sight, zone, region, language)
        _score(sight, found)
        if any(amount.score >= GOOD for amount in found):
            break
    return found


def _within(sight: Sight, zone: range, region: str | None, language: str | None) -> list[Amount]:
    found: list[Amount] = []
    done = -1
    for at in range(zone.start, min(zone.stop, len(sight.lines))):
        line = sight.lines[at]
        if at <= done or len(line) > LONGEST or not _DIGIT.search(line):
            continue
        amounts, done = _amounts(sight, at, region, language)
        found += amounts
        if len(found) >= MOST:
            break
    return found


_DIGIT = re.compile(r"\d")


def _amounts(sight: Sight, at: int, region: str | None, language: str | None) -> tuple[list[Amount], int]:
    """The amounts of a line and of the pieces around it; the last line that they take."""
    line, node = sight.lines[at], sight.nodes[at]
    signed = currencies.sign_in(line) is not None
    if not signed and not _BARE.match(line):
        return [], at
    marks = sight.marks(node)
    if not marks & words.PRICE and (marks & words.HIDDEN or not (signed or _is_sign_near(sight, at))):
        return [], at
    text, last = (line, at) if signed and _WHOLE.search(line) else _phrase(sight, at)
    if not marks & words.PRICE and currencies.sign_in(text) is None:
        return [], at
    return _read(sight, at, text, marks, Reading(currencies.read_sign(text, region), language)), last


def _is_sign_near(sight: Sight, at: int) -> bool:
    near = sight.lines[max(0, at - 1):at + PIECES]
    return any(len(line) <= 12 and currencies.sign_in(line) is not None for line in near)


_WHOLE = re.compile(r"\d[.,٫]\d\d(?!\d)")
_PIECE = re.compile(r"[\d.,'’\s]{1,9}[-–—*]?\Z|\D{1,4}\Z")


def _phrase(sight: Sight, at: int) -> tuple[str, int]:
    """A whole amount from its line and those beside it: shops put cents, marks and signs into elements of their own."""
    pieces, last = [sight.lines[at]], at
    around = {element.key for element in _climb(sight, at, 4)}
    signed = currencies.sign_in(pieces[0]) is not None
    for other in range(at + 1, min(at + PIECES, len(sight.lines))):
        line = sight.lines[other]
        if not _piece(line, signed) or not _among(sight, other, around) or _starts_anew(pieces[-1], line):
            break
        signed = signed or currencies.sign_in(line) is not None
        pieces.append(line)
        last = other
    before = sight.lines[at - 1] if at else ""
    is_sign = len(before) <= 5 and not _DIGIT.search(before) and currencies.sign_in(before) is not None
    if is_sign and not signed and _among(sight, at - 1, around):
        pieces.insert(0, before)
    return compose(pieces), last


def _piece(line: str, signed: bool) -> bool:
    """Whether a line is but a part of an amount; a second sign begins another."""
    if len(line) > 12 or not (_PIECE.match(line) or currencies.sign_in(line)):
        return False
    if currencies.sign_in(line) is not None:
        return not signed
    return bool(_DIGIT.search(line)) or line[0] in ".,"


def _starts_anew(before: str, line: str) -> bool:
    """`12` after `99`: a whole number that is not the cents of what stands before."""
    if not line[0].isdigit() or not before[-1].isdigit():
        return False
    return not _TWO.match(line) or _WHOLE.search(before) is not None


def _among(sight: Sight, at: int, around: set[int]) -> bool:
    return any(element.key in around for element in _climb(sight, at, 3))


def _climb(sight: Sight, at: int, most: int) -> list[Place]:
    place = sight.place(sight.nodes[at])
    return place.climb(most) if place is not None else []


def compose(pieces: list[str]) -> str:
    """`$`, `12`, `.`, `99` and `12`, `99 €` are one amount: two digits of their own after a whole number are its cents."""
    text = ""
    for piece in pieces:
        follows_digit = text[-1:].isdigit()
        follows_mark = text[-1:] in (".", ",") and text[-2:-1].isdigit()
        if (follows_digit and piece[0] in ".,") or (follows_mark and piece[0].isdigit()):
            text += piece
        elif follows_digit and _TWO.match(piece):
            text += "." + piece
        else:
            text += (" " if text else "") + piece
    return text


class Reading(NamedTuple):
    """How a text's numbers are to be read."""

    currency: str | None
    language: str | None


def _read(sight: Sight, at: int, text: str, marks: int, reading: Reading) -> list[Amount]:
    found = []
    far = bool(marks & words.ELSEWHERE)
    before = sight.lines[at - 1].lower() if not far and at and len(sight.lines[at - 1]) < 40 else ""
    after = sight.lines[at + 1].lower() if not far and at + 1 < len(sight.lines) and len(sight.lines[at + 1]) < 30 else ""
    signature, level = ("", 99) if far else (_signature(sight, at), sight.level(sight.nodes[at]))
    numbers = list(_NUMBER.finditer(text))
    for place, number in enumerate(numbers[:4]):
        start = numbers[place - 1].end() if place else 0
        end = numbers[place + 1].start() if place + 1 < len(numbers) else len(text)
        if len(numbers) > 1 and not currencies.sign_in(text[start:end]):
            continue
        value = read_amount(number[0], currency=reading.currency, language=reading.language)
        if value is None or value <= 0 or value >= Decimal("1e9") or text[number.end():number.end() + 2].strip().startswith("%"):
            continue
        said = 0 if far else _said(text[start if place else 0:end].lower(), "" if place else before, after)
        found.append(Amount(value, reading.currency, at, text, marks | said, 0.0, f"{before} {text}".lower(), signature, level))
    if len(found) == 2 and found[0].value < found[1].value and re.search(r"\d\W{0,6}[-–—~]\W{0,6}\D{0,4}\d", text):
        found[0].marks |= words.FROM
        found.pop()
    return found


def _said(line: str, before: str, after: str) -> int:
    """What the line's own words say, those of the label before it, those of the line after."""
    marks = said_marks(line)
    if before and not _DIGIT.search(before):
        marks |= said_marks(before) & (words.OLD | words.SHIPPING | words.SAVING | words.FROM | words.MEMBER)
    if after and currencies.sign_in(after) is None:
        marks |= said_marks(after) & (words.UNIT | words.INSTALMENT)
    return marks


_WORDED = re.compile(r"[^\W\d_]{2}|[%/~×]")


@lru_cache(maxsize=20_000)
def said_marks(line: str) -> int:
    if not _WORDED.search(line):
        return 0
    return sum(mark for mark, pattern in words.SAID if pattern.search(line))


def _signature(sight: Sight, at: int) -> str:
    """How an amount's surroundings are built: the cards of a list are all alike."""
    return ">".join(one.label for one in _climb(sight, at, 4))


def _score(sight: Sight, amounts: list[Amount]) -> None:
    alike: dict[str, set[Decimal]] = defaultdict(set)
    good = [amount for amount in amounts if not amount.marks & (words.NEVER | words.ELSEWHERE | words.HIDDEN)]
    for amount in good:
        alike[amount.signature].add(amount.value)
    nearest = min((amount.level for amount in good), default=99)
    buy = next((at for at in sight.buttons() if not elsewhere(sight, at)), None)
    rank = 0
    for amount in amounts:
        amount.score = _named_score(amount)
        if amount.marks & words.ELSEWHERE:
            continue
        amount.score += 1.5 if amount.level == nearest and nearest < 99 else 0.0
        amount.alike = len(alike[amount.signature])
        amount.score -= 4.0 if amount.alike >= LISTED else 2.5 if amount.alike >= 3 else 0.4 if amount.alike == 2 else 0.0
        place = sight.place(sight.nodes[amount.line])
        amount.score -= 3 if place is not None and leads_elsewhere(place, sight.page.url) else 0
        amount.score += _place(sight, amount, rank, buy)
        rank += not amount.marks & words.NEVER and sight.heading is not None and amount.line >= sight.heading


def elsewhere(sight: Sight, at: int) -> bool:
    return bool(sight.marks(sight.nodes[at]) & words.ELSEWHERE)


_AGAINST = (
    (words.OLD, 5), (words.UNIT, 5), (words.INSTALMENT, 5), (words.SAVING, 5), (words.SHIPPING, 5), (words.HIDDEN, 5),
    (words.MEMBER, 4), (words.ELSEWHERE, 4), (words.OPTION, 2), (words.FROM, 1), (words.REGULAR, 1),
)


def _named_score(amount: Amount) -> float:
    marks = amount.marks
    score = 2.0 if marks & words.PRICE else 0.0
    score += 1.5 if marks & words.CURRENT else 0.0
    score += 1.5 if currencies.sign_in(amount.text) else -0.5
    score -= sum(weight for mark, weight in _AGAINST if marks & mark)
    return score - (1.0 if len(_LETTERS.findall(amount.text)) > 25 else 0.0)


def _place(sight: Sight, amount: Amount, rank: int, buy: int | None) -> float:
    """Near after the heading, near before the button."""
    score = 0.0
    if sight.heading is not None:
        after = amount.line - sight.heading
        score += max(0.0, 2.0 - 0.3 * rank - max(0, after - 20) / 60) if after >= 0 else max(-1.0, 0.5 + after / 30)
    if buy is not None and abs(buy - amount.line) <= 40:
        score += 1.0 - abs(buy - amount.line) / 40
    return score
