"""What people decide is kept for good, counts from the next release on, and only where it makes sense."""

from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dealhouse.database import transaction
from dealhouse.editing.decisions import Decision, check, decide, history, in_force, lift
from dealhouse.errors import BadInputError
from dealhouse.scraping import registry
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.shard import crawl_shard

PRODUCT = "00000000-0000-0000-0000-00000000000a"
MERCHANT = Merchant(merchant_id="acme", name="Acme", platform="html", base_url="https://acme.example", country="DE")
NOW = datetime(2026, 5, 5, tzinfo=UTC)


@pytest.fixture
def known(warehouse: str) -> str:
    """A merchant and a product, and a release at NOW."""
    registry.register([MERCHANT], NOW)
    connection = psycopg2.connect(warehouse)
    with connection, connection.cursor() as cursor:
        release = "insert into publish.release (release_id, as_of, status, built_at) values (%s, %s, %s, %s)"
        cursor.execute(release, ("r", NOW, "live", NOW))
        cursor.execute(
            "insert into predictions.product (product_id, item_group_id, title, as_of, model_version, run_id) "
            "values (%s, %s, 'Lamp', %s, 'v', %s)", [PRODUCT, PRODUCT, NOW, PRODUCT],
        )
    connection.close()
    return warehouse


def decision(**changes: Any) -> Decision:
    given = {"kind": "product", "subject_id": PRODUCT, "action": "hide", "reason": "a fake", "editor": "ann"}
    return Decision(**{**given, **changes})


def test_what_is_in_force_is_listed_whole_and_the_history_as_far_as_asked(known: str) -> None:
    for action in ("pin", "hide", "take_down"):
        decide(decision(action=action))
    assert [row["action"] for row in in_force()] == [row["action"] for row in history()] == ["take_down", "hide", "pin"]
    assert [row["action"] for row in history(2)] == ["take_down", "hide"]


def test_a_decision_is_in_force_until_it_is_lifted_and_all_of_it_is_kept(known: str) -> None:
    decide(decision())
    decide(decision(action="correct", corrections={"title": "Right", "brand": "Wrong"}))
    decide(decision(action="correct", corrections={"brand": "Norvik", "image_url": None}))
    [correct, hide] = in_force()
    assert (hide["action"], hide["reason"], hide["editor"], hide["known_from"]) == ("hide", "a fake", "ann", NOW)
    assert correct["corrections"] == {"title": "Right", "brand": "Norvik", "image_url": None}, "a correction joins what stands"
    lift("product", PRODUCT, "hide", "it was real", "bob")
    assert [row["action"] for row in in_force()] == ["correct"]
    with pytest.raises(BadInputError, match="nothing to lift"):
        lift("product", PRODUCT, "hide", "again", "bob")
    assert [(row["action"], row["lifts"], row["editor"]) for row in history()] == [
        ("lift", "hide", "bob"), ("correct", None, "ann"), ("correct", None, "ann"), ("hide", None, "ann"),
    ]
    _nobody_changes_it(known)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("kind", "action", "told"), [("product", "opt_out", "a product has"), ("shop", "pin", "no shop is decided about")],
)
def test_what_no_subject_of_its_kind_has_is_not_lifted_either(kind: Any, action: Any, told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        lift(kind, PRODUCT, action, "a slip", "ann")


def _nobody_changes_it(url: str) -> None:
    """Neither those who decide nor the owner."""
    connection = psycopg2.connect(url)
    for change in ("update {} set reason = 'x'", "delete from {}", "truncate {}"):
        verb = change.format("ops.editor_decisions")
        with pytest.raises(DBAPIError, match="permission denied"), transaction("editor") as theirs:
            theirs.execute(text(verb))
        with pytest.raises(psycopg2.errors.RestrictViolation, match="append-only"), connection, connection.cursor() as cursor:
            cursor.execute(verb)
    connection.close()


@pytest.mark.usefixtures("known")
def test_a_merchant_that_opted_out_is_crawled_no_more_whatever_the_registry_says() -> None:
    decide(decision(kind="merchant", subject_id="acme", action="opt_out", reason="their letter"))
    registry.resume("acme")
    registry.register([MERCHANT], NOW)
    assert registry.merchants() == []
    assert registry.shards() == []
    assert crawl_shard(["acme"], NOW).crawls == (), "nor by its id"
    assert registry.pauses() == {"acme": "opted out: their letter"}
    lift("merchant", "acme", "opt_out", "they are back", "ann")
    assert [merchant.merchant_id for merchant in registry.merchants()] == ["acme"]
    for kind, subject_id in (("merchant", "nobody"), ("product", PRODUCT.replace("a", "b")), ("deal", PRODUCT)):
        with pytest.raises(BadInputError, match=f"no {kind} .* is known"):
            decide(decision(kind=kind, subject_id=subject_id, action="opt_out" if kind == "merchant" else "hide"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "shop"}, "no shop is decided about"),
        ({"action": "opt_out"}, "a product has"), ({"kind": "merchant", "action": "hide"}, "a merchant has opt_out"),
        ({"reason": "  "}, "has its reason"), ({"editor": ""}, "has its editor"), ({"reason": "a\x00b"}, "no text may hold"),
        ({"action": "correct"}, "says what it corrects"), ({"corrections": {"title": "x"}}, "says what it corrects"),
        ({"action": "correct", "corrections": {"price": "1"}}, "price cannot be corrected"),
        ({"action": "correct", "corrections": {"title": None}}, "cannot be taken away"),
        ({"action": "correct", "corrections": {"title": " "}}, "1 to 1000"),
        ({"action": "correct", "corrections": {"image_url": "javascript:alert(1)"}}, "an http"),
        ({"action": "correct", "corrections": {"image_url": "http://[abc"}}, "an http"),
        ({"action": "correct", "corrections": {"title": "x"}, "valid_until": NOW}, "until it is lifted"),
        ({"kind": "merchant", "subject_id": "house", "action": "opt_out"}, "our own shop"),
        ({"kind": "merchant", "action": "opt_out", "valid_until": NOW}, "until it is lifted"),
        ({"valid_until": NOW.replace(tzinfo=None)}, "without an offset"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInputError, match=told):
        check(decision(**changes))
