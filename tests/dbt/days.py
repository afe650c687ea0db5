"""Two days of a small world, by their raw rows: what tests of whole builds load, the second with all that may come late.

A new incremental model needs rows of its own on both days: test_incremental.py asks for them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse

FIRST, SECOND = "2026-05-03T10:00:00", "2026-05-04T10:00:00"
A, B, C, D, E, F, G, SLIP, LEAVES, LASTS = (f"00000000-0000-0000-0000-00000000000{letter}" for letter in "abcdef9876")
HOUSE, HOUSE_T = "00000000-0000-0000-0000-0000000000f1", "00000000-0000-0000-0000-0000000000f2"
OTHER = {"merchant_id": "n", "crawl_id": "n1"}


def _article(price: str, updated_at: str, **more: Any) -> dict[str, Any]:
    return {
        "offer_id": HOUSE, "sku": "S", "title": "Our own thing", "country": "DE", "price": price, "currency": "EUR", "cost": "4",
        "is_active": True, "category": "Things", "updated_at": updated_at, **more,
    }


def _order(status: str, updated_at: str) -> dict[str, Any]:
    return {
        "order_id": "O1", "customer_key": "k" * 32, "status": status, "country": "DE", "currency": "USD", "total": "20",
        "event_at": "2026-05-02T12:00:00+00:00", "updated_at": updated_at,
    }


def _line(number: int, kind: str, at: str) -> dict[str, Any]:
    return {
        "order_id": "O1", "line_no": number, "sku": "S", "quantity": 1 if kind == "sale" else -1, "unit_price": "10",
        "currency": "USD", "kind": kind, "event_at": at, "updated_at": at,
    }


def _in_pounds(kind: str, at: str, **more: Any) -> dict[str, Any]:
    """A record of the order O3, which was placed in another currency."""
    row = {"order_id": "O3", "currency": "GBP", "event_at": "2026-05-02T14:00:00+00:00", "updated_at": at, **more}
    if kind == "order":
        return {"customer_key": "m" * 32, "status": "completed", "country": "GB", "total": "30", **row}
    return {"line_no": 1, "sku": "T", "quantity": 1, "unit_price": "30", "kind": "sale", **row}


def _payment(name: str, order: str, amount: str, at: str, currency: str = "GBP") -> dict[str, Any]:
    return {
        "payment_id": name, "order_id": order, "amount": amount, "currency": currency, "method": "card", "status": "captured",
        "event_at": "2026-05-02T14:00:00+00:00", "updated_at": at,
    }


def _parcel(name: str, status: str, at: str, **more: Any) -> dict[str, Any]:
    return {
        "delivery_id": name, "order_id": "O1", "carrier": "heron", "country": None, "status": status,
        "promised_to": "2026-05-03", "shipped_at": "2026-05-02T16:00:00+00:00", "delivered_at": None, "updated_at": at, **more,
    }


def _move(name: str, quantity: int, at: str) -> dict[str, Any]:
    return {"movement_id": name, "sku": "S", "location": "main", "quantity": quantity, "kind": "move", "event_at": at}


def _event(number: int, kind: str, at: str) -> dict[str, Any]:
    return {
        "event_id": f"00000000-0000-0000-0000-{number:012d}", "customer_key": "k" * 32, "kind": kind, "sku": "S", "event_at": at,
    }


def _of_a_visit(number: int, kind: str, at: str, channel: str | None = None) -> dict[str, Any]:
    return {**_event(number, kind, at), "anonymous_id": "browser", "session_id": "v", "query": "a thing", "channel": channel}


def _in_a_list(number: int, kind: str, at: str) -> dict[str, Any]:
    return {**_event(number, kind, at), "anonymous_id": "browser", "session_id": "v", "list": "trending", "position": 1}


def _rate(day: str, rate: str, quote: str = "USD") -> dict[str, Any]:
    return {"base": "EUR", "quote": quote, "day": day, "rate": rate, "source": "test"}


def first_day(w: "Warehouse") -> None:
    """History, two crawls with documents and the shop's past, known on the first day."""
    w.observe("h1", "2026-04-01T10:00:00+00:00", [
        {"offer_id": offer, "row_hash": "1", "price": 10, "currency": "USD" if offer == F else "EUR"}
        for offer in (A, B, C, D, E, F, SLIP)
    ])
    w.crawl("h1", "2026-04-01T10:00:00+00:00", {})
    # of two offers the second day tells nothing new: a low price leaves the last 30 days, a fall has lasted for long enough
    w.observe("h0", "2026-03-20T10:00:00+00:00", [
        {"offer_id": LEAVES, "row_hash": "low", "price": 5}, {"offer_id": LASTS, "row_hash": "high", "price": 20},
    ])
    w.observe("h2", "2026-04-03T20:00:00+00:00", [{"offer_id": LEAVES, "row_hash": "1"}])
    w.observe("h3", "2026-05-01T02:00:00+00:00", [{"offer_id": LASTS, "row_hash": "1", "price": 5}])
    w.observe("c1", "2026-05-02T10:00:00+00:00", [
        {"offer_id": LEAVES, "row_hash": "1", "document_url": "p3"},
        {"offer_id": LASTS, "row_hash": "1", "document_url": "p3", "price": 5},
        {"offer_id": A, "row_hash": "1", "document_url": "p1"},
        {"offer_id": B, "row_hash": "2", "document_url": "p1", "price": 12},
        {"offer_id": C, "row_hash": "1", "document_url": "p2"},
        {"offer_id": D, "row_hash": "1", "document_url": "p3"},
        {"offer_id": E, "row_hash": "1", "document_url": "p2"},
        {"offer_id": F, "row_hash": "3", "document_url": "p1", "price": 11, "currency": "USD"},
        {"offer_id": SLIP, "row_hash": "1", "document_url": "p1"},
    ])
    w.crawl("c1", "2026-05-02T10:00:00+00:00", {"p1": "fetched", "p2": "fetched", "p3": "fetched"})
    w.observe("c2", f"{FIRST}+00:00", [
        {"offer_id": A, "row_hash": "1", "document_url": "p1"},
        {"offer_id": B, "row_hash": "2", "document_url": "p1", "price": 12},
        {"offer_id": C, "row_hash": "1", "document_url": "p2"},
        {"offer_id": F, "row_hash": "4", "document_url": "p1", "price": 9, "currency": "USD"},
        {"offer_id": SLIP, "row_hash": "slip", "document_url": "p1", "price": 1},
    ])
    w.crawl("c2", f"{FIRST}+00:00", {"p1": "fetched", "p2": "fetched", "p3": "unchanged"})
    at = f"{FIRST}+00:00"
    w.load("fx_rates", "fx1", at, [_rate("2026-05-01", "1.25"), _rate("2026-05-02", "1.6")])
    w.load("shop_products", "sp1", at, [_article("12", "2026-04-20T08:00:00+00:00"), _article("11", "2026-05-01T08:00:00+00:00")])
    w.load("shop_orders", "so1", at, [_order("completed", "2026-05-02T12:00:00+00:00")])
    w.load("shop_order_lines", "sl1", at, [_line(number, "sale", "2026-05-02T12:00:00+00:00") for number in (1, 2)])
    # an article that no catalogue has named yet, in an order that stands
    w.load("shop_orders", "so1t", at, [{**_order("completed", "2026-05-02T13:00:00+00:00"), "order_id": "O2"}])
    w.load("shop_order_lines", "sl1t", at, [{**_line(1, "sale", "2026-05-02T13:00:00+00:00"), "order_id": "O2", "sku": "T"}])
    # of an order in pounds, whose day's rate comes late; its payment is told under another order's number
    w.load("fx_rates", "fx1p", at, [_rate("2026-05-01", "0.8", "GBP")])
    w.load("shop_orders", "so1p", at, [_in_pounds("order", "2026-05-02T14:00:00+00:00")])
    w.load("shop_order_lines", "sl1p", at, [_in_pounds("line", "2026-05-02T14:00:00+00:00")])
    w.load("shop_payments", "pa1", at, [
        _payment("P1", "O2", "30", "2026-05-02T14:00:00+00:00"), _payment("P2", "O4", "5", "2026-05-02T14:00:00+00:00"),
    ])
    w.load("shop_deliveries", "de1", at, [_parcel(name, "shipped", "2026-05-02T16:00:00+00:00") for name in ("D1", "D2")])
    w.load("shop_inventory_movements", "im1", at, [
        _move("m1", 2, "2026-04-20T08:00:00+00:00"), _move("m2", -2, "2026-05-02T12:00:00+00:00"),
        # dated ahead: one has come by the second day
        {**_move("m0", 1, "2026-05-03T20:00:00+00:00"), "location": "outlet"},
        {**_move("m9", 1, "2026-05-20T20:00:00+00:00"), "location": "outlet"},
    ])
    w.load("shop_events", "ev1", at, [
        _event(1, "product_view", "2026-05-02T11:00:00+00:00"), _event(2, "add_to_cart", "2026-05-02T11:30:00+00:00"),
    ])
    w.load("shop_events", "ev1v", at, [
        _of_a_visit(11, "page_view", "2026-05-02T11:40:00+00:00", "social"),
        _of_a_visit(12, "search", "2026-05-02T11:41:00+00:00"),
    ])
    w.load("shop_events", "ev1l", at, [_in_a_list(21, "impression", "2026-05-02T11:40:30+00:00")])
    registered = "2026-01-01T00:00:00+00:00"
    w.load("shop_customers", "cu1", at, [
        {"customer_key": "k" * 32, "country": "DE", "city": "Berlin", "registered_at": registered, "updated_at": registered},
    ])
    _match(w, FIRST)


