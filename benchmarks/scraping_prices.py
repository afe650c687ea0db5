"""Price strings: ours beside price-parser on its own and zyte-parsers' test strings. Prints JSON lines.

Amounts count as right when they are equal to the expected one. A currency counts where the string itself holds the expected sign:
price-parser gives the sign back, ours an ISO code, so ours is right when the sign's own currency is named, or none for a sign of
several ("$"), and not when another is.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from price_parser import Price

from dealhouse.scraping.money import read_money
from dealhouse.scraping.signs import KNOWN, SHARED

Read = Callable[[str], tuple[Decimal | None, str | None]]
PLAIN = [text for n in range(30_000) for text in (f"{n / 100:.2f} EUR", f"${1 + n // 100},{n % 1000:03d}.{n % 100:02d}")]


def theirs(text: str) -> tuple[Decimal | None, str | None]:
    price = Price.fromstring(text)
    return price.amount, price.currency


def main(file: Path) -> None:
    rows = [row for row in json.loads(file.read_text()) if row["price_raw"]]
    for line in accuracy(rows):
        print(json.dumps(line, ensure_ascii=False))
    varied = sorted({row["price_raw"].replace("1", str(n)).replace("9", str(9 - n)) for row in rows for n in range(10)})
    for name, read in (("dealhouse", read_money), ("price-parser", theirs)):
        rates = {"plain": speed(read, PLAIN), "of the tests": speed(read, varied)}
        print(json.dumps({"reader": name, "distinct_strings_per_cpu_second": rates}))


def accuracy(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    expected = [None if row["amount"] is None else Decimal(str(row["amount"])) for row in rows]
    ours = [read_money(row["price_raw"])[0] for row in rows]
    other = [theirs(row["price_raw"])[0] for row in rows]
    failed = [place for place, amount in enumerate(other) if amount != expected[place]]
    for name, amounts in (("dealhouse", ours), ("price-parser", other)):
        right = sum(amount == wanted for amount, wanted in zip(amounts, expected, strict=True))
        of_failed = sum(amounts[place] == expected[place] for place in failed)
        wrong = [row["price_raw"] for row, amount, wanted in zip(rows, amounts, expected, strict=True) if amount != wanted]
        yield {"reader": name, "strings": len(rows), "amounts_right": right, "share": round(right / len(rows), 4),
               "price_parser_fails": len(failed), "of_these_right": of_failed, "wrong": wrong[:20]}
    yield {"reader": "dealhouse", **currencies(rows)}


def currencies(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Of strings that hold the expected sign: how many are named, left open for a sign of several, or named without one known."""
    held = [row for row in rows if row["currency"] and row["currency"] in row["price_raw"]]
    found = [(row["currency"].strip(" .\u200f"), read_money(row["price_raw"])[1]) for row in held]
    named = sum(code is not None for _, code in found)
    left_open = sum(code is None and sign in SHARED for sign, code in found)
    return {"strings_with_a_sign": len(held), "currencies_named": named, "signs_of_several_left_open": left_open,
            "unknown_signs": sorted({sign for sign, code in found if code is None and sign not in KNOWN})}


def speed(read: Read, texts: list[str]) -> int:
    started = time.process_time()
    for text in texts:
        read(text)
    return round(len(texts) / (time.process_time() - started))


if __name__ == "__main__":
    pages = Path(__file__).resolve().parents[2] / "shared" / "data" / "pages"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else pages / "price_strings" / "price_strings.json")
