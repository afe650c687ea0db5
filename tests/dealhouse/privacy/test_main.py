import json

import pytest

from dealhouse.privacy.__main__ import main
from tests.dealhouse.privacy.conftest import ANN, ANN_KEY, ANNS_ADDRESS


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_person_is_named_in_three_ways_and_erased_by_any(past: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--native-id", ANN], ["--email", f" {ANNS_ADDRESS.upper()}"], ["--customer-key", ANN_KEY]):
        assert main(["key", *words]) == 0
        assert answers(capsys) == [{"customer_key": ANN_KEY}]
    assert main(["erase", "--email", ANNS_ADDRESS, "--no-build"]) == 0
    assert answers(capsys)[0]["people"] == 1
    assert main(["list"]) == 0
    assert ANN_KEY not in json.dumps(answers(capsys))
    assert main(["replay", "--no-build"]) == 0
    assert answers(capsys) == [{"people": 0}]
    assert past


@pytest.mark.parametrize("words", [["--email", "nobody@mail.example"], ["--customer-key", "7"], ["--customer-key", "Z" * 32]])
def test_nobody_is_refused(past: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", *words]) == 2
    assert "BadInputError" in capsys.readouterr().err
    assert past
