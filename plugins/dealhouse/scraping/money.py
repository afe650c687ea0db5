"""Amounts and currencies as merchants write them: "1.299,00 EUR", "USD 15.00", "CHF 1'299.–", "Rs. 1,29,999/-", "12€99".

A currency is read or given, never assumed: "$" alone is a dollar only where some dollar is expected or the locale pays with one.
Of several numbers the first beside a currency counts, so of a range its beginning; not the one that the text itself calls the old
price, a saving or a price by weight when there is another. "Free" and "Call" are no amounts.
"""

import html
import re
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.amounts import Number, decide, exact, numbers, tidy
from dealhouse.scraping.habits import Habit, habit_of
from dealhouse.scraping.signs import HEADS, KNOWN, SHARED, SURE, TAILS, meant

Money = tuple[Decimal | None, str | None]
Candidate = tuple[Number, list[str]]

LONGEST_TEXT = 400
NEAR = 24  # characters looked at on either side of a number
_PLAIN = re.compile(
    r"\s*([^\s\d.,'+:()%*/\-]{0,4})\s?"
    r"([0-9]{1,9}(?:[.,][0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{2}|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{2})"
    r"\s{0,2}([^\s\d.,'+:()%*/\-]{0,4})\.?\s*\Z", re.A,
)
_EDGE = re.compile(r"(?: ?[.,:'] ?-{1,2}|/-|-{2})? ?\.?")
_MENTION = re.compile(r"[^\W\d_]{0,3}[$£¥€]|(?<![^\W\d_])[A-Z]{3}(?![^\W\d_])|[\u20a0-\u20c0\u0e3f\ufdfc\u060b\u0192]")
_MINUS = re.compile(r"(?:^- ?|[ (]-)\Z")
_COLON = re.compile(r"(?<=[0-9]):(?=[0-9]{2}\s?kr)", re.I)
_TO = re.compile(r" ?(?:-|~|to|bis|till|à|a|al|do|до|und|and|/) ?", re.I)
_CENTS = re.compile(r" ?([0-9]{2})(?![0-9]|[.,][0-9]| ?%)")
_MINOR = re.compile(r" ?(?:¢|(?:ct|cts|c|cents?|gr|коп)(?![^\W\d_]))|p(?![^\W\d_])", re.I)
_APART = re.compile(r"([^\d]*)([0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,6}) ([0-9]{2})([^\d]*)\Z")
_ALONE = re.compile(r"[^\d]*[0-9]+ ?[^\s\w]{1,2}[0-9]{2}\W*\Z")
_DECIMALS = re.compile(r"[.,][0-9]{2}\Z")
_FREE_WORDS = (
    r"free (?:\w+ )?(?:shipping|delivery|postage)|versandkostenfrei|kostenloser versand|gratis verzending"
    r"|livraison (?:gratuite|offerte)|env[ií]o gratis|frete gr[aá]tis|spedizione gratuita"
)
_ABOVE_WORDS = r"over|above|orders?|from|ab|d[eè]s|spend|vanaf|da|desde"
_FREE = re.compile(rf"(?:{_FREE_WORDS})[^.!;|0-9]{{0,40}}?(?:{_ABOVE_WORDS})[^0-9]{{0,15}}[0-9][0-9.,]*\+?", re.I)
_OLD_WORDS = (
    "was|statt|uvp|rrp|msrp|instead of|before|antes|avant|vorher|list price|previously|originally|orig|save|saving|savings"
    "|sparen|spare|shipping|versand|delivery|deposit|points?"
)
_UNITS = "kg|g|gr|mg|lb|oz|l|ml|cl|dl|liter|litre|litro|m|m2|m²|cm|kilo|qm|st|stk"
_OLD = re.compile(rf"(?:\b(?:{_OLD_WORDS})|[0-9] ?[x×] ?(?:de|von|of)?|(?:{_UNITS}) ?=)\W{{0,4}}\Z", re.I)
_BY_WEIGHT = re.compile(rf" ?(?:/|per|pro|je|por|par|al) ?(?:[0-9]{{1,4}} ?)?(?:{_UNITS})(?![^\W\d_])", re.I)


def read_money(
    text: str, *, currency: str | None = None, language: str | None = None, country: str | None = None
) -> Money:
    """(amount, currency) of a price's text; either is None when it is not there.

    currency: what the merchant sells in (ISO 4217); language: `de` or a locale such as `de-CH`; country: for a language without.
    A sign that cannot be the expected currency leaves it unknown.
    """
    return _read(text.strip()[:LONGEST_TEXT], currency, language, country)


