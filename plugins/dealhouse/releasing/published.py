"""ops.published_deals: which deals the storefront ever showed. Versions are pruned; this is what stays of them."""

from sqlalchemy import Connection, text

from dealhouse.releasing.ledger import Release

DATASET = "deal"

REMEMBER = """
    insert into ops.published_deals as known (deal_id, first_as_of, last_as_of)
    select deal_id, :as_of, :as_of from publish.{table}
    on conflict (deal_id) do update set
        first_as_of = least(known.first_as_of, excluded.first_as_of),
        last_as_of = greatest(known.last_as_of, excluded.last_as_of)
    where excluded.first_as_of not between known.first_as_of and known.last_as_of
"""


def remember(connection: Connection, release: Release) -> None:
    """Note the deals that a release showed; safe to repeat."""
    deals = release.datasets.get(DATASET)
    if deals is not None:
        connection.execute(text(REMEMBER.format(table=deals.table)), {"as_of": release.as_of})
