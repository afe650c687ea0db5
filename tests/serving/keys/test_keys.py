import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from serving.db import OPTIONS
from serving.keys import HASHER, book, minted, prefix_of
from serving.keys import __main__ as command
from serving.keys.ring import KEPT_S, MOST_KEPT, Keyring
from serving.problems import UnauthorizedError
from serving.settings import Settings
from tests.serving.test_limits import Clock

PROJECT = Path(__file__).resolve().parents[3]


def test_a_key_is_long_its_own_and_known_by_its_prefix() -> None:
    keys = {minted() for _ in range(50)}
    assert len({prefix_of(key) for key in keys}) == len(keys) == 50
    assert all(len(key) == 55 for key in keys)


@pytest.mark.parametrize(
    "text", ["", "dh_", "dh_abcdefgh_short", "dh_ABCDEFGH_" + "x" * 43, "dh_abcdefgh_" + "x" * 43 + "\n", "é" * 55],
)
def test_what_is_no_key_has_no_prefix(text: str) -> None:
    assert prefix_of(text) is None


class Rows:
    """Rows of living keys, and how often one was looked for."""

    def __init__(self, *keys: str) -> None:
        self.rows = {prefix_of(key): self._row(key) for key in keys}
        self.reads = 0

    @staticmethod
    def _row(key: str) -> dict[str, Any]:
        return {"prefix": prefix_of(key), "name": "n", "hash": HASHER.hash(key), "scopes": ["prices"], "requests_per_minute": 5}

    async def read(self, prefix: str) -> dict[str, Any] | None:
        self.reads += 1
        return self.rows.get(prefix)


def test_a_key_is_verified_once_a_minute_however_many_ask_at_once() -> None:
    async def walk() -> None:
        key, clock = minted(), Clock()
        rows = Rows(key)
        ring = Keyring(rows.read, clock)
        owners = await asyncio.gather(*(ring.owner(key) for _ in range(20)))
        assert {owner.scopes for owner in owners} == {frozenset({"prices"})}
        assert rows.reads == 1
        assert ring.knows(key)
        clock.now += KEPT_S
        assert not ring.knows(key)
        rows.rows.clear()
        with pytest.raises(UnauthorizedError):
            await ring.owner(key)
        assert rows.reads == 2

    asyncio.run(walk())


def test_another_secret_behind_a_known_prefix_opens_nothing_and_is_remembered_as_such() -> None:
    async def walk() -> None:
        key = minted()
        rows = Rows(key)
        ring = Keyring(rows.read)
        for _ in range(3):
            with pytest.raises(UnauthorizedError):
                await ring.owner(f"{key[:12]}{'x' * 43}")
        assert rows.reads == 1
        assert (await ring.owner(key)).name == "n"

    asyncio.run(walk())


def test_made_up_keys_do_not_fill_the_memory() -> None:
    async def walk() -> None:
        ring = Keyring(Rows().read)
        for _ in range(MOST_KEPT + 10):
            with pytest.raises(UnauthorizedError):
                await ring.owner(minted())
        assert len(ring._known) == MOST_KEPT

    asyncio.run(walk())


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, here: run(*arguments, **environment) gives its exit, what it printed and what it complained of."""
    monkeypatch.setattr(command, "settings", lambda: Settings(database_url=database_url))

    def done(*arguments: str, **env: str) -> tuple[int, str, str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return command.main(list(arguments)), *capsys.readouterr()

    return done


def test_the_command_makes_lists_and_revokes_and_tells_a_key_once(database_url: str, run: Run) -> None:
    _, made, _ = run("create", "our-app", "--scope", "prices", "--per-minute", "50", "--days", "30")
    made = made.strip()
    _, listed, _ = run("list")
    assert prefix_of(made)
    assert "our-app\tprices\t50" in listed
    assert made not in listed
    with psycopg.connect(database_url) as connection:
        ((hashed, expires),) = connection.execute("select hash, expires_at > now() from ops.service_keys").fetchall()
    assert hashed.startswith("$argon2id$")
    assert made[12:] not in hashed
    assert expires
    assert [run("revoke", "our-app")[1].strip() for _ in range(2)] == ["revoked 1", "revoked 0"]


@pytest.mark.parametrize("arguments", [("create", "Not A Name"), ("create", "x", "--per-minute", "0"), ("keep", "no-key-given")])
def test_what_cannot_be_done_is_said_in_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    status, _, complaint = run(*arguments, DEALHOUSE_API_KEY="")
    assert status == 2
    assert len(complaint.splitlines()) == 1


def test_there_are_no_other_scopes(run: Run) -> None:
    with pytest.raises(SystemExit):
        run("create", "x", "--scope", "everything")


def test_a_platform_makes_its_shops_key_known_by_a_command_of_its_own(database_url: str) -> None:
    key = minted()
    told = {**os.environ, "DATABASE_URL": database_url, "DEALHOUSE_API_KEY": key}
    program = [sys.executable, "-m", "serving.keys", "keep", "house-shop", "--scope", "prices"]
    done = subprocess.run(program, env=told, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "kept house-shop\n")
    with book.opened(database_url) as connection:
        assert [row["prefix"] for row in book.listed(connection)] == [prefix_of(key)]


def test_a_key_that_is_there_already_is_kept_and_one_that_was_revoked_lives_again(database_url: str) -> None:
    key = minted()
    with book.opened(database_url) as connection:
        for per_minute in (5, 9):
            book.keep(connection, key, "shop", ["prices"], per_minute)
            book.revoke(connection, "shop")
        book.keep(connection, key, "shop", [], 9)
        ((row),) = book.listed(connection)
    assert (row["requests_per_minute"], row["scopes"], row["revoked_at"]) == (9, "", None)


def test_the_api_reads_keys_and_makes_none(database_url: str) -> None:
    with book.opened(database_url) as connection:
        book.create(connection, "shop", [], 5, None)
    with psycopg.connect(database_url, options=OPTIONS, autocommit=True) as connection:
        assert connection.execute("select count(*) from ops.service_keys").fetchone() == (1,)
        for statement in ("delete from ops.service_keys", "update ops.service_keys set scopes = '{staff}'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.parametrize("role", ["bi_reader", "loader", "publisher", "editor", "notifier"])
def test_no_other_room_but_an_erasures_search_sees_a_hash(published_url: str, role: str) -> None:
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(published_url, options=f"-c role={role}") as connection, refused:
        connection.execute("select hash from ops.service_keys")
