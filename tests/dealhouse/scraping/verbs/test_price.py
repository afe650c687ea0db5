import argparse
import json

import pytest

from dealhouse.scraping.verbs import price


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str | None, str | None]:
    verbs = argparse.ArgumentParser()
    price.add(verbs.add_subparsers())
    options = verbs.parse_args(["price", *arguments])
    options.run(options)
    found = json.loads(capsys.readouterr().out)
    return found["amount"], found["currency"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("1.299 €",), ("1299.00", "EUR")), (("$12.99", "--locale", "en-CA"), ("12.99", "CAD")), (("$12.99",), ("12.99", None)),
        (("12.5", "--currency", "kwd"), ("12.500", "KWD")), (("Call",), (None, None)), (("Call", "--currency", "EUR"), (None,
            "EUR")),
    ],
)
def test_a_price_is_told_with_its_currencys_decimals(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], expected: tuple[str | None, str | None]
) -> None:
    assert told(capsys, *arguments) == expected


def test_an_unknown_currency_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        told(capsys, "5", "--currency", "EURO")
    assert stopped.value.code == 2
