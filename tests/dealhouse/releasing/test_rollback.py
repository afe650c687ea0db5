"""A rollback moves pointers in one transaction, copies nothing, and can step back again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dealhouse.errors import BadInputError
from dealhouse.releasing.build import build
from dealhouse.releasing.flip import flip
from dealhouse.releasing.listing import list_releases
from dealhouse.releasing.rollback import rollback

Query = Callable[..., list[tuple[Any, ...]]]

VERSIONS = "select distinct version from publish.current"


@pytest.fixture
def live(manifest: Path, judge: Callable[..., None], as_of: datetime) -> Callable[[int], str]:
    def make(day: int) -> str:
        release = build(as_of + timedelta(days=day))
        judge(release.release_id)
        flip(release.release_id)
        return release.release_id

    return make


def test_rollbacks_step_back_release_by_release(live: Callable[[int], str], query: Query) -> None:
    for day in range(3):
        live(day)
    assert (rollback().release_id, query(VERSIONS)) == ("r000002", [(2,)])
    assert (rollback().release_id, query(VERSIONS)) == ("r000001", [(1,)])
    with pytest.raises(BadInputError, match="no earlier release"):
        rollback()
    statuses = {release.release_id: release.status for release in list_releases()}
    assert statuses == {"r000001": "live", "r000002": "rolled_back", "r000003": "rolled_back"}


def test_a_rollback_goes_to_any_release_that_was_live(live: Callable[[int], str], query: Query) -> None:
    for day in range(3):
        live(day)
    done = rollback("r000001")
    assert (done.release_id, done.rolled_back) == ("r000001", "r000003")
    assert rollback("r000003").release_id == "r000003", "and forward again"
    assert query(VERSIONS) == [(3,)]


@pytest.mark.usefixtures("live")
def test_what_never_was_live_is_refused(as_of: datetime) -> None:
    built = build(as_of)
    for release_id in (built.release_id, "r000042"):
        with pytest.raises(BadInputError, match=release_id):
            rollback(release_id)


def test_it_is_one_transaction_and_writes_no_data(live: Callable[[int], str], query: Query) -> None:
    live(0)
    live(1)
    before = _rows_written(query)
    rollback()
    # every pointer and status row that the rollback wrote carries the same transaction id
    written = query(
        "select distinct xmin::text from publish.current union "
        "select xmin::text from publish.release where release_id in ('r000001', 'r000002')"
    )
    assert len(written) == 1
    assert _rows_written(query) == before


def test_a_rollback_is_told(live: Callable[[int], str], query: Query) -> None:
    live(0)
    live(1)
    rollback()
    assert query("select severity, message from ops.alerts") == [("warning", "rolled back from r000002 to r000001")]


def _rows_written(query: Query) -> dict[str, list[tuple[Any, ...]]]:
    """By partition: where each row stands, and which transaction wrote it."""
    names = [name for (name,) in query("select oid::regclass::text from pg_class where relkind = 'r' and relname ~ '_v[0-9]+$'")]
    return {name: query(f"select ctid::text, xmin::text from {name} order by ctid") for name in names}
