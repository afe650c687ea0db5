"""The page of editors: what is published can be found and decided about, by who is logged in, from our own page."""

from collections.abc import Iterator

import psycopg2
import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from dealhouse.editing.decisions import CORRECTABLE, Decision, decide, in_force, lift
from dealhouse.settings import PROJECT
from dealhouse.status import editors
from dealhouse.status.editors import editors_page
from dealhouse_plugin import PUBLISHING, Decided, app
from tests.dealhouse.status.conftest import person, pressable, viewer

PRODUCT, OFFER, DEAL = (f"00000000-0000-0000-0000-00000000000{letter}" for letter in "abc")
HOUSE = """
set role publisher;
create table publish.product (version bigint, product_id uuid, title text, brand text, category text, description text,
    image_url text, gtin text, merchants_count integer, lowest_price_reporting numeric, reporting_currency text);
insert into publish.product values
    (1, '{product}', 'Falcon <b> 7', 'Norvik', 'Audio', 'Loud', 'javascript:x', null, 3, 9.5, 'EUR'),
    (2, '{product}', 'Falcon of tomorrow', 'Norvik', 'Audio', null, null, null, 3, 9.5, 'EUR');
insert into publish.release (release_id, as_of, status, built_at) values ('r', '2026-05-05', 'live', '2026-05-05');
insert into publish.current values ('product', 1, 'r', '2026-05-05', null, null, 'h', 1);
set role dealhouse_owner;
insert into predictions.product (product_id, item_group_id, title, as_of, model_version, run_id)
values ('{product}', '{product}', 'Falcon 7', '2026-05-05', 'v', '{product}');
insert into raw.merchant_registry (merchant_id, name, platform, base_url, country, updated_at)
values ('acme', 'Acme 100 %', 'html', 'https://acme.example', 'DE', '2026-05-05'),
    ('bazaar', 'Bazaar', 'html', 'https://bazaar.example', 'DE', '2026-05-05');
"""


@pytest.fixture
def browser(warehouse: str) -> Iterator[TestClient]:
    """Somebody who is logged in, where a release is live."""
    connection = psycopg2.connect(warehouse)
    with connection, connection.cursor() as cursor:
        cursor.execute(HOUSE.format(product=PRODUCT))
    connection.close()
    app.dependency_overrides[get_user] = person
    yield TestClient(app, base_url="http://house.example", follow_redirects=False)
    app.dependency_overrides.clear()


@pytest.mark.usefixtures("warehouse")
def test_the_page_stands_on_an_empty_platform() -> None:
    assert "Nothing yet." in editors_page()
    assert "Nothing that is published holds these words." in editors_page("falcon")


def test_what_is_live_is_found_decided_and_lifted(browser: TestClient) -> None:
    page = browser.get("/editors?q=FALCON").text
    assert "Falcon &lt;b&gt; 7" in page
    assert "tomorrow" not in page, "of the live version only"
    assert 'src="javascript' not in page
    assert "Acme" in browser.get("/editors", params={"q": "100 %"}).text
    assert "Acme" not in browser.get("/editors", params={"q": "a%e"}).text, "a percent sign is no wildcard"
    product = {"kind": "product", "subject_id": PRODUCT}
    form = {**product, "action": "correct", "title": "Falcon 8", "no_image": "1", "reason": "wrong"}
    sent = browser.post("/editors", data={**form, "q": "falcon & co"}, headers={"sec-fetch-site": "same-origin"})
    assert (sent.status_code, sent.headers["location"]) == (303, "editors?q=falcon%20%26%20co")
    browser.post("/editors", data={"kind": "merchant", "subject_id": "acme", "action": "opt_out", "reason": "their letter"})
    browser.post("/editors", data={**product, "action": "pin", "reason": "good", "until": "2026-06-01"})
    page = browser.get("/editors?q=acme").text
    told = ("title: Falcon 8, image_url: none", "opted out: their letter", "pinned until 2026-06-01", "kim")
    assert [words for words in told if words not in page] == []
    lift = {**product, "action": "lift", "lifts": "pin", "reason": "sold out"}
    assert browser.post("/editors", data=lift).status_code == 303
    assert "no longer pinned" in browser.get("/editors").text
    assert [(row["action"], row["editor"]) for row in in_force()] == [("opt_out", "kim"), ("correct", "kim")]


