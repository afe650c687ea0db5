"""Of a shop that told no payments nothing is said until it tells its first: then of every order, also of those without news."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse

FIRST, SECOND = "2026-05-03T10:00:00", "2026-05-04T10:00:00"
ORDER = {"order_id": "A", "status": "completed", "currency": "EUR", "total": "20"}
PLACED = {"event_at": "2026-05-02T12:00:00+00:00", "updated_at": "2026-05-02T12:00:00+00:00"}
FINDINGS = "select order_id, finding from marts.fct_payment_reconciliation order by 1"


def test_the_first_payment_that_a_shop_tells_is_news_of_all_its_orders(warehouse: "Warehouse") -> None:
    warehouse.load("shop_orders", "o", f"{FIRST}+00:00", [{**ORDER, **PLACED}])
    warehouse.fill("--select", "+fct_payment_reconciliation", as_of=FIRST)
    assert warehouse.execute(FINDINGS) == [("A", "not_told")]
    payment = {"payment_id": "P", "order_id": "B", "amount": "5", "currency": "EUR", "status": "captured"}
    warehouse.load("shop_payments", "p", f"{SECOND}+00:00", [{**payment, **PLACED}])
    warehouse.fill("--select", "+fct_payment_reconciliation", as_of=SECOND)
    assert warehouse.execute(FINDINGS) == [("A", "unpaid"), ("B", "unknown_order")]
