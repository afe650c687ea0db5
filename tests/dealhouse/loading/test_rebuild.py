from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dealhouse.errors import ConfigurationError
from dealhouse.loading import ids
from dealhouse.loading.load import load_batch
from dealhouse.loading.rebuild import rebuild
from dealhouse.settings import settings
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land

MOVED = "2026-05-05T10:00:00+00:00"


@pytest.fixture
def customer(house: str, land: Land) -> dict[str, Any]:
    record = {"native_customer_id": "C1", "registered_at": MOVED, "updated_at": MOVED}
    load_batch(land(record, kind="shop_customers", source="shop", merchant_id="house"), AS_OF)
    return record


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def change(value: str) -> None:
        monkeypatch.setenv("DEALHOUSE_HMAC_SECRET", value)
        settings.cache_clear()
        ids.customer_key.cache_clear()

    yield change
    ids.customer_key.cache_clear()


@pytest.mark.usefixtures("customer")
def test_another_secret_is_refused_and_nothing_is_touched(ask: Ask, secret: Callable[[str], None]) -> None:
    before = ask("select * from raw.shop_customers")
    secret("another")
    with pytest.raises(ConfigurationError, match="DEALHOUSE_HMAC_SECRET"):
        rebuild()
    assert ask("select * from raw.shop_customers") == before != []


@pytest.mark.usefixtures("customer")
def test_the_same_secret_gives_the_same_customers(ask: Ask) -> None:
    before = ask("select * from raw.shop_customers")
    rebuild()
    assert ask("select * from raw.shop_customers") == before != []