def test_nobody_decides_without_a_user_a_reason_or_from_another_site(browser: TestClient) -> None:
    form = {"kind": "product", "subject_id": PRODUCT, "action": "hide", "reason": "a fake"}
    unlifted = {"action": "lift", "lifts": "hide"}
    for bad in (
        {"reason": " "}, {"reason": "a\x00b"}, {"q": "\x00"}, {"action": "correct", "image_url": "http://[abc"}, {"kind": "shop"},
        {"action": "opt_out"}, {"subject_id": "x"}, {"until": "soon"}, unlifted,
    ):
        assert browser.post("/editors", data={**form, **bad}).status_code == 422
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}):
        assert browser.post("/editors", data=form, headers=headers).status_code == 403
    app.dependency_overrides[get_user] = viewer
    refused = browser.post("/editors", data=form)
    assert (refused.status_code, refused.json()["detail"]) == (403, "only who may start publish_storefront decides")
    assert browser.get("/editors").status_code == 200
    app.dependency_overrides.clear()
    assert browser.post("/editors", data=form).status_code == 401
    assert browser.get("/editors").status_code == 401
    assert in_force() == []


def test_what_postgres_cannot_look_for_is_refused(browser: TestClient) -> None:
    for address in ("/editors?q=%00", "/merchants?q=%00", "/merchants/%00"):
        answered = browser.get(address)
        assert answered.status_code == 422
        assert "no text may hold" in answered.text


def test_the_run_that_deciding_takes_the_right_to_is_there() -> None:
    assert (PROJECT / "dags" / f"{PUBLISHING}.py").is_file()


def test_the_form_holds_whatever_may_be_corrected() -> None:
    assert set(CORRECTABLE) <= Decided.model_fields.keys()


def test_a_list_that_is_cut_says_so(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(Decision("product", PRODUCT, "pin", "good", "ann"))
    decide(Decision("product", PRODUCT, "hide", "bad", "ann"))
    assert "History</h2>" in editors_page()
    monkeypatch.setattr(editors, "MOST_LISTED", 1)
    monkeypatch.setattr(editors, "MOST_FOUND", 1)
    page = editors_page("a")
    assert "History, the last 1</h2>" in page
    assert page.index("pinned") < page.index("History"), "what is in force is whole"
    assert "Merchants, the first 1: more words find the others" in page
    assert "Products</h2>" in page


def test_a_deal_is_called_by_its_title_also_where_its_decision_was_lifted(browser: TestClient, warehouse: str) -> None:
    connection = psycopg2.connect(warehouse)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "set role transformer; create table marts.fct_offers as select %s::uuid as offer_id, 'Falcon of the week' as title;"
            "create table marts.fct_deals as select %s::uuid as deal_id, %s::uuid as offer_id", [OFFER, DEAL, OFFER],
        )
    connection.close()
    decide(Decision("deal", DEAL, "hide", "a fake", "ann"))
    lift("deal", DEAL, "hide", "it was real", "ann")
    page = browser.get("/editors").text
    assert page.count("Falcon of the week") == 2, "the decision and its lift"


def test_who_only_looks_on_finds_nothing_to_press(browser: TestClient) -> None:
    decide(Decision("product", PRODUCT, "pin", "good", "ann"))
    assert pressable(browser.get("/editors?q=falcon").text)
    app.dependency_overrides[get_user] = viewer
    page = browser.get("/editors?q=falcon").text
    assert (pressable(page), "Falcon &lt;b&gt; 7" in page, "pinned" in page, "You look on here" in page) == (0, True, True, True)
