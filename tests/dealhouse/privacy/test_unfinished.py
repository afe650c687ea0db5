"""An erasure that dies or finds something left knows as much the next time, and what it cannot prove is not called done."""

from typing import Any

import pytest

from dealhouse.errors import DatabaseBusyError, LeftBehindError
from dealhouse.landing.store import open_store
from dealhouse.privacy import register, unfinished
from dealhouse.privacy.erase import replay
from tests.dealhouse.loading.conftest import Ask
from tests.dealhouse.privacy.conftest import ANN_KEY, ANNS_ADDRESS, execute
from tests.dealhouse.privacy.test_erase import FIGURES, erase_ann, traces

MART = """
    set role transformer;
    create table marts.fct_visits (customer_key text, visits integer);
    create table intermediate.build_state (model text, as_of timestamptz);
    create table intermediate.built_batches (model text, batch_id text);
    insert into marts.fct_visits values (%s, 1);
    insert into intermediate.built_batches select 'fct_visits', batch_id from raw.load_ledger;
"""
READ = "select count(*) from intermediate.built_batches"


def open_entries() -> int:
    return sum(entry.finished_at is None for entry in register.entries())


@pytest.mark.parametrize("dies_at", [
    "landed.clean", "landed.reload_rewritten", "tables.forget", "tables.forget_identity", "erase.prove", "register.finish",
])
def test_an_erasure_that_dies_is_ended_by_the_next_replay(
    past: str, dies_at: str, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    def die(*_: Any) -> None:
        raise OSError("the machine went away")

    figures = ask(FIGURES)
    execute(past, MART, ANN_KEY)
    with monkeypatch.context() as patch:
        patch.setattr(f"dealhouse.privacy.{dies_at}", die)
        with pytest.raises(OSError, match="went away"):
            erase_ann()
    assert open_entries() == 1
    assert replay(build=False) is not None
    assert (open_entries(), list(open_store().list(unfinished.FOLDER)), traces(past)) == (0, [], {})
    assert ask(FIGURES) == figures
    assert execute(past, READ) == [(0,)], "what was built of her batches reads them once more"


@pytest.mark.usefixtures("past")
def test_an_address_that_is_left_is_looked_for_until_it_is_gone() -> None:
    store = open_store()
    store.put("crawls/odd.json", f'{{"to": "{ANNS_ADDRESS.upper()}"}}'.encode())
    for attempt in (erase_ann, erase_ann, lambda: replay(build=False)):
        with pytest.raises(LeftBehindError, match=r"crawls/odd\.json"):
            attempt()
    assert open_entries() == 1
    store.delete("crawls/odd.json")
    assert replay(build=False) is not None
    assert (open_entries(), replay(build=False)) == (0, None)


def test_a_key_that_is_left_is_not_called_gone_by_a_replay(past: str) -> None:
    execute(past, "set role transformer; create table marts.odd (note text)")
    execute(past, "insert into marts.odd values (%s)", f"called {ANN_KEY} twice")
    for attempt in (erase_ann, lambda: replay(build=False)):
        with pytest.raises(LeftBehindError, match=r"marts\.odd \(1\)"):
            attempt()
    assert open_entries() == 1


@pytest.mark.usefixtures("past")
def test_two_erasures_never_run_at_once() -> None:
    with unfinished.alone(), pytest.raises(DatabaseBusyError, match="another erasure"):
        erase_ann()
    assert erase_ann().people == 1
