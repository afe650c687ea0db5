"""The status page: what is live, how fresh it is, what was refused, what each run did. Reads Postgres, renders HTML."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy import text

from dealhouse.database import transaction

HERE = Path(__file__).parent
SECTIONS = {
    "releases": "Releases",
    "published": "What the storefront reads",
    "loads": "Loads by source",
    "rejects": "Rejected rows, by reason",
    "models": "Models beside their naive baselines",
    "runs": "Last runs",
    "alerts": "Alerts",
}


@lru_cache(maxsize=8)
def template(name: str) -> Any:  # noqa: ANN401 (jinja2 types its templates loosely)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape(), trim_blocks=True)
    return environment.get_template(name)


def section(name: str, title: str, **parameters: str) -> dict[str, Any]:
    """One section's table: title, columns, rows as text."""
    with transaction("transformer") as connection:
        result = connection.execute(text((HERE / "queries" / f"{name}.sql").read_text()), parameters)
        columns = list(result.keys())
        rows = [["" if value is None else str(value) for value in row] for row in result]
        return {"title": title, "columns": [column.replace("_", " ") for column in columns], "rows": rows}


def status_page() -> str:
    """The whole page as HTML."""
    return str(template("page.html").render(sections=[section(name, title) for name, title in SECTIONS.items()]))
