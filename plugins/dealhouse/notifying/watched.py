"""Price and stock alerts that hold in a release: told once, then they have fired."""

from sqlalchemy import Connection, Row, text

from dealhouse.notifying.release import Message, Release, money, said

# The offers of the watched product (or the one watched offer) in the currency of the alert, the best first; a product that was
# merged away is watched as the one that it became.
HOLDING = text("""
    select alert.alert_id::text, alert.customer_key, alert.kind, alert.currency, alert.baseline_price, best.*
    from inbox.alert as alert
    left join publish.product_redirect as moved
        on moved.version = :product_redirect and moved.product_id = alert.product_id
    cross join lateral (
        select offer.product_id::text, offer.title, offer.merchant_name, offer.availability, offer.price,
            offer.currency as price_currency,
            case
                when offer.currency = alert.currency then offer.price
                when offer.reporting_currency = alert.currency then offer.price_reporting
            end as amount
        from publish.product_offer as offer
        where offer.version = :product_offer and offer.product_id = coalesce(moved.redirect_to, alert.product_id)
            and (alert.offer_id is null or offer.offer_id = alert.offer_id)
            and offer.availability = any(
                case when alert.kind = 'back_in_stock' then array['in_stock'] else array['in_stock', 'unknown'] end
            )
        order by amount nulls last, offer.price_reporting nulls last, offer.offer_id
        limit 1
    ) as best
    where alert.status = 'active' and alert.release_as_of < :as_of
        and case alert.kind
            when 'price_below' then best.amount <= alert.threshold
            when 'drop_pct' then best.amount <= alert.baseline_price * (1 - alert.threshold / 100)
            when 'rise' then best.amount >= alert.baseline_price * (1 + alert.threshold / 100)
            else true
        end
    order by alert.alert_id
""")
FIRE = text("""
    update inbox.alert set status = 'fired', fired_at = clock_timestamp()
    where alert_id = any(cast(:ids as uuid[])) and status = 'active'
""")
SAYS = {
    "price_below": "{title} costs {price} now", "drop_pct": "{title} fell to {price}", "rise": "{title} rose to {price}",
    "back_in_stock": "{title} is in stock again",
}


def holding(connection: Connection, release: Release) -> list[Message]:
    """A message for each alert that holds; the alerts have fired when the transaction commits."""
    rows = connection.execute(HOLDING, release.parameters).all()
    connection.execute(FIRE, {"ids": [row.alert_id for row in rows]})
    return [_message(row, release) for row in rows]


def _message(row: Row[tuple[object, ...]], release: Release) -> Message:
    currency = row.currency or row.price_currency
    amount = row.price if row.amount is None else row.amount
    item = {
        "title": row.title, "merchant": row.merchant_name, "path": f"/products/{row.product_id}",
        "price": money(amount, currency), "was": money(row.baseline_price, row.currency),
    }
    title = SAYS[row.kind].format(title=row.title, price=said(amount, currency))
    return Message(row.customer_key, row.kind, row.alert_id, release.release_id, title, {"items": [item], "more": 0})
