"""Thirty products, three offers and one deal each, five merchants: what the tests of serving publish."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.serving.search_rows import add_search_rows

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
ALICE, BOB, NEWCOMER = "a" * 32, "b" * 32, "c" * 32
NAMESPACE = uuid.UUID("11111111-2222-4333-8444-555555555555")
DATASETS = (
    "deal", "gone_deal", "product", "product_offer", "product_redirect", "price_history", "similar", "recommendation", "trending",
    "price", "search_doc", "search_term", "search_click", "suggestion",
)
MERCHANTS = {
    "house": ("The House", "DE", "EUR", 0.97),
    "north-audio": ("North Audio", "SE", "SEK", 0.88),
    "techhaus": ("Techhaus", "DE", "EUR", 0.91),
    "le-comptoir": ("Le Comptoir", "FR", "EUR", 0.79),
    "dragon-mart": ("Dragon Mart", "GB", "GBP", 0.64),
}
PROGRAMME = "https://www.awin1.com/cread.php?awinmid=1001&awinaffid=2002&clickref={sub_id}&ued={url}"  # dragon-mart pays for us
RATES = {"EUR": 1.0, "SEK": 0.0875, "GBP": 1.17}
CATALOGUE = [
    ("Aurora Wireless Headphones", "Sonora", "audio", 189),
    ("Aurora Mini Earbuds", "Sonora", "audio", 79),
    ("Basalt Bluetooth Speaker", "Kärnan", "audio", 129),
    ("Vinyl Turntable T-3", "Kärnan", "audio", 249),
    ("Studio Headphones Pro 250", "Beatrix", "audio", 279),
    ("Pixelite 9 Smartphone 128 GB", "Lumen", "phones", 549),
    ("Pixelite 9 Smartphone 256 GB", "Lumen", "phones", 629),
    ("Fast Charger 65 W", "Volt", "phones", 39),
    ("Magnetic Phone Case", "Volt", "phones", 24),
    ("Fjord 14 Laptop 16 GB", "Nordbit", "computers", 1099),
    ("Mechanical Keyboard K87", "Clack", "computers", 119),
    ("UltraWide Monitor 34", "Nordbit", "computers", 459),
    ("Ergonomic Mouse M2", "Clack", "computers", 49),
    ("Espresso Machine Barista Uno", "Caffè Rio", "kitchen", 399),
    ("Cast Iron Pan 28 cm", "Hütte", "kitchen", 59),
    ("Hand Blender 800 W", "Hütte", "kitchen", 69),
    ("Electric Kettle Gooseneck", "Caffè Rio", "kitchen", 89),
    ("Linen Bedding Set 200x200", "Maison Clair", "home", 159),
    ("Dimmable Desk Lamp", "Lumen", "home", 64),
    ("Robot Vacuum R5", "Sweepo", "home", 329),
    ("Trail Running Shoes Fjell", "Strid", "sports", 139),
    ("Yoga Mat Cork 5 mm", "Strid", "sports", 44),
    ("Insulated Bottle 750 ml", "Strid", "sports", 29),
    ("Trekking Backpack 45 L", "Fjällro", "sports", 169),
    ("Wooden Train Set 60 pieces", "Holzel", "toys", 54),
    ("Building Blocks City Hall", "Holzel", "toys", 89),
    ("Merino Sweater Crew", "Ullbro", "fashion", 119),
    ("Rain Jacket Storm", "Fjällro", "fashion", 199),
    ("Vitamin C Serum 30 ml", "Derma Lys", "beauty", 34),
    ("Cordless Drill 18 V", "Werk", "tools", 149),
]
VERDICTS = ["genuine", "genuine", "insufficient_history", "cross_merchant_inflated", "ref_never_charged"]


@dataclass
class World:
    """Rows by dataset, and the live offers. Tests change them before publishing."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in DATASETS})
    live: list[dict[str, Any]] = field(default_factory=list)

    def product_id(self, title: str) -> uuid.UUID:
        return next(uuid.UUID(str(row["product_id"])) for row in self.rows["product"] if row["title"] == title)

    def deal_of(self, title: str) -> dict[str, Any]:
        return next(row for row in self.rows["deal"] if row["title"] == title)


def identifier(*parts: object) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, "|".join(map(str, parts)))


def make_world() -> World:
    world, rng = World(), random.Random(7)
    for rank, (title, brand, category, base) in enumerate(CATALOGUE, 1):
        _product(world, rng, rank, title, brand, category, base)
    _suggestions(world)
    _gone(world)
    add_search_rows(world.rows)
    return world


