"""Flip the storefront to a release that the gate let pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError, GateRefusedError
from dealhouse.releasing import ledger, pointers, published
from dealhouse.releasing.ledger import Release
from dealhouse.releasing.patience import limit_waits, patiently

FLIPPABLE = ("built", "refused")  # a refused one whose gate has passed since may go live
FORCED = (*FLIPPABLE, "superseded", "rolled_back")


@dataclass(frozen=True)
class Flip:
    """What a flip did: `live` moved the pointers, `noop` found them moved, `superseded` found a newer `as_of` live."""

    release_id: str
    outcome: Literal["live", "noop", "superseded"]
    datasets: dict[str, int]


def flip(release_id: str, *, force: bool = False) -> Flip:
    """Attach a release's tables, then move its pointers, in a short transaction each.

    A release older than the live one is set aside as superseded unless forced. Raises GateRefusedError without a pass for every
    dataset (no force overrides that), BadInputError for a release that cannot be flipped, DatabaseBusyError when locks are taken.
    """
    outcome = patiently(lambda: _step(release_id, force, _attach)) or patiently(lambda: _step(release_id, force, _go_live))
    assert outcome is not None
    if isinstance(outcome, GateRefusedError):
        raise outcome
    if outcome.outcome != "superseded":
        patiently(lambda: _remember(release_id))
    return outcome


def _remember(release_id: str) -> None:
    """After the pointers moved, so that no reader waits for it; a flip that died before it is a noop that does it."""
    with transaction("publisher") as connection:
        limit_waits(connection)
        published.remember(connection, ledger.read(connection, release_id))


def _step(
    release_id: str, force: bool, act: Callable[[Connection, Release], Flip | None]
) -> Flip | GateRefusedError | None:
    """Act on a release that may go live, in a transaction of its own; else what speaks against it."""
    with transaction("publisher") as connection:
        limit_waits(connection)
        ledger.lock(connection)
        release = ledger.read(connection, release_id)
        return _settled(connection, release, force) or act(connection, release)


def _attach(connection: Connection, release: Release) -> None:
    """Committed before the pointers move: Postgres shows a commit to new snapshots a moment before the other backends hear of a
    new partition, so that in one transaction a reader could find the pointer moved and the rows not there."""
    pointers.attach(connection, release)


def _go_live(connection: Connection, release: Release) -> Flip:
    pointers.point_at(connection, release)
    pointers.settle_statuses(connection, live=release.release_id, left="superseded")
    return Flip(release.release_id, "live", _versions(release))


def _settled(connection: Connection, release: Release, force: bool) -> Flip | GateRefusedError | None:
    if release.status == "live":
        return Flip(release.release_id, "noop", _versions(release))
    if _is_superseded(connection, release) and not force:
        ledger.set_status(connection, release.release_id, "superseded")
        return Flip(release.release_id, "superseded", {})
    if release.status not in (FORCED if force else FLIPPABLE) or not release.datasets:
        raise BadInputError(f"a release that is {release.status} cannot be flipped", release.release_id)
    return _refusal(connection, release)


def _versions(release: Release) -> dict[str, int]:
    return {name: dataset.version for name, dataset in release.datasets.items()}


def _is_superseded(connection: Connection, release: Release) -> bool:
    live = pointers.live_as_of(connection, list(release.datasets))
    return live is not None and release.as_of < live


def _refusal(connection: Connection, release: Release) -> GateRefusedError | None:
    """The error when a dataset lacks a pass for its very version; a failed one marks the release as refused."""
    rows = connection.execute(
        text("select dataset, version, passed from ops.gate_results where release_id = :release_id"),
        {"release_id": release.release_id},
    )
    verdicts = {(row.dataset, row.version): row.passed for row in rows}
    found = {name: verdicts.get((name, dataset.version)) for name, dataset in release.datasets.items()}
    failed = [name for name, passed in found.items() if passed is False]
    unchecked = [name for name, passed in found.items() if passed is None]
    if failed:
        ledger.set_status(connection, release.release_id, "refused")
    if failed or unchecked:
        words = [f"{what}: {', '.join(names)}" for what, names in (("failed", failed), ("not gated", unchecked)) if names]
        return GateRefusedError(f"{release.release_id} stays unpublished; {'; '.join(words)}")
    return None
