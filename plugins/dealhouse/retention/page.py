"""docs/tables.md: what analysts read, from the words of dbt's manifest, and how long everything is kept."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from dealhouse.retention.rules import Rules, rules

HEAD = """# Tables

Made by `make docs-tables` of dbt's descriptions and `plugins/dealhouse/retention/rules.yml`; do not edit. Analysts connect as
`bi_reader` ([how](runbooks/bi-client.md)), and [ten questions](questions.md) show the way about. What is published stands in
[publish](tables/publish.md), keys and grains of all else in the [data model](data-model.md).
"""
KEPT = """## How long what is kept

Counted back from the instant of `maintain_platform`'s run; what is not named is kept for good.
"""
OPEN = ("marts", "scored")


def page(manifest: Path, kept: Rules | None = None) -> str:
    """The page as Markdown."""
    what = kept or rules()
    nodes = json.loads(manifest.read_text())["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and node["schema"] in OPEN]
    parts = [HEAD]
    for folder, of_folder in groupby(sorted(models, key=_place), key=lambda node: _place(node)[0]):
        found = list(of_folder)
        parts.append(f"## {folder}\n\n" + "\n".join(_contents(found)) + "\n")
        parts.extend(_table(node, what) for node in found)
    parts.append(KEPT + "\n" + "\n".join(_rules(what)) + "\n")
    return "\n".join(parts)


def _place(node: Mapping[str, Any]) -> tuple[str, str]:
    folders = node["path"].split("/")[:-1]
    return "/".join(folders), str(node["name"])


def _contents(nodes: list[Mapping[str, Any]]) -> Iterator[str]:
    for node in nodes:
        name = f"{node['schema']}.{node['name']}"
        yield f"- [`{name}`](#{name.replace('.', '')}): {_first_sentence(node['description'])}"


def _first_sentence(description: str) -> str:
    words = " ".join(description.split())
    return words.split(". ")[0].rstrip(".") + "."


def _table(node: Mapping[str, Any], kept: Rules) -> str:
    name = f"{node['schema']}.{node['name']}"
    lines = [f"### {name}", "", " ".join(node["description"].split()), "", f"Kept: {kept.told(name)}.", "",
             "| column | meaning |", "|---|---|"]
    lines += [f"| `{column['name']}` | {_cell(column['description'])} |" for column in node["columns"].values()]
    return "\n".join(lines) + "\n"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


def _rules(kept: Rules) -> Iterator[str]:
    yield from ("| what | kept | why |", "|---|---|---|")
    for kind, batch in kept.batches.items():
        yield f"| `landing/`, batches of {kind}, and `raw.{kind}` | {batch.days} days | {_cell(batch.why)} |"
    for table, rows in kept.rows.items():
        which = "" if rows.where == "true" else f", where {rows.where}"
        yield f"| `{table}`{which} | {rows.days} days by `{rows.by}` | {_cell(rows.why)} |"
    for table, runs in kept.runs.items():
        yield f"| `{table}` | {kept.told(table)}, always the newest and live models' | {_cell(runs.why)} |"
    for prefix, files in kept.files.items():
        yield f"| `{prefix}` on the store | {files.days} days | {_cell(files.why)} |"
