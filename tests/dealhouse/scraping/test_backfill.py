"""Raw of merchants, lost and rebuilt from what was landed: no merchant is asked again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.loading.load import load_all_landed
from dealhouse.loading.rebuild import rebuild
from dealhouse.scraping import registry
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.shard import crawl_shard

pytestmark = pytest.mark.usefixtures("impatient")

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
TABLES = ("offer_observations", "rejects", "crawl_coverage", "crawl_documents", "load_ledger", "merchant_registry")
Site = Any


def raw() -> dict[str, list[Any]]:
    with transaction("loader") as connection:
        query = "select to_jsonb(t) from raw.{} t order by to_jsonb(t)::text"
        return {table: list(connection.execute(text(query.format(table))).scalars()) for table in TABLES}


def page(*prices: str | None) -> bytes:
    variants = [{"id": number, "title": "V", "price": price, "available": True} for number, price in enumerate(prices)]
    return orjson.dumps({"products": [{"id": 1, "title": "Lamp", "handle": "lamp", "variants": variants}] if prices else []})


def crawl(as_of: datetime) -> None:
    load_all_landed(crawl_shard(["acme", "dead"], as_of).batch_uris, as_of)


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("seed", [None, 5])
def test_a_rebuild_gives_every_offer_reject_and_crawl_back_without_the_network(
    site: Site, merchant: Callable[..., Merchant], seed: int | None
) -> None:
    registry.register([merchant(), merchant(merchant_id="dead", base_url="http://127.0.0.1:1")], AS_OF)
    site.put("/meta.json", b'{"currency": "EUR"}')
    site.put("/products.json?limit=250&page=2", page())
    for day, prices in ((5, ("5.00", None, "6.00")), (6, ("5.00", "0", "4.50"))):
        site.put("/products.json?limit=250&page=1", (200, {"ETag": f'"{day}"'}, page(*prices)))
        crawl(AS_OF.replace(day=day))
    before, asked = raw(), len(site.asked)
    assert [len(before[table]) for table in ("offer_observations", "rejects", "crawl_coverage")] == [4, 2, 4]
    assert {crawl["status"] for crawl in before["crawl_coverage"]} == {"complete", "failed"}
    with transaction("loader") as connection:
        connection.execute(text("truncate raw.offer_observations, raw.rejects, raw.crawl_coverage, raw.crawl_documents"))
    rebuild(seed=seed)
    assert raw() == before
    assert len(site.asked) == asked
