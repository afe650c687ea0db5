"""The page of editors: find a deal, product or merchant, see what is published of it, decide; what is in force, the history."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import text

from dealhouse.database import Role, transaction
from dealhouse.editing import decisions
from dealhouse.editing.decisions import ACTIONS, CORRECTABLE, Decision, Kind
from dealhouse.errors import BadInputError
from dealhouse.status.page import template

QUERIES = Path(__file__).parent / "queries"
MOST_FOUND, MOST_LISTED = 8, 100
# who may read what is searched, and the table without which there is nothing to find yet
SEARCHES: Mapping[Kind, tuple[Role, str]] = {
    "deal": ("auditor", "publish.deal"), "product": ("auditor", "publish.product"),
    "merchant": ("transformer", "raw.merchant_registry"),
}
WORDS = {"pin": "Pin", "hide": "Hide", "take_down": "Take down", "opt_out": "Opt out"}
DONE = {"pin": "pinned", "hide": "hidden", "correct": "corrected", "take_down": "taken down", "opt_out": "opted out"}
PRODUCTS = text("select product_id::text as id, title from predictions.product where product_id = any(cast(:ids as uuid[]))")
OFFERS = text("select offer_id::text as id, title from marts.fct_offers where offer_id = any(cast(:ids as uuid[]))")
BUILT = text("select to_regclass('marts.fct_offers') is not null")


def editors_page(wanted: str = "") -> str:
    """`wanted`: words of a title, brand or name, or an id."""
    asked = wanted.strip()
    found = {kind: _found(kind, asked) for kind in SEARCHES} if asked else {}
    standing, past = decisions.in_force(), decisions.history(MOST_LISTED)
    titles = _titles([*standing, *past])
    return str(template("editors.html").render(
        wanted=wanted, found=found, standing=[_told(row, titles) for row in standing], past=[_told(row, titles) for row in past],
        actions={kind: [name for name in names if name != "correct"] for kind, names in ACTIONS.items()}, words=WORDS,
        correctable=list(CORRECTABLE),
    ))


def decide(form: Mapping[str, str], editor: str) -> None:
    """What a form of the page says, in the editor's name. Raises BadInputError."""
    kind, subject_id, action = cast(Kind, form["kind"]), form["subject_id"], form["action"]
    if form.get("lifts"):
        decisions.lift(kind, subject_id, cast(Any, form["lifts"]), form["reason"], editor)
        return
    corrections: dict[str, str | None] = {}
    if action == "correct":
        corrections = {name: form[name].strip() for name in CORRECTABLE if form.get(name, "").strip()}
        if form.get("no_image"):
            corrections["image_url"] = None
    until = _until(form.get("until"))
    decisions.decide(Decision(kind, subject_id, cast(Any, action), form["reason"], editor, corrections, until))


def _until(day: str | None) -> datetime | None:
    """The day's beginning."""
    if not day:
        return None
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInputError("no day", "until") from error


def _found(kind: Kind, wanted: str) -> list[dict[str, Any]]:
    role, table = SEARCHES[kind]
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = {"wanted": wanted.lower(), "like": f"%{escaped}%", "most": MOST_FOUND}
    with transaction(role) as connection:
        if not connection.execute(text("select to_regclass(:table) is not null"), {"table": table}).scalar():
            return []
        rows = connection.execute(text((QUERIES / f"editors_{kind}s.sql").read_text()), asked).mappings()
        return [{**row, "image": _link(row.get("image_url")), "link": _link(row.get("url"))} for row in rows]


def _titles(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Titles of products and of deals' offers, by id."""
    products = [row["subject_id"] for row in rows if row["subject_kind"] == "product"]
    offers = [str(row["offer_id"]) for row in rows if row["offer_id"]]
    with transaction("transformer") as connection:
        asked = [(PRODUCTS, products)] + ([(OFFERS, offers)] if connection.execute(BUILT).scalar() else [])
        return {row.id: row.title for query, ids in asked if ids for row in connection.execute(query, {"ids": ids})}


def _told(row: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """A decision as people read it."""
    about = row["lifts"] or row["action"]
    changes = ", ".join(f"{name}: {value or 'none'}" for name, value in row["corrections"].items())
    return {
        **row, "title": titles.get(row["subject_id"]) or titles.get(str(row["offer_id"])) or row["subject_id"],
        "about": about, "done": f"no longer {DONE[about]}" if row["action"] == "lift" else DONE[about], "changes": changes,
        "when": f"{row['decided_at']:%Y-%m-%d %H:%M}", "until": f"{row['valid_until']:%Y-%m-%d}" if row["valid_until"] else "",
    }


def _link(url: object) -> str | None:
    """An address that a browser may follow: what a merchant wrote is not run."""
    return url if isinstance(url, str) and url.startswith(("http://", "https://")) else None
