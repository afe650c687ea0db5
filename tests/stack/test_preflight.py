import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from stack import preflight
from stack.settings import StackSettings


def test_a_busy_port_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        settings = StackSettings(home=tmp_path, api_port=port, given_database_url=None, postgres_port=0,
                                 bazaar_port=0, airflow_port=0, docs_port=0)
        assert preflight.complaints(settings) == [f"port {port} is busy: stop what listens there, or set DEALHOUSE_API_PORT"]


def test_too_little_disk_names_the_folder(tmp_path: Path, monkeypatch: object) -> None:
    settings = StackSettings(home=tmp_path / "not" / "yet", given_database_url=None, postgres_port=0, api_port=0, bazaar_port=0,
                             airflow_port=0, docs_port=0)
    needed, preflight.NEEDED_GIB = preflight.NEEDED_GIB, 10**9
    try:
        (complaint,) = preflight.complaints(settings)
    finally:
        preflight.NEEDED_GIB = needed
    assert str(tmp_path) in complaint
    assert "DEALHOUSE_HOME" in complaint


@pytest.fixture
def url_of(database_url: str) -> Iterator[Callable[[str], str]]:
    """Makes a user with the given rights for the test's database; returns the URL by which it connects."""
    server = psycopg2.connect(database_url)
    server.autocommit = True

    def make(rights: str) -> str:
        with server.cursor() as cursor:
            cursor.execute(f"create role preflight_user login password 'x' {rights}")
        parts = urlsplit(database_url)
        return f"postgresql://preflight_user:x@{parts.hostname}:{parts.port}{parts.path}"

    try:
        yield make
    finally:
        with server.cursor() as cursor:
            cursor.execute("drop owned by preflight_user")
            cursor.execute("drop role preflight_user")
        server.close()


def test_a_server_that_does_not_answer_is_one_line() -> None:
    (complaint,) = preflight.server_complaints("postgresql://nobody@127.0.0.1:1/none")
    assert complaint.startswith("DATABASE_URL does not answer: ")
    assert "\n" not in complaint


def test_an_administrator_needs_nothing_more(database_url: str) -> None:
    assert preflight.server_complaints(database_url) == []


def test_missing_rights_are_named_with_the_statement_that_gives_them(url_of: Callable[[str], str]) -> None:
    complaints = preflight.server_complaints(url_of(""))
    wanted = [f"alter role preflight_user {right} (docs" for right in ("createrole", "createdb")]
    wanted.append("grant create on database test_")
    assert len(complaints) == len(wanted)
    for complaint, statement in zip(complaints, wanted, strict=True):
        assert complaint.startswith(f"preflight_user may not: {statement}")


def test_an_old_server_is_named_with_its_version(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "OLDEST_POSTGRES", 99)
    (complaint,) = preflight.server_complaints(database_url)
    assert complaint.endswith("Dealhouse needs 99 or newer")
