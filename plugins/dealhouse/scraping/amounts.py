"""The numbers of a text, as merchants write them: "1.299,00", "1 099,00", "1'299.–", "1,29,999", "12€99", "١٬٢٩٩٫٥٠", ".75".

Which mark is the decimal one follows from the number itself where it can, else from the locale, else from the currency.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.habits import Habit
from dealhouse.scraping.signs import KNOWN

LIMIT = Decimal("1e15")
MOST = 40  # numbers looked at in one text
_INVISIBLE = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE))
_SAME = str.maketrans({
    **dict.fromkeys("’ʼ‘´`′ʹ＇٬", "'"), **dict.fromkeys("٫·˙", "·"), **dict.fromkeys("،，﹐、", ","),
    **dict.fromkeys("．。", "."), **dict.fromkeys("％٪", "%"), **dict.fromkeys("−–—‒―－﹣", "-"), "＋": "+",
})
_RAISED = re.compile(r"(?<=[0-9])[.,]?([⁰¹²³⁴⁵⁶⁷⁸⁹]{2})(?![0-9⁰¹²³⁴⁵⁶⁷⁸⁹])")
_SPACE = re.compile(r"\s")
_NUMBER = re.compile(
    r"(?:(?<![^\W_])[.,·])?[0-9]+"
    r"(?:[.,'·][0-9]+| [0-9]{3}(?![0-9])| ?[.,] ?[0-9]{2}(?![0-9])| ?[.,] ?[0-9]{3}(?=[.,][0-9]{1,2}(?![0-9])))*"
)
_WORD_BEFORE = re.compile(r"[^\W\d_]{1,20}\Z")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,·][0-9]+|[.,] [0-9]{2}| [.,] ?[0-9]{2})?\Z")
_MARK_SPACED = re.compile(r" ?([.,]) ?")
_DATE = r"[0-9]{1,4}([/-])[0-9]{1,2}\1[0-9]{1,4}|[0-9]{1,2}-0[0-9]"
_TELEPHONE = r"[0-9]{1,4}(?:-[0-9]{3,4}){2,3}"
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_POWER = r"[0-9][0-9.,]{0,20}[eE][+-]?[0-9]+"
_MONTH = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? ?(?:[0-9]{1,2},? )?(?:19|20)[0-9]{2}(?![0-9.,])"
_NO_PRICE = re.compile(rf"(?<![0-9.,])(?:{_DATE}|{_TELEPHONE}|{_TIME}|{_POWER})(?![0-9])|{_MONTH}", re.I)
_MAYBE_NOT = re.compile(r"[-/:]|[0-9][eE]|(?:19|20)[0-9]{2}")  # without these there is nothing of the kind
_PERCENT = re.compile(r" ?%")


class Number(NamedTuple):
    """A number's place in a text, and its digits and marks."""

    start: int
    end: int
    written: str


def tidy(text: str) -> str:
    """Digits of any script as ASCII, every white space as a space, and one mark for each of the many that look alike."""
    if not text.isascii():
        text = _RAISED.sub(_lowered, text)
        visible = text.translate(_UNSEEN)
        text = "".join([ch if ch < "\u0660" else str(unicodedata.decimal(ch, ch)) for ch in visible]).translate(_SAME)
    return _SPACE.sub(" ", text)


def _lowered(raised: re.Match[str]) -> str:
    """`12⁹⁹` is 12.99."""
    return "." + "".join(str(unicodedata.digit(ch)) for ch in raised[1])


def numbers(text: str) -> list[Number]:
    """The numbers of a tidy text that may be amounts: no dates, times, telephone numbers, percentages and powers."""
    if _MAYBE_NOT.search(text):
        text = _NO_PRICE.sub(lambda found: "\x00" * len(found[0]), text)
    found: list[Number] = []
    end = 0
    while len(found) < MOST and (match := _NUMBER.search(text, end)):
        written, start = match[0], match.start()
        if written[0] in ".,·" and (not written[1:].isdigit() or (start and text[start - 1].isdigit())):
            written, start = written[1:], start + 1
        if " " in written:
            written = _unspaced(written, text[max(0, start - 20) : start])
        end = start + len(written)
        if not _PERCENT.match(text, end):
            found.append(Number(start, end, written))
    return found


def _unspaced(written: str, before: str) -> str:
    """A number with spaces, or what stands before them when they part no groups of three: "1250 600" is 1250, "PS5 499" is 5."""
    word = _WORD_BEFORE.search(before)
    if word is not None and word[0] not in KNOWN:
        return written[: written.index(" ")].rstrip(".,")
    if _SPACED.match(written) or " " not in _MARK_SPACED.sub(r"\1", written):
        return written
    return written[: written.index(" ")].rstrip(".,")


def decide(written: str, currency: str | None, habit: Habit) -> Decimal | None:
    """The value of a number's digits and marks; None when its groups are none ("15.08.2017", "1.2.3")."""
    if written.isdigit():
        return exact(written)
    number = _MARK_SPACED.sub(r"\1", written)
    grouped = " " in number or "'" in number
    if grouped:
        whole, _, rest = number.partition("'")
        if len(rest) == 2 and whole.isdigit():
            return exact(f"{whole}.{rest}")
        number = number.replace(" ", "").replace("'", "")
    if "·" in number:
        whole, _, rest = number.rpartition("·")
        return exact(f"{re.sub('[.,·]', '', whole) or 0}.{rest}")
    return exact(_pointed(number, currency, habit, grouped=grouped))


def _pointed(number: str, currency: str | None, habit: Habit, *, grouped: bool) -> str:
    """A number with a point for its decimal mark and no group marks; "" when it is none."""
    dot, comma = number.rfind("."), number.rfind(",")
    mark = "." if dot > comma else ","
    if dot < 0 and comma < 0:
        return number
    if dot >= 0 and comma >= 0:
        whole, _, rest = number.rpartition(mark)
        return f"{whole.replace('.', '').replace(',', '')}.{rest}" if mark not in whole else ""
    if number.count(mark) > 1:
        return _of_groups(number.split(mark))
    whole, _, rest = number.partition(mark)
    if len(rest) == 3 and not grouped and 1 <= len(whole) <= 3 and whole[0] != "0" and _groups(mark, currency, habit):
        return whole + rest
    return f"{whole or 0}.{rest}"


def _of_groups(groups: list[str]) -> str:
    """One mark several times: thousands, India's lakhs ("1,29,999"), or thousands and decimals alike ("1.299.00")."""
    first, *middle, last = groups
    sizes = {len(group) for group in middle}
    if not 1 <= len(first) <= 3 or len(sizes) != 1 or not sizes <= {2, 3}:
        return ""
    if len(last) == 3:
        return "".join(groups)
    return f"{''.join(groups[:-1])}.{last}" if len(last) <= 2 and sizes == {3} else ""


def _groups(mark: str, currency: str | None, habit: Habit) -> bool:
    """Whether `1.299` (or `1,299`) is one thousand two hundred and ninety-nine.

    It is where the currency has no three decimals, unless a shop writes its own country's currency in its own country's way.
    """
    places = 2 if currency is None else MINOR_UNITS.get(currency, 2)
    if places == 0 or currency == "IQD":
        return True
    if places == 3:
        return mark != (habit.mark or ("," if currency == "TND" else "."))
    if habit.mark != mark:
        return True
    return currency is not None and not (habit.has_country and habit.currency == currency)


def exact(text: str) -> Decimal | None:
    """A finite number below 10^15, or None."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and -LIMIT < amount < LIMIT else None
