"""The page of match reviews: what is open, what was answered, and who may answer."""

from collections.abc import Iterator

import psycopg2
import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from dealhouse.database import transaction
from dealhouse.status import origin, reviews
from dealhouse.status.reviews import ReviewError, answer, reviews_page, told
from dealhouse.status.spoken import sentence
from dealhouse_plugin import app
from tests.dealhouse.status.conftest import person, pressable, viewer

A, B, C = (f"00000000-0000-0000-0000-00000000000{letter}" for letter in "abc")
HOUSE = """
create table marts.fct_offers (offer_id uuid, merchant_id text, title text, variant_title text, brand text, gtin text, mpn text,
    sku text, category_path text, image_url text, url text, price numeric, currency text, is_live boolean);
insert into marts.fct_offers (offer_id, merchant_id, title, brand, image_url, url, price, currency, is_live) values
    ('{a}', 'acme', 'Falcon 7 <b> 128 GB', 'Norvik', 'javascript:x', 'https://acme.example/a', 99, 'EUR', true),
    ('{b}', 'mart', 'Falcon 7 256 GB', 'Norvik', null, 'https://mart.example/b', 109.5, 'EUR', true),
    ('{c}', 'shop', 'Orbit', null, null, null, null, null, false);
set role dealhouse_owner;
insert into predictions.run values
    ('{a}', 'matching', 'all', '2026-05-05 10:00+00', 'v', 'complete', 0, '{{}}', '2026-05-05 10:00+00');
insert into predictions.product (product_id, item_group_id, title, as_of, model_version, run_id)
    select o, o, 'p', '2026-05-05', 'v', '{a}' from unnest(array['{a}', '{b}', '{c}']::uuid[]) as o;
insert into predictions.offer_product (offer_id, valid_from, product_id, band, probability, known_from, model_version, run_id)
    select product_id, '2026-05-05', product_id, 'apart', .5, '2026-05-05', 'v', run_id from predictions.product;
insert into predictions.match_candidates values
    ('{a}', '{b}', 0.62, 9,
     '[{{"feature": "word", "value": 0.5, "weight": 1.5}}, {{"feature": "variant_conflict", "value": 1, "weight": -3}}]',
     '2026-05-05 10:00+00', 'v', '{a}'),
    ('{a}', '{c}', 0.4, 5, '[]', '2026-05-05 10:00+00', 'v', '{a}');
"""


@pytest.fixture
def asked(warehouse: str) -> None:
    connection = psycopg2.connect(warehouse)
    with connection, connection.cursor() as cursor:
        cursor.execute("set role transformer;" + HOUSE.format(a=A, b=B, c=C).replace("set role", "reset role; set role"))
    connection.close()


@pytest.fixture
def browser() -> Iterator[TestClient]:
    """Somebody who is logged in."""
    app.dependency_overrides[get_user] = person
    yield TestClient(app, base_url="http://house.example", follow_redirects=False)
    app.dependency_overrides.clear()


def rows() -> list[tuple[str, str, str]]:
    with transaction("editor") as connection:
        found = connection.execute(text("select offer_a, answer, reviewer from ops.match_reviews order by review_id"))
        return [(str(row.offer_a), str(row.answer), str(row.reviewer)) for row in found]


@pytest.mark.usefixtures("warehouse")
def test_the_page_stands_on_an_empty_platform() -> None:
    assert "Nothing to review." in reviews_page()


@pytest.mark.usefixtures("asked")
def test_both_offers_stand_side_by_side_with_what_differs_and_what_spoke() -> None:
    page = reviews_page()
    assert page.index("62 % likely") < page.index("40 % likely"), "the weightiest first"
    assert all(words in page for words in ("<mark>128</mark>", "<mark>256</mark>", "99.00 EUR", "109.50 EUR", "now two products"))
    assert "against: a size, colour, capacity or pack differs" in page
    assert "for: 50 % words in common" in page
    assert "&lt;b&gt;" in page
    assert "javascript:x" not in page, "a merchant's address is not run"


@pytest.mark.usefixtures("asked")
def test_a_search_narrows_the_questions() -> None:
    page = reviews_page(" ORBIT ")
    assert "40 % likely" in page
    assert "62 % likely" not in page
    assert "No open pair holds these words." in reviews_page("nothing like it")


@pytest.mark.usefixtures("asked")
def test_an_answer_closes_its_question_and_undoing_it_opens_it_again(browser: TestClient) -> None:
    form = {"offer_a": B, "offer_b": A, "answer": "different", "q": "falcon & co"}
    sent = browser.post("/reviews", data=form, headers={"sec-fetch-site": "same-origin"})
    assert (sent.status_code, sent.headers["location"]) == (303, "reviews?q=falcon%20%26%20co")
    page = browser.get("/reviews").text
    assert "62 % likely" not in page
    assert all(f"<td>{words}</td>" in page for words in ("different", "kim", "obeyed"))
    browser.post("/reviews", data={**form, "answer": "withdrawn"})
    assert "62 % likely" in browser.get("/reviews").text
    assert rows() == [(A, "different", "kim"), (A, "withdrawn", "kim")], "nothing is overwritten"


