"""python -m ml pricing run --as-of KEY [--train auto|always|never]."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from ml.core import artifacts, job, registry, tracking, training
from ml.core.as_of import version
from ml.core.errors import BadInputError, ContractError
from ml.core.warehouse_io import run as open_run
from ml.pricing import evaluate, words
from ml.pricing.config import CAPABILITY, Config
from ml.pricing.features import Sku, Uncosted, read, read_uncosted
from ml.pricing.model import Decision, Model, decide, from_parts


@dataclass(frozen=True)
class Trained:
    """A candidate with its simulated margin, beside holding every price and beside the live model's."""

    model: Model
    value: float
    hold: float
    live: float | None

    def figures(self, metric: str) -> dict[str, float]:
        return {metric: round(self.value, 4), "hold": round(self.hold, 4)} | ({"live": round(self.live, 4)} if self.live else {})


def train(skus: Sequence[Sku], as_of: datetime, live: Model | None, config: Config) -> Trained:
    """Choose the blend by simulation; every figure is on the same SKUs."""
    model, currency = evaluate.choose(skus, version(CAPABILITY, as_of), config), evaluate.main_currency(skus)
    value, hold, other = (_margin(skus, one, currency, config) for one in (model, Model(), live or Model()))
    return Trained(model, value, hold, other if live else None)


def _margin(skus: Sequence[Sku], model: Model, currency: str, config: Config) -> float:
    return evaluate.total_margin([decide(sku, model, config) for sku in skus], currency, config)


def run(args: job.JobArgs, config: Config | None = None) -> job.JobResult:
    """Train when due, then price every SKU with a cost; the others keep their price, and say why.

    Raises BadInputError when there is no SKU at all.
    """
    config = config or Config()
    skus, uncosted, live = read(args.as_of), read_uncosted(args.as_of), _serving(args.as_of)
    if not skus and not uncosted:
        raise BadInputError("no SKU has a cost or a price", f"features.sku_pricing at {args.as_of:%Y-%m-%dT%H:%M:%S}")
    metric = evaluate.metric_name(config, evaluate.main_currency(skus or uncosted))
    due = bool(skus) and training.wanted(CAPABILITY, args.as_of, args.train, config.retrain_every_days)
    trained = train(skus, args.as_of, live, config) if due else None
    candidate = _candidate(trained, skus, args.as_of, metric) if trained else None
    promoted = training.goes_live(CAPABILITY, candidate, args.as_of)
    model = trained.model if trained and promoted else live or Model()
    decisions = priced(skus, model, config)
    with open_run(CAPABILITY, args.as_of, model.version) as opened:
        opened.write("prices", _frame(decisions))
        opened.write("prices", _kept(uncosted))
        if promoted and candidate:
            registry.promote(opened, candidate)
        opened.metrics = {"trained": trained is not None, "promoted": promoted} | _told(decisions, trained, metric)
        opened.metrics["uncosted"] = len(uncosted)
    return job.JobResult(
        capability=CAPABILITY, as_of=args.as_of, run_id=opened.run_id, model_version=model.version, trained=trained is not None,
        promoted=promoted, rows_written=opened.rows_written, metric=_metric(skus, decisions, metric, config),
    )


def priced(skus: Sequence[Sku], model: Model, config: Config) -> list[Decision]:
    """Decisions that break no rail. Raises ContractError naming what one breaks: then nothing is written."""
    decisions = [decide(sku, model, config) for sku in skus]
    if wrong := evaluate.broken(decisions, config):
        raise ContractError(f"{len(wrong)} prices break a rail, first {wrong[0]}")
    return decisions


def _serving(as_of: datetime) -> Model | None:
    serving = training.learnt_serving(CAPABILITY, as_of)
    return from_parts(artifacts.load(f"{CAPABILITY}/{serving}")) if serving else None


def _candidate(trained: Trained, skus: Sequence[Sku], as_of: datetime, metric: str) -> registry.Candidate:
    model = trained.model
    uri = artifacts.save(CAPABILITY, model.version, model.parts())
    facts = pd.DataFrame([(s.sku, str(s.cost), str(s.current_price)) for s in skus], columns=["sku", "cost", "now"])
    snapshot = tracking.data_snapshot(facts)
    params = {"competitor_weight": model.competitor_weight, "elasticity": Config().elasticity}
    figures = {"simulated_margin": trained.value, "hold": trained.hold}
    tracking.track(CAPABILITY, as_of, model.version, params=params, metrics=figures, snapshot=snapshot)
    return registry.Candidate(
        model.version, uri, metric, trained.value, trained.hold, trained.live, True, f"sku_pricing {snapshot}"
    )


def _told(decisions: Sequence[Decision], trained: Trained | None, metric: str) -> dict[str, float]:
    moved = sum(d.sku.current_price is not None and d.price != d.sku.current_price for d in decisions)
    infeasible = sum((d.rail or "").startswith("infeasible") for d in decisions)
    figures = trained.figures(metric) if trained else {}
    return {"rail_violations": 0, "moved": moved, "infeasible": infeasible} | figures


def _metric(skus: Sequence[Sku], decisions: Sequence[Decision], name: str, config: Config) -> job.Metric:
    if not skus:
        return job.Metric(name=name, value=None, naive=None)
    currency = evaluate.main_currency(skus)
    value = evaluate.total_margin(decisions, currency, config)
    return job.Metric(name=name, value=value, naive=_margin(skus, Model(), currency, config))


def _frame(decisions: Sequence[Decision]) -> pd.DataFrame:
    """Rows of predictions.prices; money as text, which COPY reads exactly."""
    return pd.DataFrame({
        "sku": [d.sku.sku for d in decisions], "price": [str(d.price) for d in decisions],
        "currency": [d.sku.currency for d in decisions],
        "previous_price": [None if d.sku.current_price is None else str(d.sku.current_price) for d in decisions],
        "rail": [d.rail for d in decisions], "reason": [d.reason for d in decisions],
        "reason_parts": [d.parts for d in decisions],
    })


def _kept(uncosted: Sequence[Uncosted]) -> pd.DataFrame:
    """Rows of predictions.prices for SKUs without a cost: the price of now, and that nothing else can be said."""
    prices = [str(u.current_price) for u in uncosted]
    return pd.DataFrame({
        "sku": [u.sku for u in uncosted], "price": prices, "currency": [u.currency for u in uncosted], "previous_price": prices,
        "rail": words.UNCOSTED, "reason": [words.uncosted(u.current_price, u.currency) for u in uncosted],
        "reason_parts": [{"cost": None, "current_price": float(u.current_price), "as_of": u.as_of.isoformat()} for u in uncosted],
    })


def main(argv: Sequence[str]) -> int:
    return job.main(CAPABILITY, run, argv)
