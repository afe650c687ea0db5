"""Rows of the catalogue's feeds: products, promotions, customers, stock movements."""

from collections.abc import Iterable, Iterator
from typing import Any

from bazaar import clock
from bazaar.rng import IntArray
from bazaar.shop import days
from bazaar.shop.customers import CHANNELS, CITIES, COUNTRIES, LANGUAGE
from bazaar.shop.prices import shown_price
from bazaar.shop.state import ShopState
from bazaar.shop.stock import Movements
from bazaar.shop.world import Shop

CURRENCY = "EUR"


def product_rows(shop: Shop, state: ShopState, skus: IntArray, at: int) -> Iterator[dict[str, Any]]:
    """The skus' records as of now; `price` is what a shopper pays, `reference_price` the list price while it is reduced."""
    goods, moment = shop.assortment, days.iso_time(at)
    site = shop.base_url.split("/shop/", 1)[0]
    shown, floor = shown_price(state.list_price, state.percent), goods.minimum_price(state.cost)
    for k in skus.tolist():
        reviews = int(state.review_count[k])
        yield {
            "sku": goods.sku[k], "title": goods.title[k], "description": goods.description[k], "brand": goods.brand[k],
            "category": goods.category[k], "gtin": goods.gtin[k], "mpn": goods.mpn[k],
            "image_url": f"{site}{goods.image_path[k]}", "url": f"{shop.base_url}/products/{goods.sku[k]}",
            "item_group_id": goods.item_group_id[k], "variant_title": goods.variant_title[k] or None, "country": days.COUNTRY,
            "price": f"{shown[k]:.2f}", "currency": CURRENCY,
            "reference_price": f"{state.list_price[k]:.2f}" if state.percent[k] > 0 else None, "cost": f"{state.cost[k]:.2f}",
            "minimum_price": f"{floor[k]:.2f}", "stock_policy": goods.policy[k], "lead_time_days": int(goods.lead_time[k]),
            "is_active": True, "rating": f"{state.review_sum[k] / reviews:.2f}" if reviews else None, "review_count": reviews,
            "updated_at": moment,
        }


def promotion_rows(shop: Shop, entries: Iterable[tuple[str, str, int, int, int, int]]) -> Iterator[dict[str, Any]]:
    """entries: (promotion_id, kind, sku index, first day, last day, percent)."""
    for promotion_id, kind, sku, first, last, percent in entries:
        starts, ends = days.iso_time(days.midnight(first)), days.iso_time(days.midnight(last + 1))
        yield {"promotion_id": promotion_id, "sku": shop.assortment.sku[sku], "kind": kind, "discount_pct": f"{percent:.2f}",
               "starts_at": starts, "ends_at": ends, "updated_at": starts}


def registration_rows(shop: Shop, people: Iterable[int]) -> Iterator[dict[str, Any]]:
    for number in people:
        yield _customer(shop, number, shop.customers.city[number], bool(shop.customers.newsletter[number]),
                        int(shop.customers.registered_at[number]))


def change_rows(shop: Shop, people: Iterable[int]) -> Iterator[dict[str, Any]]:
    """Customers who moved to the next city of their country, and changed their mind about the newsletter."""
    for number in people:
        cities = CITIES[COUNTRIES[shop.customers.country[number]]]
        city = cities[(cities.index(shop.customers.city[number]) + 1) % len(cities)]
        yield _customer(shop, number, city, not shop.customers.newsletter[number], int(shop.customers.moved_at[number]))


def _customer(shop: Shop, number: int, city: str, newsletter: bool, at: int) -> dict[str, Any]:
    people = shop.customers
    country = COUNTRIES[people.country[number]]
    registered, updated = days.iso_time(int(people.registered_at[number])), days.iso_time(at)
    return {"native_customer_id": people.native_id[number], "email": people.email[number], "country": country, "city": city,
            "language": LANGUAGE[country], "registered_at": registered, "channel": CHANNELS[people.channel[number]],
            "is_newsletter": newsletter, "updated_at": updated}


def movement_rows(shop: Shop, movements: Movements, at: int) -> Iterator[dict[str, Any]]:
    """Receipts and corrections of one moment."""
    goods, moment, day = shop.assortment, days.iso_time(at), clock.calendar_day(days.local_day(at)).strftime("%Y%m%d")
    for k, quantity in zip(movements.sku.tolist(), movements.quantity.tolist(), strict=True):
        yield {"movement_id": f"M-{movements.kind}-{goods.sku[k]}-{day}", "sku": goods.sku[k], "location": goods.location[k],
               "quantity": quantity, "kind": movements.kind, "event_at": moment}
