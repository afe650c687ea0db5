"""Numbers, verdicts and evidence in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from serving.schemas import Money
from serving.schemas import money as as_money

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
    "great": Verdict("Great deal", "good", "The price is the best that we have seen in a long time."),
    "good": Verdict("Good deal", "good", "The price is clearly lower than what was asked before."),
    "fair": Verdict("Fair price", "plain", "A modest reduction, close to what others ask."),
    "ordinary": Verdict("Usual price", "plain", "This is about what it usually costs."),
    "inflated": Verdict(
        "Inflated reference", "warn", "The struck-through price was hardly ever asked: the discount is less than it seems.",
    ),
    "suspicious": Verdict("Doubtful discount", "warn", "The struck-through price lies far above what we observed."),
    "unproven": Verdict("Not proven yet", "plain", "We have not watched this price long enough to judge the discount."),
}
_ALIKE = {
    "real": "genuine", "honest": "genuine", "verified": "genuine", "excellent": "great", "usual": "ordinary", "weak": "ordinary",
    "fake": "inflated", "misleading": "inflated", "raised": "inflated", "doubtful": "suspicious", "unknown": "unproven",
    "unverified": "unproven", "insufficient": "unproven", "not_enough": "unproven", "unchecked": "unproven",
    "too_new": "unproven",
}


def verdict(code: str | None) -> Verdict | None:
    """The verdict behind a model's code; a code that we do not know is shown as it reads."""
    if not code:
        return None
    known = {**{name: name for name in VERDICTS}, **_ALIKE}
    for part, name in known.items():
        if part in code.lower():
            return VERDICTS[name]
    return Verdict(readable(code), "plain", "")


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


# the evidence's own names, where a sentence reads better than a name and a number: counts, money of the offer, money in the
# reporting currency, shares from 0 to 1, and what is so or is not
_COUNTS = {
    "observed_days_30d": "We saw this offer on {} of the 30 days before the deal.",
    "observed_days_200d": "We have watched this offer on {} of the last 200 days.",
    "days_at_reference_200d": "It was really sold at the struck-through price on {} of the last 200 days.",
    "merchants_for_product": "{} merchants sell this product.",
}
_MONEY = {
    "lowest_price_30d_before": "The lowest price of the 30 days before the deal was {}.",
    "lowest_30d": "The lowest price of the 30 days before the deal was {}.",
    "mean_price_30": "It cost {} on average over the 30 observed days before the deal.",
    "reference_price": "The price named as the regular one is {}.",
}
_REPORTED = {
    "lowest_competitor_reporting": "The cheapest competitor asks {}.",
    "median_competitor_reporting": "Competitors usually ask {}.",
    "median_reference_reporting": "Merchants usually name {} as the regular price.",
}
_SHARES = {"on_sale_share_90d": "It was on sale {} of the last 90 days."}
_FLAGS = {
    "raised_before_sale": ("The price was raised shortly before the sale.", "The price was not raised before the sale."),
    "suspicious_pricing": ("The reference price lies far above what was observed.", None),
}


def evidence(found: object, currency: str, reporting_currency: str) -> list[str]:
    """Evidence, whatever its shape, as sentences: a list is taken line by line, an object key by key."""
    if isinstance(found, Mapping):
        told = next((found[name] for name in ("text", "sentence", "reason", "message") if found.get(name)), None)
        return [str(told)] if told else list(_facts(found, currency, reporting_currency))
    if isinstance(found, Sequence) and not isinstance(found, str):
        return [line for each in found for line in evidence(each, currency, reporting_currency)]
    return [] if found is None else [str(found)]


def _facts(found: Mapping[str, Any], currency: str, reporting_currency: str) -> Iterator[str]:
    for name, value in found.items():
        if isinstance(value, Mapping | list):
            yield from evidence(value, currency, reporting_currency)
        elif name in _FLAGS:
            told = _FLAGS[name][0 if value else 1]
            yield from [told] if told and value is not None else []
        elif name in _MONEY or name in _REPORTED:
            yield from _priced(name, value, currency if name in _MONEY else reporting_currency)
        elif value is not None:
            yield _counted(name, value)


def _priced(name: str, value: Any, currency: str) -> Iterator[str]:  # noqa: ANN401
    try:
        yield ({**_MONEY, **_REPORTED})[name].format(money(as_money(Decimal(str(value)), currency)))
    except InvalidOperation:
        return


def _counted(name: str, value: Any) -> str:  # noqa: ANN401
    if name in _SHARES:
        return _SHARES[name].format(percent(100 * float(value)))
    return _COUNTS[name].format(value) if name in _COUNTS else f"{readable(name)}: {_plain(value)}"


def _plain(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
