"""Take away what is older than the rules keep it; each part in transactions of its own, all of it safe to repeat."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from dealhouse.database import Role, transaction
from dealhouse.landing.batch import remove
from dealhouse.landing.store import Store, open_store
from dealhouse.retention.rules import Rules, Runs, rules

DAY = re.compile(r"/(\d{4}-\d{2}-\d{2})/")
LOCK_WAIT = text("set local lock_timeout = '5s'")

HAS = text("select to_regclass(:table) is not null")
# a batch of imported history, whose rows declare their own loaded_at, stays: it may hold rows of yesterday
OLD_BATCHES = text(
    "select batch_id, uri from raw.load_ledger where kind = :kind and loaded_at < :before and merchant_id <> 'history'"
)
DECIDED_THERE = text("delete from raw.reject_decisions where decision_batch_id = any(:ids)")
DOOMED_RUNS = text("""
    with ranked as (
        select run_id, as_of, status = 'complete' as is_whole,
            row_number() over (partition by capability, scope, status = 'complete' order by as_of desc, known_at desc) as place,
            row_number() over (
                partition by capability, scope, status = 'complete', (as_of at time zone 'UTC')::date
                order by as_of desc, known_at desc
            ) as place_of_day
        from predictions.run
    )
    select run_id from ranked
    where not (is_whole and place = 1) and run_id not in (select run_id from predictions.live_model)
        and (as_of < :daily or (as_of < :every and not (is_whole and place_of_day = 1)))
""")


@dataclass
class Pruned:
    """Rows by table, files by prefix, and partitions that went whole."""

    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    partitions: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.rows.values()) + sum(self.files.values()) + len(self.partitions)


def prune(as_of: datetime, store: Store | None = None, given: Rules | None = None) -> Pruned:
    """Do what the rules say for this instant. Raises what the database raises when a table is held for too long."""
    place, what, done = store or open_store(), given or rules(), Pruned()
    for kind, rule in what.batches.items():
        _batches(kind, as_of - timedelta(days=rule.days), place, done)
    for table, rule in what.rows.items():
        condition = f"{rule.by} < :before and {rule.where}"
        _note(done, table, _delete(rule.role, table, condition, before=as_of - timedelta(days=rule.days)))
    for table, runs in what.runs.items():
        _note(done, table, _old_runs(table, runs, as_of))
    for prefix, rule in what.files.items():
        _files(prefix, rule.days, as_of, place, done)
    return done


def _note(done: Pruned, table: str, rows: int) -> None:
    if rows:
        done.rows[table] = done.rows.get(table, 0) + rows


def _delete(role: Role, table: str, condition: str, **values: object) -> int:
    """Rows deleted; none of a table that is not built yet."""
    with transaction(role) as connection:
        if not connection.execute(HAS, {"table": table}).scalar():
            return 0
        connection.execute(LOCK_WAIT)
        return int(connection.execute(text(f"delete from {table} where {condition}"), values).rowcount)  # noqa: S608


def _old_runs(table: str, kept: Runs, as_of: datetime) -> int:
    given = {"every": as_of - timedelta(days=kept.every), "daily": as_of - timedelta(days=kept.daily)}
    with transaction("modeller") as connection:
        doomed: list[object] = list(connection.execute(DOOMED_RUNS, given).scalars())
    return _delete("modeller", table, "run_id = any(:doomed)", doomed=doomed) if doomed else 0


def _batches(kind: str, before: datetime, store: Store, done: Pruned) -> None:
    """Rows, rejects and the ledger's line in one transaction, then the files: a batch without its line is in nobody's way."""
    table = f"raw.{kind}"
    with transaction("loader") as connection:
        old = connection.execute(OLD_BATCHES, {"kind": kind, "before": before}).all()
        if old:
            connection.execute(LOCK_WAIT)
            drop = text("select raw.drop_day_partitions(:parent, :before)")
            done.partitions += connection.execute(drop, {"parent": kind, "before": before.date()}).scalar_one()
            ids = [batch.batch_id for batch in old]
            for name in (table, "raw.rejects", "raw.load_ledger"):
                statement = text(f"delete from {name} where batch_id = any(:ids)")  # noqa: S608
                _note(done, name, connection.execute(statement, {"ids": ids}).rowcount)
            connection.execute(DECIDED_THERE, {"ids": ids})
    for batch in old:
        remove(store, "landing/" + batch.uri.rstrip("/").rpartition("/landing/")[2])
        done.files["landing/"] = done.files.get("landing/", 0) + 1


def _files(prefix: str, days: int, as_of: datetime, store: Store, done: Pruned) -> None:
    doomed = [key for key, day in _dated(store, prefix, as_of) if day < (as_of - timedelta(days=days)).date()]
    for key in doomed:
        store.delete(key)
    if doomed:
        done.files[prefix] = len(doomed)


def _dated(store: Store, prefix: str, as_of: datetime) -> Iterator[tuple[str, date]]:
    """Keys with their day; one that names none is as old, seen from as_of, as the store's clock says that it is."""
    for key in list(store.list(prefix)):
        named = DAY.search(key)
        if named:
            yield key, date.fromisoformat(named[1])
        else:
            age = datetime.fromtimestamp(time.time(), UTC) - store.written_at(key)
            yield key, (as_of - age).date()
