"""Data flow one way: which layer may read which, held over the manifest."""

import copy
from typing import Any

import pytest

MAY_READ = {
    "staging": {"raw", "ops", "publish"},  # of ops: what people decided; the rest, and publish, for marts/operations alone
    "intermediate": {"staging", "intermediate", "predictions"},
    "marts": {"staging", "intermediate", "marts", "predictions"},
    "features": {"staging", "intermediate", "marts", "features"},
    "scored": {"intermediate", "marts", "features", "scored", "predictions"},
    "publish_candidate": {"intermediate", "marts", "scored", "publish_candidate", "predictions"},
}
# above `scored` nothing may know what a model predicted, but for which product an offer is
MATCHING = {"product", "offer_product", "product_changes"}
# what may be read before matching ran
AFTER_MATCHING = "after_matching"


def breaches(manifest: dict[str, Any]) -> list[str]:
    """Every read that runs against the flow, as `reader -> read`."""
    everything = {**manifest["nodes"], **manifest["sources"]}
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        for parent in (everything[name] for name in node["depends_on"]["nodes"]):
            allowed = parent["schema"] in MAY_READ[node["schema"]]
            if parent["schema"] == "predictions" and node["schema"] not in ("scored", "publish_candidate"):
                allowed = allowed and parent["name"] in MATCHING
            if not allowed:
                found.append(f"{node['name']} -> {parent['schema']}.{parent['name']}")
    return found


def reads_of_runs(manifest: dict[str, Any]) -> list[str]:
    """Models that read how runs went, but for those that tell just that: what they hold would not be of the data."""
    sources, nodes = manifest["sources"], manifest["nodes"]
    of_runs = {name for name, one in sources.items() if one["source_name"] in ("runs", "releases")}
    of_runs |= {name for name, one in nodes.items() if one["path"].startswith("staging/operations/")}
    return [
        f"{node['name']} -> {name}"
        for node in nodes.values()
        if node["resource_type"] == "model" and not node["path"].startswith(("staging/operations/", "marts/operations/"))
        for name in node["depends_on"]["nodes"] if name in of_runs
    ]


def early_reads(manifest: dict[str, Any]) -> list[str]:
    """Models of the core that read what exists only after matching."""
    nodes = manifest["nodes"]
    return [
        f"{node['name']} -> {nodes[name]['name']}"
        for node in nodes.values()
        if node["resource_type"] == "model" and _is_core(node)
        for name in node["depends_on"]["nodes"]
        if name.startswith("source.dealhouse.predictions") or (name in nodes and not _is_core(nodes[name]))
    ]


def _is_core(node: dict[str, Any]) -> bool:
    if node["resource_type"] == "seed":
        return True
    if AFTER_MATCHING in node["tags"]:
        return False
    early = node["name"] in ("offer_attributes", "match_reviews", "live_offer")
    return early or node["path"].startswith(("staging/", "intermediate/", "marts/core/"))


def test_nothing_flows_backwards(manifest_json: dict[str, Any]) -> None:
    assert breaches(manifest_json) == []


def test_no_mart_but_operations_reads_how_runs_went(manifest_json: dict[str, Any]) -> None:
    assert reads_of_runs(manifest_json) == []
    planted = copy.deepcopy(manifest_json)
    planted["nodes"]["model.dealhouse.fct_orders"]["depends_on"]["nodes"].append("model.dealhouse.stg_ops__releases")
    assert reads_of_runs(planted) == ["fct_orders -> model.dealhouse.stg_ops__releases"]


def test_the_core_needs_no_matching(manifest_json: dict[str, Any]) -> None:
    assert early_reads(manifest_json) == []


@pytest.mark.parametrize(("reader", "read"), [
    ("model.dealhouse.fct_offers", "source.dealhouse.raw.offer_observations"),
    ("model.dealhouse.fct_offers", "model.dealhouse.deals_scored"),
    ("model.dealhouse.stg_shop__orders", "model.dealhouse.stg_shop__customers"),
    ("model.dealhouse.deal_candidates", "source.dealhouse.predictions.deal_scores"),
    ("model.dealhouse.int_offer_products", "source.dealhouse.predictions.prices"),
    ("model.dealhouse.fct_deals", "model.dealhouse.deal_candidates"),
])
def test_a_planted_breach_is_seen(manifest_json: dict[str, Any], reader: str, read: str) -> None:
    planted = copy.deepcopy(manifest_json)
    planted["nodes"][reader]["depends_on"]["nodes"].append(read)
    assert len(breaches(planted)) == 1


def test_a_planted_early_read_is_seen(manifest_json: dict[str, Any]) -> None:
    planted = copy.deepcopy(manifest_json)
    planted["nodes"]["model.dealhouse.fct_offers"]["depends_on"]["nodes"].append("model.dealhouse.dim_product")
    assert early_reads(planted) == ["fct_offers -> dim_product"]
