"""IngestSettledSensor: let the ingests of one moment come in together."""

import time
from collections.abc import Sequence
from typing import Any

from airflow.sdk import BaseSensorOperator, Context

UNDER_WAY = ["queued", "running"]


class IngestSettledSensor(BaseSensorOperator):
    """Wait while a run of `ingests` (DAG ids) is under way, for `patience` seconds at most; then go on with what is there.

    A shop's feeds come in long before the crawl of the same key ends: built at once, the whole chain would work twice.
    """

    def __init__(self, *, ingests: Sequence[str], patience: float, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(mode="poke", poke_interval=1.0, timeout=2 * patience + 60, **kwargs)
        self.ingests = list(ingests)
        self.patience = patience
        self.began: float | None = None

    def poke(self, context: Context) -> bool:
        if self.began is None:
            self.began = time.monotonic()
        late = [dag_id for dag_id in self.ingests if context["ti"].get_dr_count(dag_id, states=UNDER_WAY)]
        if late and time.monotonic() - self.began >= self.patience:
            self.log.warning("going on without %s, after %.0f s", ", ".join(late), self.patience)
            return True
        return not late
