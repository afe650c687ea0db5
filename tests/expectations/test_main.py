"""The command line of the gates."""

from typing import Any

import pytest

from expectations.__main__ import main


def test_a_good_border_exits_with_nought(built: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", built.url)
    assert main(["raw", "--as-of", "2026-05-05T10:15:00", "--source", "offers"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("passed: ")


def test_a_bad_border_names_what_blocks(built: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", built.url)
    built.plant("publish.forecast_v1", {"q05": 3})
    assert main(["release", "r000001"]) == 2
    assert "BLOCK  forecast: quantiles do not cross" in capsys.readouterr().out
    assert main(["release", "r000042"]) == 2
    assert "r000042" in capsys.readouterr().err


def test_what_is_usual_is_forgotten_by_name(
    loaded: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", loaded.url)
    loaded.execute(
        "insert into ops.quality_results (border, suite, expectation, as_of, passed, severity, observed, checked_at) "
        "select 'raw', s, e, now(), true, 'warn', '{}', now() from unnest(array['a', 'b']) s, "
        "unnest(array['rule', 'as many rows as in its last runs']) e"
    )
    assert main(["accept", "raw", "a"]) == 0
    assert "forgot 1 findings" in capsys.readouterr().out
    assert main(["accept", "raw", "a"]) == main(["accept", "publish", "b"]) == 2
    assert loaded.execute("select count(*) from ops.quality_results") == [(3,)]
