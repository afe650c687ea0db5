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
        return [entry.url async for entry in sitemaps.pages(root, fetch)]

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


def test_an_entry_has_its_own_address_and_date() -> None:
    image = '<image:image xmlns:image="i"><image:loc>http://a/i.jpg</image:loc></image:image>'
    body = urlset("http://a/p", "http://a/q").replace(b"</url>", f"{image}</url>".encode(), 1)
    body = body.replace(b"<lastmod>2026-05-05</lastmod>", b"", 1)
    assert sitemaps.entries(body) == (False, [("http://a/p", None), ("http://a/q", "2026-05-05")])


def test_an_index_may_hold_one_more_index_and_its_caps_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = {
        "http://a/sitemap.xml": index("http://a/1.xml"),
        "http://a/1.xml": index("http://a/2.xml"),
        "http://a/2.xml": index("http://a/3.xml").replace(b"</sitemapindex>", b"") + b"<url><loc>http://a/p</loc></url></sitemapindex>",
        "http://a/3.xml": urlset("http://a/too-deep"),
    }
    assert pages(documents) == []
    documents["http://a/2.xml"] = urlset("http://a/p", "http://a/" + "x" * 3000, "http://a/q")
    assert pages(documents) == ["http://a/p", "http://a/q"]
    monkeypatch.setattr(sitemaps, "MOST_URLS", 1)
    assert pages(documents) == ["http://a/p"]
    monkeypatch.setattr(sitemaps, "MOST_SITEMAPS", 2)
    assert pages(documents) == []


@pytest.mark.parametrize("document", [
    urlset("http://a/1"), index("http://a/s.xml"), urlset("http://a/1") + b"\n<!-- made by a plugin -->\n",
    f"<urlset {NS}/>".encode(), b"<s:urlset xmlns:s='x'></s:urlset >",
])
def test_a_sitemap_with_its_end_is_whole(document: bytes) -> None:
    assert sitemaps.is_whole(document)


@pytest.mark.parametrize("document", [
    urlset("http://a/1", "http://a/2")[:share] for share in (0, 20, 90, -1, -5)
] + [b"<!doctype html><title>We will be back</title>"])
def test_what_was_cut_or_is_none_is_not_whole(document: bytes) -> None:
    assert not sitemaps.is_whole(document)
