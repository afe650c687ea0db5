from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dealhouse import dbt_runs, dbt_versions
from dealhouse.database import transaction
from dealhouse.errors import CommandRefusedError, SubprocessError

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("full_refresh", [True, False])
def test_an_unknown_selector_is_an_error_with_dbts_words_and_what_it_was_asked(*, full_refresh: bool) -> None:
    with pytest.raises(SubprocessError, match="no_such_layer") as refused:
        dbt_runs.build("no_such_layer", AS_OF, full_refresh=full_refresh)
    assert ("--full-refresh" in refused.value.command) is full_refresh


def test_what_another_version_built_is_made_anew_and_what_this_one_did_is_not(
    warehouse: str, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    for name in ("dbt_project.yml", "macros", "models/a.sql"):
        (tmp_path / name).write_text("1")
    mine = dbt_versions.version(tmp_path, "{}")
    assert not dbt_versions.is_another("core", mine), "nothing was built yet"
    with transaction("transformer") as connection:
        connection.execute(text("create table intermediate.build_state ()"))
    assert dbt_versions.is_another("core", mine), "nobody knows by which version"
    dbt_versions.note("core", mine)
    assert not dbt_versions.is_another("core", mine)
    assert dbt_versions.is_another("learnt_from", mine)
    assert dbt_versions.is_another("core", dbt_versions.version(tmp_path, '{"reporting_currency": "USD"}'))
    for name in ("dbt_project.yml", "macros", "models/a.sql"):
        (tmp_path / name).write_text("2")
        assert dbt_versions.is_another("core", dbt_versions.version(tmp_path, "{}"))
        (tmp_path / name).write_text("1")
    assert dbt_versions.version(tmp_path, "{}") == mine


@pytest.mark.usefixtures("warehouse")
def test_a_layer_of_another_version_is_asked_for_in_full() -> None:
    with transaction("transformer") as connection:
        connection.execute(text("create table intermediate.build_state ()"))
    dbt_versions.note("no_such_layer", "before")
    with pytest.raises(SubprocessError) as refused:
        dbt_runs.build("no_such_layer", AS_OF)
    assert "--full-refresh" in refused.value.command


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Database Error: column \"prise\" does not exist", CommandRefusedError),
        ("could not connect to server: Connection refused", SubprocessError),
        ("deadlock detected", SubprocessError),
    ],
)
def test_a_failed_node_is_permanent_unless_the_database_was_away(message: str, error: type[Exception]) -> None:
    node = {"unique_id": "model.dealhouse.deal", "status": "error", "message": message}
    assert type(dbt_runs._failure("build", 1, [node], "tail")) is error


def test_the_connection_is_taken_from_database_url(warehouse: str) -> None:
    environment = dbt_runs.environment()
    assert warehouse == (
        f"postgresql://{environment['DBT_USER']}:{environment['DBT_PASSWORD']}@{environment['DBT_HOST']}:"
        f"{environment['DBT_PORT']}/{environment['DBT_DBNAME']}"
    )
