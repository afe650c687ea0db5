"""A shop of one's own: a small order export, in one command, through Airflow to the API. Nobody knows its costs or its stock."""

import csv
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from stack.pipeline import EXPECTED
from tests.platforms import Platform, own_platform

pytestmark = pytest.mark.timeout(900)
HEAD = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
BEGIN = datetime(2011, 3, 1, tzinfo=UTC)
ORDERS, DAYS, CUSTOMERS, PRODUCTS = 1500, 120, 60, 30


@dataclass(frozen=True)
class OwnShop(Platform):
    """A platform and what the import printed."""

    printed: str

    @property
    def rejected(self) -> int:
        found = re.search(r"([\d,]+) rejected", self.printed)
        assert found, self.printed
        return int(found.group(1).replace(",", ""))


def order_lines(rng: random.Random, number: int) -> Iterator[tuple[object, ...]]:
    """One order's lines; some orders repeat a line, pay postage and are in part returned."""
    customer, order = rng.randrange(CUSTOMERS), f"{536000 + number}"
    at, who = BEGIN + timedelta(hours=number * DAYS * 24 // ORDERS), "" if rng.random() < 0.1 else f"{17000 + customer}"
    line: tuple[object, ...] = ()
    for _ in range(rng.randrange(1, 4)):
        item = (customer * 7 + rng.randrange(4)) % PRODUCTS if rng.random() < 0.7 else rng.randrange(PRODUCTS)
        price = "0.00" if rng.random() < 0.02 else f"{1 + item * 0.25:.2f}"
        line = (order, f"S{item}", f"GIFT NUMBER {item}", rng.randrange(1, 12), at, price, who, "United Kingdom")
        yield line
    if rng.random() < 0.1:
        yield line
        yield (order, "POST", "POSTAGE", 1, at, "3.00", who, "")
        yield (f"C{order}", *line[1:3], -1, *line[4:])


def write_export(path: Path) -> int:
    """An export as shops have them; returns its lines. Each customer comes back to a few favourites."""
    rng = random.Random(7)
    lines = [line for number in range(ORDERS) for line in order_lines(rng, number)]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *lines])
    return len(lines)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    path = tmp_path_factory.mktemp("export") / "orders.csv"
    return path, write_export(path)


@pytest.fixture(scope="module")
def shop(lines: tuple[Path, int]) -> Iterator[OwnShop]:
    with own_platform("none") as fresh:
        printed = fresh.stack("import-orders", str(lines[0]), "--mapping", "online_retail")
        yield OwnShop(fresh.home, fresh.environment, printed)


def read(shop: OwnShop, path: str, **request: Any) -> dict[str, Any]:
    answer = requests.get(f"{shop.url('API')}{path}", timeout=30, **request)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_no_line_is_lost(shop: OwnShop, lines: tuple[Path, int]) -> None:
    ((loaded,),) = shop.ask("select count(*) from raw.shop_order_lines")
    rejects = dict(shop.ask("select reason, count(*) from raw.rejects group by 1"))
    assert rejects.keys() == {"zero_unit_price", "duplicate_line"}
    assert loaded + sum(rejects.values()) == lines[1]
    assert sum(rejects.values()) == shop.rejected
    assert f"{lines[1]:,} lines" in shop.printed


def test_every_dag_ran_and_those_without_a_world_say_that_they_had_nothing_to_do(shop: OwnShop) -> None:
    assert {dag_id for (dag_id,) in shop.ask("select dag_id from ops.run_ledger")} == EXPECTED
    assert shop.ask("select * from ops.run_ledger where status = 'failed'") == []
    assert shop.ask("select distinct status from ops.run_ledger where dag_id = 'ingest_offers'") == [("noop",)]
    assert shop.ask("select distinct detail ->> 'idle' from ops.run_ledger where dag_id = 'score_deals' and status = 'done'") == [
        ("no offer is a deal candidate",)
    ]


def test_each_article_is_one_product_with_a_price_that_says_what_is_not_known(shop: OwnShop) -> None:
    key = json.loads((shop.home / "secrets.json").read_text())["shop"]
    prices = read(shop, "/v1/prices?limit=100", headers={"X-API-Key": key})["items"]
    assert len(prices) == PRODUCTS == len({price["product_id"] for price in prices})
    assert all("its cost is not known" in price["reason"] for price in prices)
    assert {price["price"]["currency"] for price in prices} == {"GBP"}
    product = read(shop, f"/v1/products/{prices[0]['product_id']}")
    assert product["title"].startswith("GIFT NUMBER ")


def test_what_is_trending_is_served_with_its_reason(shop: OwnShop) -> None:
    items = read(shop, "/v1/trending")["items"]
    assert items
    assert all(item["reason"] and item["offer"]["price"]["currency"] == "GBP" for item in items)


def test_a_customer_is_recommended_what_fits_them(shop: OwnShop) -> None:
    ((customer,),) = shop.ask(
        "select customer_key from raw.shop_orders where customer_key is not null group by 1 order by count(*) desc, 1 limit 1"
    )
    secret = json.loads((shop.home / "secrets.json").read_text())["token"]
    claims = {"sub": customer, "aud": "dealhouse", "iss": "house", "exp": time.time() + 600}
    bearer = {"Authorization": f"Bearer {jwt.encode(claims, secret, 'HS256')}"}
    body = read(shop, "/v1/recommendations", headers=bearer)
    assert body["source"] == "personalised"
    assert all(item["reason"] for item in body["items"])


def test_the_models_were_measured_beside_their_naive_baselines(shop: OwnShop) -> None:
    figures = dict(shop.ask(
        "select detail ->> 'capability', detail -> 'metric' from ops.run_ledger "
        "where dag_id in ('train_recommendations', 'forecast_demand') and status = 'done'"
    ))
    assert set(figures) == {"recommendations", "demand"}
    assert all(figure["value"] is not None and figure["naive"] is not None for figure in figures.values())


def test_the_demo_is_refused_in_a_shops_home(shop: OwnShop) -> None:
    _, errors = (demo := shop.begin("demo")).communicate()
    assert demo.returncode == 1
    assert "holds a shop of your own" in errors
