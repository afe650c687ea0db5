import pytest
from sqlalchemy.exc import OperationalError

from dealhouse.errors import BadInputError, DatabaseBusyError
from dealhouse.exits import finish


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (BadInputError("no day", "until"), 2, "BadInputError: no day (until)"),
        (DatabaseBusyError("later"), 1, "DatabaseBusyError: later"),
        (OperationalError("select", {}, Exception("gone\n")), 1, "the database cannot be used: gone"),
        (ConnectionResetError("reset"), 1, "ConnectionResetError: reset"),
    ],
)
def test_a_command_says_in_one_line_why_it_failed(
    error: Exception, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        raise error

    assert finish(work) == code
    assert capsys.readouterr().err == f"{told}\n"


def test_what_is_done_is_0_and_a_bug_shows_its_trace() -> None:
    assert finish(lambda: None) == 0
    with pytest.raises(ZeroDivisionError):
        finish(lambda: 1 / 0)
