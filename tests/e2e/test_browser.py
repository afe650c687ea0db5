"""A shopper's and an operator's view, in a real browser."""

import os
import shutil
from collections.abc import Iterator

import psycopg2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import Platform

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


def a_deal_title(platform: Platform) -> str:
    with psycopg2.connect(platform.database_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select d.title from publish.search_doc d "
            "join publish.current c on c.dataset = 'search_doc' and c.version = d.version "
            "where length(split_part(d.title, ' ', 1)) > 5 order by d.prank limit 1"
        )
        row = cursor.fetchone()
        assert row
        return str(row[0])


def test_the_front_page_shows_deals(platform: Platform, page: Page) -> None:
    page.goto(platform.url("API"))
    expect(page.locator("article").first).to_be_visible()
    assert page.locator("article").count() > 3


def test_a_search_with_a_typo_finds_its_product(platform: Platform, page: Page) -> None:
    title = a_deal_title(platform)
    word = title.split()[0]
    page.goto(platform.url("API"))
    box = page.get_by_role("searchbox").first
    box.fill(word[:3] + word[4:])
    box.press("Enter")
    expect(page.locator("article").filter(has_text=word).first).to_be_visible()


def test_a_recommendation_shows_its_reason(platform: Platform, page: Page) -> None:
    page.goto(platform.url("API") + "/for-you")
    shopper = page.get_by_role("combobox").first
    expect(shopper).to_be_enabled()
    shopper.select_option(index=1)
    reason = page.locator("[data-reason]").first
    expect(reason).to_be_visible()
    assert reason.inner_text().strip()


def test_airflow_shows_the_platforms_own_page(platform: Platform, page: Page) -> None:
    page.goto(platform.url("AIRFLOW"))
    page.goto(platform.url("AIRFLOW") + "/dealhouse/status")
    expect(page.get_by_role("heading", name="Platform status")).to_be_visible()
    assert "live" in page.inner_text("body")
