"""ops.editor_decisions: decide, lift, list. Append-only; the newest decision of a subject about an action counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from dealhouse.database import transaction
from dealhouse.errors import BadInputError

Kind = Literal["deal", "product", "merchant"]
Action = Literal["pin", "hide", "correct", "take_down", "opt_out"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ACTIONS: Mapping[Kind, tuple[Action, ...]] = {
    "deal": ("pin", "hide", "correct", "take_down"), "product": ("pin", "hide", "correct", "take_down"), "merchant": ("opt_out",),
}
CORRECTABLE: Mapping[str, int] = {"title": 1000, "brand": 300, "category": 300, "image_url": 2000, "description": 100_000}
NEEDED = ("title", "category")  # may be corrected, not taken away
LASTING: Mapping[Action, str] = {"correct": "a correction", "opt_out": "an opt-out"}  # have no end of their own
REASON = 2000
HOUSE = "house"

KNOWN: Mapping[Kind, str] = {
    "deal": "select offer_id from marts.fct_deals where deal_id = cast(:id as uuid)",
    "product": "select null from predictions.product where product_id = cast(:id as uuid)",
    "merchant": "select null from raw.merchant_registry where merchant_id = :id "
                "union all select null from raw.crawl_coverage where merchant_id = :id limit 1",
}
INSERT = text(
    "insert into ops.editor_decisions "
    "(subject_kind, subject_id, offer_id, action, lifts, corrections, reason, editor, valid_until) values "
    "(:kind, :subject_id, :offer_id, :action, :lifts, cast(:corrections as jsonb), :reason, :editor, :valid_until) "
    "returning cast(decision_id as text)"
)
IN_FORCE = text(
    "select * from ops.newest_editor_decisions where action <> 'lift' order by decided_at desc, decision_id"
)
STANDS = text(
    "select exists (select from ops.newest_editor_decisions "
    "where subject_kind = :kind and subject_id = :subject_id and about = :action and action <> 'lift')"
)
STANDING = text(
    "select corrections from ops.newest_editor_decisions where subject_kind = :kind and subject_id = :subject_id "
    "and action = 'correct'"
)
HISTORY = text("select * from ops.editor_decisions order by decided_at desc, decision_id limit :most")


@dataclass(frozen=True)
class Decision:
    """What is to hold of a subject. corrections: of title, brand, category, image_url, description; None takes a thing away. They
    join those that stand; to be rid of one, lift the correction.

    valid_until: the platform's instant at which it ends by itself; None = when it is lifted. A correction has none: it would take
    those that it joined along when it ends.
    """

    kind: Kind
    subject_id: str
    action: Action
    reason: str
    editor: str
    corrections: Mapping[str, str | None] = field(default_factory=dict)
    valid_until: datetime | None = None


def decide(decision: Decision) -> str:
    """Write a decision; it holds from the next release on. Its id. Raises BadInputError, and nothing is written."""
    check(decision)
    return _write(decision, decision.action, None)


def lift(kind: Kind, subject_id: str, action: Action, reason: str, editor: str) -> str:
    """End what was decided about an action. The lift's id. Raises BadInputError where nothing is in force."""
    ending = Decision(kind, subject_id, action, reason, editor)
    _check_action(ending)
    _check_words(ending)
    with transaction("editor") as connection:
        stands = connection.execute(STANDS, {"kind": kind, "subject_id": subject_id, "action": action}).scalar()
    if not stands:
        raise BadInputError(f"nothing to lift: no {action} of {kind} {subject_id} is in force", "action")
    return _write(ending, "lift", action)


def in_force() -> list[dict[str, Any]]:
    """All that was decided and not lifted, the newest first; what ran out by itself is still among it, with its valid_until."""
    with transaction("editor") as connection:
        return [dict(row) for row in connection.execute(IN_FORCE).mappings()]


def history(most: int | None = None) -> list[dict[str, Any]]:
    """Every decision and lift, or the last `most`, the newest first."""
    with transaction("editor") as connection:
        return [dict(row) for row in connection.execute(HISTORY, {"most": most}).mappings()]