def after_the_first_build(w: "Warehouse") -> None:
    """A merchant's batch that came late, and a product's new title: of the first day's time, but no build has read them."""
    w.execute("update predictions.product set title = 'Another word for it' where product_id = %s", D)
    w.observe("n1", f"{FIRST}+00:00", [{**OTHER, "offer_id": G, "row_hash": "1", "document_url": "q1", "price": 8}])


def second_day(w: "Warehouse") -> None:
    """Another crawl, a cancelled order of the day before yesterday, late stock, repeated events, and yesterday's rate at last."""
    at = f"{SECOND}+00:00"
    w.observe("c3", at, [
        {"offer_id": A, "row_hash": "1", "document_url": "p1"},
        {"offer_id": B, "row_hash": "5", "document_url": "p1", "price": 9, "reference_price": 12},
        {"offer_id": E, "row_hash": "1", "document_url": "p2"},
        {"offer_id": F, "row_hash": "4", "document_url": "p1", "price": 9, "currency": "USD"},
        {"offer_id": SLIP, "row_hash": "1", "document_url": "p1"},
    ])
    w.crawl("c3", at, {"p1": "fetched", "p2": "fetched", "p3": "unchanged"})
    w.load("fx_rates", "fx2", at, [_rate("2026-05-03", "2"), _rate("2026-05-04", "2.5")])
    w.load("shop_products", "sp2", at, [_article("10", "2026-05-03T20:00:00+00:00", reference_price="11")])
    w.load("shop_products", "sp2t", at, [{**_article("10", "2026-05-03T20:00:00+00:00"), "offer_id": HOUSE_T, "sku": "T"}])
    w.load("shop_orders", "so2", at, [_order("cancelled", "2026-05-04T08:00:00+00:00")])
    w.load("shop_order_lines", "sl2", at, [_line(3, "return", "2026-05-03T12:00:00+00:00")])
    w.load("shop_customers", "cu2", at, [{
        "customer_key": "k" * 32, "country": "DE", "city": "Kiel", "registered_at": "2026-01-01T00:00:00+00:00",
        "updated_at": "2026-05-03T18:00:00+00:00",
    }])
    w.load("fx_rates", "fx2p", at, [_rate("2026-05-02", "0.5", "GBP")])
    w.load("shop_payments", "pa2", at, [_payment("P1", "O3", "30", "2026-05-04T08:00:00+00:00")])
    # one has come, of the other nothing is told: it has become late
    came = "2026-05-03T09:00:00+00:00"
    w.load("shop_deliveries", "de2", at, [_parcel("D1", "delivered", came, delivered_at=came)])
    w.load("shop_inventory_movements", "im2", at, [
        _move("m2", -2, "2026-05-02T12:00:00+00:00"), _move("m3", 5, "2026-05-02T23:00:00+00:00"),
    ])
    w.load("shop_events", "ev2l", at, [_in_a_list(22, "product_view", "2026-05-02T11:40:40+00:00")])
    w.load("shop_events", "ev2", at, [
        _event(2, "add_to_cart", "2026-05-02T11:30:00+00:00"), _event(3, "search", "2026-05-03T11:30:00+00:00"),
    ])
    # what came late of a visit that is known already
    w.load("shop_events", "ev2v", at, [
        _of_a_visit(13, "product_view", "2026-05-02T11:42:00+00:00"),
        _of_a_visit(14, "page_view", "2026-05-02T11:39:00+00:00", "direct"),
    ])
    w.load("shop_promotions", "pr2", at, [{
        "promotion_id": "P", "sku": "S", "kind": "sale", "discount_pct": "10", "updated_at": "2026-05-02T20:00:00+00:00",
        "starts_at": "2026-05-02T22:00:00+00:00", "ends_at": "2026-05-20T22:00:00+00:00",
    }])
    _match_again(w, G, A, SECOND)
    _merge(w, C, E, SECOND)
    _judge(w, SECOND)


