"""What landing says of an order by its number alone: an address on a parcel, a holder on a payment."""

from collections.abc import Sequence
from typing import Any

import pytest

from dealhouse.landing.store import open_store
from dealhouse.loading.load import load_batch
from dealhouse.privacy.landed import personal_batches
from tests.dealhouse.loading.conftest import AS_OF, Ask, Land
from tests.dealhouse.privacy.conftest import AT
from tests.dealhouse.privacy.test_erase import erase_ann, traces

TOLD = ("Ann Example", "Bob Example", "Lindenweg")
STATES = "select delivery_id, order_id, carrier, status from raw.shop_deliveries order by 1"


def parcel(number: str, order: str, name: str, **more: Any) -> dict[str, Any]:
    return {"delivery_id": number, "order_id": order, "carrier": "heron", "status": "shipped", "updated_at": AT,
            "recipient": name, "street": "Lindenweg 3" if name.startswith("Ann") else "Am Wall", **more}


def payment(number: str, order: str, name: str) -> dict[str, Any]:
    return {"payment_id": number, "order_id": order, "amount": "20", "currency": "EUR", "status": "captured", "event_at": AT,
            "updated_at": AT, "holder": name}


@pytest.fixture
def told(past: str, land: Land) -> str:
    """Parcels and payments of both; O4 is an order of hers that was refused."""
    kinds: dict[str, Sequence[dict[str, Any]]] = {
        "shop_deliveries": [
            parcel("D1", "O1", "Ann Example"), parcel("D2", "O2", "Bob Example"), parcel("D4", "O4", "Ann Example"),
        ],
        "shop_payments": [payment("P1", "O1", "Ann Example"), payment("P2", "O2", "Bob Example")],
    }
    for kind, records in kinds.items():
        load_batch(land(*records, kind=kind, source="shop", merchant_id="house"), AS_OF)
    return past


def test_a_name_on_a_parcel_goes_and_the_parcel_stays(told: str, ask: Ask) -> None:
    before = ask(STATES)
    assert {word for words in traces(told, TOLD).values() for word in words} == set(TOLD)
    erase_ann()
    assert {word for words in traces(told, TOLD).values() for word in words} == {"Bob Example"}
    assert ask(STATES) == before


@pytest.mark.usefixtures("told")
def test_what_says_no_more_than_raw_is_left_alone(land: Land) -> None:
    plain = {"delivery_id": "D3", "order_id": "O3", "status": "shipped", "updated_at": AT}
    load_batch(land(plain, kind="shop_deliveries", source="shop", merchant_id="house"), AS_OF)
    erase_ann()
    found = [batch.manifest for batch, kind in personal_batches(open_store()) if kind.name == "shop_deliveries"]
    assert sorted(manifest.revision for manifest in found) == [1, 2]
