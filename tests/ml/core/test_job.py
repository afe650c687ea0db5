import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ml.__main__ import main as ml_main
from ml.core import job
from ml.core.errors import BadInputError, DatabaseBusyError, MlError

pytestmark = pytest.mark.usefixtures("warehouse")


def result(asked: job.JobArgs) -> job.JobResult:
    return job.JobResult(
        capability="deals", as_of=asked.as_of, run_id="r", model_version="v1", trained=False, promoted=False, rows_written=3,
        metric=job.Metric(name="auc", value=float("nan"), naive=0.51234567),
    )


def test_the_last_line_is_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[job.JobArgs] = []

    def run(args: job.JobArgs) -> job.JobResult:
        asked.append(args)
        return result(args)

    assert job.main("deals", run, ["run", "--as-of", "2026-05-05T12:15:00+02:00", "--train", "never"]) == 0
    assert asked == [job.JobArgs(datetime(2026, 5, 5, 10, 15, tzinfo=UTC), "never")]
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "capability": "deals", "as_of": "2026-05-05T10:15:00", "run_id": "r", "model_version": "v1", "trained": False,
        "promoted": False, "rows_written": 3,
        "metric": {"name": "auc", "value": None, "naive": 0.512346, "higher_is_better": True}, "idle": None,
    }


def failing(error: MlError) -> Callable[[job.JobArgs], job.JobResult]:
    def run(_: job.JobArgs) -> job.JobResult:
        raise error

    return run


@pytest.mark.parametrize(("error", "code"), [(BadInputError("no titles", "features"), 2), (DatabaseBusyError("away\nnow"), 1)])
def test_errors_become_exit_codes_and_one_line(error: MlError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert job.main("deals", failing(error), ["run", "--as-of", "2026-05-05T10:15:00"]) == code
    captured = capsys.readouterr()
    assert captured.err.strip().splitlines()[-1].startswith(f"deals: {type(error).__name__}: ")
    assert captured.out == ""


def test_a_bad_instant_is_permanent() -> None:
    assert job.main("deals", result, ["run", "--as-of", "today"]) == 2


def test_an_unknown_capability_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert ml_main(["weather", "run"]) == 2
    assert "matching,categories,deals" in capsys.readouterr().err
