"""What a published dataset must look like, read from dbt's manifest (`dbt parse` writes it without a database)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dealhouse.errors import ConfigurationError, ContractError

SCHEMA = "publish_candidate"
UNVERSIONED = "live_offer"  # upserted in place by live_offers, never part of a release

NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")
TYPE = re.compile(r"[a-z][a-z0-9_ ]*(\(\d+(, ?\d+)?\))?(\[\])?")
TERM = re.compile(r"([a-z_][a-z0-9_]*)( asc| desc)?( nulls (first|last))?( gin_trgm_ops)?")


@dataclass(frozen=True)
class Column:
    """A column's name and its Postgres type as the contract writes it."""

    name: str
    data_type: str


@dataclass(frozen=True)
class Index:
    """An index's columns, each with its operator class if it names one, and how it is built."""

    columns: tuple[str, ...]
    method: Literal["btree", "gin"]


@dataclass(frozen=True)
class Contract:
    """A dataset's columns, natural key, physical order and indexes."""

    dataset: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    sort: tuple[str, ...]
    indexes: tuple[Index, ...]

    @property
    def hash(self) -> str:
        """What makes a new parent necessary when it changes: columns, their types, the key."""
        shape = json.dumps([[(column.name, column.data_type) for column in self.columns], self.key])
        return hashlib.sha256(shape.encode()).hexdigest()[:16]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def read_contracts(manifest: Path) -> dict[str, Contract]:
    """Every dataset that a release holds, by name.

    Raises ConfigurationError when there is no such manifest or no candidate in it, ContractError for a model without a
    complete contract.
    """
    try:
        nodes = json.loads(manifest.read_text())["nodes"]
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"no dbt manifest at {manifest}: run `dbt parse` or `dbt build` first") from error
    contracts = [read_contract(node) for node in nodes.values() if _is_dataset(node)]
    if not contracts:
        raise ConfigurationError(f"{manifest} declares no model in schema {SCHEMA}")
    return {contract.dataset: contract for contract in sorted(contracts, key=lambda contract: contract.dataset)}


def _is_dataset(node: Mapping[str, Any]) -> bool:
    is_candidate = node.get("resource_type") == "model" and node.get("schema") == SCHEMA
    return is_candidate and _relation(node) != UNVERSIONED


def _relation(node: Mapping[str, Any]) -> str:
    return str(node.get("alias") or node["name"])


def read_contract(node: Mapping[str, Any]) -> Contract:
    """One manifest node's contract. Raises ContractError naming the model and what it lacks."""
    dataset, config = _relation(node), node.get("config", {})
    if not config.get("contract", {}).get("enforced"):
        raise ContractError(f"{dataset}: its contract is not enforced")
    meta = {**node.get("meta", {}), **config.get("meta", {})}
    contract = Contract(
        dataset=dataset,
        columns=tuple(Column(column["name"], column.get("data_type") or "") for column in node["columns"].values()),
        key=tuple(meta.get("key", ())),
        sort=tuple(meta.get("sort", ())) or tuple(meta.get("key", ())),
        indexes=(
            *(Index(tuple(columns), "btree") for columns in meta.get("indexes", ())),
            *(Index(tuple(columns), "gin") for columns in meta.get("gin", ())),
        ),
    )
    _check(contract)
    return contract


def _check(contract: Contract) -> None:
    """Names and types go into DDL as they are, so each must be one."""
    names = set(contract.column_names)
    for column in contract.columns:
        if not NAME.fullmatch(column.name) or not TYPE.fullmatch(column.data_type):
            raise ContractError(f"{contract.dataset}.{column.name}: {column.data_type!r} is no column type")
    if not contract.key or not set(contract.key) <= names:
        raise ContractError(f"{contract.dataset}: meta.key {list(contract.key)} does not name columns of it")
    for term in (*contract.sort, *(term for index in contract.indexes for term in index.columns)):
        matched = TERM.fullmatch(term)
        if not matched or matched[1] not in names:
            raise ContractError(f"{contract.dataset}: {term!r} in meta.sort, meta.indexes or meta.gin is no column of it")
    if not NAME.fullmatch(contract.dataset) or "version" in names:
        raise ContractError(f"{contract.dataset}: no name for a dataset, or it has a column `version` of its own")
