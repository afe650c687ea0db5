import pytest
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from dealhouse.alerts import raise_alert
from dealhouse.settings import settings
from dealhouse.status.editors import editors_page
from dealhouse.status.merchants import merchant_page, merchants_page
from dealhouse.status.page import PAGES, SECTIONS, status_page
from dealhouse.status.quarantine import quarantine_page
from dealhouse.status.reviews import reviews_page
from dealhouse_plugin import DealhousePlugin, app
from tests.dealhouse.status.conftest import person


def test_every_section_stands_on_an_empty_platform(warehouse: str) -> None:
    page = status_page()
    assert all(title in page for title in SECTIONS.values())
    assert "Nothing yet." in page


def test_what_merchants_wrote_is_escaped(warehouse: str) -> None:
    raise_alert("scraping", "warning", "<script>alert(1)</script>")
    assert "<script>alert" not in status_page()
    assert "&lt;script&gt;alert" in status_page()


@pytest.mark.usefixtures("warehouse")
def test_every_page_leads_to_all_of_them() -> None:
    for page, here, up in (
        (status_page(), "status", ""), (merchants_page(), "merchants", ""), (reviews_page(), "reviews", ""),
        (editors_page(), "editors", ""), (quarantine_page(), "quarantine", ""), (merchant_page("acme"), None, "../"),
    ):
        links = [f'<a href="{up}{name}"' + (' aria-current="page"' if name == here else "") + f">{title}</a>"
                 for name, title in PAGES.items()]
        assert [link for link in links if link not in page] == []
    assert [view["href"] for view in DealhousePlugin.external_views] == [f"/dealhouse/{name}" for name in PAGES]


def test_the_data_docs_are_read_by_who_is_logged_in_and_run_nothing(warehouse: str) -> None:
    folder = settings().home / "quality"
    browser = TestClient(app)
    app.dependency_overrides[get_user] = person
    try:
        assert "quality/index.html" not in browser.get("/status").text
        assert browser.get("/quality/index.html").status_code == 404
        (folder / "validations").mkdir(parents=True)
        (folder / "index.html").write_text("<h1>Data quality</h1>")
        (folder.parent / "secrets.json").write_text("{}")
        assert 'href="quality/index.html"' in browser.get("/status").text
        answered = browser.get("/quality/index.html")
        assert "Data quality" in answered.text
        assert "sandbox" in answered.headers["content-security-policy"]
        for path in ("..%2fsecrets.json", "%2e%2e/secrets.json", "validations", "", str(folder.parent / "secrets.json")):
            assert browser.get(f"/quality/{path}").status_code == 404
    finally:
        app.dependency_overrides.clear()
    assert browser.get("/quality/index.html").status_code == 401