@lru_cache(maxsize=16384)
def _read(text: str, currency: str | None, language: str | None, country: str | None) -> Money:
    plain = _PLAIN.match(text)
    if plain is not None:
        before, number, after = plain.groups()
        if not (before or after):
            return _point(number), currency
        if (not before or before in KNOWN) and (not after or after in KNOWN):
            signs = [sign for sign in (after, before) if sign]
            return _point(number), _choose(signs, currency, habit_of(language, country))
    return _read_closely(text, currency, habit_of(language, country))


def _point(number: str) -> Decimal:
    """A plain number's value: whole, or with one or two decimals; groups only where there are decimals."""
    if "," not in number:
        return Decimal(number)
    if "." not in number or number.rfind(",") > number.rfind("."):
        return Decimal(number.replace(".", "").replace(",", "."))
    return Decimal(number.replace(",", ""))


def _read_closely(text: str, currency: str | None, habit: Habit) -> Money:
    if "&" in text:
        text = html.unescape(text)
    text = tidy(text)
    if ":" in text:
        text = _COLON.sub(".", text)
    if len(text) > 20:
        text = _FREE.sub(" ", text)
    apart = _APART.match(text)
    if apart is not None and (apart[1].strip(" .") in KNOWN or apart[4].strip(" .") in KNOWN):
        text = f"{apart[1]}{apart[2]}.{apart[3]}{apart[4]}"  # "$119 95": cents of their own, set apart by markup
    candidates = [(number, _telling(_beside(text, number), currency, habit)) for number in numbers(text)]
    if not candidates:
        return None, _mentioned(text, currency, habit)
    number, signs = candidates[0] if len(candidates) == 1 else _chosen(text, _ranged(text, candidates))
    found = _choose(signs, currency, habit) if signs else _mentioned(text, currency, habit)
    amount = _amount(text, number, signs, found, habit)
    if found is None and not signs and number.written.isdigit() and _MINOR.match(text, number.end):
        found = habit.currency  # "99p" where one pays in pounds
    return amount, found


def _chosen(text: str, candidates: list[Candidate]) -> Candidate:
    """The first number beside a currency; where none is, the first with cents ("SKU 12345 19.99")."""
    is_signed = any(signs for _, signs in candidates)

    def rank(candidate: Candidate) -> tuple[int, int]:
        number, signs = candidate
        merit = 2 * bool(signs) if is_signed else bool(_DECIMALS.search(number.written))
        return merit - _is_other(text, number), -number.start

    return max(candidates, key=rank)


def _telling(signs: list[str], currency: str | None, habit: Habit) -> list[str]:
    """Without lone letters that stand for no currency here: "3D", "1.5L", "4K"."""
    return [sign for sign in signs if len(sign) > 1 or not (sign.isascii() and sign.isalpha()) or meant(sign, currency, habit)]


def _ranged(text: str, candidates: list[Candidate]) -> list[Candidate]:
    """A range's beginning shares the currency of its end: "9.99 - 12.99 €", but not "Galaxy 15 - 799 €"."""
    for place, ((low, signs), (high, shared)) in enumerate(pairwise(candidates)):
        alike = _form(low) == _form(high) and len(low.written) >= len(high.written) - 1
        if shared and not signs and alike and _TO.fullmatch(text, low.end, high.start):
            candidates[place] = (low, shared)
    return candidates


def _form(number: Number) -> tuple[int, int]:
    return number.written.count("."), number.written.count(",")


def _beside(text: str, number: Number) -> list[str]:
    """The signs and codes that touch a number: one behind it and a code behind that ("$ USD"), two before it."""
    signs = []
    edge = _EDGE.match(text, number.end)
    rest = text[edge.end() if edge else number.end:][:NEAR].lstrip(" ")
    after = _head(rest)
    is_next = text[number.end : number.end + 1] == " " and rest[len(after) : len(after) + 1].isdigit()
    if after and not (is_next and not _ALONE.match(text)):  # "3 for 2 £10": the sign is the next number's
        more = _head(rest[len(after):].lstrip(" ."))
        signs = [after, more] if more in MINOR_UNITS else [after]
    before = text[max(0, number.start - NEAR): number.start].rstrip(" -:.")
    for _ in range(2):
        sign = _tail(before)
        if not sign:
            break
        signs.append(sign)
        before = before[: -len(sign)].rstrip(" -:.")
    return signs


