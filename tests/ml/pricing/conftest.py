"""A SKU to change one thing at a time of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ml.pricing.features import Sku

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def sku() -> Callable[..., Sku]:
    """Cost 10, sold at 14.99 (minimum 11, list price 30), 280 in stock, 4 a day, 3 competitors around 16; keywords override."""
    base = Sku(
        sku="A-1", category="tea", currency="EUR", cost=Decimal(10), minimum_price=Decimal(11), current_price=Decimal("14.99"),
        reference_price=Decimal(30), stock=280, lead_time_days=7, competitor_median=Decimal(16), competitor_count=3,
        lowest_30d=Decimal("13.99"), daily_demand=4.0, demand_source="forecast", demand_as_of=AS_OF, as_of=AS_OF,
    )

    def change(**fields: Any) -> Sku:
        words = ("sku", "category", "currency")
        exact: dict[str, Any] = {
            name: Decimal(value) if isinstance(value, str) and name not in words else value for name, value in fields.items()
        }
        return replace(base, **exact)

    return change
