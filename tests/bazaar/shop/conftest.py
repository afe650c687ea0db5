"""A tiny shop with its past, written once for all tests of this folder."""

import json
from pathlib import Path
from typing import Any

import pytest

from bazaar.shop.feedfiles import KINDS
from bazaar.shop.history import day_folder, write_history
from bazaar.shop.world import Shop, build_shop

SEED = 7
Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def shop() -> Shop:
    return build_shop("tiny", SEED)


@pytest.fixture(scope="session")
def past(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bazaar's home with the shop's past. Tests that play a day copy it."""
    home = tmp_path_factory.mktemp("bazaar")
    write_history(shop, home)
    return home


@pytest.fixture(scope="session")
def rows(past: Path) -> dict[str, Rows]:
    """The past's rows by kind."""
    files = {kind: day_folder(past, 0) / f"{kind}.ndjson" for kind in KINDS}
    return {kind: [json.loads(line) for line in path.read_bytes().splitlines()] for kind, path in files.items()}
