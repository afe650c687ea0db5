"""What benchmarks/search_relevance.py asks and of what: a bazaar's offers published, its searches as they were typed.

One deal stands for each true product that some merchant lists: one of its offers, with that merchant's title, brand and language.
Its product is matched without a fault and has the title and brand that another shop gives; its category is read from its words as
in the pipeline; its popularity and the clicks after words are those of the time before the held-out days.
"""

import json
import random
import sys
import tempfile
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import yaml
from jinja2 import Environment
from psycopg.types.json import Jsonb

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

from bazaar import clock  # noqa: E402
from bazaar.settings import from_env  # noqa: E402
from bazaar.shop.history import write_history  # noqa: E402
from bazaar.shop.world import Shop, build_shop  # noqa: E402
from bazaar.titles import model_code  # noqa: E402
from bazaar.vocabulary import categories  # noqa: E402
from bazaar.world import World, open_world  # noqa: E402
from ml.categories.assign import read_words, sort_offers  # noqa: E402
from ml.categories.config import CategoriesConfig  # noqa: E402
from serving.words import term  # noqa: E402

HELD_OUT_DAYS = 28
AS_OF = clock.iso(0)
DBT = PROJECT / "dbt"
SPACE = uuid.UUID("22222222-2222-4333-8444-555555555555")


@dataclass(frozen=True)
class Query:
    """Words, and the deals that are right for them."""

    words: str
    right: frozenset[uuid.UUID]


@dataclass
class Published:
    """deals: rows of publish.deal; by_true: the deal of each true product; queries by kind."""

    deals: list[dict[str, Any]]
    by_true: dict[int, uuid.UUID]
    world: World
    shop: Shop
    clicks: dict[tuple[str, uuid.UUID], set[str]] = field(default_factory=lambda: defaultdict(set))
    queries: dict[str, list[Query]] = field(default_factory=dict)


def make(world_name: str, seed: int, count: int) -> Published:
    """The world's deals and `count` queries of each kind."""
    world, shop = open_world(replace(from_env({}), world=world_name, seed=seed)), build_shop(world_name, seed)
    rng = random.Random(seed)  # noqa: S311
    made = _deals(world, shop, rng)
    searches = list(_searches(made))
    cut = clock.iso(-HELD_OUT_DAYS)
    _learn(made, [search for search in searches if search[0] < cut])
    held_out = [Query(words, right) for at, _, words, right in searches if at >= cut]
    made.queries["shoppers"] = rng.sample(held_out, min(count, len(held_out)))
    made.queries["titles with typos"] = [_mistyped(made, rng) for _ in range(count)]
    made.queries["plurals and codes"] = [_respelt(made, rng) for _ in range(count)]
    made.queries["other languages"] = [_translated(made, rng) for _ in range(count)]
    return made


def _deals(world: World, shop: Shop, rng: random.Random) -> Published:
    listed = defaultdict(list)
    for listing in world.listings:
        if not listing.broken:
            listed[listing.true_index].append(listing)
    house = {int(index): title for index, title in zip(shop.assortment.true_index, shop.assortment.title, strict=True)}
    deals, by_true = [], {}
    for index, listings in sorted(listed.items()):
        one = rng.choice(listings)
        merchant = world.merchants[one.merchant]
        deal_id = uuid.uuid5(SPACE, f"deal {index}")
        by_true[index] = deal_id
        titles = [other.full_title for other in listings if other is not one]
        deals.append({
            "deal_id": deal_id, "offer_id": uuid.uuid5(SPACE, f"offer {index}"),
            "product_id": uuid.uuid5(SPACE, f"product {index}"), "merchant_id": merchant.merchant_id,
            "merchant_name": merchant.name, "title": one.full_title, "brand": one.brand,
            "description": one.description, "country": merchant.country, "language": merchant.language,
            "category_path": one.category_path,
            "price": 10, "currency": "EUR", "price_reporting": 10, "reporting_currency": "EUR", "availability": "in_stock",
            "observed_at": AS_OF, "score": 0.5, "discount_pct": 20, "reference_price": 12.5, "tags": [], "true_index": index,
            "product_title": house.get(index) or rng.choice(titles or [one.full_title]),
            "product_brand": next((other.brand for other in listings if other.brand), None),
        })
    sorted_in = sort_offers(read_words(pd.DataFrame(deals), CategoriesConfig()), None, CategoriesConfig())
    for deal, category, subcategory in zip(deals, sorted_in.category, sorted_in.subcategory, strict=True):
        deal.update(category=str(category), subcategory=str(subcategory) or None)
    return Published(deals, by_true, world, shop)


