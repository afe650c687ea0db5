"""Numbers, times and verdicts in plain words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from serving.values import Money

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "PLN": "zł", "INR": "₹"}
Tone = Literal["good", "plain", "warn"]


@dataclass(frozen=True)
class Verdict:
    """A verdict to show: a short label, how it should look, and one sentence."""

    label: str
    tone: Tone
    sentence: str


VERDICTS = {
    "genuine": Verdict("Genuine deal", "good", "The price is really lower than what was asked before."),
    "insufficient_history": Verdict(
        "Not proven yet", "plain", "We have not watched this price long enough to judge the discount.",
    ),
    "discount_out_of_range": Verdict("Says little", "plain", "A reduction this small, or this large, tells little by itself."),
    "ref_not_above_price": Verdict("No reduction", "warn", "The price named as the regular one is not above the price."),
    "ref_never_charged": Verdict("Never charged", "warn", "While we watched, the struck-through price was never charged."),
    "ref_below_30_of_200": Verdict(
        "Rarely charged", "warn", "The struck-through price was charged on fewer than 30 of the last 200 days.",
    ),
    "omnibus_overstated": Verdict(
        "Overstated", "warn", "Against the lowest price of the 30 days before, the discount is smaller than claimed.",
    ),
    "raised_before_sale": Verdict("Raised before", "warn", "The price was raised shortly before it was reduced."),
    "permanent_sale": Verdict("Always on sale", "warn", "It is reduced nearly all the time: this is simply its price."),
    "cross_merchant_inflated": Verdict("Inflated reference", "warn", "Other merchants name a far lower regular price."),
}


PARTS = {
    "saving_history": "Saved against its own past", "saving_market": "Saved against other merchants", "trust": "Trust",
    "popularity": "Liked by others", "stock": "In stock", "time_left": "Time left",
}


def part(name: str) -> str:
    """A part of a deal's score as a shopper would say it."""
    return PARTS.get(name, readable(name))


def verdict(code: str | None) -> Verdict | None:
    """The verdict behind a model's code; a code that we do not know is shown as it reads."""
    return VERDICTS.get(code, Verdict(readable(code), "plain", "")) if code else None


def readable(code: str) -> str:
    """`coffee_machines` as «Coffee machines»."""
    text = code.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def money(value: Money | None) -> str:
    """`€1,234.50`; a currency without a sign of its own stands behind the amount."""
    if value is None:
        return "–"
    whole, _, cents = value.amount.partition(".")
    amount = f"{int(whole):,}.{cents}"
    sign = SIGNS.get(value.currency)
    return f"{sign}{amount}" if sign else f"{amount}\u00a0{value.currency}"


def percent(value: float | None) -> str:
    return "" if value is None else f"{round(value)}\u2009%"


def until(moment: datetime | None, seen_from: datetime) -> str | None:
    """How long is left, seen from the data's own time; None without an end or after it."""
    if moment is None or moment <= seen_from:
        return None
    hours = int((moment - seen_from).total_seconds() // 3600)
    if hours < 1:
        return "Ends within the hour"
    if hours < 48:
        return f"Ends in {hours} h"
    return f"Ends in {hours // 24} days"


def instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def day(value: date) -> str:
    return f"{value:%-d %b %Y}"
