import pytest

from dealhouse.scraping import robots
from dealhouse.scraping.robots import Robots

RULES = b"""User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 2

User-agent: DealhouseBot
Disallow: /secret
Disallow: /*.pdf$
Sitemap: https://acme.example/sitemap.xml
"""


def read(body: bytes, status: int = 200, agent: str = "DealhouseBot") -> Robots:
    rules = robots.read(status, body, agent)
    assert rules is not None
    return rules


def test_the_most_specific_group_counts() -> None:
    assert not read(RULES).allows("https://acme.example/secret/x")
    assert read(RULES).allows("https://acme.example/private")
    assert not read(RULES).allows("https://acme.example/a.pdf")
    assert not read(RULES, agent="Other").allows("https://acme.example/private")
    assert read(RULES, agent="Other").allows("https://acme.example/private/open")


def test_delay_and_sitemaps_are_read() -> None:
    assert read(RULES, agent="Other").delay == 2
    assert read(b"User-agent: *\nCrawl-delay: 86400").delay == robots.MOST_DELAY
    assert read(b"").delay == 0
    assert read(RULES).sitemaps == ["https://acme.example/sitemap.xml"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_without_rules_everything_is_open(status: int) -> None:
    assert read(b"User-agent: *\nDisallow: /", status).allows("https://acme.example/x")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_unreachable_rules_close_everything(status: int) -> None:
    assert robots.read(status, b"", "DealhouseBot") is None


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"<html>", "\ufeffUser-agent: *\nDisallow:".encode(), b"Disallow: /\n" * 100_000]
)
def test_strange_files_are_read(body: bytes) -> None:
    read(body).allows("https://acme.example/x")
