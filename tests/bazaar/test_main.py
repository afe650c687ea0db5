import json
from pathlib import Path

import pytest

from bazaar.__main__ import main


def test_history_and_truth_write_what_they_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = ["--world", "tiny", "--seed", "7", "--home", str(tmp_path / "home")]
    assert main(["history", *world, "--out", str(tmp_path / "history")]) == 0
    told = json.loads(capsys.readouterr().out)
    lines = (tmp_path / "history" / "offers-0001.ndjson").read_bytes().splitlines()
    assert told["offers"] == len(lines) > 60
    assert main(["truth", *world, "--out", str(tmp_path / "truth"), "--format", "parquet"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (tmp_path / "truth" / "offers.parquet").exists()
    assert told["house_skus"] == 30


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["advance", "--world", "tiny", "--port", "1", "--home", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("bazaar: no bazaar answers on port 1")
    assert error.count("\n") == 1


def test_a_home_of_another_world_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bazaar.json").write_text('{"world": "small", "seed": 7, "port": 1, "day": 2}')
    assert main(["truth", "--world", "tiny", "--home", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "belongs to world small" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["history", "truth"])
def test_a_market_has_no_past(tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str) -> None:
    assert main([verb, "--world", "market-20-100", "--home", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "crawled only" in capsys.readouterr().err
    assert main([verb, "--world", "huge", "--home", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "unknown world 'huge'" in capsys.readouterr().err
