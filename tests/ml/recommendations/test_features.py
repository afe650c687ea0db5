"""Reading: only what was known, in stable codes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from ml.core.errors import BadInputError
from ml.recommendations.config import Config
from ml.recommendations.features import read

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def land(shop: Any, fill: Any) -> None:
    fill("product_attributes", shop.products.assign(as_of=AS_OF))
    fill("customer_profiles", shop.customers.assign(as_of=AS_OF))
    fill("interactions", shop.interactions.assign(as_of=AS_OF))


def test_codes_are_the_same_as_from_the_frames(shop: Any, fill: Any, config: Config) -> None:
    land(shop, fill)
    dataset, wanted = read(AS_OF, config), shop.encode(config)
    assert dataset.customers == wanted.customers
    assert dataset.items.ids.tolist() == wanted.items.ids.tolist()
    assert dataset.history.item.tolist() == wanted.history.item.tolist()
    assert dataset.history.at == pytest.approx(wanted.history.at)
    assert dataset.active.tolist() == wanted.active.tolist()


def test_events_after_as_of_and_impressions_are_invisible(shop: Any, fill: Any, config: Config) -> None:
    land(shop, fill)
    before = len(read(AS_OF, config).history)
    later = shop.interactions.head(5).assign(event_at=AS_OF + timedelta(hours=1), as_of=AS_OF)
    seen = shop.interactions.head(5).assign(kind="impression", as_of=AS_OF)
    fill("interactions", pd.concat([later, seen]))
    assert len(read(AS_OF, config).history) == before


def test_anonymous_events_count_for_trends_only(shop: Any, fill: Any, config: Config) -> None:
    land(shop, fill)
    fill("interactions", shop.interactions.head(3).assign(customer_key=None, as_of=AS_OF))
    dataset = read(AS_OF, config)
    assert (dataset.history.customer < 0).sum() == 3
    assert len(dataset.history.known()) == len(shop.interactions)


def test_the_inactive_are_left_out(shop: Any, config: Config) -> None:
    old = shop.interactions.assign(event_at=shop.interactions["event_at"] - timedelta(days=200))
    dataset = shop.only(interactions=old).encode(config)
    assert [key for key, active in zip(dataset.customers, dataset.active, strict=True) if active] == ["c079"]


def test_no_products_is_a_bad_input(warehouse: Any, config: Config) -> None:
    with pytest.raises(BadInputError, match="product_attributes"):
        read(AS_OF, config)