def _head(text: str) -> str:
    """The longest sign that a text begins with."""
    for size in HEADS.get(text[:1], ()):
        sign = text[:size]
        if sign in KNOWN and not (sign[-1].isalpha() and text[len(sign) : len(sign) + 1].isalpha()):
            return sign
    return ""


def _tail(text: str) -> str:
    """The longest sign that a text ends with."""
    for size in TAILS.get(text[-1:], ()):
        sign = text[-size:]
        if sign in KNOWN and not (sign[0].isalpha() and text[-len(sign) - 1 : -len(sign)].isalpha()):
            return sign
    return ""


def _choose(signs: list[str], expected: str | None, habit: Habit) -> str | None:
    """The currency of a number's signs: a code before a sign of one currency before a sign of several."""
    if len(signs) == 1:
        return meant(signs[0], expected, habit)

    def rank(sign: str) -> int:
        return 0 if len(sign) == 3 and sign.upper() in MINOR_UNITS else 1 if sign in SURE else 2

    found = (meant(sign, expected, habit) for sign in sorted(signs, key=rank))
    return next((currency for currency in found if currency), None)


def _mentioned(text: str, currency: str | None, habit: Habit) -> str | None:
    """The currency of a text whose number stands beside none: of a code or a sign anywhere, else the expected one."""
    bare = text.strip(" .")
    if bare in KNOWN:
        return _choose([bare], currency, habit)
    signs = [sign for sign in _MENTION.findall(text) if sign in MINOR_UNITS or sign in SURE or sign in SHARED]
    return _choose(signs, currency, habit) if signs else currency


def _is_other(text: str, number: Number) -> bool:
    """Whether the text itself says that this number is not what the thing costs."""
    before = text[max(0, number.start - NEAR): number.start].rstrip(" :.")
    after = text[number.end: number.end + NEAR].lstrip(" ")
    return bool(_OLD.search(before.removesuffix(_tail(before))) or _BY_WEIGHT.match(after.removeprefix(_head(after))))


def _amount(text: str, number: Number, signs: list[str], currency: str | None, habit: Habit) -> Decimal | None:
    amount = decide(number.written, currency, habit)
    if amount is None:
        return None
    before, rest = text[: number.start], text[number.end:]
    if not signs and number.written.isdigit() and _MINOR.match(rest):
        return amount / 100  # "99p", "99¢"
    if amount == amount.to_integral_value():
        amount += _cents(rest)
    return -amount if _is_negative(before, number) else amount


def _is_negative(before: str, number: Number) -> bool:
    """A minus before the number or before its sign ("-$5", "$-5", "CHF-5"); but "-,99" has a dash for no euros."""
    if number.written[0] in ".,":
        return False
    bare = before.removesuffix(_tail(before)) if _tail(before) else before
    if _MINUS.search(before) or before == "-" or _MINUS.search(bare) or bare == "-":
        return True
    return before.endswith("-") and bool(_tail(before[:-1].rstrip(" ")))


def _cents(rest: str) -> Decimal:
    """The cents behind the sign: "12€99", "35€ 99", "1 235 zł 50 gr"; 0 when there are none."""
    rest = rest.lstrip(" ")
    sign = _head(rest)
    behind = rest[len(sign):].lstrip(".")
    cents = _CENTS.match(behind) if sign else None
    if cents is None:
        return Decimal(0)
    last = behind[cents.end():]
    touching = behind[0].isdigit() and not last[:1].isalpha()
    alone = not last.strip(" .*") and rest.count(sign) == 1
    spelled = sign[-1].isalpha()
    return Decimal(cents[1]) / 100 if _MINOR.match(last) or (not spelled and (touching or alone)) else Decimal(0)


def read_amount(value: object, *, currency: str | None = None, language: str | None = None) -> Decimal | None:
    """The amount of a number or of a price's text; None for none, for NaN and for infinity. Negative stays negative."""
    if isinstance(value, str):
        return read_money(value, currency=currency, language=language)[0]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return exact(repr(value))


def write_amount(amount: Decimal, currency: str) -> str:
    """The amount with at least the currency's decimals, exactly: 12.5 EUR is `12.50`."""
    places = MINOR_UNITS.get(currency, 2)
    text = str(amount)
    if places and text[-1 - places : -places] == "." and "E" not in text:
        return text
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent < places:
        amount = amount.quantize(Decimal(1).scaleb(-places))
    return f"{amount:f}"
