"""Matching's tables: features.offer_attributes in, products and offer_product's history out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ml.core.frames import copy_in
from ml.core.warehouse_io import Run, read_frame

OFFERS = """
    select offer_id::text, merchant_id, country, language, item_group_key, title, variant_title, brand, gtin, mpn, sku,
           category_path, left(description, 200) as description, image_url, price_reporting, features_hash
    from features.offer_attributes
    where %(ids)s::uuid[] is null or offer_id = any(%(ids)s::uuid[])
    order by offer_id
"""
INDEX = """
    select metrics -> 'index' as index from predictions.run
    where capability = 'matching' and status = 'complete' and jsonb_exists(metrics, 'index')
    order by (metrics -> 'index' ->> 'number')::bigint desc limit 1
"""
STAGED = """create temporary table assigned (
    offer_id uuid, product_id uuid, band text, probability double precision, features_hash text
) on commit drop"""
REHASH = """
    update predictions.offer_product o set features_hash = a.features_hash from assigned a
    where o.offer_id = a.offer_id and o.valid_to is null and o.features_hash <> a.features_hash
      and (o.product_id, o.band) = (a.product_id, a.band)
"""
CORRECT = """
    update predictions.offer_product o
    set product_id = a.product_id, band = a.band, probability = a.probability, features_hash = a.features_hash,
        model_version = :version, run_id = :run_id
    from assigned a
    where o.offer_id = a.offer_id and o.valid_to is null and o.valid_from = :as_of
      and (o.product_id, o.band) <> (a.product_id, a.band)
"""
CLOSE = """
    update predictions.offer_product o set valid_to = :as_of from assigned a
    where o.offer_id = a.offer_id and o.valid_to is null and o.valid_from < :as_of
      and (o.product_id, o.band) <> (a.product_id, a.band)
"""
OPEN = """
    insert into predictions.offer_product
        (offer_id, valid_from, product_id, band, probability, features_hash, known_from, model_version, run_id)
    select a.offer_id, :as_of, a.product_id, a.band, a.probability, a.features_hash, :as_of, :version, :run_id
    from assigned a
    where not exists (select from predictions.offer_product o where o.offer_id = a.offer_id and o.valid_to is null)
"""
REWORD = """
    update predictions.product p
    set title = c.title, brand = c.brand, gtin = c.gtin, image_url = c.image_url,
        category = c.category, category_confidence = c.category_confidence, subcategory = c.subcategory,
        google_category_id = c.google_category_id, tags = c.tags, model_version = :version, run_id = :run_id
    from cards c
    where p.product_id = c.product_id and p.as_of <= :as_of
      and (p.title, p.brand, p.gtin, p.image_url, p.category, p.category_confidence, p.subcategory, p.google_category_id, p.tags)
          is distinct from
          (c.title, c.brand, c.gtin, c.image_url, c.category, c.category_confidence, c.subcategory, c.google_category_id, c.tags)
"""
CARDS = """create temporary table cards (
    product_id uuid, title text, brand text, gtin text, image_url text, category text, category_confidence double precision,
    subcategory text, google_category_id integer, tags jsonb
) on commit drop"""
REDIRECT = """
    update predictions.product p set redirect_to = m.kept, run_id = :run_id
    from merged m where p.product_id = m.gone or p.redirect_to = m.gone
"""

STALE = """
    delete from predictions.match_candidates c using asked_again a where c.offer_a = a.offer_id or c.offer_b = a.offer_id
"""
BEYOND = """
    delete from predictions.match_candidates where (offer_a, offer_b) in (
        select offer_a, offer_b from predictions.match_candidates order by priority desc, offer_a, offer_b offset :most
    )
"""
ANSWERED = """
    delete from predictions.match_candidates c using features.match_reviews r
    where c.offer_a = r.offer_a and c.offer_b = r.offer_b
