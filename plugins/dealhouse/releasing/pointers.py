"""publish.current: which version each dataset shows. Moving all pointers of a release is one short transaction."""

from datetime import datetime

from sqlalchemy import Connection, text

from dealhouse.errors import BadInputError
from dealhouse.releasing import tables
from dealhouse.releasing.ledger import Release

MOVE = text("""
    insert into publish.current as held (dataset, version, release_id, as_of, contract_hash, rows)
    values (:dataset, :version, :release_id, :as_of, :contract_hash, :rows)
    on conflict (dataset) do update set
        previous_version = held.version, previous_release_id = held.release_id,
        version = excluded.version, release_id = excluded.release_id, as_of = excluded.as_of,
        contract_hash = excluded.contract_hash, rows = excluded.rows
    where held.version <> excluded.version
""")


def live_as_of(connection: Connection, datasets: list[str]) -> datetime | None:
    """The newest `as_of` that any of these datasets shows now."""
    found = connection.execute(
        text("select max(as_of) from publish.current where dataset = any(:datasets)"), {"datasets": datasets}
    ).scalar()
    return found if isinstance(found, datetime) else None


def attach(connection: Connection, release: Release) -> dict[str, str]:
    """Attach a release's tables to their parents, those that are not attached yet; returns the parents by dataset.

    Raises BadInputError when one of the tables is gone.
    """
    parents = {}
    for name, dataset in release.datasets.items():
        parent = tables.parent_of(connection, name, dataset.contract_hash)
        if parent is None or not tables.exists(connection, dataset.table):
            raise BadInputError(f"table {dataset.table} has been pruned", release.release_id)
        parents[name] = parent
    for name, dataset in release.datasets.items():
        tables.attach(connection, dataset.table, parents[name], dataset.version)
    return parents


def point_at(connection: Connection, release: Release) -> None:
    """Move the pointers to a release; datasets that it does not name keep theirs. Raises BadInputError like `attach`."""
    for name, parent in attach(connection, release).items():
        tables.make_live(connection, name, parent)
        _move(connection, release, name)


def _move(connection: Connection, release: Release, name: str) -> None:
    dataset = release.datasets[name]
    connection.execute(MOVE, {
        "dataset": name, "version": dataset.version, "release_id": release.release_id, "as_of": release.as_of,
        "contract_hash": dataset.contract_hash, "rows": dataset.rows,
    })


def settle_statuses(connection: Connection, live: str, left: str) -> None:
    """Call the pointed-at release `live`, and releases that nothing points at any more by the status they are `left` in."""
    connection.execute(text(
        "update publish.release set status = :left where status = 'live' "
        "and release_id not in (select release_id from publish.current)"
    ), {"left": left})
    connection.execute(text(
        "update publish.release set status = 'live', flipped_at = coalesce(flipped_at, clock_timestamp()) "
        "where release_id = :live"
    ), {"live": live})
