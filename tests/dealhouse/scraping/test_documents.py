from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import time

import pytest

from dealhouse.landing.batch import Batch, BatchWriter
from dealhouse.landing.store import FolderStore
from dealhouse.loading.load import load_all_landed
from dealhouse.scraping.documents import Folder, Memory, Warehouse
from dealhouse.scraping.known import Known

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
LATER = AS_OF.replace(day=6)


def batch(store: FolderStore, as_of: datetime, *documents: dict[str, object], status: str = "complete") -> Batch:
    with BatchWriter(store, source="offers", merchant_id="acme", kind="offers", as_of=as_of) as writer:
        for each in documents:
            writer.document(each)
        crawl = {"crawl_id": f"acme:{as_of:%Y-%m-%dT%H:%M:%S}", "status": status, "documents": 1, "offers": 0}
        return writer.close(crawl, {"listed": 7, "shrunk": 1})


@pytest.fixture(params=["folder", "warehouse"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Memory, Callable[[Batch], object]]:
    """Each memory, and how it learns of a batch."""
    if request.param == "folder":
        folder = Folder(tmp_path / "state" / "memory.sqlite")
        return folder, lambda one: folder.remember(one.uri)
    request.getfixturevalue("warehouse")
    return Warehouse(), lambda one: load_all_landed([one.uri], one.manifest.as_of)


def test_what_landed_is_known_to_later_crawls_only(
    memory: tuple[Memory, Callable[[Batch], object]], tmp_path: Path
) -> None:
    place, learn = memory
    known = Known('"1"', "then", "abc", rows=3, checked_at=AS_OF, looks=2)
    learn(batch(FolderStore(tmp_path), AS_OF, {"url": "http://a/", "status": "fetched", **known.as_row()}))
    assert place.past("acme", AS_OF).documents == {}
    past = place.past("acme", LATER)
    assert (past.documents, past.listed, past.shrunk) == ({"http://a/": known}, 7, 1)
    assert place.past("other", LATER).documents == {}


def test_a_failed_document_or_crawl_changes_nothing(
    memory: tuple[Memory, Callable[[Batch], object]], tmp_path: Path
) -> None:
    place, learn = memory
    learn(batch(FolderStore(tmp_path), AS_OF, {"url": "http://a/", "status": "fetched", **Known('"1"').as_row()}))
    learn(batch(FolderStore(tmp_path), LATER, {"url": "http://a/", "status": "failed"}))
    learn(batch(FolderStore(tmp_path), LATER.replace(day=7), status="failed"))
    assert place.past("acme", LATER.replace(day=8)).documents == {"http://a/": Known('"1"')}


def test_hosts_that_asked_for_rest_are_remembered_until_then(memory: tuple[Memory, Callable[[Batch], object]]) -> None:
    place, until = memory[0], time() + 100
    place.remember_rests({"a": until, "b": time() - 1})
    place.remember_rests({})
    assert {host: round(moment, 2) for host, moment in place.rests().items()} == {"a": round(until, 2)}
