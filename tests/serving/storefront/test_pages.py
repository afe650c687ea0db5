"""The pages in a real browser, and as plain HTML."""

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.serving import published

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The shop's list of demo shoppers, as its feed serves it; yields the shop's address."""
    people = [("Alice", "heavy", published.ALICE), ("Nora", "newcomer", published.NEWCOMER)]
    cards = orjson.dumps(
        [{"name": name, "kind": kind, "country": "DE", "token": published.token(key)} for name, kind, key in people]
    )

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(cards)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/shop/v1"
    server.shutdown()


@pytest.fixture(scope="module")
def storefront(published_url: str, shop: str) -> Iterator[str]:
    with published.running(published_url, shop_url=shop) as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, storefront: str) -> Iterator[Page]:
    """A fresh visitor; the test fails when a page logs an error or asks another host for anything."""
    context = browser.new_context(base_url=storefront, viewport={"width": 1280, "height": 900})
    opened, faults = context.new_page(), []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: faults.append(request.url) if "127.0.0.1" not in request.url else None)
    yield opened
    context.close()
    assert faults == []


def told(url: str, kind: str, **about: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select count(*) from inbox.events where body @> %s", (psycopg.types.json.Jsonb({"kind": kind} | about),)
        ).fetchone()
    return int(row[0]) if row else 0


def test_the_page_shows_deals_and_loads_more(page: Page) -> None:
    page.goto("/")
    cards = page.locator("#grid .card")
    expect(cards).to_have_count(24)
    expect(cards.first).to_contain_text("Aurora Wireless Headphones")
    expect(cards.first.locator(".badge")).to_contain_text("%")
    page.get_by_role("link", name="Load more").click()
    expect(cards).to_have_count(30)
    expect(page.get_by_role("link", name="Load more")).to_have_count(0)


def test_a_search_with_a_typo_finds_its_product(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Search deals").fill("headphnes")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("headphones")
    expect(page.get_by_role("link", name="Aurora Wireless Headphones")).to_be_visible()


def test_filters_apply_as_they_are_chosen_and_can_be_dropped(page: Page) -> None:
    page.goto("/")
    page.get_by_role("checkbox", name=re.compile("^Toys")).check()
    expect(page.locator("#grid .card")).to_have_count(2)
    assert "category=toys" in page.url
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("#grid .card")).to_have_count(24)
    page.get_by_label("Sort").select_option("price")
    expect(page.locator("#grid .card").first).to_contain_text("Insulated Bottle")


def test_a_product_shows_offers_history_and_verdict(page: Page, published_url: str, world: published.World) -> None:
    page.goto("/")
    page.get_by_role("link", name="Aurora Wireless Headphones").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aurora Wireless Headphones")
    expect(page.locator("table.offers tbody tr")).to_have_count(3)
    expect(page.get_by_role("img", name="Price history of Aurora Wireless Headphones")).to_be_visible()
    expect(page.locator(".low-label")).to_contain_text("30-day low")
    expect(page.get_by_role("region", name="Price history")).to_contain_text("lowest that we ever saw")
    expect(page.locator(".product .marks")).to_have_text("black")
    expect(page.locator(".verdict h2")).to_have_text("Genuine deal")
    expect(page.locator(".evidence")).to_contain_text("28 of the 30 days")
    expect(page.locator(".reason").first).to_contain_text("Often bought with")


def test_a_deal_shows_all_that_its_verdict_stands_on(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Aurora Wireless Headphones").click()
    expect(page.locator(".evidence li")).to_have_count(4)
    page.get_by_role("link", name="All the evidence").click()
    expect(page.locator(".verdict h2")).to_have_text("Genuine deal")
    expect(page.locator(".evidence li")).to_have_count(7)
    expect(page.locator(".claimed-label")).to_contain_text("reference price")
    expect(page.get_by_role("img", name="Price history of Aurora Wireless Headphones")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile("How sure")).locator("meter")).to_have_count(5)
    expect(page.get_by_role("region", name=re.compile("How good"))).to_contain_text("Saved against its own past weighs 35")


def test_what_is_seen_and_clicked_is_told(page: Page, published_url: str, world: published.World) -> None:
    deal = world.deal_of("Ergonomic Mouse M2")
    page.goto("/?q=ergonomic mouse")
    link = page.get_by_role("link", name="Ergonomic Mouse M2")
    expect(link).to_be_visible()
    page.wait_for_timeout(200)
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ergonomic Mouse M2")
    page.goto("about:blank")
    page.wait_for_timeout(300)
    about = {"deal_id": str(deal["deal_id"]), "product_id": str(deal["product_id"]), "list": "search", "release_id": "release-1"}
    assert told(published_url, "impression", **about) >= 1
    assert told(published_url, "deal_click", **about) >= 1
    assert told(published_url, "search", query="ergonomic mouse") >= 1
    assert told(published_url, "product_view", product_id=str(deal["product_id"])) >= 1


def test_for_you_gives_each_item_its_reason(page: Page, published_url: str) -> None:
    page.goto("/for-you")
    expect(page.get_by_role("heading", name="Trending everywhere")).to_be_visible()
    page.get_by_role("button", name="Alice buys often · DE").click()
    expect(page.get_by_role("heading", name="For Alice")).to_be_visible()
    expect(page.locator("#grid .reason")).to_have_count(6)
    for reason in page.locator("#grid .reason").all_inner_texts():
        assert reason.strip() == "You buy this about every 30 days"
    page.get_by_role("button", name="Nora").click()
    expect(page.get_by_role("heading", name=re.compile("^Trending now"))).to_be_visible()
    page.goto("about:blank")
    page.wait_for_timeout(300)
    with psycopg.connect(published_url) as connection:
        known = connection.execute("select count(*) from inbox.events where customer_key = %s", (published.NEWCOMER,)).fetchone()
    assert known is not None
    assert known[0] > 0


def test_it_works_by_keyboard_and_on_a_phone(browser: Browser, storefront: str) -> None:
    context = browser.new_context(base_url=storefront, viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for path in ("/", "/?q=headphnes", "/for-you", "/docs"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    context.close()


def test_every_page_is_whole_without_scripts(browser: Browser, storefront: str, world: published.World) -> None:
    context = browser.new_context(base_url=storefront, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#grid .card")).to_have_count(24)
    page.get_by_role("link", name="Load more").click()
    expect(page.locator("#grid .card")).to_have_count(6)
    page.goto(f"/products/{world.product_id('Yoga Mat Cork 5 mm')}")
    expect(page.locator(".chart path.step")).to_have_count(3)
    context.close()


@pytest.mark.parametrize(
    "path", ["/nothing", f"/products/{uuid.UUID(int=1)}", "/products/x", "/?limit=0", "/?cursor=x", "/?q=%00"]
)
def test_an_error_is_a_page_for_people(api: httpx.Client, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert "To the deals" in answer.text


def test_a_deal_that_is_over_leads_to_its_product(api: httpx.Client, world: published.World) -> None:
    answers = {row["reason"]: api.get(f"/deals/{row['deal_id']}") for row in world.rows["gone_deal"]}
    assert {answer.status_code for answer in answers.values()} == {410}
    assert f'href="/products/{world.rows["product"][0]["product_id"]}"' in answers["outdone"].text
    assert "It is sold out." in answers["sold_out"].text
    assert 'href="/products/' not in answers["sold_out"].text


def test_before_the_first_release_the_page_says_so(own: tuple[httpx.Client, str]) -> None:
    answer = own[0].get("/")
    assert answer.status_code == 503
    assert "The shelves are being filled" in answer.text


def test_what_merchants_write_stays_text(own: tuple[httpx.Client, str]) -> None:
    client, url = own
    world = published.make_world()
    for row in (world.rows["deal"][0], world.rows["product"][0], world.rows["search_doc"][0]):
        row["title"] = "<script>alert(1)</script>"
    world.rows["deal"][0] |= {"url": "javascript:alert(1)", "image_url": "javascript:alert(2)", "coupon_code": '"><img src=x>'}
    world.rows["product_offer"][1] |= {"url": "javascript:alert(3)"}
    published.publish(url, world, 1)
    for path in ("/", f"/products/{world.rows['product'][0]['product_id']}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "&lt;script&gt;alert(1)" in answer.text
        for harm in ("<script>alert", "javascript:", '"><img src=x'):
            assert harm not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_suggestions_of_another_cannot_be_asked_for(api: httpx.Client, bearer: Callable[..., dict[str, str]]) -> None:
    assert api.get("/for-you/items").status_code == 401
    answer = api.get("/for-you/items", headers=bearer(published.ALICE))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"


def test_static_files_may_be_kept_under_their_hash(api: httpx.Client) -> None:
    address = re.search(r'href="(/static/style\.css\?v=[0-9a-f]+)"', api.get("/").text)
    assert address
    assert "immutable" in api.get(address.group(1)).headers["cache-control"]
    assert api.get("/static/../app.py").status_code == 404