def check(decision: Decision) -> None:
    """Raises BadInputError for what no database should be asked: an action that its subject does not have, no reason, ..."""
    _check_action(decision)
    _check_words(decision)
    if decision.kind == "merchant" and decision.subject_id == HOUSE:
        raise BadInputError("our own shop cannot opt out", "subject_id")
    if decision.valid_until is not None and decision.action in LASTING:
        raise BadInputError(f"{LASTING[decision.action]} stands until it is lifted", "valid_until")
    if decision.valid_until is not None and decision.valid_until.tzinfo is None:
        raise BadInputError("an instant without an offset", "valid_until")
    if (decision.action == "correct") != bool(decision.corrections):
        raise BadInputError("a correction says what it corrects, and nothing else does", "corrections")
    for name, value in decision.corrections.items():
        _check_correction(name, value)


def _check_action(decision: Decision) -> None:
    if decision.kind not in ACTIONS:
        raise BadInputError(f"no {decision.kind} is decided about, but a {' or a '.join(KINDS)}", "kind")
    if decision.action not in ACTIONS[decision.kind]:
        raise BadInputError(f"a {decision.kind} has {', '.join(ACTIONS[decision.kind])}, not {decision.action}", "action")


def _check_words(decision: Decision) -> None:
    if not decision.reason.strip() or len(decision.reason) > REASON:
        raise BadInputError("a decision has its reason", "reason")
    if not decision.editor.strip():
        raise BadInputError("a decision has its editor", "editor")
    if "\x00" in f"{decision.subject_id}{decision.reason}{decision.editor}":
        raise BadInputError("a character that no text may hold", "reason")


def _check_correction(name: str, value: str | None) -> None:
    if name not in CORRECTABLE:
        raise BadInputError(f"{name} cannot be corrected; {', '.join(CORRECTABLE)} can", "corrections")
    if value is None:
        if name in NEEDED:
            raise BadInputError(f"a {name} cannot be taken away", "corrections")
        return
    if not value.strip() or len(value) > CORRECTABLE[name] or "\x00" in value:
        raise BadInputError(f"{name} has 1 to {CORRECTABLE[name]} characters", "corrections")
    if name == "image_url" and not _is_address(value):
        raise BadInputError("image_url is an http(s) address", "corrections")


def _is_address(words: str) -> bool:
    try:
        address = urlsplit(words)
    except ValueError:  # `http://[abc` begins an IPv6 address that never ends
        return False
    return address.scheme in ("http", "https") and bool(address.hostname)


def _write(decision: Decision, action: str, lifts: str | None) -> str:
    offer_id = _offer_of(decision) if lifts is None else None
    with transaction("editor") as connection:
        corrections = dict(decision.corrections)
        if corrections:
            standing = connection.execute(STANDING, {"kind": decision.kind, "subject_id": decision.subject_id}).scalar()
            corrections = {**(standing or {}), **corrections}
        decision_id: str = connection.execute(INSERT, {
            "kind": decision.kind, "subject_id": decision.subject_id, "offer_id": offer_id, "action": action, "lifts": lifts,
            "corrections": orjson.dumps(corrections).decode(), "reason": decision.reason.strip(),
            "editor": decision.editor.strip(), "valid_until": decision.valid_until,
        }).scalar_one()
    return decision_id


def _offer_of(decision: Decision) -> UUID | None:
    """The offer of a deal, None for other subjects. Raises BadInputError for a subject that nobody knows."""
    kind, subject_id = decision.kind, decision.subject_id
    unknown = BadInputError(f"no {kind} {subject_id} is known", "subject_id")
    if kind != "merchant" and not _is_uuid(subject_id):
        raise unknown
    with transaction("transformer") as connection:
        row = connection.execute(text(KNOWN[kind]), {"id": subject_id}).first() if _is_there(connection, kind) else None
    if row is None:
        raise unknown
    found: UUID | None = row[0]
    return found


def _is_there(connection: Connection, kind: Kind) -> bool:
    """Deals are known once the warehouse was built."""
    return kind != "deal" or bool(connection.execute(text("select to_regclass('marts.fct_deals') is not null")).scalar())


def _is_uuid(words: str) -> bool:
    try:
        return str(UUID(words)) == words
    except ValueError:
        return False