def _match(w: "Warehouse", as_of: str) -> None:
    """Every offer is a product of its own, but that our article is F, as a matching run would write it."""
    for offer in (A, B, C, D, E, F, G, SLIP, LEAVES, LASTS, HOUSE):
        w.execute(
            """insert into predictions.product (product_id, item_group_id, title, category, as_of, model_version, run_id)
            values (%s, %s, 'A product', 'Things', %s, 'v', gen_random_uuid())""", offer, offer, f"{as_of}+00:00",
        )
        w.execute(
            """insert into predictions.offer_product
            (offer_id, valid_from, product_id, band, probability, known_from, model_version, run_id)
            values (%s, %s, %s, 'auto', 1, %s, 'v', gen_random_uuid())""",
            offer, f"{as_of}+00:00", F if offer == HOUSE else offer, f"{as_of}+00:00",
        )


def _match_again(w: "Warehouse", offer: str, product: str, as_of: str) -> None:
    """A later run moves an offer to another product."""
    w.execute("update predictions.offer_product set valid_to = %s where offer_id = %s", f"{as_of}+00:00", offer)
    w.execute(
        """insert into predictions.offer_product
        (offer_id, valid_from, product_id, band, probability, known_from, model_version, run_id)
        values (%s, %s, %s, 'auto', 1, %s, 'v', gen_random_uuid())""", offer, f"{as_of}+00:00", product, f"{as_of}+00:00",
    )


def _merge(w: "Warehouse", gone: str, kept: str, as_of: str) -> None:
    """A later run finds two products to be one."""
    w.execute("update predictions.product set redirect_to = %s where product_id = %s", kept, gone)
    w.execute(
        "insert into predictions.product_changes values (%s, 'merged', %s, %s, gen_random_uuid())", gone, kept, f"{as_of}+00:00",
    )


def _judge(w: "Warehouse", as_of: str) -> None:
    run = "00000000-0000-0000-0000-00000000da1a"
    w.execute("insert into predictions.run values (%s, 'deals', 'all', %s, 'v', 'complete', 1, '{}', %s)",
              run, f"{as_of}+00:00", f"{as_of}+00:00")
    w.execute(
        """insert into predictions.deal_scores
        select md5(%s || '|' || %s)::uuid, %s, %s, 'v', .5, .6, .7, .5, .5, .5, .5, 'plausible', '{}', '{}', false, %s""",
        B, SECOND, f"{as_of}+00:00", run, f"{as_of}+00:00",
    )
