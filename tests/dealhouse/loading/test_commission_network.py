from pathlib import Path
from typing import Any

import pytest
import yaml

from dealhouse.errors import BadInputError
from dealhouse.loading.commission_network import Network, read_network, shipped

MINE: dict[str, Any] = {
    "columns": {"transaction_id": ["id"], "programme_id": ["shop"], "transacted_at": ["day"], "sale_amount": ["sale"],
                "commission": ["pay"], "status": ["state"]},
    "statuses": {"Paid": "approved"}, "timezone": "UTC",
}


def write(folder: Path, **changes: Any) -> str:
    path = folder / "mine.yml"
    path.write_text(yaml.safe_dump({name: value for name, value in {**MINE, **changes}.items() if value is not None}))
    return str(path)


def columns(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**MINE["columns"], **changes}.items() if value is not None}


def test_the_shipped_ones_are_whole() -> None:
    assert shipped() == ["awin", "cj", "generic", "impact", "rakuten"]
    for name in shipped():
        network = read_network(name)
        assert network.status or set(network.statuses.values()) >= {"pending", "approved"}
    with pytest.raises(BadInputError, match="there are awin"):
        read_network("nobody")


def test_a_status_is_read_in_small_letters(tmp_path: Path) -> None:
    assert read_network(write(tmp_path)).statuses == {"paid": "approved"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"columns": 3}, "columns: "), ({"columns": columns(commission=None)}, "columns: .*lacks commission"),
        ({"columns": columns(transacted_at=[])}, "columns: .*lacks transacted_at"),
        ({"columns": columns(comission=["x"])}, "columns.comission"),
        ({"columns": columns(commission="pay")}, "columns.commission"),
        ({"columns": columns(transaction_id=None)}, "Value error, neither columns.transaction_id nor identity"),
        ({"columns": columns(status=None)}, "Value error, neither status nor columns.status"),
        ({"statuses": {}}, "Value error, neither status nor"),
        ({"statuses": {"a": "approved", "A": "declined"}}, "statuses: .*[aA] has two meanings"),
        ({"statuses": {"a": "won"}}, "statuses.a: "), ({"timezone": "Mars/Base"}, "timezone: .*Mars/Base is no time zone"),
        ({"timezone": None}, "timezone: Field required"), ({"timestamp_formats": ["%Q"]}, "timestamp_formats: .*%Q"),
        ({"other_amounts": [{"sale_amount": ["a"], "commission": ["b"], "always": "Fr."}]}, "other_amounts.0.always: .*ISO 4217"),
        ({"typo": 1}, "typo: "),
    ],
)
def test_a_fault_is_told_with_its_file_and_field(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInputError, match=f"no network: {told}.*mine.yml"):
        read_network(write(tmp_path, **changes))


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text("columns: [")
    with pytest.raises(BadInputError, match=r"(?s)no network: .*mine\.yml"):
        read_network(str(tmp_path / "mine.yml"))


def test_a_header_lacks_the_amounts_of_the_nearest_place() -> None:
    network = Network.model_validate({**MINE, "other_amounts": [{"sale_amount": ["usd"], "commission": ["usd pay"]}]})
    assert network.lacking({"id", "shop", "day", "usd", "usdpay"}) == []
    assert network.lacking({"shop", "day", "usd"}) == ["transaction_id", "commission"]
