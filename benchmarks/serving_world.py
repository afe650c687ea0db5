"""A published world of any size for benchmarks/serving.py: candidates made in SQL, then built and flipped as every release is."""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
OFFERS_PER_PRODUCT, ITEMS = 3, 20
DERIVED = ("search_doc", "search_term", "suggestion")  # made of `deal` by the project's own models, where there are such

# titles of words that people could have made up: 2,400 nouns, 300 brands, a model code each
SETUP = """
create schema if not exists publish_candidate;
create or replace function publish_candidate.word(n bigint) returns text language sql immutable as $$
    select (array['ka','lo','mi','ren','tu','sa','vel','or','bri','den','pa','chu'])[1 + n % 12]
        || (array['ra','nto','li','mer','su','gan','te','vox','ni','dor'])[1 + (n / 12) % 10]
        || (array['','x','ne','s','lin','ta','ro','k','mo','ze','de','fi','go','hu','ji','le','pe','qu','wa','yo'])
            [1 + (n / 120) % 20]
$$;
create schema if not exists marts;
create table if not exists marts.search_popular_terms as
select publish_candidate.word(n) as term, publish_candidate.word(n) as written, 1 + (n % 97)::integer as searches, 9 as shoppers,
    0 as zero_results, 1 as clicked
from generate_series(0::bigint, 2399) as n;
grant usage on schema marts to transformer;
grant select on marts.search_popular_terms to transformer;
create or replace function publish_candidate.brand(n bigint) returns text language sql immutable as $$
    select initcap(publish_candidate.word(n % 300 * 7 + 3))
$$;
create or replace function publish_candidate.title(n bigint) returns text language sql immutable as $$
    select publish_candidate.brand(n) || ' ' || publish_candidate.word(n * 31 % 2400) || ' '
        || publish_candidate.word(n * 17 % 2400) || ' ' || upper(left(publish_candidate.word(n % 2400), 2)) || '-' || n % 9000
$$;
"""
FILLS = {
    "product": """
        insert into {table} (product_id, item_group_id, title, brand, category, rating, review_count, offers_count,
            merchants_count, lowest_price_reporting, highest_price_reporting, reporting_currency, best_offer_id, as_of)
        select md5('p' || n)::uuid, md5('p' || n)::uuid, publish_candidate.title(n), publish_candidate.brand(n),
            'Kind ' || n %% 60, 4, 120, 3, 3, 10, 30, 'EUR', md5('o' || n)::uuid, %(as_of)s
        from generate_series(0, %(products)s - 1) as n""",
    "product_offer": """
        insert into {table} (product_id, offer_id, merchant_id, merchant_name, merchant_reputation, title, url, affiliate_url,
            price, currency, price_reporting, reporting_currency, reference_price, discount_pct, availability, condition,
            observed_at, as_of)
        select md5('p' || n %% %(products)s)::uuid, md5('o' || n)::uuid, 'm' || n %% 200, 'Merchant ' || n %% 200, 0.8,
            publish_candidate.title(n %% %(products)s), 'https://m' || n %% 200 || '.example/p/' || n, null,
            10 + n %% 400, 'EUR', 10 + n %% 400, 'EUR', 20 + n %% 400, 10, 'in_stock', 'new', %(as_of)s, %(as_of)s
        from generate_series(0, %(offers)s - 1) as n""",
    "deal": """
        insert into {table} (deal_id, offer_id, product_id, merchant_id, merchant_name, merchant_reputation, title, description,
            brand, category, url, affiliate_url, country, language, price, currency, reference_price, reference_kind,
            discount_pct, price_reporting, reporting_currency, availability, started_at, ends_at, observed_at, score,
            confidence, factors, verdict, evidence, suspicious_pricing, popularity, tags, as_of)
        select md5('d' || n)::uuid, md5('o' || n)::uuid, md5('p' || n %% %(products)s)::uuid, 'm' || n %% 200,
            'Merchant ' || n %% 200, 0.8, publish_candidate.title(n), 'A thing that is worth its price, number ' || n,
            publish_candidate.brand(n), 'Kind ' || n %% 60, 'https://m' || n %% 200 || '.example/p/' || n, null,
            (array['DE','FR','PL','GB'])[1 + n %% 4], 'en', 10 + n %% 400, 'EUR', 20 + n %% 400, 'list',
            round(1000.0 / (20 + n %% 400), 2), 10 + n %% 400, 'EUR', 'in_stock', %(as_of)s - interval '3 days', null, %(as_of)s,
            0.6, 0.7, '{{}}', 'genuine', '{{}}', false, 1.0 / (1 + n %% 9973), '[]', %(as_of)s
        from generate_series(0, %(deals)s - 1) as n""",
    "recommendation": """
        insert into {table} (customer_key, body, model_version, as_of)
        select md5('c' || n), jsonb_build_object('source', 'personalised', 'items', (
                select jsonb_agg(jsonb_build_object(
                    'product_id', md5('p' || floor(%(products)s * power(((n * 37 + place * 7919) %% 10007) / 10007.0, 3)))::uuid,
                    'score', 1.0 / place, 'reason_code', 'taste', 'reason', 'Because you like things of this kind'
                )) from generate_series(1, {items}) as place)),
            'benchmark', %(as_of)s
        from generate_series(0, %(customers)s - 1) as n""",
    "trending": """
        insert into {table} (country, body, model_version, as_of)
        select '*', jsonb_build_object('source', 'trending', 'items', (
                select jsonb_agg(jsonb_build_object('product_id', md5('p' || place)::uuid, 'score', 1.0 / place,
                    'reason_code', 'trending', 'reason', 'Trending this week'))
                from generate_series(1, {items}) as place)), 'benchmark', %(as_of)s""",
}
LIVE = """
insert into publish.live_offer (offer_id, price, currency, price_reporting, availability, stock, observed_at)
select md5('o' || n)::uuid, 9 + n %% 400, 'EUR', 9 + n %% 400,
    case when n %% 20 = 0 then 'out_of_stock' else 'in_stock' end, null, %(as_of)s
from generate_series(0, %(live)s - 1) as n;
analyze publish.live_offer
"""
GATED = """
insert into ops.gate_results (release_id, dataset, version, passed, checked_at)
select release_id, key, (value ->> 'version')::bigint, true, now()
from publish.release cross join lateral jsonb_each(datasets) where release_id = %(release_id)s
"""