def _searches(made: Published) -> Iterator[tuple[str, str, str, frozenset[uuid.UUID]]]:
    """(when, who, words, deals opened until the visit's next search) of every search that led to one."""
    deal_of = {sku: made.by_true.get(int(index)) for sku, index in zip(made.shop.assortment.sku, made.shop.assortment.true_index,
                                                                       strict=True)}
    visits: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as home:
        for line in (write_history(made.shop, Path(home)) / "events.ndjson").open():
            event = json.loads(line)
            if event.get("kind") in ("search", "product_view") and str(event.get("event_at", ""))[:2] == "20":
                visits[event.get("session_id", "")].append(event)
    for events in visits.values():
        events.sort(key=lambda event: str(event["event_at"]))
        starts = [place for place, event in enumerate(events) if event["kind"] == "search"]
        for start, end in pairwise([*starts, len(events)]):
            opened = frozenset(deal for event in events[start + 1 : end] if (deal := deal_of.get(event.get("sku", ""))))
            if opened and events[start].get("query"):
                yield str(events[start]["event_at"]), str(events[start]["anonymous_id"]), str(events[start]["query"]), opened


def _learn(made: Published, searches: list[tuple[str, str, str, frozenset[uuid.UUID]]]) -> None:
    """Popularity and the clicks after words, of the time before the held-out days."""
    opened: Counter[uuid.UUID] = Counter()
    for _, who, words, deals in searches:
        opened.update(deals)
        for opened_deal in deals:
            made.clicks[term(words), opened_deal].add(who)
    most = np.log1p(max(opened.values(), default=1))
    for deal in made.deals:
        deal["popularity"] = float(np.log1p(opened[deal["deal_id"]]) / most)


def _siblings(made: Published, index: int) -> frozenset[uuid.UUID]:
    """The deals of all variants of a product's model."""
    groups = made.world.catalogue.group
    return frozenset(made.by_true[int(other)] for other in np.flatnonzero(groups == groups[index]) if int(other) in made.by_true)


