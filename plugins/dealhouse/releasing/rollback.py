"""Roll back: one command, one short transaction, no data copied."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from dealhouse.alerts import raise_alert
from dealhouse.database import transaction
from dealhouse.errors import BadInputError
from dealhouse.releasing import ledger, pointers, tables
from dealhouse.releasing.ledger import Release
from dealhouse.releasing.patience import limit_waits, patiently


@dataclass(frozen=True)
class Rollback:
    """Which release is live now, and which one it took the place of."""

    release_id: str
    rolled_back: str | None


def rollback(to: str | None = None) -> Rollback:
    """Show an earlier release again: `to`, or the one that was live before this one.

    The release rolled back from is marked so, and a second rollback steps further back. Raises BadInputError when there is no
    earlier release, when `to` never was live or has been pruned; DatabaseBusyError when locks are taken.
    """
    done, as_of = patiently(lambda: _roll_back_once(to))
    raise_alert("releasing", "warning", f"rolled back from {done.rolled_back} to {done.release_id}", as_of)
    return done


def _roll_back_once(to: str | None) -> tuple[Rollback, datetime]:
    with transaction("publisher") as connection:
        limit_waits(connection)
        ledger.lock(connection)
        releases = ledger.read_all(connection)
        live = next((release for release in releases if release.status == "live"), None)
        target = _named(releases, to) if to else _previous(connection, releases)
        pointers.point_at(connection, target)
        pointers.settle_statuses(connection, live=target.release_id, left="rolled_back")
        return Rollback(target.release_id, live.release_id if live else None), target.as_of


def _named(releases: list[Release], release_id: str) -> Release:
    named = next((release for release in releases if release.release_id == release_id), None)
    if named is None or named.flipped_at is None:
        raise BadInputError("there is no such release, or it never was live", release_id)
    return named


def _previous(connection: Connection, releases: list[Release]) -> Release:
    """The release flipped last among those that a newer one superseded and whose tables still stand."""
    candidates = [release for release in releases if release.status == "superseded" and release.flipped_at is not None]
    for release in sorted(candidates, key=lambda release: str(release.flipped_at), reverse=True):
        if all(tables.exists(connection, dataset.table) for dataset in release.datasets.values()):
            return release
    raise BadInputError("there is no earlier release to roll back to", "publish.release")