def sizes(scale: float) -> dict[str, int]:
    """Rows at a scale: 1 is a million deals, 100 thousand products of three offers, 200 thousand shoppers."""
    products = max(int(100_000 * scale), 200)
    return {
        "deals": max(int(1_000_000 * scale), 1_000), "products": products, "offers": products * OFFERS_PER_PRODUCT,
        "customers": max(int(200_000 * scale), 500), "live": max(int(1_000_000 * scale), products * OFFERS_PER_PRODUCT),
    }


def execute(url: str, statement: str, values: Mapping[str, object] | None = None) -> None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)


def make_candidates(url: str, scale: float) -> None:
    """Candidate tables of every dataset that a release holds; what the project derives from them is derived by dbt."""
    from dealhouse import dbt_runs
    from dealhouse.commands import stream
    from dealhouse.releasing.build import default_manifest
    from dealhouse.releasing.contract import read_contracts

    os.environ["DEALHOUSE_AS_OF"] = AS_OF.isoformat()
    stream([str(dbt_runs.DBT), "parse", "--quiet", "--vars", dbt_runs.variables()], dbt_runs.environment())
    execute(url, SETUP)
    values = {**sizes(scale), "as_of": AS_OF}
    contracts = read_contracts(default_manifest())
    for name, contract in contracts.items():
        if name not in DERIVED:
            columns = ", ".join(f"{column.name} {column.data_type}" for column in contract.columns)
            execute(url, f"create table publish_candidate.{name} ({columns})")
            if fill := FILLS.get(name):
                execute(url, fill.format(table=f"publish_candidate.{name}", items=ITEMS), values)
    execute(url, "grant select on all tables in schema publish_candidate to transformer")
    derived = [name for name in DERIVED if name in contracts]
    finished = stream([str(dbt_runs.DBT), "run", "--quiet", "--select", *derived, "--vars", dbt_runs.variables()],
                      dbt_runs.environment(AS_OF))
    if finished.exit_code:
        sys.exit("\n".join(finished.tail))
    execute(url, "grant usage on schema publish_candidate to publisher; "
                 "grant select on all tables in schema publish_candidate to publisher")
    execute(url, LIVE, values)


def release() -> str:
    """Build a release of the candidates, let its gate pass, flip; returns its id."""
    from dealhouse.releasing.build import build
    from dealhouse.releasing.flip import flip

    built = build(AS_OF)
    execute(os.environ["DATABASE_URL"], GATED, {"release_id": built.release_id})
    flip(built.release_id)
    return built.release_id
