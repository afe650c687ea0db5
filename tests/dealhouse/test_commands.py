import sys
from pathlib import Path

import pytest

from dealhouse.commands import run_ml, stream
from dealhouse.errors import CommandRefusedError


def test_output_is_logged_line_by_line_and_its_tail_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    finished = stream([sys.executable, "-c", "import sys; [print(i) for i in range(50)]; sys.exit(3)"])
    assert finished.exit_code == 3
    assert finished.tail[-1] == "49"
    assert len(finished.tail) == 30
    assert "17" in caplog.messages


def test_undecodable_output_does_not_break_the_task() -> None:
    code = "import sys; sys.stdout.buffer.write(bytes([0xff, 0xfe, 10]))"
    assert stream([sys.executable, "-c", code]).exit_code == 0


def test_a_job_that_names_its_fault_is_permanent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALHOUSE_HOME", str(tmp_path))
    with pytest.raises(CommandRefusedError, match="not-an-instant"):
        run_ml("matching", "run", "not-an-instant")
