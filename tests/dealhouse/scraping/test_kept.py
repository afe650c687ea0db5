import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dealhouse.landing.store import FolderStore
from dealhouse.scraping.fetcher import Fetched, Fetcher
from dealhouse.scraping.kept import Kept
from dealhouse.scraping.registry import Merchant

Make = Callable[..., Merchant]
Site = Any


def get(merchant: Merchant, folder: Path) -> Fetched:
    async def run() -> Fetched:
        async with Fetcher("DealhouseBot/1.0", 8) as fetcher:
            return await Kept(FolderStore(folder), merchant, fetcher).get(f"{merchant.base_url}/s.xml")

    return asyncio.run(run())


def test_a_304_gives_the_body_of_before(site: Site, merchant: Make, tmp_path: Path) -> None:
    site.put("/s.xml", (200, {"ETag": '"1"'}, b"<urlset/>"), (304, {}, b""))
    assert [get(merchant(), tmp_path).body for _ in range(2)] == [b"<urlset/>"] * 2
    assert site.asked[-1].headers["If-None-Match"] == '"1"'


def test_a_body_that_was_lost_is_fetched_in_full(site: Site, merchant: Make, tmp_path: Path) -> None:
    site.put("/s.xml", (200, {"ETag": '"1"'}, b"<urlset/>"))
    get(merchant(), tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b'["\\"1\\"",null,null]\nbroken')
    assert get(merchant(), tmp_path).body == b"<urlset/>"
    assert "If-None-Match" not in site.asked[-1].headers


def test_what_cannot_be_asked_about_is_not_kept(site: Site, merchant: Make, tmp_path: Path) -> None:
    site.put("/s.xml", b"<urlset/>")
    get(merchant(), tmp_path)
    assert list(tmp_path.iterdir()) == []
