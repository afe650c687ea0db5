"""Addresses of people: the notifier alone reads them; the API gives them in, for who speaks, and never sees one."""

from typing import Any

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege

ROLES = ("serving", "bi_reader", "transformer", "loader", "modeller", "publisher", "auditor", "editor")
ALICE, BOB = "a" * 32, "b" * 32


def ask(url: str, role: str, *statements: str) -> list[tuple[Any, ...]]:
    """What the last of the statements finds; all of them in one transaction."""
    connection = psycopg2.connect(url, options=f"-c role={role}")
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def as_shopper(key: str) -> str:
    return f"select set_config('dealhouse.customer_key', '{key}', true)"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", ["contact.address", "contact.webhook", "notify.outbox"])
def test_only_the_notifier_reads(database_url: str, role: str, table: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(database_url, role, f"select * from {table}")
    assert ask(database_url, "notifier", f"select * from {table}") == []


def test_the_api_gives_in_blindly_and_for_the_speaker_alone(database_url: str) -> None:
    ask(database_url, "serving", as_shopper(ALICE), "select contact.keep_address('a@mail.example')")
    ask(database_url, "serving", as_shopper(BOB), "select contact.keep_address('b@mail.example')")
    ask(database_url, "serving", as_shopper(BOB), "select contact.forget_address()")
    assert ask(database_url, "notifier", "select customer_key, address from contact.address") == [(ALICE, "a@mail.example")]
    assert ask(database_url, "serving", as_shopper(ALICE), "select * from contact.standing()") == [(True, False, False)]
    assert ask(database_url, "serving", as_shopper(BOB), "select * from contact.standing()") == [(False, False, False)]


@pytest.mark.parametrize("statement", ["contact.keep_address('x@y.example')", "contact.forget_webhook()", "contact.standing()"])
def test_nobody_is_nobody(database_url: str, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(database_url, "serving", f"select {statement}")


@pytest.mark.parametrize("role", sorted({*ROLES, "notifier"} - {"serving"}))
def test_only_the_api_gives_in(database_url: str, role: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(database_url, role, as_shopper(ALICE), "select contact.keep_address('a@mail.example')")


def test_another_address_is_to_be_confirmed_anew(database_url: str) -> None:
    def give(address: str) -> list[tuple[Any, ...]]:
        return ask(database_url, "serving", as_shopper(ALICE), f"select contact.keep_address('{address}')",
                   "select is_verified from contact.standing()")

    give("a@mail.example")
    confirm = "select contact.confirm_address(contact.hash_of('{}'))"
    assert ask(database_url, "serving", as_shopper(ALICE), confirm.format("z@mail.example")) == [(False,)]
    assert ask(database_url, "serving", as_shopper(BOB), confirm.format("a@mail.example")) == [(False,)]
    assert ask(database_url, "serving", as_shopper(ALICE), confirm.format("A@mail.example")) == [(True,)]
    assert give("a@mail.example") == [(True,)]
    assert give("other@mail.example") == [(False,)]


@pytest.mark.parametrize("table", ["saved_deal", "saved_search", "alert", "preference", "consent", "not_interested"])
def test_a_shopper_writes_in_nobody_elses_name(database_url: str, table: str) -> None:
    given = {
        "saved_deal": ("deal_id", "gen_random_uuid()"), "saved_search": ("name, query", "'x', '{}'"),
        "alert": ("kind, product_id, release_as_of", "'back_in_stock', gen_random_uuid(), now()"),
        "preference": ("digest", "'off'"), "consent": ("purpose, granted, text_version", "'alerts', true, '1'"),
        "not_interested": ("kind, value", "'brand', 'x'"),
    }
    columns, values = given[table]
    insert = f"insert into inbox.{table} (customer_key, {columns}) values ('{ALICE}', {values})"
    with pytest.raises(InsufficientPrivilege):
        ask(database_url, "serving", as_shopper(BOB), insert)
    ask(database_url, "serving", as_shopper(ALICE), insert)
    assert ask(database_url, "serving", as_shopper(BOB), f"select 1 from inbox.{table}") == []
    assert ask(database_url, "serving", f"select 1 from inbox.{table}") == []
    assert len(ask(database_url, "serving", as_shopper(ALICE), f"select 1 from inbox.{table}")) == 1


@pytest.mark.parametrize("statement", [
    "update inbox.consent set granted = true", "delete from inbox.consent", "insert into inbox.wish_changes default values",
    "select * from inbox.wish_changes", "delete from inbox.alert",
])
def test_the_api_takes_nothing_back_that_was_said(database_url: str, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(database_url, "serving", as_shopper(ALICE), statement)
