"""An editor's decision is in force with the next release: views see it without a build, and no earlier instant does."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.dbt.conftest import Warehouse

IN_FORCE = "select subject_id, action from intermediate.int_decisions_in_force order by decided_at"
DECIDE = """
insert into ops.editor_decisions (subject_kind, subject_id, action, lifts, reason, editor) values (%s, %s, %s, %s, 'why', 'ann')
"""
RELEASE = "insert into publish.release (release_id, as_of, status, built_at) values ('r', '2026-05-05', 'live', now())"


def test_a_decision_counts_at_once_and_never_before_it_was_known(warehouse: "Warehouse") -> None:
    warehouse.execute(RELEASE)
    warehouse.dbt("run", "--select", "stg_editing__decisions", "int_decisions_in_force", as_of="2026-05-05T00:15:00")
    warehouse.execute(DECIDE, "product", "p", "hide", None)
    warehouse.execute(DECIDE, "deal", "d", "pin", None)
    assert warehouse.execute(IN_FORCE) == [("p", "hide"), ("d", "pin")], "no build between"
    warehouse.execute(DECIDE, "product", "p", "lift", "hide")
    assert warehouse.execute(IN_FORCE) == [("d", "pin")]
    warehouse.dbt("run", "--select", "stg_editing__decisions", "int_decisions_in_force", as_of="2026-05-04T23:45:00")
    assert warehouse.execute(IN_FORCE) == [], "a backfill of an instant before it answers as it did then"
