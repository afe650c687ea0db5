"""What a market's formats say is what the rows are."""

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from bazaar.formats import affiliate, magento, woocommerce
from bazaar.rows import Window, money
from bazaar.settings import BazaarSettings
from bazaar.shelf import lone_window
from bazaar.world import open_world

PLACES = {"woocommerce": 2, "awin": 3, "magento": 5, "impact": 8, "cj": 12, "rakuten": 16}
Of = Callable[[str], Window]


@pytest.fixture(scope="module")
def of(bazaar_settings: BazaarSettings) -> Of:
    world = open_world(replace(bazaar_settings, world="market-20-1500"))
    windows = {platform: lone_window(world, number, 0) for platform, number in PLACES.items()}
    return windows.__getitem__


def test_woocommerce_prices_are_minor_units_as_many_as_the_shop_set(of: Of) -> None:
    window = of("woocommerce")
    document = woocommerce.answer(window, woocommerce.PATHS[0], {"per_page": "100"})
    assert document is not None
    assert document.headers["X-WP-Total"] == str(len(window.rows))
    for product, row in zip(orjson.loads(document.body), window.rows, strict=False):
        prices = product["prices"]
        if row.listing.broken is None:
            assert int(prices["price"]) * 100 == row.price * 10 ** prices["currency_minor_unit"]
            assert (int(prices["regular_price"]) > int(prices["price"])) is bool(row.reference)
    with pytest.raises(ValueError, match="per_page"):
        woocommerce.answer(window, woocommerce.PATHS[0], {"per_page": "0"})


def test_magento_shows_the_final_price_beside_the_regular_one(of: Of) -> None:
    window = of("magento")
    document = magento.answer(window, magento.Asked(store=True, size=300, page=1))
    data = orjson.loads(document.body)["data"]
    assert data["storeConfig"]["base_currency_code"] == window.merchant.currency
    for item, row in zip(data["products"]["items"], window.rows, strict=False):
        price = item["price_range"]["minimum_price"]
        if row.listing.broken is None:
            assert f"{price['final_price']['value']:.2f}" == money(row.price)
            assert f"{price['regular_price']['value']:.2f}" == money(row.reference or row.price)


@pytest.mark.parametrize(("platform", "names"), [
    ("awin", ("search_price", "product_price_old", "currency")),
    ("impact", ("CurrentPrice", "OriginalPrice", "Currency")),
])
def test_a_csv_has_a_line_a_row(of: Of, platform: str, names: tuple[str, str, str]) -> None:
    window = of(platform)
    document = affiliate.answer(window, affiliate.FILES[platform][0], {})
    assert document is not None
    body = gzip.decompress(document.body) if platform == "awin" else document.body
    lines = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    assert len(lines) == document.records == len(window.rows)
    for line, row in zip(lines, window.rows, strict=True):
        if row.listing.broken is None:
            assert (line[names[0]], line[names[2]]) == (money(row.price), window.merchant.currency)
            assert not row.reference or line[names[1]] == money(row.reference)


def test_cj_writes_the_price_and_the_sale_price_with_their_currency(of: Of) -> None:
    window = of("cj")
    document = affiliate.answer(window, "/products.csv", {})
    assert document is not None
    for line, row in zip(csv.DictReader(io.StringIO(document.body.decode(), newline="")), window.rows, strict=True):
        if row.listing.broken is None:
            assert line["PRICE"] == f"{money(row.reference or row.price)} {window.merchant.currency}"
            assert bool(line["SALE_PRICE"]) is bool(row.reference)


def test_rakutens_trailer_counts_its_rows(of: Of) -> None:
    window = of("rakuten")
    document = affiliate.answer(window, "/catalog.txt.gz", {})
    assert document is not None
    head, *rows, trailer = gzip.decompress(document.body).decode().splitlines()
    assert head.startswith("HDR|")
    assert trailer == f"TRL|{len(window.rows)}"
    assert {row.count("|") for row in rows} == {affiliate.RAKUTEN_COLUMNS - 1}
