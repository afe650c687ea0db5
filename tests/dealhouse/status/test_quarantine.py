"""The page of the quarantine: what is held is seen, and decided about by who may decide, from our own page."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import open_store
from dealhouse.loading import quarantine
from dealhouse.loading.load import load_batch
from dealhouse.status.quarantine import quarantine_page
from dealhouse_plugin import app
from tests.dealhouse.status.conftest import person, pressable, viewer

AS_OF = datetime(2026, 5, 5, 10, tzinfo=UTC)
RATES = [{"base": "EUR", "quote": quote, "day": "2026-05-05", "rate": rate, "source": "<b>"} for quote, rate in (
    ("USD", "1.1"), ("CHF", "-1"), ("SEK", "NaN"),
)]
CHOSEN = {"kind": "shop_fx_rates", "reason": "invalid_rate"}


@pytest.fixture
def browser(warehouse: str) -> Iterator[TestClient]:
    """Somebody who is logged in, where one rate was loaded and two were refused."""
    with BatchWriter(open_store(), source="shop", merchant_id="house", kind="shop_fx_rates", as_of=AS_OF) as writer:
        for rate in RATES:
            writer.record(rate)
        load_batch(writer.close(), AS_OF)
    app.dependency_overrides[get_user] = person
    yield TestClient(app, base_url="http://house.example", follow_redirects=False)
    app.dependency_overrides.clear()


def dispositions() -> list[str]:
    with transaction("loader") as connection:
        return list(connection.execute(text("select disposition from raw.rejects order by row_no")).scalars())


@pytest.mark.usefixtures("warehouse")
def test_the_page_stands_on_an_empty_platform() -> None:
    assert "Nothing yet." in quarantine_page()
    assert "None is held." in quarantine_page("offers", "missing_price")


def test_rows_are_fixed_released_and_dropped_and_the_page_says_what_came_of_it(browser: TestClient) -> None:
    page = browser.get("/quarantine", params=CHOSEN).text
    assert "&lt;b&gt;" in page
    assert "source\": \"<b>" not in page
    first, second = (row["id"] for row in quarantine.find())
    ours = {"sec-fetch-site": "same-origin"}
    tried = browser.post("/quarantine", data={**CHOSEN, "action": "release", "why": "try"}, headers=ours)
    assert "2 stay as they are: invalid_rate" in tried.text
    form = {**CHOSEN, "action": "fix", "id": first, "patch": '{"rate": "0.95"}', "why": "the bank said so"}
    assert "1 decided" in browser.post("/quarantine", data=form).text
    assert "1 were so before" in browser.post("/quarantine", data=form).text
    page = browser.post("/quarantine", data={**CHOSEN, "action": "drop", "id": second, "why": "no such day"}).text
    assert "None is held." in page
    assert [words for words in ("kim", "fixed (rate)", "the bank said so", "no such day") if words not in page] == []
    assert dispositions() == ["fixed", "dropped"]


def test_all_of_a_reason_at_once(browser: TestClient) -> None:
    assert "2 decided" in browser.post("/quarantine", data={**CHOSEN, "action": "drop", "why": "a test of theirs"}).text
    assert dispositions() == ["dropped", "dropped"]
    nobody = {**CHOSEN, "merchant_id": "nobody", "action": "drop", "why": "x"}
    assert "there was nothing to decide" in browser.post("/quarantine", data=nobody).text


def test_nobody_decides_without_the_right_a_reason_or_from_another_site(browser: TestClient) -> None:
    form = {**CHOSEN, "action": "drop", "why": "no"}
    for bad in ({"why": " "}, {"action": "eat"}, {"kind": ""}, {"id": "1"}, {"action": "fix", "patch": "{"}, {"reason": "\x00"}):
        assert browser.post("/quarantine", data={**form, **bad}).status_code == 422
    assert browser.post("/quarantine", data=form, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    app.dependency_overrides[get_user] = viewer
    assert browser.post("/quarantine", data=form).status_code == 403
    assert browser.get("/quarantine").status_code == 200
    app.dependency_overrides.clear()
    assert browser.post("/quarantine", data=form).status_code == 401
    assert browser.get("/quarantine").status_code == 401
    assert dispositions() == ["held", "held"]


def test_who_only_looks_on_finds_nothing_to_press(browser: TestClient) -> None:
    browser.post("/quarantine", data={**CHOSEN, "action": "drop", "id": quarantine.find()[0]["id"], "why": "no such day"})
    assert pressable(browser.get("/quarantine", params=CHOSEN).text)
    app.dependency_overrides[get_user] = viewer
    page = browser.get("/quarantine", params=CHOSEN).text
    assert (pressable(page), "<pre>" in page, "no such day" in page, "You look on here" in page) == (0, True, True, True)
