"""price TEXT [--locale L] [--currency C]: the amount and the currency of a price's text."""

import argparse
import json
from typing import Any

from dealhouse.scraping.money import read_money


def add(verbs: Any) -> None:  # noqa: ANN401 (argparse hides its type)
    arguments = verbs.add_parser("price", help="read a price's text")
    arguments.add_argument("text")
    arguments.add_argument("--locale", help="language or language-COUNTRY, such as de or en-CA")
    arguments.add_argument("--currency", help="what the merchant sells in")
    arguments.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """One JSON object: amount as a decimal string or null, currency as its ISO code or null."""
    amount, currency = read_money(options.text, currency=options.currency, language=options.locale)
    print(json.dumps({"amount": None if amount is None else f"{amount:f}", "currency": currency}))
