"""publish.release: one row a release, and what each of its datasets is."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, text

from dealhouse.errors import BadInputError

LOCK = text("select pg_advisory_xact_lock(hashtext('dealhouse.releasing'))")


@dataclass(frozen=True)
class Dataset:
    """A dataset's table in a release: its version, rows and contract."""

    table: str
    version: int
    rows: int
    contract_hash: str


@dataclass(frozen=True)
class Release:
    """A release as its ledger row tells it; datasets by name."""

    release_id: str
    as_of: datetime
    status: str
    built_at: datetime
    flipped_at: datetime | None
    datasets: Mapping[str, Dataset]

    @property
    def version(self) -> int:
        return int(self.release_id.removeprefix("r"))


def lock(connection: Connection) -> None:
    """One writer of release ledger and pointers at a time, until the transaction ends."""
    connection.execute(LOCK)


def reserve(connection: Connection, as_of: datetime) -> Release:
    """Take the next version for a release: one number for all its datasets. The caller holds `lock`."""
    newest = connection.execute(text("select max(substr(release_id, 2)::bigint) from publish.release")).scalar()
    version = int(newest or 0) + 1
    row = connection.execute(text(
        "insert into publish.release (release_id, as_of, status, built_at) "
        "values (:release_id, :as_of, 'building', clock_timestamp()) returning *"
    ), {"release_id": f"r{version:06d}", "as_of": as_of}).one()
    return _release(row)


def record_built(connection: Connection, release_id: str, datasets: Mapping[str, Dataset]) -> Release:
    body = json.dumps({name: asdict(dataset) for name, dataset in datasets.items()})
    row = connection.execute(text(
        "update publish.release set status = 'built', built_at = clock_timestamp(), datasets = cast(:body as jsonb) "
        "where release_id = :release_id returning *"
    ), {"release_id": release_id, "body": body}).one()
    return _release(row)


def set_status(connection: Connection, release_id: str, status: str) -> None:
    connection.execute(
        text("update publish.release set status = :status where release_id = :release_id"),
        {"status": status, "release_id": release_id},
    )


def read(connection: Connection, release_id: str) -> Release:
    """Raises BadInputError when there is no such release."""
    row = connection.execute(
        text("select * from publish.release where release_id = :release_id"), {"release_id": release_id}
    ).one_or_none()
    if row is None:
        raise BadInputError("there is no such release", release_id)
    return _release(row)


def read_all(connection: Connection) -> list[Release]:
    """Every release, the newest first."""
    rows = connection.execute(text("select * from publish.release order by release_id desc"))
    return [_release(row) for row in rows]


def _release(row: Row[tuple[object, ...]]) -> Release:
    datasets = {name: Dataset(**dataset) for name, dataset in row.datasets.items()}
    return Release(row.release_id, row.as_of, row.status, row.built_at, row.flipped_at, datasets)