@pytest.mark.usefixtures("asked")
def test_an_answer_waits_for_the_next_matching() -> None:
    answer(A, B, "same", "kim", note="same box")
    page = reviews_page()
    assert "waits for the next matching" in page
    assert "same box" in page


@pytest.mark.usefixtures("asked")
def test_what_is_no_answer_is_refused(browser: TestClient) -> None:
    unknown = "00000000-0000-0000-0000-00000000000f"
    for pair, said in (((A, "x"), "same"), ((A, A), "same"), ((A, B), "perhaps"), ((A, unknown), "same")):
        with pytest.raises(ReviewError):
            answer(*pair, said, "kim")
        assert browser.post("/reviews", data={"offer_a": pair[0], "offer_b": pair[1], "answer": said}).status_code == 422
    assert rows() == []


@pytest.mark.usefixtures("asked")
def test_what_postgres_cannot_hold_is_refused(browser: TestClient) -> None:
    form = {"offer_a": A, "offer_b": B, "answer": "same", "note": "a\x00b"}
    for answered in (browser.post("/reviews", data=form), browser.get("/reviews", params={"q": "\x00"})):
        assert answered.status_code == 422
        assert "no text may hold" in answered.text
    assert rows() == []


@pytest.mark.usefixtures("asked")
def test_a_list_of_answers_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "MOST_ANSWERS", 1)
    answer(A, B, "different", "kim")
    assert "Answers</h2>" in reviews_page()
    answer(A, C, "different", "kim")
    assert "Answers, the last 1</h2>" in reviews_page()


@pytest.mark.usefixtures("asked")
def test_nobody_answers_without_a_user_or_from_another_site(browser: TestClient) -> None:
    form = {"offer_a": A, "offer_b": B, "answer": "same"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://evil.example"}):
        assert browser.post("/reviews", data=form, headers=headers).status_code == 403
    app.dependency_overrides[get_user] = viewer
    assert browser.post("/reviews", data=form).status_code == 403
    assert browser.get("/reviews").status_code == 200
    app.dependency_overrides.clear()
    assert browser.post("/reviews", data=form).status_code == 401
    assert browser.get("/reviews").status_code == 401
    assert rows() == []


@pytest.mark.usefixtures("asked")
def test_who_only_looks_on_finds_nothing_to_press(browser: TestClient) -> None:
    answer(A, B, "different", "kim")
    assert pressable(browser.get("/reviews").text) == 1 + 3 + 1 + 1, "a form of three answers, one that undoes"
    app.dependency_overrides[get_user] = viewer
    page = browser.get("/reviews").text
    assert (pressable(page), "<kbd>" in page, "40 % likely" in page, "You look on here" in page) == (0, False, True, True)


@pytest.mark.usefixtures("asked")
def test_what_was_said_stays_said() -> None:
    answer(A, B, "different", "kim")
    for statement in ("update ops.match_reviews set answer = 'same'", "delete from ops.match_reviews"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction("editor") as connection:
            connection.execute(text(statement))


def test_a_form_of_ours_is_told_by_its_headers() -> None:
    assert origin.is_ours({"origin": "https://house.example", "host": "house.example"})
    assert not origin.is_ours({"origin": "http://[house.example", "host": "house.example"})
    assert not origin.is_ours({"origin": "https://house.example", "sec-fetch-site": "cross-site", "host": "house.example"})


def test_words_that_the_other_title_lacks_are_marked() -> None:
    assert told("Falcon-7, (black) –", "falcon7 white") == [("Falcon-7,", False), ("(black)", True), ("–", False)]


@pytest.mark.parametrize(
    ("feature", "value", "said"),
    [
        ("word", 0.5, "50 % words in common, by their weight"),
        ("token_set", 82.4, "82 % alike, whatever the order and the extra words"),
        ("code_common", 0.0, "no model code in common"), ("price_ratio", 0.0953, "the dearer costs 10 % more"),
        ("price_ratio", None, "price ratio: unknown"), ("rank_low_all", 0.0, "place 1 among all candidates, by the better side"),
        ("text_gap_high_shop", -0.25, "0.25 behind the best rival among the other merchant's listings, by the better side"),
        ("numbers_apart", 1.0, "numbers that the other lacks, in each title at least: 1"),
        ("text_mutual", 1.0, "each is the other's best candidate"), ("mutual", 0.0, "one of them has a better candidate"),
        ("unshared_most", 7.1, "the rarest word of one title only is very rare"), ("something_new", 0.25, "something new: 0.25"),
    ],
)
def test_features_speak_in_words(feature: str, value: float | None, said: str) -> None:
    assert sentence(feature, value) == said
