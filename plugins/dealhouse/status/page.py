"""What all pages share, and the status page: what is live, how fresh it is, what was refused, what each run did."""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.settings import settings

FIGURE = (int, float, Decimal, NoneType)
HERE = Path(__file__).parent
PAGES = {"status": "Platform status", "merchants": "Merchants", "reviews": "Match reviews", "editors": "Editors",
         "quarantine": "Quarantine"}
SECTIONS = {
    "releases": "Releases",
    "published": "What the storefront reads",
    "loads": "Loads by source",
    "rejects": "Rejected rows, by reason",
    "quality": "Quality checks that did not hold",
    "source_columns": "Columns that sources added",
    "models": "Models beside their naive baselines",
    "runs": "Last runs",
    "alerts": "Alerts",
}


@lru_cache(maxsize=8)
def template(name: str) -> Any:  # noqa: ANN401 (jinja2 types its templates loosely)
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape(), trim_blocks=True)
    return environment.get_template(name)


def render(name: str, here: str, **values: object) -> str:
    """A page as HTML. here: its address below our pages', for the way from it to all of them."""
    up = "../" * here.count("/")
    return str(template(name).render(pages={up + address: title for address, title in PAGES.items()}, here=here, **values))


def query(connection: Connection, name: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows that queries/<name>.sql finds, by its columns."""
    found = connection.execute(text((HERE / "queries" / f"{name}.sql").read_text()), parameters)
    return [dict(row) for row in found.mappings()]


def is_built(connection: Connection, table: str) -> bool:
    """Whether there is such a table yet: a new platform has none of the warehouse's."""
    return bool(connection.execute(text("select to_regclass(:table) is not null"), {"table": table}).scalar())


def link(url: object) -> str | None:
    """An address that a browser may follow: what a merchant wrote is not run."""
    return url if isinstance(url, str) and url.startswith(("http://", "https://")) else None


def section(name: str, title: str, **parameters: str) -> dict[str, Any]:
    """One section's table: title, columns, which of them are figures, rows as text."""
    with transaction("transformer") as connection:
        found = query(connection, name, **parameters)
    rows = [["" if value is None else str(value) for value in row.values()] for row in found]
    names = [column for row in found[:1] for column in row]
    figures = [at for at, column in enumerate(names) if all(isinstance(row[column], FIGURE) for row in found)]
    return {"title": title, "columns": [column.replace("_", " ") for column in names], "figures": figures, "rows": rows}


def status_page() -> str:
    """The whole page as HTML."""
    sections = [section(name, title) for name, title in SECTIONS.items()]
    return render("page.html", "status", sections=sections, has_quality=quality_file("index.html") is not None)


def quality_file(path: str) -> Path | None:
    """A file of the data docs, as the daily maintenance left them; None where there is none."""
    folder = (settings().home / "quality").resolve()
    file = (folder / path).resolve()
    return file if file.is_relative_to(folder) and file.is_file() else None
