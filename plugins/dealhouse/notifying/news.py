"""New deals for saved searches and for what interests somebody: each deal is told once of a subject.

New is a deal that began within three days of the release and was not told before. A subject that is watched for the first time
hears only of what the release before did not show.
"""

from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from dealhouse.notifying.release import Message, Release, money

SHOWN = 5  # deals that a message names; of the others it tells the number
MOST = 100  # deals of a subject that are looked at, the most popular first

FRESH = """
    select deal.deal_id, deal.product_id, deal.merchant_id, deal.merchant_name, deal.title, deal.brand, deal.category,
        deal.country, deal.price, deal.currency, deal.price_reporting, deal.reference_price, deal.discount_pct, deal.verdict,
        deal.popularity, doc.tsv, not exists (
            select from publish.deal as before where before.version = :previous and before.deal_id = deal.deal_id
        ) as is_of_this_release
    from publish.deal as deal
    left join publish.search_doc as doc on doc.version = :search_doc and doc.deal_id = deal.deal_id
    where deal.version = :deal and deal.started_at > :as_of - interval '3 days' and deal.started_at <= :as_of
        and deal.availability in ('in_stock', 'unknown') and deal.suspicious_pricing is not true
"""
WANTED = """
    not exists (
        select from inbox.not_interested as unwanted
        where unwanted.customer_key = subject.customer_key and unwanted.removed_at is null and (
            (unwanted.kind = 'product' and unwanted.value = deal.product_id::text)
            or (unwanted.kind = 'category' and unwanted.value = deal.category)
            or (unwanted.kind = 'brand' and lower(unwanted.value) = lower(deal.brand))
        )
    )
"""
SEARCHES = """
    select search_id::text as subject_id, customer_key, name, query, plainto_tsquery('simple',
        -- as search documents are written: letters and figures apart
        regexp_replace(regexp_replace(regexp_replace(
            lower(unaccent(query ->> 'q')), '[\\W_]+', ' ', 'g'), '([0-9])([^0-9 ])', '\\1 \\2', 'g'),
            '([^0-9 ])([0-9])', '\\1 \\2', 'g'
        )) as words
    from inbox.saved_search where removed_at is null
"""
FINDS = """
    (subject.words is null or deal.tsv @@ subject.words)
    and (subject.query -> 'category' is null or subject.query -> 'category' @> to_jsonb(deal.category))
    and (subject.query -> 'merchant' is null or subject.query -> 'merchant' @> to_jsonb(deal.merchant_id))
    and (subject.query -> 'brand' is null or lower(subject.query ->> 'brand')::jsonb @> to_jsonb(lower(deal.brand)))
    and (subject.query ->> 'min_discount' is null or deal.discount_pct >= (subject.query ->> 'min_discount')::numeric)
    and (subject.query ->> 'min_price' is null or deal.price_reporting >= (subject.query ->> 'min_price')::numeric)
    and (subject.query ->> 'max_price' is null or deal.price_reporting <= (subject.query ->> 'max_price')::numeric)
    and (subject.query ->> 'country' is null or deal.country = subject.query ->> 'country')
"""
# other interests are another subject: what they find at first is no news either
INTERESTS = """
    select md5(customer_key || categories::text || brands::text) as subject_id, customer_key, '' as name, categories, country,
        array(select lower(brand) from unnest(brands) as brand) as brands
    from inbox.preference
    where is_personalised and categories || brands <> '{}'
"""
INTERESTING = """
    (deal.category = any(subject.categories) or lower(deal.brand) = any(subject.brands))
    and (subject.country is null or deal.country is null or deal.country = subject.country)
    and deal.verdict is distinct from 'ref_never_charged'
"""
WATCH = """
    insert into notify.watched (customer_key, kind, subject_id, since)
    select customer_key, '{kind}', subject_id, :as_of from ({subjects}) as subject
    on conflict do nothing
    returning subject_id
"""
NEW = """
    with subject as materialized ({subjects}), deal as materialized ({fresh})
    select * from (
        select subject.subject_id, subject.customer_key, subject.name, deal.deal_id::text, deal.title, deal.merchant_name,
            deal.price, deal.currency, deal.reference_price, deal.is_of_this_release,
            row_number() over (partition by subject.subject_id order by deal.popularity desc nulls last, deal.deal_id) as place
        from subject join deal on {finds} and {wanted}
    ) as found
    where place <= {most} and not exists (
        select from notify.told
        where told.kind = '{kind}' and told.subject_id = found.subject_id and told.deal_id = found.deal_id::uuid
    )
    order by subject_id, place
"""
TOLD = text("""
    insert into notify.told (customer_key, kind, subject_id, deal_id, told_at)
    values (:customer_key, :kind, :subject_id, cast(:deal_id as uuid), :as_of)
    on conflict do nothing
""")


def for_searches(connection: Connection, release: Release) -> list[Message]:
    return _news(connection, release, "saved_search", SEARCHES, FINDS)


def for_interests(connection: Connection, release: Release) -> list[Message]:
    return _news(connection, release, "interest", INTERESTS, INTERESTING)


def _news(connection: Connection, release: Release, kind: str, subjects: str, finds: str) -> list[Message]:
    given, parts = release.parameters, {"kind": kind, "subjects": subjects, "most": MOST}
    first_time: set[str] = set(connection.execute(text(WATCH.format(**parts)), {"as_of": release.as_of}).scalars())
    query = text(NEW.format(**parts, fresh=FRESH, finds=finds, wanted=WANTED))
    rows = [dict(row) for row in connection.execute(query, given).mappings()]
    if rows:
        connection.execute(TOLD, [{**row, "kind": kind, "as_of": release.as_of} for row in rows])
    news = [row for row in rows if row["subject_id"] not in first_time or row["is_of_this_release"]]
    return [_message(kind, list(deals), release) for _, deals in groupby(news, key=lambda row: row["subject_id"])]


def _message(kind: str, deals: list[dict[str, Any]], release: Release) -> Message:
    customer, subject, name = (deals[0][field] for field in ("customer_key", "subject_id", "name"))
    items = [
        {"title": deal["title"], "merchant": deal["merchant_name"], "path": f"/deals/{deal['deal_id']}",
         "price": money(deal["price"], deal["currency"]), "was": money(deal["reference_price"], deal["currency"])}
        for deal in deals[:SHOWN]
    ]
    count = "A new deal" if len(deals) == 1 else f"{len(deals)} new deals"
    title = f"{count} for “{name}”" if name else f"{count} for you"
    return Message(customer, kind, subject, release.release_id, title, {"items": items, "more": len(deals) - len(items)})
