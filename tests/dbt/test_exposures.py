"""Who reads the warehouse is named, reads only what is meant for him, and what is meant for somebody is read."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MARTS = {"marts", "scored"}
MAY_READ = {"application": {"publish_candidate"}, "ml": {"features"}, "dashboard": MARTS, "metrics": MARTS}
READ = re.compile(r"\b(?:from|join)\s+features\.(\w+)")


def readers(manifest: dict[str, Any]) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    """Every exposure and semantic model: what kind of reader it is, and the models that it reads."""
    kinds = {**{node["name"]: (node["type"], node) for node in manifest["exposures"].values()},
             **{f"metrics of {node['name']}": ("metrics", node) for node in manifest["semantic_models"].values()}}
    nodes = manifest["nodes"]
    return {name: (kind, [nodes[read] for read in node["depends_on"]["nodes"]]) for name, (kind, node) in kinds.items()}


def breaches(manifest: dict[str, Any]) -> list[str]:
    """Every read of what is not meant for such a reader."""
    return [
        f"{name} -> {model['schema']}.{model['name']}"
        for name, (kind, models) in readers(manifest).items() for model in models if model["schema"] not in MAY_READ[kind]
    ]


def test_every_reader_reads_what_is_meant_for_him(manifest_json: dict[str, Any]) -> None:
    assert breaches(manifest_json) == []


@pytest.mark.parametrize(("reader", "read"), [
    ("exposures:exposure.dealhouse.api", "fct_deals"), ("exposures:exposure.dealhouse.deals_model", "fct_deals"),
    ("semantic_models:semantic_model.dealhouse.orders", "deal_candidates"),
])
def test_a_planted_breach_is_seen(manifest_json: dict[str, Any], reader: str, read: str) -> None:
    planted = copy.deepcopy(manifest_json)
    section, _, name = reader.partition(":")
    planted[section][name]["depends_on"]["nodes"].append(f"model.dealhouse.{read}")
    assert len(breaches(planted)) == 1


@pytest.mark.parametrize(("schema", "kind"), [("features", "ml"), ("publish_candidate", "application")])
def test_what_is_made_for_somebody_is_read(manifest_json: dict[str, Any], schema: str, kind: str) -> None:
    models = [node for node in manifest_json["nodes"].values() if node["resource_type"] == "model"]
    made = {model["name"] for model in models if model["schema"] == schema}
    read = {model["name"] for found, those in readers(manifest_json).values() if found == kind for model in those}
    assert made - read == set()


def test_a_models_exposure_names_what_its_code_reads(manifest_json: dict[str, Any]) -> None:
    named = {name.removesuffix("_model"): {model["name"] for model in models}
             for name, (kind, models) in readers(manifest_json).items() if kind == "ml"}
    code = {folder.name: {table for file in folder.glob("*.py") for table in READ.findall(file.read_text())}
            for folder in (PROJECT / "ml").iterdir() if folder.is_dir()}
    assert named == {capability: tables for capability, tables in code.items() if tables}
