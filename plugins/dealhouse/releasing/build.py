"""Build a release: a detached, indexed copy of every candidate view, committed before the gate looks at it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from dealhouse.database import engine, transaction
from dealhouse.errors import ContractError
from dealhouse.releasing import ledger, tables
from dealhouse.releasing.contract import Contract, read_contracts
from dealhouse.releasing.ledger import Dataset, Release
from dealhouse.settings import settings


def default_manifest() -> Path:
    """Where the pipeline's dbt runs leave their manifest."""
    return settings().home / "dbt" / "target" / "manifest.json"


def build(as_of: datetime, manifest: Path | None = None) -> Release:
    """Build the release for `as_of` from publish_candidate; it serves nobody until it is flipped.

    All datasets are copied under one snapshot. A crash leaves a release that stays `building` and no table.
    Raises ContractError when a candidate is absent, does not fit its contract, or has a null or doubled key.
    """
    contracts = read_contracts(manifest or default_manifest())
    release = _reserve(as_of, contracts)
    try:
        return _fill(release, contracts)
    except Exception:
        with transaction("publisher") as connection:
            ledger.set_status(connection, release.release_id, "refused")
        raise


def _reserve(as_of: datetime, contracts: Mapping[str, Contract]) -> Release:
    with transaction("publisher") as connection:
        ledger.lock(connection)
        for contract in contracts.values():
            tables.ensure_parent(connection, contract)
        return ledger.reserve(connection, as_of)


def _fill(release: Release, contracts: Mapping[str, Contract]) -> Release:
    snapshot = engine("publisher").execution_options(isolation_level="REPEATABLE READ")
    with snapshot.begin() as connection:
        for contract in contracts.values():
            tables.check_candidate(connection, contract)
        datasets = {}
        for name, contract in contracts.items():
            try:
                rows = tables.fill(connection, contract, release.version)
            except IntegrityError as error:
                raise ContractError(f"{name}: its key {list(contract.key)} does not hold: {error.orig}") from error
            datasets[name] = Dataset(tables.table_name(name, release.version), release.version, rows, contract.hash)
        return ledger.record_built(connection, release.release_id, datasets)
