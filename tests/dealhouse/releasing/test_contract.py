"""Contracts come from dbt's manifest; what is no contract is refused by name."""

from pathlib import Path
from typing import Any

import pytest

from dealhouse.errors import ConfigurationError, ContractError
from dealhouse.releasing.contract import Index, read_contract, read_contracts


def model(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "resource_type": "model", "schema": "publish_candidate", "name": "deal",
        "config": {"contract": {"enforced": True}, "meta": {"key": ["deal_id"], "sort": ["price desc nulls last"]}},
        "columns": {
            "deal_id": {"name": "deal_id", "data_type": "uuid"},
            "price": {"name": "price", "data_type": "numeric(14,2)"},
        },
    }
    return whole | changes


def with_meta(**meta: Any) -> dict[str, Any]:
    return model(config={"contract": {"enforced": True}, "meta": {"key": ["deal_id"]} | meta})


def test_every_candidate_but_live_offers_is_a_dataset(manifest: Path) -> None:
    contracts = read_contracts(manifest)
    assert list(contracts) == ["deal", "product", "search_doc"]
    assert contracts["deal"].column_names == ("deal_id", "title", "price", "marker")
    assert contracts["deal"].indexes == (Index(("price",), "btree"), Index(("title gin_trgm_ops",), "gin"))
    assert contracts["product"].sort == ("product_id",), "the key orders a dataset that declares no order"


def test_meta_beside_config_counts_too() -> None:
    beside = model(meta={"key": ["price"]}, config={"contract": {"enforced": True}})
    assert read_contract(beside).key == ("price",)


def test_the_hash_follows_columns_types_and_key_and_not_the_indexes() -> None:
    plain = read_contract(model()).hash
    assert read_contract(with_meta(indexes=[["price"]])).hash == plain
    assert read_contract(with_meta(key=["price"])).hash != plain
    retyped = model(columns=model()["columns"] | {"price": {"name": "price", "data_type": "text"}})
    assert read_contract(retyped).hash != plain


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (model(config={"contract": {"enforced": False}, "meta": {"key": ["deal_id"]}}), "not enforced"),
        (with_meta(key=[]), "meta.key"),
        (with_meta(key=["colour"]), "colour"),
        (with_meta(sort=["colour"]), "colour"),
        (with_meta(sort=["price; drop table publish.release"]), "drop table"),
        (with_meta(indexes=[["colour"]]), "colour"),
        (with_meta(gin=[["colour gin_trgm_ops"]]), "colour"),
        (model(columns=model()["columns"] | {"price": {"name": "price", "data_type": None}}), "deal.price"),
        (model(columns=model()["columns"] | {"price": {"name": "price", "data_type": "int); drop"}}), "deal.price"),
        (model(columns=model()["columns"] | {"version": {"name": "version", "data_type": "text"}}), "version"),
        (model(alias="deal; drop"), "no name"),
    ],
)
def test_what_is_no_contract_is_refused_by_name(broken: dict[str, Any], word: str) -> None:
    with pytest.raises(ContractError, match=word):
        read_contract(broken)


@pytest.mark.parametrize("content", [None, "not json", "{}", '{"nodes": {}}'])
def test_a_manifest_without_candidates_is_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match=r"manifest\.json"):
        read_contracts(path)
