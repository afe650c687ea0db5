"""Global Trade Item Numbers (GS1 General Specifications, section 7.9): 8, 12, 13 or 14 digits, the last of them a check digit."""

import re

LENGTHS = (8, 12, 13, 14)
_NOISE = re.compile(r"[\s\u200b\u00ad-]+")


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the one that the others demand: weights 3 and 1 from the right, modulo 10."""
    codes = digits.encode()
    odd, even = codes[::-2], codes[-2::-2]
    return (sum(odd) + 3 * sum(even) - 48 * (len(odd) + 3 * len(even))) % 10 == 0


def normalise(text: str | int | None) -> str | None:
    """The number as 14 digits, or None when it is none: `4006381333931` is `04006381333931`.

    Spaces and hyphens are ignored ("978-3-16-148410-0"); a prefix such as `gtin:` or `EAN ` is too; 0000000000000 is no number.
    """
    if text is None:
        return None
    digits = str(text)
    if not (digits.isascii() and digits.isdigit()):
        digits = _NOISE.sub("", digits).lower().removeprefix("gtin:").removeprefix("ean:").removeprefix("ean")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS or not digits.strip("0"):
        return None
    return digits.zfill(14) if has_check_digit(digits) else None
