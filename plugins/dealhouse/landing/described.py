"""What dbt's manifest says of a relation: what it is, and what each of its columns means."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dealhouse.errors import ConfigurationError
from dealhouse.settings import settings


@dataclass(frozen=True)
class Described:
    """A model's own words, and its columns'."""

    title: str
    description: str
    columns: dict[str, str]


def manifest_path() -> Path:
    """Where the pipeline's dbt leaves its manifest."""
    return settings().home / "dbt" / "target" / "manifest.json"


def describe(schema: str, name: str, manifest: Path | None = None) -> Described:
    """The words of a relation; empty ones for what dbt does not build. Raises ConfigurationError without a manifest."""
    found = _models(manifest or manifest_path()).get(f"{schema}.{name}")
    return found or Described(f"{schema}.{name}", "", {})


@lru_cache(maxsize=2)
def _models(manifest: Path) -> dict[str, Described]:
    try:
        nodes = json.loads(manifest.read_text())["nodes"].values()
    except (OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"no dbt manifest at {manifest}: run `dbt parse` or `dbt build` first") from error
    models = [node for node in nodes if node["resource_type"] == "model"]
    return {
        f"{node['schema']}.{node['alias']}": Described(
            f"{node['schema']}.{node['alias']}", node["description"].strip(),
            {column["name"]: column["description"].strip() for column in node["columns"].values()},
        )
        for node in models
    }
