from collections.abc import Callable
from typing import Any

import httpx

from tests.serving import published

Bearer = Callable[..., dict[str, str]]
Execute = Callable[..., list[tuple[Any, ...]]]
DEAL = published.make_world().deal_of("Hand Blender 800 W")
PATH = f"/v1/deals/{DEAL['deal_id']}/reports"


def test_a_report_counts_once_and_reaches_the_inbox(
    shop: tuple[httpx.Client, str], shopper: str, bearer: Bearer, execute: Execute
) -> None:
    wish = {"reason": "expired", "session_id": "s-9"}
    first, again = (shop[0].post(PATH, json=wish, headers=bearer(shopper)) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["is_new"], again.json()["is_new"]) == (True, False)
    ((body,),) = execute("select body from inbox.events where customer_key = %s", shopper)
    assert {name: body[name] for name in ("kind", "deal_id", "product_id", "reason", "session_id", "release_id")} == {
        "kind": "deal_report", "deal_id": str(DEAL["deal_id"]), "product_id": str(DEAL["product_id"]), "reason": "expired",
        "session_id": "s-9", "release_id": "release-1",
    }


def test_only_what_is_shown_is_reported_and_by_somebody(shop: tuple[httpx.Client, str], shopper: str, bearer: Bearer) -> None:
    unknown = "/v1/deals/00000000-0000-4000-8000-000000000000/reports"
    assert shop[0].post(unknown, json={"reason": "fake"}, headers=bearer(shopper)).status_code == 404
    assert shop[0].post(PATH, json={"reason": "fake"}).status_code == 401
    assert shop[0].post(PATH, json={"reason": "dull"}, headers=bearer(shopper)).status_code == 422
