"""The page of editors: find a deal, product or merchant, see what is published of it, decide; what is in force, the history."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import text

from dealhouse.database import Role, transaction
from dealhouse.editing import decisions
from dealhouse.editing.decisions import ACTIONS, CORRECTABLE, Decision, Kind
from dealhouse.errors import BadInputError
from dealhouse.status.page import is_built, link, query, render

MOST_FOUND, MOST_LISTED = 8, 100
# who may read what is searched, and the table without which there is nothing to find yet
SEARCHES: Mapping[Kind, tuple[Role, str]] = {
    "deal": ("auditor", "publish.deal"), "product": ("auditor", "publish.product"),
    "merchant": ("transformer", "raw.merchant_registry"),
}
WORDS = {"pin": "Pin", "hide": "Hide", "take_down": "Take down", "opt_out": "Opt out"}
DONE = {"pin": "pinned", "hide": "hidden", "correct": "corrected", "take_down": "taken down", "opt_out": "opted out"}
PRODUCTS = text("select product_id::text as id, title from predictions.product where product_id = any(cast(:ids as uuid[]))")
# a lift names no offer: the decision that it ends does
DEALS = text(
    "select decided.subject_id as id, offer.title from ops.editor_decisions as decided "
    "inner join marts.fct_offers as offer on decided.offer_id = offer.offer_id where decided.subject_id = any(:ids)"
)


def editors_page(wanted: str = "", *, decides: bool = False) -> str:
    """`wanted`: words of a title, brand or name, or an id. decides: whether who looks may; else there is nothing to press."""
    asked = wanted.strip()
    found = {kind: _found(kind, asked) for kind in SEARCHES} if asked else {}
    standing, past = decisions.in_force(), decisions.history(MOST_LISTED + 1)
    titles = _titles([*standing, *past])
    return render(
        "editors.html", "editors", wanted=wanted, found={kind: rows[:MOST_FOUND] for kind, rows in found.items()},
        cut=[kind for kind, rows in found.items() if len(rows) > MOST_FOUND], standing=[_told(row, titles) for row in standing],
        past=[_told(row, titles) for row in past[:MOST_LISTED]], is_cut=len(past) > MOST_LISTED,
        actions={kind: [name for name in names if name != "correct"] for kind, names in ACTIONS.items()}, words=WORDS,
        correctable=list(CORRECTABLE), decides=decides,
    )


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
    """One more than is shown: a list that is cut says so."""
    role, table = SEARCHES[kind]
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = {"wanted": wanted.lower(), "like": f"%{escaped}%", "most": MOST_FOUND + 1}
    with transaction(role) as connection:
        rows = query(connection, f"editors_{kind}s", **asked) if is_built(connection, table) else []
        return [{**row, "image": link(row.get("image_url")), "link": link(row.get("url"))} for row in rows]


def _titles(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Titles of products and of deals' offers, by the id of the product or deal."""
    products, deals = ([row["subject_id"] for row in rows if row["subject_kind"] == kind] for kind in ("product", "deal"))
    with transaction("transformer") as connection:
        found = list(connection.execute(PRODUCTS, {"ids": products}))
        if is_built(connection, "marts.fct_offers"):
            found += connection.execute(DEALS, {"ids": deals})
    return {row.id: row.title for row in found}


def _told(row: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """A decision as people read it."""
    about = row["lifts"] or row["action"]
    changes = ", ".join(f"{name}: {value or 'none'}" for name, value in row["corrections"].items())
    return {
        **row, "title": titles.get(row["subject_id"]) or row["subject_id"],
        "about": about, "done": f"no longer {DONE[about]}" if row["action"] == "lift" else DONE[about], "changes": changes,
        "when": f"{row['decided_at']:%Y-%m-%d %H:%M}", "until": f"{row['valid_until']:%Y-%m-%d}" if row["valid_until"] else "",
    }
