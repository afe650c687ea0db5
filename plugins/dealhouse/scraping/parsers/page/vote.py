"""The layers' vote: what two say is sure; where they disagree the amount that the shopper sees stays, and a flag tells of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dealhouse.scraping.parsers.page import words
from dealhouse.scraping.parsers.page.finding import Finding
from dealhouse.scraping.parsers.page.prices import Amount

WEIGHTS = {"jsonld": 3.0, "microdata": 2.5, "rdfa": 2.5, "opengraph": 2.0, "embedded": 2.0}
SEEN_ENOUGH = 4.5  # what must speak for an amount that no markup names
SEEN_ALONE, ALONE = 3.5, 2.5  # what is enough where no other comes as near as ALONE
SEEN_WELL = 3.0
HIGH = 0.8  # records from here on are trusted; benchmarks/scraping_pages.py prints how often they are right
BESIDE = 12  # lines between a price and the one that it was
_NO_REFERENCE = words.ELSEWHERE | words.HIDDEN | words.UNIT | words.INSTALMENT | words.SHIPPING
BARRED = words.NEVER | words.ELSEWHERE | words.HIDDEN


@dataclass(frozen=True)
class Price:
    """The price that was chosen, by which layers, how surely, and what a person should know."""

    value: Decimal
    currency: str | None
    layers: tuple[str, ...]
    confidence: float
    flags: frozenset[str]
    amount: Amount | None


def choose(findings: Iterable[Finding], amounts: list[Amount]) -> Price | None:
    """The price, or None where nothing speaks enough for any."""
    said = [finding for finding in findings if finding.price is not None]
    layers: dict[Decimal, list[str]] = defaultdict(list)
    score: dict[Decimal, float] = defaultdict(float)
    for finding in said:
        if finding.price is not None:
            layers[finding.price].append(finding.layer)
            score[finding.price] += WEIGHTS[finding.layer] * (0.5 if finding.is_range else 1.0)
    seen = _seen(amounts)
    for value, (best, more) in seen.items():
        score[value] += best.score + min(1.0, 0.5 * more)
    for finding in said:
        for other in finding.others:
            score[other] += 0.5 if other in seen else 0.0
    if not score:
        return None
    order = sorted(score, key=lambda value: -score[value])
    value = order[0]
    best_seen = seen.get(value, (None, 0))[0]
    margin = score[value] - max((score[one] for one in order[1:]), default=0.0)
    if not layers[value] and (best_seen is None or score[value] < (SEEN_ENOUGH if margin < ALONE else SEEN_ALONE)):
        return _unseen(said, layers)
    return _price(value, said, layers, best_seen, margin)


def reference(price: Price, amounts: list[Amount]) -> tuple[Decimal, str] | None:
    """(amount, kind) of the higher price that stands struck or named as a former one near the price."""
    if price.amount is None:
        return None
    place = price.amount.line
    former = [one for one in amounts if one.marks & words.OLD and not one.marks & _NO_REFERENCE and one.value > price.value]
    chosen = min(former, key=lambda one: abs(one.line - place), default=None)
    if chosen is None or abs(chosen.line - place) > BESIDE:
        return None
    return chosen.value, "rrp" if words.RRP.search(chosen.said) else "strikethrough"


def is_settled(findings: Iterable[Finding], amounts: list[Amount]) -> bool:
    """Whether the markup's price is seen where a price stands, so that no further layer need be asked."""
    said = {finding.price for finding in findings if finding.price is not None and finding.layer != "opengraph"}
    return any(amount.value in said and amount.score >= SEEN_WELL and not amount.marks & BARRED for amount in amounts)


def _unseen(said: list[Finding], layers: dict[Decimal, list[str]]) -> Price | None:
    """What the markup says, though nothing on the page shows it."""
    stated = max(said, key=lambda finding: WEIGHTS[finding.layer], default=None)
    if stated is None or stated.price is None:
        return None
    return _price(stated.price, said, layers, None, 0.0)


def _seen(amounts: list[Amount]) -> dict[Decimal, tuple[Amount, int]]:
    """The best place of each amount, and in how many other good ones it stands."""
    places: dict[Decimal, list[Amount]] = defaultdict(list)
    for amount in amounts:
        places[amount.value].append(amount)
    return {
        value: (max(found, key=lambda one: one.score), sum(not one.marks & BARRED and one.score > 2 for one in found) - 1)
        for value, found in places.items()
    }


def _price(value: Decimal, said: list[Finding], layers: dict[Decimal, list[str]], seen: Amount | None, margin: float) -> Price:
    mine = tuple(layers.get(value, ()))
    against = [finding for finding in said if finding.price != value and value not in finding.others]
    is_seen = seen is not None and seen.score >= SEEN_WELL and not seen.marks & (BARRED & ~words.OPTION)
    flags = {"price_disagrees"} if against else set()
    if mine and not is_seen:
        flags.add("price_unseen")
    if not mine:
        flags.add("price_unmarked")
    ranged = any(finding.is_range and finding.price == value for finding in said) or bool(seen and seen.marks & words.FROM)
    if ranged:
        flags.add("from_price")
    currency = next((finding.currency for finding in said if finding.price == value and finding.currency), None)
    sure = _confidence(len(mine), seen.score if seen and (is_seen or not mine) else None, margin)
    confidence = round(max(0.1, sure - 0.2 * bool(against) - 0.15 * ranged), 2)
    return Price(value, (seen.currency if seen else None) or currency, (*mine, *(("dom",) if is_seen else ())), confidence,
                 frozenset(flags), seen)


def _confidence(layers: int, seen: float | None, margin: float) -> float:
    """How sure a price is. layers: of markup that say it; seen: the score of its place, None = not seen where a price stands.

    margin: by how much it beats the next amount.
    """
    if layers and seen is not None:
        return 0.97 if margin >= 1 else 0.85
    if layers:
        return 0.9 if layers > 1 else 0.82 if margin >= 2 else 0.7
    score = seen or 0.0
    if (score >= 6 and margin >= 1.5) or (score >= 5 and margin >= 3):
        return 0.85 if score >= 7 and margin >= 2.5 else 0.8
    return 0.7 if margin >= 1 else 0.5
