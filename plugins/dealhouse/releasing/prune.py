"""Prune: keep the newest versions, detach and drop the others without blocking a reader."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from dealhouse.database import engine, transaction
from dealhouse.errors import DatabaseBusyError
from dealhouse.releasing import ledger, tables
from dealhouse.releasing.ledger import Release
from dealhouse.releasing.patience import LOCK_TIMEOUT_MS, limit_waits, patiently
from dealhouse.settings import settings

DETACH_TIMEOUT_MS = 5_000
ATTEMPTS = 5


@dataclass(frozen=True)
class Pruned:
    """Tables dropped, and tables that somebody still reads: the next prune takes them."""

    dropped: tuple[str, ...]
    busy: tuple[str, ...]


def prune(kept: int | None = None) -> Pruned:
    """Drop the tables of every release but the `kept` (setting DEALHOUSE_KEPT_VERSIONS) flipped last, those that a pointer names,
    and those built after the live one."""
    with transaction("publisher") as connection:
        releases = ledger.read_all(connection)
        spared = _spared(connection, releases, kept or settings().kept_versions)
        doomed = [
            dataset.table for release in releases if release.release_id not in spared for dataset in release.datasets.values()
            if tables.exists(connection, dataset.table)
        ]
    busy = tuple(table for table in doomed if not _drop(table))
    _drop_empty_parents(releases, spared)
    return Pruned(tuple(table for table in doomed if table not in busy), busy)


def _spared(connection: Connection, releases: list[Release], kept: int) -> set[str]:
    pointed = {row.release_id for row in connection.execute(text("select release_id from publish.current"))}
    flipped = sorted((release for release in releases if release.flipped_at), key=lambda release: str(release.flipped_at))
    newest_live = max((release.version for release in releases if release.release_id in pointed), default=0)
    waiting = {
        release.release_id for release in releases
        if release.version > newest_live and release.status in ("building", "built", "refused")
    }
    return pointed | waiting | {release.release_id for release in flipped[-kept:]}


def _drop(table: str) -> bool:
    """Detach and drop one table; False when a reader held it all the while."""
    try:
        patiently(lambda: _detach(table), ATTEMPTS)
        patiently(lambda: _drop_once(table), ATTEMPTS)
    except DatabaseBusyError:
        return False
    return True


def _detach(table: str) -> None:
    """Detach without blocking readers; DETACH CONCURRENTLY cannot run in a transaction."""
    autocommit = engine("publisher").execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        connection.execute(text(f"set lock_timeout = {LOCK_TIMEOUT_MS}"))
        connection.execute(text(f"set statement_timeout = {DETACH_TIMEOUT_MS}"))
        try:
            parent = tables.attached_to(connection, table)
            if parent is not None:
                tables.finish_detaching(connection, parent)
            if tables.attached_to(connection, table) is not None:
                connection.execute(text(f"alter table publish.{parent} detach partition publish.{table} concurrently"))
        finally:
            connection.execute(text("reset lock_timeout"))
            connection.execute(text("reset statement_timeout"))


def _drop_once(table: str) -> None:
    with transaction("publisher") as connection:
        limit_waits(connection)
        connection.execute(text(f"drop table if exists publish.{table}"))


def _drop_empty_parents(releases: list[Release], spared: set[str]) -> None:
    """A retired contract's parent goes when its last version has gone."""
    needed = {
        dataset.contract_hash for release in releases if release.release_id in spared for dataset in release.datasets.values()
    }
    with transaction("publisher") as connection:
        if any(release.status == "building" for release in releases):
            return
        limit_waits(connection)
        for name, contract_hash in tables.parents_beside(connection):
            if contract_hash not in needed:
                connection.execute(text(f"drop table publish.{name}"))
