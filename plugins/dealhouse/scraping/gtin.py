"""Global Trade Item Numbers (GS1 General Specifications, section 7.9): 8, 12, 13 or 14 digits, the last of them a check digit."""

import re

LENGTHS = (8, 12, 13, 14)
_NOISE = re.compile(r"[\s\u200b\u00ad()\-\u2010-\u2015]+")
_PREFIX = re.compile(r"\s*(?:gtin|ean|upc|jan|isbn|barcode)(?:[-_ ]?(?:8|10|12|13|14|a|e)(?=[\s:#]))?\s*[:#]?", re.I)
_ISBN_10 = re.compile(r"[0-9]{9}[0-9X]\Z")


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the one that the others demand: weights 3 and 1 from the right, modulo 10."""
    codes = digits.encode()
    odd, even = codes[::-2], codes[-2::-2]
    return (sum(odd) + 3 * sum(even) - 48 * (len(odd) + 3 * len(even))) % 10 == 0


def normalise(text: str | int | None) -> str | None:
    """The number as 14 digits, or None when it is none: `4006381333931` is `04006381333931`.

    Spaces, hyphens and brackets are ignored ("978-3-16-148410-0"); a name before it is too (`EAN-13: `); an ISBN of ten digits is
    the one of thirteen (ISO 2108); 0000000000000 is no number.
    """
    if text is None:
        return None
    digits = str(text)
    if not digits.isdigit():
        digits = _NOISE.sub("", _PREFIX.sub("", digits[:100], count=1)).upper()
    if _ISBN_10.match(digits):
        return _of_isbn_10(digits)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS or not digits.strip("0"):
        return None
    return digits.zfill(14) if has_check_digit(digits) else None


def _of_isbn_10(digits: str) -> str | None:
    """Its check digit is modulo 11, with X for ten; under the prefix 978 it has another."""
    values = [10 if digit == "X" else int(digit) for digit in digits]
    if sum(value * (10 - place) for place, value in enumerate(values)) % 11 or not digits.strip("0"):
        return None
    body = f"978{digits[:9]}"
    return next(f"0{body}{last}" for last in range(10) if has_check_digit(f"{body}{last}"))
