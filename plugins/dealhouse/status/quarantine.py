"""The page of the quarantine: refused rows by kind and reason, each to be released, fixed or dropped; what was decided."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from dealhouse.database import transaction
from dealhouse.errors import BadInputError
from dealhouse.loading import quarantine
from dealhouse.loading.quarantine import Decided
from dealhouse.status.page import query, render

MOST_GROUPS, MOST_ROWS, MOST_DECISIONS, MOST_AT_ONCE = 100, 20, 50, 5000
LONGEST = 4000  # of a payload that is shown


def quarantine_page(kind: str = "", reason: str = "", merchant_id: str = "", told: str = "", *, decides: bool = False) -> str:
    """What is held; with a kind and a reason also its rows. `told`: what the last decision came to.

    decides: whether the one who looks may; else there is nothing to press.
    """
    merchant_id = merchant_id.strip()
    with transaction("loader") as connection:
        groups = query(connection, "quarantine_groups", merchant_id=merchant_id, most=MOST_GROUPS + 1)
        decided = query(connection, "quarantine_decisions", most=MOST_DECISIONS)
    rows = _found(kind, reason, merchant_id, MOST_ROWS + 1) if kind and reason else []
    return render(
        "quarantine.html", "quarantine", groups=groups[:MOST_GROUPS], is_cut=len(groups) > MOST_GROUPS, decided=decided,
        told=told, rows=[_shown(row) for row in rows[:MOST_ROWS]], has_more=len(rows) > MOST_ROWS, kind=kind, reason=reason,
        merchant_id=merchant_id, held=sum(group["held"] for group in groups), most_at_once=MOST_AT_ONCE,
        decides=decides,
    )


def decide(form: Mapping[str, str], by: str) -> str:
    """What a form of the page says, in the user's name; what it came to, in words. Raises BadInputError."""
    action, why = form["action"], form["why"]
    if action == "fix":
        return _told(quarantine.fix(form["id"], _patch(form["patch"]), by, why))
    if action not in quarantine.VERBS:
        raise BadInputError("a refused row is released, fixed or dropped", "action")
    if not form["id"] and not (form["kind"] and form["reason"]):
        raise BadInputError("which rows?", "id")
    ids = [form["id"]] if form["id"] else [
        row["id"] for row in _found(form["kind"], form["reason"], form["merchant_id"].strip(), MOST_AT_ONCE)
    ]
    return _told(quarantine.VERBS[action](ids, by, why))


def _found(kind: str, reason: str, merchant_id: str, most: int) -> list[dict[str, Any]]:
    return quarantine.find(kind=kind, reason=reason, merchant_id=merchant_id or None, most=most)


def _patch(words: str) -> dict[str, Any]:
    try:
        patch = orjson.loads(words)
    except orjson.JSONDecodeError as error:
        raise BadInputError(f"a fix is JSON: {error}", "patch") from error
    if not isinstance(patch, dict):
        raise BadInputError('a fix is a JSON object: {"price": "12.50"}', "patch")
    return patch


def _told(decided: Decided) -> str:
    parts = [f"{len(decided.done)} decided"] if decided.done else []
    parts += [f"{len(decided.before)} were so before"] if decided.before else []
    if decided.refused:
        parts.append(f"{len(decided.refused)} stay as they are: {_reasons(list(decided.refused.values()))}")
    return "; ".join(parts) or "there was nothing to decide"


def _reasons(reasons: Sequence[str]) -> str:
    return ", ".join(sorted(set(reasons))[:5])


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A refused row as people read it: its payload laid out where it is JSON."""
    try:
        payload = json.dumps(orjson.loads(row["payload"]), indent=1, ensure_ascii=False)
    except orjson.JSONDecodeError:
        payload = row["payload"]
    return {**row, "payload": payload[:LONGEST], "is_cut": len(payload) > LONGEST, "seen": f"{row['observed_at']:%Y-%m-%d %H:%M}"}
