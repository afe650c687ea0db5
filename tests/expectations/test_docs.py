"""Data docs: a page a suite of the last loads and the live release, and nothing in them that asks another host."""

import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from expectations.docs import write_docs
from expectations.gates import check_raw


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_every_suite_that_was_looked_at_has_its_page(built: Any, as_of: Any, tmp_path: Path, spool: Path) -> None:
    folder = tmp_path / "quality"
    assert write_docs(built.url, folder) == 0, "nothing was looked at yet, and nothing is live"
    assert not folder.exists()
    built.plant("raw.affiliate_transactions", {"sale_amount": "NaN"})
    built.execute("delete from raw.rejects where kind = 'affiliate_transactions'")
    check_raw(built.url, as_of, "affiliate")
    check_raw(built.url, as_of + timedelta(minutes=15), "affiliate")  # a poll that brings nothing
    built.plant("publish.recommendation_v1", {"customer_key": "Anna Example"})
    built.execute("update publish.release set status = 'live', flipped_at = now(), "
                  "datasets = jsonb_build_object('deal', datasets -> 'deal', 'recommendation', datasets -> 'recommendation')")
    folder.mkdir()
    (folder / "yesterday.html").touch()
    assert write_docs(built.url, folder) == 3
    assert not (folder / "yesterday.html").exists()
    index = (folder / "index.html").read_text()
    pages = re.findall(r'<a href="([^"]+)">([^<]+)</a>', index)
    assert [suite for _, suite in pages] == ["affiliate_transactions", "deal", "recommendation"]
    assert index.count("bad") == 3, "the rule in the sheet, and the suites that failed"
    assert not any("Anna" in page.read_text() for page in folder.rglob("*.html")), "what stands there by mistake may be a name"
    assert "sale_amount" in (folder / pages[0][0]).read_text()
    asking = [page for page in folder.rglob("*.html") if re.search(r"""<(script|link|img)[^>]*["']https?://""", page.read_text())]
    assert asking == []
    assert [path for path in spool.iterdir() if path.is_dir()] == [], "GX's own folders are gone"
