"""What a run did, in numbers read from Postgres."""

import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import requests
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from stack.settings import StackSettings

QUERIES = Path(__file__).with_name("queries")


@dataclass(frozen=True)
class ModelFigure:
    """A capability's held-out figure beside its naive baseline."""

    capability: str
    model_version: str
    metric: str
    value: float | None
    naive: float | None


@dataclass(frozen=True)
class Summary:
    """The numbers of one key (or of everything, for as_of None)."""

    received: int
    loaded: int
    rejected: int
    top_rejects: list[tuple[str, str, int]]
    crawled: int
    served: int | None
    matched_offers: int
    products: int
    published: dict[str, int]
    models: list[ModelFigure]


def summarise(database_url: str, as_of: str, served: int | None) -> Summary:
    """Read the summary of everything loaded so far; `crawled` is what this key's crawl received."""
    with psycopg2.connect(database_url) as connection:
        everything, key = {"as_of": None}, {"as_of": f"{as_of}+00:00"}
        received, loaded, rejected = _rows(connection, "intake", everything)[0]
        matched, products = _rows(connection, "matched", everything)[0]
        return Summary(
            int(received), int(loaded), int(rejected), _rows(connection, "rejects", everything),
            int(_rows(connection, "crawled", key)[0][0]), served, matched, products,
            {dataset: rows for dataset, _, rows, _ in _rows(connection, "published", everything)},
            [_figure(*row) for row in _rows(connection, "models", everything)],
        )


def idle_dags(database_url: str, as_of: str) -> list[str]:
    """DAGs that claim to have worked for a key without writing a row."""
    with psycopg2.connect(database_url) as connection:
        return [dag_id for (dag_id,) in _rows(connection, "idle_tasks", {"as_of": f"{as_of}+00:00"})]


def served_records(bazaar_url: str, key: str) -> int:
    """The bazaar's own count of the offer records that it served for a key."""
    answer = requests.get(f"{bazaar_url}/control/served", params={"as_of": key}, timeout=30)
    answer.raise_for_status()
    return int(answer.json()["total"])


def _rows(connection: Any, query: str, parameters: dict[str, Any]) -> list[Any]:  # noqa: ANN401
    with connection.cursor() as cursor:
        cursor.execute((QUERIES / f"{query}.sql").read_text(), parameters)
        rows: list[Any] = cursor.fetchall()
        return rows


def _figure(capability: str, version: str, metric: dict[str, Any]) -> ModelFigure:
    return ModelFigure(capability, version, str(metric["name"]), metric["value"], metric["naive"])


def render(summary: Summary, settings: StackSettings, seconds: float, console: Console) -> None:
    """Print the summary as a person wants to read it."""
    console.rule(f"Dealhouse is up · pipeline took {seconds:.0f} s")
    console.print(f"rows received {summary.received:,} = loaded {summary.loaded:,} + rejected {summary.rejected:,}")
    for kind, reason, count in summary.top_rejects:
        console.print(f"  rejected {count:,} {kind}: {reason}")
    if summary.served is not None:
        console.print(f"crawl received {summary.crawled:,} offer records; the merchants served {summary.served:,}")
    console.print(f"matched {summary.matched_offers:,} offers into {summary.products:,} products")
    whole = ", ".join(f"{name}\0{rows:,}" for name, rows in summary.published.items())  # a name and its number stay together
    for line in textwrap.wrap(f"published {whole}", console.width):
        console.print(line.replace("\0", " "))
    console.print(_model_table(summary.models))
    for name, url in (("Storefront", settings.api_url), ("API docs", f"{settings.api_url}/docs"),
                      ("Airflow", settings.airflow_url), ("dbt docs", settings.docs_url)):
        console.print(f"{name:<11} {url}/" if name == "Storefront" else f"{name:<11} {url}")


def _model_table(figures: list[ModelFigure]) -> Table:
    """Version and metric stand below each other: side by side they would be cut on a terminal of 80 columns."""
    table = Table("model, and its held-out metric", box=SIMPLE, title="Models beside their naive baselines", title_justify="left")
    for column in ("value", "naive"):
        table.add_column(column, justify="right", no_wrap=True)
    for figure in figures:
        table.add_row(f"{figure.model_version}\n  {figure.metric}", _number(figure.value), _number(figure.naive))
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4f}"