"""
AGAIN = "create temporary table asked_again (offer_id uuid) on commit drop"


@dataclass(frozen=True)
class Known:
    """What earlier runs decided. open_rows: offer_id, product_id, band, features_hash, valid_from. products: product_id,
    item_group_id, as_of (of their minting)."""

    open_rows: pd.DataFrame
    products: pd.DataFrame


def by_first(two: pd.DataFrame) -> dict[str, str]:
    """Two columns as a mapping of the first to the second; value by value a column of Arrow strings takes ten times as long."""
    keys, values = (two.iloc[:, place].to_numpy(object) for place in (0, 1))
    return dict(zip(keys.tolist(), values.tolist(), strict=True))


def read_offers(ids: Sequence[str] | None = None) -> pd.DataFrame:
    """All offers of features.offer_attributes or those of some ids, by offer_id; the latest state at its as_of."""
    return read_frame(OFFERS, {"ids": None if ids is None else list(ids)})


def latest_index() -> dict[str, Any] | None:
    """The last index that a complete run noted (uri, number); None before any."""
    found = read_frame(INDEX)
    return None if found.empty else dict(json.loads(found["index"].iloc[0]))


def read_hashes() -> pd.DataFrame:
    """offer_id and features_hash only: enough to see whether anything is new."""
    return read_frame("select offer_id::text, features_hash from features.offer_attributes order by offer_id")


def read_known() -> Known:
    """The current assignments and all products."""
    return Known(
        read_frame("""select offer_id::text, product_id::text, band, features_hash, valid_from from predictions.offer_product
                      where valid_to is null order by offer_id"""),
        read_frame("select product_id::text, item_group_id::text, as_of from predictions.product order by product_id"),
    )


def write_products(run: Run, products: pd.DataFrame, split: Mapping[str, str]) -> None:
    """Insert minted products (columns as predictions.product) and note each.

    split: new product -> the one that its offers come from.
    """
    run.write("product", products)
    run.write("product_changes", products[["product_id"]].assign(change="minted"))
    run.write("product_changes", pd.DataFrame({
        "product_id": list(split), "change": "split", "other_product_id": list(split.values()),
    }))


def write_cards(run: Run, cards: pd.DataFrame) -> int:
    """Give products that are there new words where these differ; returns how many did."""
    run.execute(CARDS)
    _fill(run, "cards", cards, {"google_category_id": "int4", "tags": "jsonb"})
    return _count(run, REWORD)


def write_merges(run: Run, merged: pd.DataFrame) -> int:
    """Point merged products (`gone`) and those that pointed to them at the `kept`; returns the rows touched."""
    run.execute("create temporary table merged (gone uuid, kept uuid) on commit drop")
    _fill(run, "merged", merged)
    run.write("product_changes", pd.DataFrame({
        "product_id": merged["gone"], "change": "merged", "other_product_id": merged["kept"],
    }))
    return _count(run, REDIRECT)


def write_assignments(run: Run, assigned: pd.DataFrame) -> int:
    """Bring offer_product up to date: an offer whose product or band changed gets a new row from as_of on.

    assigned: offer_id, product_id, band, probability, features_hash. A row of this very instant is corrected in place; one that
    begins later than as_of is left alone. Returns the rows opened or corrected.
    """
    run.execute(STAGED)
    _fill(run, "assigned", assigned)
    run.execute(REHASH)
    corrected = _count(run, CORRECT)
    run.execute(CLOSE, {"as_of": run.as_of})
    return corrected + _count(run, OPEN)


def write_questions(run: Run, questions: pd.DataFrame, scored_again: "pd.Series[str]", most: int) -> None:
    """Replace the questions about the offers that were scored again; answered ones go, and all but the `most` weightiest.

    questions: columns as predictions.match_candidates. They are no output of the run: `rows_written` leaves them out.
    """
    if scored_again.empty:
        return
    written = run.rows_written
    run.execute(AGAIN)
    _fill(run, "asked_again", pd.DataFrame({"offer_id": scored_again}))
    run.execute(STALE)
    run.execute(ANSWERED)
    run.write("match_candidates", questions)
    run.execute(BEYOND, {"most": most})
    run.rows_written = written


def _fill(run: Run, table: str, frame: pd.DataFrame, kinds: Mapping[str, str] | None = None) -> None:
    every = dict.fromkeys(frame.columns, "text") | dict(kinds or {})
    copy_in(run.connection.connection.cursor(), ("pg_temp", table), frame, every)


def _count(run: Run, statement: str) -> int:
    every = {"as_of": run.as_of, "version": run.model_version, "run_id": run.run_id}
    used = {name: value for name, value in every.items() if f":{name}" in statement}
    rows = run.execute(statement, used)
    run.rows_written += rows
    return rows
