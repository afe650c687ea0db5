"""The command line: JSON on stdout, one line of error on stderr, exit codes that a supervisor understands."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from dealhouse.releasing.__main__ import main

Query = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.usefixtures("manifest")
def test_a_release_from_build_to_rollback(judge: Callable[..., None], query: Query, capsys: pytest.CaptureFixture[str]) -> None:
    for release_id in ("r000001", "r000002"):
        assert main(["build", "--as-of", "2026-05-05T10:15:00"]) == 0
        assert json.loads(capsys.readouterr().out)["release_id"] == release_id
        judge(release_id)
        assert main(["flip", release_id]) == 0
        assert json.loads(capsys.readouterr().out)["outcome"] == "live"
    assert main(["diff", "r000001", "r000002"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["rollback"]) == 0
    assert json.loads(capsys.readouterr().out) == {"release_id": "r000001", "rolled_back": "r000002"}
    assert main(["list"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["release_id"], row["status"]) for row in listed] == [("r000002", "rolled_back"), ("r000001", "live")]
    assert main(["prune", "--kept", "2"]) == 0
    assert main(["refresh-live-offers", "--as-of", "2026-05-05T10:15:00"]) == 0
    assert query("select distinct version from publish.current") == [(1,)]


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["flip", "r000001"], "GateRefusedError"),
        (["flip", "r000009"], "r000009"),
        (["rollback"], "no earlier release"),
        (["build", "--as-of", "yesterday"], "yesterday"),
        (["build", "--as-of", "2026-05-05T10:15:00", "--manifest", "/nowhere/manifest.json"], "/nowhere/manifest.json"),
    ],
)
def test_what_cannot_be_mended_by_a_retry_exits_with_two(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", "--as-of", "2026-05-05T10:15:00"])
    assert main(words) == 2
    assert told in capsys.readouterr().err