def _product(world: World, rng: random.Random, rank: int, title: str, brand: str, category: str, base: int) -> None:
    product_id = identifier("product", title)
    others = rng.sample([name for name in MERCHANTS if name != "house"], 2)
    sellers = ["house", *others]
    offers = [_offer(world, rng, product_id, merchant, title, base) for merchant in sellers]
    reporting = [offer["price_reporting"] for offer in offers]
    world.rows["product"].append(
        {
            "product_id": product_id,
            "item_group_id": identifier("group", title.split(maxsplit=1)[0]),
            "title": title,
            "brand": brand,
            "category": category,
            "description": f"{title} by {brand}.",
            "image_url": None,
            "gtin": f"{4_000_000_000_000 + rank:014d}",
            "rating": round(rng.uniform(3.4, 4.9), 1),
            "review_count": rng.randrange(3, 900),
            "offers_count": len(offers),
            "merchants_count": len(offers),
            "lowest_price_reporting": min(reporting),
            "highest_price_reporting": max(reporting),
            "lowest_30d_reporting": min(reporting),
            "lowest_ever_reporting": round(min(reporting) * 0.9, 2),
            "lowest_ever_at": AS_OF - timedelta(days=90),
            "subcategory": None,
            "tags": [{"kind": "colour", "value": "black", "confidence": 0.9}],
            "reporting_currency": "EUR",
            "house_sku": f"SKU-{rank:04d}",
            "best_offer_id": offers[0]["offer_id"],
        }
    )
    world.rows["price"].append(
        {
            "sku": f"SKU-{rank:04d}",
            "product_id": product_id,
            "price": base * 0.95,
            "currency": "EUR",
            "previous_price": base,
            "reason": f"Lowered from {base:.2f} to {base * 0.95:.2f} EUR; "
            f"cost {base * 0.72:.2f} at a margin of 20% makes {base * 0.9:.2f}",
            "reason_parts": {"cost_plus": base * 0.9, "competitor_lowest": base * 0.97},
            "rail": None,
            "model_version": "pricing-1",
        }
    )
    _deal(world, rng, rank, offers[1], title, brand, category)


def _offer(world: World, rng: random.Random, product_id: uuid.UUID, merchant: str, title: str, base: int) -> dict[str, Any]:
    name, country, currency, reputation = MERCHANTS[merchant]
    regular = round(base / RATES[currency] * rng.uniform(0.94, 1.12), 2)
    cut = 1.0 if merchant == "house" else 1 - rng.choice([0.08, 0.15, 0.22, 0.31, 0.4, 0.5])
    offer = {
        "product_id": product_id,
        "offer_id": identifier("offer", merchant, title),
        "merchant_id": merchant,
        "merchant_name": name,
        "merchant_reputation": reputation,
        "title": title,
        "variant_title": None,
        "url": f"https://{merchant}.example/p/{rng.randrange(9999)}",
        "affiliate_url": PROGRAMME if merchant == "dragon-mart" else None,
        "condition": "new",
        "price": round(regular * cut, 2),
        "currency": currency,
        "price_reporting": round(regular * cut * RATES[currency], 2),
        "reporting_currency": "EUR",
        "rate_day": AS_OF.date(),
        "reference_price": regular if cut < 1 else None,
        "discount_pct": round(100 * (1 - cut), 2) if cut < 1 else None,
        "availability": "in_stock",
        "shipping_cost": rng.choice([0, 3.9, 5.5]),
        "band": "auto",
        "probability": 0.97,
        "deal_id": None,
        "verdict": None,
        "observed_at": AS_OF,
        "country": country,
    }
    world.rows["product_offer"].append(offer)
    _history(world, rng, offer, regular)
    return offer


def _history(world: World, rng: random.Random, offer: dict[str, Any], regular: float) -> None:
    days = sorted(rng.sample(range(12, 178), 5))
    factors = {days[0]: 1.0, days[1]: 0.92, days[2]: 1.05, days[3]: 0.88, days[4]: 1.0}
    today: date = AS_OF.date()
    points = [(today - timedelta(days=179), regular)] + [
        (today - timedelta(days=age), regular * factors[age]) for age in reversed(days)
    ]
    for day, price in [*points, (today - timedelta(days=6), float(offer["price"])), (today, float(offer["price"]))]:
        world.rows["price_history"].append(
            {
                "product_id": offer["product_id"],
                "merchant_id": offer["merchant_id"],
                "day": day,
                "low": round(price, 2),
                "high": round(price * 1.02, 2),
                "currency": offer["currency"],
                "low_reporting": round(price * RATES[offer["currency"]], 2),
            }
        )


