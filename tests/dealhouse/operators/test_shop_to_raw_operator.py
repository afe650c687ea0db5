from datetime import UTC, datetime

import pytest

from dealhouse.errors import ConfigurationError
from dealhouse.operators.shop_to_raw_operator import ShopToRawOperator
from dealhouse.settings import settings

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.mark.usefixtures("warehouse")
def test_a_shop_whose_orders_are_imported_is_not_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALHOUSE_SHOP_FEED_URL", "none")
    settings.cache_clear()
    outcome = ShopToRawOperator(task_id="poll_feeds").work(AS_OF)
    assert (outcome.status, outcome.rows_written) == ("noop", 0)


@pytest.mark.usefixtures("warehouse")
def test_a_shop_of_which_nobody_says_where_its_feeds_are_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="DEALHOUSE_SHOP_FEED_URL"):
        ShopToRawOperator(task_id="poll_feeds").work(AS_OF)
