"""The command line of the quarantine and of a source's columns."""

from typing import Any

import pytest

from dealhouse.errors import BadInputError
from dealhouse.loading.__main__ import parser, run
from dealhouse.loading.load import load_batch
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land

RATE = {"base": "EUR", "quote": "USD", "day": "2026-05-05", "rate": "1.1", "source": "ecb"}
SIGNED = ("--why", "the bank said so", "--by", "kim")


def say(*words: str) -> dict[str, Any]:
    return run(parser().parse_args(words))


@pytest.fixture
def refused(land: Land) -> str:
    """The id of the first of two refused rates."""
    batch = land(RATE, RATE | {"rate": "-1"}, RATE | {"rate": "NaN"}, kind="shop_fx_rates", source="shop", merchant_id="house")
    load_batch(batch, AS_OF)
    return f"{batch.manifest.batch_id}:1"


def test_a_row_is_found_shown_and_fixed(refused: str, ask: Ask) -> None:
    found = say("quarantine", "list", "--kind", "shop_fx_rates")["rejects"]
    assert (found[0]["id"], found[0]["reason"]) == (refused, "invalid_rate")
    assert '"rate":"-1"' in say("quarantine", "show", refused)["payload"]
    assert say("quarantine", "fix", refused, "--patch", '{"rate": 0.9}', *SIGNED)["done"] == [refused]
    assert say("quarantine", "show", refused)["decisions"][0]["decided_by"] == "kim"
    assert ask("select rate::text from raw.fx_rates order by rate") == [("0.90000000",), ("1.10000000",)]


def test_all_of_a_filter_are_tried_at_once(refused: str) -> None:
    told = say("quarantine", "release", "--reason", "invalid_rate", *SIGNED)
    assert (told["done"], len(told["refused"])) == ([], 2)
    assert len(say("quarantine", "drop", "--reason", "invalid_rate", *SIGNED)["done"]) == 2
    assert say("quarantine", "list")["rejects"] == []


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    "words",
    [
        ("release",), ("drop", "abcdefab:1", "--kind", "offers"), ("fix", "abcdefab:1", "--patch", "{"),
        ("fix", "abcdefab:1", "--patch", "3"),
    ],
)
def test_what_is_no_choice_or_no_patch_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(BadInputError):
        say("quarantine", *words, *SIGNED)


def test_columns_are_listed_and_accepted(refused: str) -> None:
    names = [row["column_name"] for row in say("columns", "list")["columns"]]
    assert names == sorted(RATE)
    assert say("columns", "accept", "shop", "shop_fx_rates", "rate", "quote")["accepted"] == 2
    assert "rate" not in [row["column_name"] for row in say("columns", "list")["columns"]]
