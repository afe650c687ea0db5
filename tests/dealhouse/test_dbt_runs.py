from datetime import UTC, datetime

import pytest

from dealhouse import dbt_runs
from dealhouse.errors import CommandRefusedError, SubprocessError

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("full_refresh", [True, False])
def test_an_unknown_selector_is_an_error_with_dbts_words_and_what_it_was_asked(*, full_refresh: bool) -> None:
    with pytest.raises(SubprocessError, match="no_such_layer") as refused:
        dbt_runs.build("no_such_layer", AS_OF, full_refresh=full_refresh)
    assert ("--full-refresh" in refused.value.command) is full_refresh


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
