from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from dealhouse.scraping import known
from dealhouse.scraping.fetcher import Fetched
from dealhouse.scraping.known import Known, meaning
from dealhouse.scraping.validators import Validators

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
RUNS = 8


def watched(changed: list[bool], every: timedelta, **more: Any) -> Known:
    """A page looked at again and again; the last look was one interval before AS_OF."""
    page = replace(Known(**more), checked_at=None).looked(AS_OF - every * (len(changed) + 1), changed=True)
    for number, each in enumerate(changed):
        page = page.looked(AS_OF - every * (len(changed) - number), changed=each)
    return page


def test_a_row_gives_back_what_was_known() -> None:
    page = replace(watched([True, False], timedelta(hours=6)), etag='"1"', until=AS_OF, rows=3, lastmod="2026-05-05")
    assert Known.from_row(orjson.loads(orjson.dumps({"url": "u", **page.as_row()}))) == page
    assert Known.from_row({"url": "u", "etag": '"1"', "last_modified": None, "content_sha256": "x", "state": None}) == Known(
        '"1"', None, "x"
    )
    assert Known().as_row()["state"] == {}


def test_looks_are_counted_after_the_first() -> None:
    page = watched([True, False, False], timedelta(days=1))
    assert (page.looks, page.changes, page.watched) == (3, 1, 3 * 86_400)


def test_a_page_is_due_until_something_is_known_of_it() -> None:
    assert Known().is_due(AS_OF, None, RUNS)
    assert watched([False], timedelta(hours=1)).is_due(AS_OF, None, RUNS)
    assert not watched([False, False], timedelta(hours=1)).is_due(AS_OF, None, RUNS)


def test_what_changes_often_is_due_sooner() -> None:
    calm, lively = (watched([each] * 20, timedelta(hours=6)) for each in (False, True))
    assert [page.is_due(AS_OF, None, RUNS) for page in (calm, lively)] == [False, True]
    assert calm.is_due(AS_OF + timedelta(days=30), None, RUNS)


def test_a_sale_is_watched_more_closely_than_what_is_sold_out() -> None:
    due = [
        watched([False] * 3, timedelta(days=1), value=value).is_due(AS_OF, None, RUNS)
        for value in (known.ON_SALE, known.ORDINARY, known.SOLD_OUT)
    ]
    assert due == [True, False, False]


def test_the_sitemap_and_the_end_of_a_sale_force_a_look() -> None:
    page = watched([False] * 3, timedelta(hours=1), lastmod="2026-05-01")
    assert not page.is_due(AS_OF, None, RUNS)
    assert not page.is_due(AS_OF, "2026-05-01", RUNS)
    assert page.is_due(AS_OF, "2026-05-05", RUNS)
    assert replace(page, until=AS_OF).is_due(AS_OF, "2026-05-01", RUNS)


@pytest.mark.parametrize("runs", [1, 3])
def test_every_page_is_looked_at_every_so_many_runs(runs: int) -> None:
    page, looks = watched([False] * 3, timedelta(minutes=15)), 0
    for number in range(6):
        if page.is_due(AS_OF + number * timedelta(minutes=15), None, runs):
            page, looks = page.looked(AS_OF + number * timedelta(minutes=15), changed=False), looks + 1
        else:
            page = page.skipped()
    assert looks == 6 // runs


def test_new_words_to_ask_with_replace_the_old_ones() -> None:
    page = Known('"1"', "then").confirmed(Fetched("http://a/", 304, b"", Validators('"2"', None, "http://b/")), None)
    assert page.validators == Validators('"2"', "then", "http://b/")
    assert page.forgotten().validators.headers == {}


def test_bytes_mean_the_same_only_in_the_same_context(context: Callable[..., Any]) -> None:
    before = meaning(context())
    assert meaning(context(document_url="https://other", as_of=AS_OF + timedelta(days=1))) == before
    assert meaning(context(currency="USD")) != before
    assert meaning(context(options={"store": "de"})) != before
    page = Known(context=before, until=AS_OF)
    assert page.still_means(before, AS_OF - timedelta(seconds=1))
    assert not page.still_means(before, AS_OF)
    assert not page.still_means("another", AS_OF - timedelta(seconds=1))
