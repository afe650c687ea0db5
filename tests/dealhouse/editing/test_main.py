import json

import pytest

from dealhouse.editing.__main__ import main
from dealhouse.scraping import registry
from tests.dealhouse.editing.test_decisions import MERCHANT, NOW


@pytest.mark.usefixtures("warehouse")
def test_a_terminal_decides_lifts_and_lists(capsys: pytest.CaptureFixture[str]) -> None:
    registry.register([MERCHANT], NOW)
    assert main(["decide", "merchant", "acme", "opt_out", "--reason", "their letter", "--editor", "ann"]) == 0
    assert main(["list"]) == 0
    decided, listed = map(json.loads, capsys.readouterr().out.splitlines())
    assert (listed["decision_id"], listed["subject_id"], listed["action"]) == (decided["decided"], "acme", "opt_out")
    assert main(["lift", "merchant", "acme", "opt_out", "--reason", "back", "--editor", "ann"]) == 0
    capsys.readouterr()
    assert main(["list", "--history"]) == 0
    assert [json.loads(line)["action"] for line in capsys.readouterr().out.splitlines()] == ["lift", "opt_out"]
    assert main(["decide", "merchant", "acme", "pin", "--reason", "x"]) == 2
    assert "a merchant has opt_out, not pin" in capsys.readouterr().err
