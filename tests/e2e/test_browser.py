"""A shopper's and an operator's view, in a real browser."""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.e2e.conftest import FirstDay

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic",
]

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{os.environ['PYTEST_CURRENT_TEST'].split('::')[-1].split(' ')[0]}.png", full_page=True)
    page.close()


def a_deal_title(platform: FirstDay) -> str:
    ((title,),) = platform.ask(
        "select d.title from publish.search_doc d join publish.current c on c.dataset = 'search_doc' and c.version = d.version "
        "where length(split_part(d.title, ' ', 1)) > 5 order by d.prank limit 1"
    )
    return str(title)


def cards(page: Page) -> Locator:
    return page.locator("#grid .card")


def test_the_front_page_shows_deals(platform: FirstDay, page: Page) -> None:
    page.goto(platform.url("API"))
    expect(cards(page).first).to_be_visible()
    assert cards(page).count() > 3
    expect(cards(page).first.locator(".price")).to_contain_text(re.compile(r"\d"))


def test_a_search_with_a_typo_finds_its_product(platform: FirstDay, page: Page) -> None:
    title = a_deal_title(platform)
    word = title.split()[0]
    page.goto(platform.url("API"))
    box = page.get_by_label("Search deals")
    box.fill(word[:3] + word[4:])
    box.press("Enter")
    expect(cards(page).filter(has_text=word).first).to_be_visible()


def test_a_product_page_shows_offers_history_and_verdict(platform: FirstDay, page: Page) -> None:
    page.goto(platform.url("API"))
    cards(page).first.get_by_role("link").first.click()
    expect(page.locator("table.offers tbody tr").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Price history of"))).to_be_visible()
    expect(page.locator(".verdict h2")).to_be_visible()


def test_a_recommendation_shows_its_reason(platform: FirstDay, page: Page) -> None:
    page.goto(platform.url("API") + "/for-you")
    shopper = page.locator("#shoppers").get_by_role("button").first
    name = shopper.inner_text().splitlines()[0]
    shopper.click()
    expect(page.get_by_role("heading", name=re.compile(re.escape(name)))).to_be_visible()
    reasons = page.locator("#grid .reason").all_inner_texts()
    assert reasons
    assert all(reason.strip() for reason in reasons)


def test_airflow_shows_the_platforms_own_page(platform: FirstDay, page: Page) -> None:
    page.goto(platform.url("AIRFLOW"))
    page.goto(platform.url("AIRFLOW") + "/dealhouse/status")
    expect(page.get_by_role("heading", name="Platform status")).to_be_visible()
    assert "live" in page.inner_text("body")
    page.get_by_role("link", name="Merchants").click()
    expect(page.get_by_role("heading", name="Merchants")).to_be_visible()
    page.get_by_role("cell").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Last crawls")).to_be_visible()
