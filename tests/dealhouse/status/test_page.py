from dealhouse.alerts import raise_alert
from dealhouse.status.page import SECTIONS, status_page


def test_every_section_stands_on_an_empty_platform(warehouse: str) -> None:
    page = status_page()
    assert all(title in page for title in SECTIONS.values())
    assert "Nothing yet." in page


def test_what_merchants_wrote_is_escaped(warehouse: str) -> None:
    raise_alert("scraping", "warning", "<script>alert(1)</script>")
    assert "<script>alert" not in status_page()
    assert "&lt;script&gt;alert" in status_page()
