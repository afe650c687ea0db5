"""The shop's A/A test: a browser is of one arm for good, the arms are alike in size, and it begins on its day."""

from collections import Counter
from datetime import timedelta
from typing import Any

from bazaar import clock
from bazaar.shop.trial import FIRST_DAY, arm_of, exposure_rows
from bazaar.shop.world import Shop


def test_a_browser_is_of_one_arm_and_arms_are_alike(shop: Shop) -> None:
    arms = Counter(arm_of(shop, f"v{n:08x}") for n in range(10_000))
    assert arms["a"] + arms["b"] == 10_000
    assert abs(arms["a"] - 5_000) < 250
    assert arm_of(shop, "v1") == arm_of(shop, "v1")


def test_visits_of_its_days_are_exposed_and_no_others(rows: dict[str, list[dict[str, Any]]]) -> None:
    begins = str(clock.START.date() + timedelta(days=FIRST_DAY))
    seen = {(row["anonymous_id"], row["event_at"]) for row in rows["exposures"]}
    views = [row for row in rows["events"] if row.get("kind") == "page_view" and row["event_at"] != "yesterday"]
    visits = {(row["anonymous_id"], row["event_at"]) for row in views}
    assert seen < visits
    assert min(at for _, at in seen)[:10] >= str(clock.START.date() + timedelta(days=FIRST_DAY - 1))
    assert {visit for visit in visits if visit[1][:10] > begins and visit not in seen} == set()


def test_nobody_is_exposed_before_it_begins(shop: Shop) -> None:
    event = {"kind": "page_view", "anonymous_id": "v1", "native_customer_id": None, "event_at": "2026-01-01T00:00:00+00:00"}
    assert list(exposure_rows(shop, FIRST_DAY - 1, [event])) == []
    assert [row["variant"] for row in exposure_rows(shop, FIRST_DAY, [event])] == [arm_of(shop, "v1")]