def _deal(world: World, rng: random.Random, rank: int, offer: dict[str, Any], title: str, brand: str, category: str) -> None:
    verdict = VERDICTS[rank % len(VERDICTS)]
    deal_id = identifier("deal", title)
    offer.update(deal_id=deal_id, verdict=verdict)
    shared = (
        "offer_id", "product_id", "merchant_id", "merchant_name", "merchant_reputation", "title", "url",
        "affiliate_url", "price", "currency", "reference_price", "discount_pct", "price_reporting",
        "reporting_currency", "availability", "observed_at", "country",
    )
    deal = {name: offer[name] for name in shared} | {
        "deal_id": deal_id,
        "description": f"{title} by {brand}, new and sealed.",
        "brand": brand,
        "category": category,
        "image_url": None,
        "coupon_code": "SPRING10" if rank % 6 == 0 else None,
        "terms": None,
        "language": "en",
        "reference_kind": "compare_at",
        "started_at": AS_OF - timedelta(days=6, hours=rank),
        "ends_at": AS_OF + timedelta(days=rank % 5 + 1) if rank % 3 == 0 else None,
        "lowest_30d": offer["price"],
        "merchants_count": 3,
        "score": round(1 - rank / 50, 3),
        "confidence": round(rng.uniform(0.55, 0.95), 3),
        "factors": {
            "merchant_reputation": offer["merchant_reputation"],
            "popularity": 0.5,
            "price_competitiveness": 0.8,
            "content_quality": 0.7,
            "historical_performance": 0.6,
        },
        "score_parts": {"saving_history": {"value": 0.6, "weight": 0.35, "contribution": 0.21}},
        "click_probability": 0.04,
        "verdict": verdict,
        "evidence": {
            "observed_days_200d": 160,
            "observed_days_30d": 28,
            "claimed_pct": offer["discount_pct"],
            "impressions_30d": 40,
            "lowest_price_30d_before": float(offer["reference_price"]) * 0.95,
            "merchants_for_product": 3,
            "on_sale_share_90d": 0.12,
            "raised_before_sale": False,
        },
        "suspicious_pricing": verdict == "cross_merchant_inflated",
        "popularity": 1 / rank,
        "tags": [category],
        "model_version": "deals-1",
    }
    world.rows["deal"].append(deal)
    words = (
        "deal_id", "title", "category", "brand", "merchant_id", "country", "price_reporting", "discount_pct",
        "availability", "ends_at", "started_at", "offer_id", "currency", "reference_price", "popularity", "description",
        "language",
    )
    rating = world.rows["product"][-1]["rating"]
    world.rows["search_doc"].append({name: deal[name] for name in words} | {"prank": rank, "rating": rating, "subcategory": None})


def _suggestions(world: World) -> None:
    products = world.rows["product"]
    ids = [str(row["product_id"]) for row in products]
    for place, row in enumerate(products):
        near = [other for other in products if other["category"] == row["category"] and other is not row] or [products[place - 1]]
        items = [
            {
                "product_id": str(other["product_id"]),
                "score": 0.8,
                "reason_code": "bought_together",
                "reason": f"Often bought with {row['title']}",
            }
            for other in near[:4]
        ]
        world.rows["similar"].append({"product_id": row["product_id"], "items": items, "model_version": "similar-1"})
    popular = [_item(product, "trending", "Popular this week", "trending") for product in ids[:12]]
    for country in ("*", "DE"):
        world.rows["trending"].append(
            {"country": country, "body": {"items": popular, "source": "trending"}, "model_version": "trend-1"}
        )
    for customer, chosen in ((ALICE, ids[3:9]), (BOB, ids[15:21])):
        items = [_item(product, "bought_before", "You buy this about every 30 days", "personalised") for product in chosen]
        body = {"items": items, "source": "personalised"}
        world.rows["recommendation"].append({"customer_key": customer, "body": body, "model_version": "recs-1"})


def _gone(world: World) -> None:
    """A deal that is over for each reason; of one the product is still shown."""
    shown = world.rows["product"][0]["product_id"]
    world.rows["gone_deal"] = [
        {"deal_id": identifier("gone", reason), "product_id": shown if reason == "outdone" else None, "reason": reason}
        for reason in ("ended", "sold_out", "outdone", "withdrawn")
    ]


def _item(product_id: str, code: str, reason: str, source: str) -> dict[str, Any]:
    return {"product_id": product_id, "score": 0.5, "reason_code": code, "reason": reason, "source": source}
