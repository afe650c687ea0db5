from dataclasses import dataclass, field
from typing import Any

from dealhouse.operators.ingest_settled_sensor import IngestSettledSensor


@dataclass
class Ingests:
    """Stands where Airflow hands a task its view of other DAGs' runs: how many of each are under way."""

    under_way: dict[str, int] = field(default_factory=dict)

    def get_dr_count(self, dag_id: str, states: list[str]) -> int:
        assert set(states) == {"queued", "running"}
        return self.under_way.get(dag_id, 0)


def sensor(patience: float) -> IngestSettledSensor:
    return IngestSettledSensor(task_id="await_ingests", ingests=["ingest_offers", "ingest_shop"], patience=patience)


def context(**under_way: int) -> Any:
    return {"ti": Ingests(under_way)}


def test_nothing_under_way_is_settled() -> None:
    assert sensor(60).poke(context())


def test_an_ingest_under_way_is_waited_for() -> None:
    waiting = sensor(60)
    assert not waiting.poke(context(ingest_offers=1))
    assert waiting.poke(context(ingest_offers=0))


def test_other_dags_are_not_waited_for() -> None:
    assert sensor(60).poke(context(maintain_platform=3))


def test_patience_ends() -> None:
    assert sensor(0).poke(context(ingest_offers=1))
