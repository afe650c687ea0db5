"""A little market: known products, listed by several merchants in their own words."""

import hashlib
import uuid
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from ml.core.frames import copy_in

COLUMNS = """
    offer_id uuid, as_of timestamptz, merchant_id text, country text, language text, item_group_key text, title text,
    variant_title text, brand text, gtin text, mpn text, sku text, category_path text, description text, image_url text,
    url text, price numeric,
    currency text, price_reporting numeric, is_live boolean, features_hash text
"""
BRANDS = ("Norvik", "Altera", "Sunwei", "Brunmark", "Kestrel", "Ovanto", "Lumira", "Tessaro")
LINES = ("Falcon", "Orbit", "Delta", "Breeze", "Titan", "Nimbus", "Vector", "Aurora")
COLOURS = {"black": ("black", "schwarz", "noir"), "white": ("white", "weiß", "blanc"), "blue": ("blue", "blau", "bleu")}
CAPACITIES = (128, 256, 512)
NOUNS = ("smartphone", "Handy", "téléphone")


def _title(rng: np.random.Generator, product: tuple[str, str, int, int, str], merchant: int) -> str:
    brand, line, number, capacity, colour = product
    language = merchant % 3
    words = [brand, line, str(number), f"{capacity} GB" if rng.random() < 0.5 else f"{capacity}GB", COLOURS[colour][language]]
    if rng.random() < 0.6:
        words.insert(int(rng.integers(1, 5)), NOUNS[language])
    if rng.random() < 0.4:
        words.append(str(rng.choice(["NEW", "dual sim", "original", "5G", "- best price"])))
    return " ".join(words)


def market(products: int = 150, merchants: int = 6, seed: int = 7, gtin_share: float = 0.7) -> pd.DataFrame:
    """Offers as features.offer_attributes plus `truth`, the product that each is."""
    rng = np.random.default_rng(seed)
    rows = []
    for index in range(products):
        product = (
            BRANDS[index % 8], LINES[(index // 8) % 8], 3 + (index // 24) % 7, CAPACITIES[index % 3],
            list(COLOURS)[(index // 3) % 3],
        )
        for merchant in rng.choice(merchants, size=int(rng.integers(2, merchants)), replace=False):
            offer = uuid.uuid5(uuid.NAMESPACE_OID, f"{index}|{merchant}")
            price = round(float(100 + 3 * index + rng.normal(0, 10)), 2)
            rows.append({
                "offer_id": str(offer), "as_of": "2026-05-05T10:15:00+00:00", "merchant_id": f"shop-{merchant}", "country": "DE",
                "language": ("en", "de", "fr")[merchant % 3], "item_group_key": None,
                "title": _title(rng, product, int(merchant)),
                "variant_title": None, "brand": product[0] if rng.random() < 0.8 else None,
                "gtin": f"{40000000000000 + index:014d}" if rng.random() < gtin_share else None, "mpn": None, "sku": None,
                "category_path": "Electronics > Phones", "description": None, "image_url": f"http://img/{index}.jpg",
                "url": "http://x",
                "price": price, "currency": "EUR", "price_reporting": price, "is_live": True, "truth": str(product),
            })
    frame = pd.DataFrame(rows)
    frame["features_hash"] = [hashlib.md5(f"{row.title}|{row.gtin}".encode()).hexdigest() for row in frame.itertuples()]
    return frame.sort_values("offer_id").reset_index(drop=True)


@pytest.fixture
def make_market() -> Callable[..., pd.DataFrame]:
    return market


@pytest.fixture
def put_offers(warehouse: Engine) -> Callable[[pd.DataFrame], None]:
    """(Re)make features.offer_attributes from a frame."""

    def make(frame: pd.DataFrame) -> None:
        with warehouse.begin() as connection:
            connection.execute(text("drop table if exists features.offer_attributes"))
            connection.execute(text(f"create table features.offer_attributes ({COLUMNS})"))
            table = frame.drop(columns="truth", errors="ignore")
            kinds = dict.fromkeys(map(str, table.columns), "text")
            copy_in(connection.connection.cursor(), ("features", "offer_attributes"), table, kinds)

    return make
