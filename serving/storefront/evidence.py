"""The evidence behind a verdict as sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from serving.storefront import words
from serving.values import money

# by the evidence's own names, in the order in which a person would ask: counts, money of the offer, money in the reporting
# currency, percentages in points, shares from 0 to 1, what is so or is not
COUNTS = {
    "observed_days": "We have watched this offer on {} days in all.",
    "observed_days_200d": "We have watched it on {} of the last 200 days.",
    "days_at_reference_200d": "On {} of them it was really sold at the struck-through price.",
    "reference_days_200d": "That price stood for {} of the last 200 days.",
    "observed_days_30d": "We saw this offer on {} of the 30 days before the deal.",
    "merchants_for_product": "{} merchants sell this product.",
}
ALONE = {"merchants_for_product": "Nobody else that we watch sells this product."}  # in place of a count of one
MONEY = {
    "lowest_price_30d_before": "The lowest price that we saw in the 30 days before the deal was {}.",
    "mean_price_30": "It cost {} on average over the 30 observed days before the deal.",
    "lowest_price_30d": "In the last 30 days it was never cheaper than {}.",
    "lowest_price": "The lowest price that we ever saw here is {}.",
}
REPORTED = {
    "median_reference_reporting": "Elsewhere the regular price is usually {}.",
    "lowest_competitor_reporting": "The cheapest competitor asks {}.",
    "median_competitor_reporting": "Competitors usually ask {}.",
}
POINTS = {
    "claimed_pct": ("The merchant claims {} off.", "The merchant claims no reduction."),
    "observed_pct": ("It costs {} less than at its dearest in the 30 days before.", "It was never dearer in the 30 days before."),
    "omnibus_pct": (
        "Against the lowest price of the 30 days before, it is {} off.",
        "It is no cheaper than the lowest price of the 30 days before.",
    ),
}
SHARES = {"on_sale_share_90d": "It was on sale {} of the last 90 days."}
DAYS = {"lowest_price_at": "It last came down to that on {}.", "reduced_since": "It has been reduced since {}."}
FLAGS = {
    "raised_before_sale": ("The price was raised shortly before the sale.", "The price was not raised before the sale."),
    "price_unconfirmed": ("The price has just jumped and may be a slip: we wait to see it last.", ""),
}
# what the page shows elsewhere, or what says nothing to a shopper
SILENT = {
    "price", "currency", "reference_price", "reference_kind", "reference_reporting", "discount_pct", "stated_discount_pct",
    "has_gtin", "impressions_30d", "clicks_30d", "saving_history", "saving_market", "time_left_hours", "suspicious_pricing",
}
_ORDER = [*POINTS, *MONEY, *DAYS, *COUNTS, *FLAGS, *SHARES, *REPORTED]


def sentences(found: object, currency: str, reporting_currency: str) -> list[str]:
    """Evidence, whatever its shape, as sentences: a list is taken line by line, an object name by name.

    currency is the offer's own; a name that we do not know is shown with its value, so that nothing is held back.
    """
    if isinstance(found, Mapping):
        told = next((found[name] for name in ("text", "sentence", "reason", "message") if found.get(name)), None)
        return [str(told)] if told else list(_facts(found, currency, reporting_currency))
    if isinstance(found, Sequence) and not isinstance(found, str):
        return [line for each in found for line in sentences(each, currency, reporting_currency)]
    return [] if found is None else [str(found)]


def _facts(found: Mapping[str, Any], currency: str, reporting_currency: str) -> Iterator[str]:
    found = _unclaimed(found) if found.get("reference_kind") == "observed" else found
    known = {name: found[name] for name in _ORDER if name in found}
    others = {name: value for name, value in found.items() if name not in known and name not in SILENT}
    for name, value in {**known, **others}.items():
        if isinstance(value, Mapping | list):
            yield from sentences(value, currency, reporting_currency)
        elif value is not None:
            told = _fact(name, value, currency, reporting_currency)
            yield from [told] if told else []


def _unclaimed(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """A reduction that we observed ourselves is no claim of the merchant's."""
    return {"observed_pct" if name == "claimed_pct" else name: value for name, value in found.items()}


def _fact(name: str, value: Any, currency: str, reporting_currency: str) -> str | None:  # noqa: ANN401
    tellers: tuple[tuple[Mapping[str, str], Callable[[Any], str | None]], ...] = (
        (COUNTS, str),
        (MONEY, lambda amount: _priced(amount, currency)),
        (REPORTED, lambda amount: _priced(amount, reporting_currency)),
        (DAYS, lambda moment: words.day(datetime.fromisoformat(moment))),
        (SHARES, lambda share: words.percent(100 * float(share))),
    )
    if name in FLAGS:
        return FLAGS[name][0 if value else 1]
    if name in ALONE and value == 1:
        return ALONE[name]
    if name in POINTS:
        return POINTS[name][0].format(words.percent(value)) if value >= 0.5 else POINTS[name][1]
    for sentence_by_name, shown in tellers:
        if name in sentence_by_name:
            text = shown(value)
            return sentence_by_name[name].format(text) if text else None
    return f"{words.readable(name)}: {_plain(value)}"


def _priced(amount: Any, currency: str) -> str | None:  # noqa: ANN401
    try:
        return words.money(money(Decimal(str(amount)), currency))
    except InvalidOperation:
        return None


def _plain(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
