import socket
from pathlib import Path

from stack import preflight
from stack.settings import StackSettings


def test_a_busy_port_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        settings = StackSettings(home=tmp_path, api_port=port, given_database_url="postgresql://x/y",
                                 bazaar_port=0, airflow_port=0, docs_port=0)
        assert preflight.complaints(settings) == [f"port {port} is busy: stop what listens there, or set DEALHOUSE_API_PORT"]


def test_too_little_disk_names_the_folder(tmp_path: Path, monkeypatch: object) -> None:
    settings = StackSettings(home=tmp_path / "not" / "yet", given_database_url="x", api_port=0, bazaar_port=0, airflow_port=0,
                             docs_port=0)
    needed, preflight.NEEDED_GIB = preflight.NEEDED_GIB, 10**9
    try:
        (complaint,) = preflight.complaints(settings)
    finally:
        preflight.NEEDED_GIB = needed
    assert str(tmp_path) in complaint
    assert "DEALHOUSE_HOME" in complaint
