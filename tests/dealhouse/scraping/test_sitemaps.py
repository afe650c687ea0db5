import asyncio

import pytest

from dealhouse.scraping import sitemaps

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str) -> bytes:
    return (
        f"<urlset {NS}>{''.join(f'<url><loc> {url} </loc><lastmod>2026-05-05</lastmod></url>' for url in urls)}</urlset>".encode()
    )


def index(*urls: str) -> bytes:
    return f"<sitemapindex {NS}>{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>".encode()


def pages(documents: dict[str, bytes], root: str = "http://a/sitemap.xml") -> list[str]:
    async def fetch(url: str) -> bytes | None:
        return documents.get(url)

    async def run() -> list[str]:
        return [url async for url in sitemaps.pages(root, fetch)]

    return asyncio.run(run())


def test_an_index_leads_to_pages_each_once() -> None:
    documents = {
        "http://a/sitemap.xml": index("http://a/1.xml", "http://a/2.xml", "http://a/gone.xml"),
        "http://a/1.xml": urlset("http://a/p1", "http://a/p2"),
        "http://a/2.xml": urlset("http://a/p2", "http://a/p3"),
    }
    assert pages(documents) == ["http://a/p1", "http://a/p2", "http://a/p3"]


def test_other_hosts_do_not_count_and_loops_end() -> None:
    documents = {
        "http://a/sitemap.xml": index("http://a/sitemap.xml", "http://b/1.xml", "http://a/1.xml"),
        "http://b/1.xml": urlset("http://b/p"),
        "http://a/1.xml": urlset("http://b/p", "http://[bad", "http://a/p"),
    }
    assert pages(documents) == ["http://a/p"]


@pytest.mark.parametrize("document", [b"", b"<html/>", b"\xff\x00", urlset("http://a/p")[:-30]])
def test_a_broken_sitemap_gives_what_it_has(document: bytes) -> None:
    assert pages({"http://a/sitemap.xml": document}) in ([], ["http://a/p"])


def test_a_bare_sitemap_needs_no_namespace() -> None:
    assert pages({"http://a/sitemap.xml": urlset("http://a/p").replace(NS.encode(), b"")}) == ["http://a/p"]
