"""price TEXT [--locale L] [--currency C]: the amount and the currency of a price's text."""

import argparse
import json
from typing import Any

from dealhouse.currencies import MINOR_UNITS
from dealhouse.scraping.money import read_money, write_amount


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("price", help="read a price's text")
    arguments.add_argument("text")
    arguments.add_argument("--locale", help="language or language-COUNTRY, such as de or en-CA")
    known = sorted(MINOR_UNITS)
    arguments.add_argument("--currency", type=str.upper, choices=known, metavar="CODE", help="what the merchant sells in")
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """One JSON object: amount as a decimal string with the currency's decimals or null, currency as its ISO code or null."""
    amount, currency = read_money(options.text, currency=options.currency, language=options.locale)
    written = None if amount is None else write_amount(amount, currency) if currency else f"{amount:f}"
    print(json.dumps({"amount": written, "currency": currency}))
