"""Fetches of a test: some paths of a site, or the one fault that a path ends in."""

import asyncio
from typing import Any

import pytest

from dealhouse.scraping.fetcher import Fetched, Fetcher
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.validators import Validators


def get(
    merchant: Merchant, *paths: str, validators: Validators | None = None, limit: int = 1 << 20, slots: int = 8
) -> list[Fetched]:
    async def run() -> list[Fetched]:
        async with Fetcher("DealhouseBot/1.0 (+https://x)", slots, body_limit=limit) as fetcher:
            urls = [path if "://" in path else merchant.base_url + path for path in paths]
            return list(await asyncio.gather(*(fetcher.get(url, merchant, validators) for url in urls)))

    return asyncio.run(run())


def refused(error: type[Exception], merchant: Merchant, path: str, **options: Any) -> str:
    with pytest.raises(error) as raised:
        get(merchant, path, **options)
    return str(raised.value)
