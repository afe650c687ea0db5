"""What others read is promised: every column of features and candidates has a type and a meaning."""

from typing import Any

import pytest

FEATURES = {
    "offer_attributes", "deal_candidates", "merchant_quality", "interactions", "customer_profiles", "product_attributes",
    "demand_history", "sku_pricing", "match_reviews", "deal_outcomes",
}
CANDIDATES = {
    "deal", "gone_deal", "product", "product_offer", "product_redirect", "price_history", "similar", "recommendation", "trending",
    "price", "forecast", "search_doc", "search_term", "search_click", "suggestion", "live_offer",
}
BOOKED = {"features": FEATURES, "publish_candidate": CANDIDATES}


def _models(manifest: dict[str, Any], schema: str) -> dict[str, Any]:
    nodes = manifest["nodes"].values()
    return {node["name"]: node for node in nodes if node["resource_type"] == "model" and node["schema"] == schema}


def faults(node: dict[str, Any]) -> list[str]:
    """What a contract lacks."""
    found = [] if node["config"]["contract"]["enforced"] else ["not enforced"]
    if "grain:" not in node["description"].lower():
        found.append("no grain")
    for name, column in node["columns"].items():
        if not column["data_type"] or not column["description"]:
            found.append(f"{name} has no type or no meaning")
    meta = node["config"]["meta"]
    named = {term.split()[0] for key in ("key", "sort") for term in meta.get(key, [])}
    named |= {term.split()[0] for key in ("indexes", "gin") for terms in meta.get(key, []) for term in terms}
    return [*found, *(f"{name} is no column" for name in sorted(named - set(node["columns"])))]


@pytest.mark.parametrize("schema", BOOKED)
def test_the_set_of_contracts_is_complete(manifest_json: dict[str, Any], schema: str) -> None:
    assert set(_models(manifest_json, schema)) == BOOKED[schema]


@pytest.mark.parametrize("schema", BOOKED)
def test_every_contract_is_whole(manifest_json: dict[str, Any], schema: str) -> None:
    assert {name: faults(node) for name, node in _models(manifest_json, schema).items() if faults(node)} == {}


def test_every_candidate_names_its_key_and_order(manifest_json: dict[str, Any]) -> None:
    metas = {name: node["config"]["meta"] for name, node in _models(manifest_json, "publish_candidate").items()}
    assert [name for name, meta in metas.items() if not meta.get("key") or not meta.get("sort") or "indexes" not in meta] == []


@pytest.mark.parametrize(("change", "fault"), [
    ({"config": {"contract": {"enforced": False}, "meta": {}}}, "not enforced"),
    ({"description": "Deals."}, "no grain"),
    ({"columns": {"deal_id": {"data_type": None, "description": "Key."}}}, "deal_id has no type or no meaning"),
    ({"config": {"contract": {"enforced": True}, "meta": {"key": ["nobody"]}}}, "nobody is no column"),
])
def test_a_planted_fault_is_seen(manifest_json: dict[str, Any], change: dict[str, Any], fault: str) -> None:
    assert fault in faults({**_models(manifest_json, "publish_candidate")["deal"], **change})


def test_every_model_says_its_grain(manifest_json: dict[str, Any]) -> None:
    models = [node for node in manifest_json["nodes"].values() if node["resource_type"] == "model"]
    assert [node["name"] for node in models if "Grain:" not in node["description"]] == []
