"""Real answers of real shops, exact to the cent."""

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from dealhouse.scraping.detect_format import detect
from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Offer
from stack.database import PROJECT

CAPTURES = Path(os.environ.get("DEALHOUSE_DATA") or PROJECT.parent / "shared" / "data") / "pages" / "scrapex"
pytestmark = pytest.mark.skipif(not CAPTURES.exists(), reason=f"no captured answers at {CAPTURES} (DEALHOUSE_DATA)")
Make = Callable[..., Context]


def read(name: str, context: Context) -> tuple[str, list[Offer]]:
    document = (CAPTURES / name).read_bytes()
    found = detect(document, context.document_url)
    assert found is not None
    made = list(FORMATS[found.format].extract(document, context))
    return found.format, [offer for offer in made if isinstance(offer, Offer)]


def test_woocommerce(context: Make) -> None:
    rows = orjson.loads((CAPTURES / "samehgabriel_wc_live.json").read_bytes())
    format_, offers = read("samehgabriel_wc_live.json", context(currency=None))
    expected = [(str(row["id"]), Decimal(row["prices"]["price"]) / 100, row["prices"]["currency_code"]) for row in rows]
    assert (format_, [(one.native_product_id, one.price, one.currency) for one in offers]) == ("woocommerce", expected)


def sellable(item: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [part["product"] for part in [*item.get("variants", []), *item.get("items", [])]]
    return parts or [item]


def test_magento(context: Make) -> None:
    answer = orjson.loads((CAPTURES / "madar_shapes_2026-07-25.json").read_bytes())
    format_, offers = read("madar_shapes_2026-07-25.json", context(currency="SAR"))
    products = [product for item in answer["data"]["products"]["items"] for product in sellable(item)]
    expected = [(row["sku"], Decimal(str(row["price_range"]["minimum_price"]["final_price"]["value"]))) for row in products]
    assert (format_, [(one.sku, one.price) for one in offers]) == ("magento", expected)


def test_an_api_of_its_own_by_a_mapping(context: Make) -> None:
    rows = orjson.loads((CAPTURES / "heidelberg_products_2026-07-29.json").read_bytes())
    mapping = {
        "items": "", "constants": {"currency": "EGP"}, "availability": {"true": "in", "false": "out"},
        "fields": {"native_product_id": "id", "title": "productLabelEn", "price": "maxPrice", "sku": "sapCode",
                   "category_path": "productTypes.productTypeNameEn", "availability": "isActive"},
    }
    document = (CAPTURES / "heidelberg_products_2026-07-29.json").read_bytes()
    made = list(FORMATS["api"].extract(document, context(currency=None, options={"mapping": mapping})))
    expected = [(row["id"], Decimal(str(row["maxPrice"]))) for row in rows if row["maxPrice"]]
    assert [(one.native_product_id, one.price) for one in made if isinstance(one, Offer)] == expected
