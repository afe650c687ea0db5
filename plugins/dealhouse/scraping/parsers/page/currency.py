"""Which currency an amount on a page is in: what stands beside it, read with the region of the page's address and language."""

import re
from functools import lru_cache

from dealhouse.currencies import MINOR_UNITS, OF_COUNTRY
from dealhouse.scraping.domains import country_of
from dealhouse.scraping.parsers.page.address import parts

SURE = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₫": "VND", "₴": "UAH", "₽": "RUB", "฿": "THB",
    "₸": "KZT", "₱": "PHP", "₦": "NGN", "₼": "AZN", "₨": "PKR", "₡": "CRC", "₲": "PYG", "₾": "GEL", "֏": "AMD",
    "r$": "BRL", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD",
    "nt$": "TWD", "mx$": "MXN", "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN", "fr.": "CHF", "sfr": "CHF",
    "euro": "EUR", "euros": "EUR", "tl": "TRY", "dhs": "AED",
    "ден": "MKD", "дин": "RSD", "din": "RSD", "din.": "RSD", "br": "BYN",
    "s/": "PEN", "s/.": "PEN", "rp": "IDR", "rm": "MYR", "r": "ZAR", "тг": "KZT", "тнг": "KZT", "грн": "UAH",
    "원": "KRW", "円": "JPY", "元": "CNY", "ر.س": "SAR", "د.إ": "AED", "د.ك": "KWD", "ج.م": "EGP", "ر.ق": "QAR", "ر.ع": "OMR",
}
SHARED = {
    "$": ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD", "UYU"),
    "¥": ("JPY", "CNY"), "￥": ("JPY", "CNY"), "kr": ("SEK", "NOK", "DKK", "ISK"), "kr.": ("DKK", "NOK", "SEK", "ISK"),
    "rs": ("PKR", "INR", "LKR", "NPR", "MUR"), "rs.": ("PKR", "INR", "LKR", "NPR", "MUR"),
    "руб": ("RUB", "BYN"), "руб.": ("RUB", "BYN"), "р.": ("RUB", "BYN"), "р": ("RUB", "BYN"),
    "ريال": ("SAR", "QAR", "OMR", "YER"), "درهم": ("AED", "MAD"), "دينار": ("KWD", "BHD", "JOD", "IQD"), "جنيه": ("EGP", "SDG"),
}
_SYMBOL = re.compile(r"(?:[A-Za-z]{1,2})?[$]|[€£¥￥₹₺₩₪₫₴₽฿₸₱₦₼₨₡₲₾֏원円元]|[sS]/\.?(?=\s?\d)")
_WORDS = {sign for sign in (*SURE, *SHARED) if sign[0].isalpha() and "$" not in sign}
_NAMES = sorted({*(code.lower() for code in MINOR_UNITS), *_WORDS}, key=len, reverse=True)
_WORD = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, _NAMES))})(?![^\W\d_])", re.I)
_LETTER = re.compile(r"[^\W\d_]")


@lru_cache(maxsize=20_000)
def sign_in(text: str) -> str | None:
    """A currency's sign as it stands in a text, in lower case, or None: `€`, `us$`, `eur`, `zł`."""
    found = _SYMBOL.search(text)
    if found is None and _LETTER.search(text):
        found = next((word for word in _WORD.finditer(text) if _is_beside(text, word)), None)
    if found is None:
        return None
    sign = found[0].lower()
    return sign if sign in SURE or sign in SHARED or sign.upper() in MINOR_UNITS else sign[-1]


def _is_beside(text: str, word: re.Match[str]) -> bool:
    """A code or a word is a currency's only alone or beside a number: `AMD Radeon 56` names no dram."""
    around = text[max(0, word.start() - 2):word.start()] + text[word.end():word.end() + 2]
    return len(word[0]) == len(text.strip()) or any(letter.isdigit() for letter in around)


def read_sign(text: str, region: str | None) -> str | None:
    """The ISO code of a currency's sign in a text, or None; one that several countries share needs the region's own."""
    sign = sign_in(text)
    return None if sign is None else by_sign(sign, region)


@lru_cache(maxsize=2048)
def by_sign(sign: str, region: str | None) -> str | None:
    if sign.upper() in MINOR_UNITS:
        return sign.upper()
    if sign in SURE:
        return SURE[sign]
    shared = SHARED.get(sign, ())
    own = of_region(region)
    return own if own in shared else shared[0] if len(shared) == 1 else None


def of_region(region: str | None) -> str | None:
    """The currency in use in a country."""
    return OF_COUNTRY.get(region) if region else None


_PATH_REGION = re.compile(r"/(?:([a-z]{2})|([a-z]{2})[-_]([a-z]{2}))(?=/)", re.I)


def region_of(url: str, stated: str | None) -> str | None:
    """The country that an address and a page's own locale speak of: its domain's, else what the locale says, else its path's."""
    host = (parts(url).hostname or "").lower()
    if (own := country_of(host)) is not None:
        return own
    head = re.match(r"(?:[a-z]{2}-([a-z]{2})|([a-z]{2}))\.", host)
    for guess in (head and head[1], stated, *(_path_regions(url)), head and head[2]):
        if guess and of_region(guess.upper()):
            return str(guess).upper()
    return None


def _path_regions(url: str) -> tuple[str | None, ...]:
    found = _PATH_REGION.match(parts(url).path)
    return (found[1], found[3]) if found else ()
