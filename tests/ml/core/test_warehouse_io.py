from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from ml.core.errors import ContractError, DatabaseBusyError
from ml.core.settings import settings
from ml.core.warehouse_io import capability_lock, read_frame, run, run_id_of, transaction

pytestmark = pytest.mark.usefixtures("warehouse")
AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)
TRENDING = pd.DataFrame({"country": ["*", "DE"], "items": [[{"product_id": "a", "reason": 'it\'s "new"'}], []]})


def rows(table: str) -> pd.DataFrame:
    return read_frame(f"select * from predictions.{table}")


def test_a_run_and_its_rows_commit_together() -> None:
    with run("recommendations", AS_OF, "v1") as opened:
        assert opened.write("trending", TRENDING) == 2
        opened.metrics = {"ndcg": 0.5}
        assert rows("run").empty
    assert rows("run")[["status", "rows_written", "metrics"]].iloc[0].tolist() == ["complete", 2, '{"ndcg": 0.5}']
    assert set(rows("trending")["run_id"]) == {run_id_of("recommendations", AS_OF)}


def test_a_run_that_breaks_leaves_nothing() -> None:
    def breaks() -> None:
        with run("recommendations", AS_OF, "v1") as opened:
            opened.write("trending", TRENDING)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        breaks()
    assert rows("run").empty
    assert rows("trending").empty


def test_the_same_instant_again_replaces_only_its_own_rows() -> None:
    for instant, version, frame in (
        (AS_OF, "v1", TRENDING), (AS_OF + timedelta(days=1), "v1", TRENDING), (AS_OF, "v2", TRENDING.iloc[:1]),
    ):
        with run("recommendations", instant, version) as opened:
            opened.write("trending", frame)
    assert sorted(rows("run")["model_version"]) == ["v1", "v2"]
    assert sorted(rows("trending")["model_version"]) == ["v1", "v1", "v2"]


def test_a_run_whose_own_row_somebody_deleted_is_replaced_all_the_same() -> None:
    for version in ("v1", "v2"):
        with run("recommendations", AS_OF, version) as opened:
            opened.write("trending", TRENDING)
        with transaction() as connection:
            connection.execute(text("delete from predictions.run"))
    assert set(rows("trending")["model_version"]) == {"v2"}
    assert len(rows("trending")) == len(TRENDING)


def test_a_stateful_run_adds_up() -> None:
    for _ in range(2):
        with run("matching", AS_OF, "v1", stateful=True) as opened:
            opened.rows_written = 3
    assert rows("run")["rows_written"].tolist() == [6]


def test_an_unknown_column_or_a_refused_row_is_a_broken_contract() -> None:
    with pytest.raises(ContractError, match="colour"), run("recommendations", AS_OF, "v1") as opened:
        opened.write("trending", TRENDING.assign(colour="red"))
    with pytest.raises(ContractError, match="country"), run("recommendations", AS_OF, "v1") as opened:
        opened.write("trending", TRENDING.assign(country=None))


def test_the_modeller_may_not_write_elsewhere() -> None:
    with pytest.raises(ContractError, match="permission denied"), run("recommendations", AS_OF, "v1") as opened:
        opened.execute("delete from ops.gate_results")


def test_a_second_run_of_a_capability_waits_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.core.warehouse_io.LOCK_WAIT", "200ms")
    with capability_lock("matching"):
        with capability_lock("deals"):
            pass
        with pytest.raises(DatabaseBusyError), capability_lock("matching"):
            pass
    with capability_lock("matching"):
        pass


def test_a_server_that_is_away_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://postgres@127.0.0.1:1/nowhere")
    settings.cache_clear()
    with pytest.raises(DatabaseBusyError):
        read_frame("select 1")
