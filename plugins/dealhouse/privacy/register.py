"""Who was erased: a hash each, in ops.erasures and in the store, for a restored database has forgotten the newest."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.landing.store import Store

FOLDER = "erasures/"

BEGIN = text("insert into ops.erasures (erased_hash, runs) values (:hash, :runs) on conflict (erased_hash) do update "
             "set runs = erasures.runs + excluded.runs, finished_at = case when excluded.runs = 0 then erasures.finished_at end")
FINISH = text("update ops.erasures set finished_at = clock_timestamp(), found = found || cast(:found as jsonb), "
              "searched = cast(:searched as jsonb) where erased_hash = any(:hashes)")
CLOSE = text("update ops.erasures set finished_at = clock_timestamp(), searched = cast(:searched as jsonb) "
             "where finished_at is null")
LIST = text("select erased_hash, requested_at, finished_at, runs, found, searched from ops.erasures order by requested_at")


@dataclass(frozen=True)
class Entry:
    """One erasure: when it was asked for, when it was last done to its end (None: not yet), what it found and where it looked."""

    erased_hash: str
    requested_at: datetime
    finished_at: datetime | None
    runs: int
    found: dict[str, Any]
    searched: dict[str, Any]


def begin(store: Store, hashes: frozenset[str]) -> None:
    """From here on loading holds back who comes with one of these keys, and a replay ends what dies half-way."""
    for one in sorted(hashes):
        store.put_if_absent(f"{FOLDER}{one}.json", json.dumps({"requested_at": datetime.now(UTC).isoformat()}).encode())
    _enter(hashes, runs=1)


def finish(hashes: frozenset[str], found: dict[str, int], searched: dict[str, Any]) -> None:
    given = {"hashes": sorted(hashes), "found": json.dumps(found), "searched": json.dumps(searched)}
    with transaction("loader") as connection:
        connection.execute(FINISH, given)


def close(searched: dict[str, Any]) -> None:
    """End the entries that are open still: those that a restored database learnt from the store."""
    with transaction("loader") as connection:
        connection.execute(CLOSE, {"searched": json.dumps(searched)})


def everybody(store: Store) -> frozenset[str]:
    """Every hash of the store or the database; the database learns those that it does not know."""
    stored = frozenset(key.removeprefix(FOLDER).removesuffix(".json") for key in store.list(FOLDER))
    _enter(stored, runs=0)
    return frozenset(entry.erased_hash for entry in entries())


def entries() -> list[Entry]:
    with transaction("loader") as connection:
        return [Entry(**row) for row in connection.execute(LIST).mappings()]


def _enter(hashes: frozenset[str], runs: int) -> None:
    if hashes:
        with transaction("loader") as connection:
            connection.execute(BEGIN, [{"hash": one, "runs": runs} for one in sorted(hashes)])
