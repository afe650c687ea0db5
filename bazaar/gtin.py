"""GTIN arithmetic (GS1 General Specifications, section 7.9: standard check digit)."""


def check_digit(body: str) -> int:
    """The check digit of a GTIN body of 7, 11, 12 or 13 digits."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return -total % 10


def gtin13(body: str) -> str:
    """The GTIN-13 of a 12-digit body."""
    return f"{body}{check_digit(body)}"


def gtin14(gtin: str) -> str:
    """The 14-digit form that catalogues compare."""
    return gtin.zfill(14)


def is_valid(gtin: str) -> bool:
    return gtin.isdigit() and len(gtin) in (8, 12, 13, 14) and check_digit(gtin[:-1]) == int(gtin[-1])


def broken(gtin: str) -> str:
    """The same number with a wrong check digit."""
    return f"{gtin[:-1]}{(int(gtin[-1]) + 3) % 10}"