def _mistyped(made: Published, rng: random.Random) -> Query:
    """Brand, line and a word more of a product that is listed, one letter of one word wrong in two of three."""
    index, catalogue = rng.choice(made.deals)["true_index"], made.world.catalogue
    noun = categories()[int(catalogue.category[index])].noun["en"]
    words = f"{catalogue.brand[index]} {catalogue.line[index]} {noun if rng.random() < 0.5 else ''}".lower().split()
    long = [place for place, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if long and rng.random() < 0.67:
        place = rng.choice(long)
        words[place] = _slip(words[place], rng)
    return Query(" ".join(words), _siblings(made, index))


def _slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    return rng.choice([
        word[:place] + word[place + 1 :], word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + rng.choice("aeioustrn") + word[place + 1 :], word[:place] + word[place] + word[place:],
    ])


def _respelt(made: Published, rng: random.Random) -> Query:
    """A model's code in some spelling, or a brand with the plural or singular of the thing."""
    index, catalogue = rng.choice(made.deals)["true_index"], made.world.catalogue
    if rng.random() < 0.5:
        return Query(model_code(str(catalogue.model[index]), rng.randrange(4)), _siblings(made, index))
    noun = categories()[int(catalogue.category[index])].noun["en"]
    other = noun[:-1] if noun.endswith("s") else f"{noun}s"
    return Query(f"{catalogue.brand[index]} {other}".lower(), _of_brand(made, index))


def _translated(made: Published, rng: random.Random) -> Query:
    """A brand and a thing in any of eight languages; right is whatever of the brand is such a thing."""
    index, catalogue = rng.choice(made.deals)["true_index"], made.world.catalogue
    noun = rng.choice(sorted(categories()[int(catalogue.category[index])].noun.items()))[1]
    return Query(f"{noun} {catalogue.brand[index]}".lower(), _of_brand(made, index))


def _of_brand(made: Published, index: int) -> frozenset[uuid.UUID]:
    catalogue = made.world.catalogue
    alike = (catalogue.brand == catalogue.brand[index]) & (catalogue.category == catalogue.category[index])
    return frozenset(made.by_true[int(other)] for other in np.flatnonzero(alike) if int(other) in made.by_true)


def publish(url: str, made: Published) -> None:
    """Version 1 of what a search reads, the search documents and words by the statements of the pipeline's own models."""
    models = yaml.safe_load((DBT / "models/publish_candidate/_publish_candidate.yml").read_text())["models"]
    types = {model["name"]: {column["name"]: column["data_type"] for column in model["columns"]} for model in models}
    with psycopg.connect(url) as connection:
        for name in ("deal", "product"):
            columns = ", ".join(f"{column} {kind}" for column, kind in types[name].items())
            connection.execute(f"create table publish_candidate.{name} ({columns})")
            _fill(connection, name, types[name], made.deals if name == "deal" else [_product(deal) for deal in made.deals])
        connection.execute("insert into publish.release values ('r', now(), 'live', now(), now(), '{}')")
        for name in ("search_doc", "search_term"):
            connection.execute(f"create table publish_candidate.{name} as {_compiled(name)}")
        for name in ("deal", "product", "search_doc", "search_term"):
            order = "prank" if name == "search_doc" else "1"
            rows = f"select 1::bigint as version, * from publish_candidate.{name} order by {order}"
            connection.execute(f"create table publish.{name} as {rows}")
        _clicks(connection, made)
        for name in ("deal", "product", "search_doc", "search_term", "search_click"):
            connection.execute("insert into publish.current values (%s, 1, 'r', now(), null, null, 'h', 1)", (name,))
        connection.execute("create index on publish.search_doc using gin (tsv)")
        connection.execute("create index on publish.deal (deal_id)")
        connection.execute("grant select on all tables in schema publish to serving")
        connection.execute("analyze")


def _product(deal: dict[str, Any]) -> dict[str, Any]:
    return deal | {"title": deal["product_title"], "brand": deal["product_brand"]}


def _fill(connection: psycopg.Connection[Any], name: str, columns: dict[str, str], rows: list[dict[str, Any]]) -> None:
    names = [column for column in columns if column in rows[0]]
    with connection.cursor().copy(f"copy publish_candidate.{name} ({', '.join(names)}) from stdin") as copy:
        for row in rows:
            copy.write_row([Jsonb(row[column]) if isinstance(row[column], list) else row[column] for column in names])


def _clicks(connection: psycopg.Connection[Any], made: Published) -> None:
    connection.execute("create table publish.search_click (version bigint, term text, deal_id uuid, shoppers integer)")
    for (words, deal), shoppers in made.clicks.items():
        if len(shoppers) > 1:
            connection.execute("insert into publish.search_click values (1, %s, %s, %s)", (words, deal, len(shoppers)))


def _compiled(model: str) -> str:
    """A candidate's statement, its refs pointing at the tables made here."""
    text = (DBT / "macros/searchable.sql").read_text() + (DBT / f"models/publish_candidate/{model}.sql").read_text()
    compiled: str = Environment().from_string(text).render(  # noqa: S701 (SQL, no page)
        ref=lambda name: f"publish_candidate.{name}", as_of=lambda: f"'{AS_OF}'::timestamptz",
    )
    return compiled
