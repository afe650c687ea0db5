from pathlib import Path

import pytest
from rich.console import Console

from stack.own_shop import run_own_shop
from stack.platform import CannotStartError
from stack.processes import processes
from stack.settings import StackSettings, environment

URL = "postgresql://u:p@127.0.0.1:1/shop"


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    return StackSettings(home=tmp_path, given_database_url=URL)


def test_an_export_that_is_not_there_is_refused_before_anything_starts(settings: StackSettings) -> None:
    with pytest.raises(CannotStartError, match="no export at"):
        run_own_shop(settings, settings.home / "orders.csv", "online_retail", Console())
    assert list(settings.home.iterdir()) == []


def test_the_demos_home_is_refused(settings: StackSettings) -> None:
    (settings.home / "bazaar").mkdir()
    (settings.home / "orders.csv").touch()
    with pytest.raises(CannotStartError, match="holds the demo's marketplace"):
        run_own_shop(settings, settings.home / "orders.csv", "online_retail", Console())


def test_a_home_with_a_shop_runs_without_the_bazaar_in_the_shops_currency_and_time(settings: StackSettings) -> None:
    assert "bazaar" in {process.name for process in processes(settings)}
    settings.keep_own_shop({"as_of": "2011-12-09T13:00:00", "currency": "GBP", "timezone": "Europe/London"})
    assert "bazaar" not in {process.name for process in processes(settings)}
    assert "BAZAAR" not in settings.ports
    told = environment(settings, URL)
    assert (told["DEALHOUSE_REPORTING_CURRENCY"], told["DEALHOUSE_SHOP_TIMEZONE"]) == ("GBP", "Europe/London")
    assert told["DEALHOUSE_SHOP_FEED_URL"] == "none"
