import json
from collections.abc import Callable

import pandas as pd
import pytest

from ml.core.warehouse_io import read_frame
from ml.deals.job import main

Make = Callable[..., pd.DataFrame]
Put = Callable[[pd.DataFrame], None]


def run(capsys: pytest.CaptureFixture[str], key: str) -> dict[str, object]:
    assert main(["run", "--as-of", key]) == 0
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def test_every_candidate_gets_a_row_and_again_gives_the_same(
    make_deals: Make, put_deals: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = {"observed_days_200d": None, "raised_before_sale": None}
    put_deals(make_deals({}, {"title": None}, {"days_at_reference_200d": 0, "reference_days_200d": 0}, unknown))
    first = run(capsys, "2026-05-05T10:15:00")
    rows = read_frame("select * from predictions.deal_scores order by deal_id")
    assert first["rows_written"] == len(rows) == 4
    assert first["metric"] == {"name": "next_period_click_auc", "value": None, "naive": None, "higher_is_better": True}
    assert run(capsys, "2026-05-05T10:15:00") == first
    pd.testing.assert_frame_equal(read_frame("select * from predictions.deal_scores order by deal_id"), rows)
    reasons = read_frame("select reject_reasons[1] as reason from predictions.deal_scores where cardinality(reject_reasons) > 0")
    assert reasons["reason"].tolist() == ["missing_title"]


def test_scores_are_held_against_the_clicks_that_follow(
    make_deals: Make, put_deals: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = [{"mean_price_30": 100.0 if n % 2 else 82.0, "discount_pct": 20.0 + n % 5} for n in range(40)]
    put_deals(make_deals(*offers))
    run(capsys, "2026-05-05T10:15:00")
    put_deals(make_deals(*({**offer, "impressions_30d": 300, "clicks_30d": 9 if n % 2 else 4} for n, offer in enumerate(offers))))
    metric = run(capsys, "2026-05-06T10:15:00")["metric"]
    assert isinstance(metric, dict)
    assert metric["value"] == 1.0
    assert metric["naive"] < 0.8


def test_no_candidate_is_a_complete_run_of_nothing(make_deals: Make, put_deals: Put, capsys: pytest.CaptureFixture[str]) -> None:
    put_deals(make_deals({}).iloc[:0])
    assert run(capsys, "2026-05-05T10:15:00")["rows_written"] == 0
    assert read_frame("select status from predictions.run")["status"].tolist() == ["complete"]


def test_without_a_candidate_there_is_nothing_to_score_and_it_says_so(
    make_deals: Make, put_deals: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put_deals(make_deals({}))
    assert run(capsys, "2026-05-05T10:15:00")["idle"] is None
    put_deals(make_deals({}).iloc[:0])
    assert run(capsys, "2026-05-06T10:15:00")["idle"] == "no offer is a deal candidate"


def test_clicks_teach_the_chance_of_a_click(
    make_deals: Make, put_deals: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    offers = make_deals(*({"mean_price_30": 82.0 + n} for n in range(40)))
    put_deals(offers)
    run(capsys, "2026-05-05T10:15:00")
    assert read_frame("select click_probability from predictions.deal_scores")["click_probability"].isna().all()
    hours = pd.date_range("2026-05-05T11:00:00+00:00", periods=20, freq="h")
    put_deals(offers, pd.DataFrame([
        {"deal_id": deal, "shown_at": hour, "list": "deals", "position": 1 + n % 3, "impressions": 20, "clicks": n // 8}
        for hour in hours for n, deal in enumerate(offers["deal_id"])
    ]))
    told = run(capsys, "2026-05-06T10:15:00")
    assert (told["trained"], told["promoted"]) == (True, True)
    rows = read_frame("select click_probability from predictions.deal_scores where as_of = '2026-05-06 10:15+00' order by score")
    assert rows["click_probability"].is_monotonic_increasing
    assert rows["click_probability"].iloc[0] < 0.05 < rows["click_probability"].iloc[-1]
    live = read_frame("select model_version, metric, value, naive_value from predictions.live_model").iloc[0]
    assert (live["model_version"], live["metric"]) == ("deals-20260506T101500", "click_log_loss")
    assert live["value"] < live["naive_value"]
    again = run(capsys, "2026-05-07T10:15:00")
    assert (again["trained"], again["model_version"]) == (False, "deals-20260506T101500")


def test_each_run_keeps_every_merchants_reputation_and_every_deals_parts(
    make_deals: Make, put_deals: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put_deals(make_deals({}, {"merchant_id": "cheat"}))
    run(capsys, "2026-05-05T10:15:00")
    merchants = read_frame("select merchant_id, reputation, parts from predictions.merchant_reputation order by merchant_id")
    deals = read_frame("select score, merchant_reputation, parts from predictions.deal_scores order by score")
    assert merchants["merchant_id"].tolist() == ["cheat", "good"]
    assert merchants["reputation"].tolist() == pytest.approx(deals["merchant_reputation"].tolist(), abs=1e-5)
    for told, parts in zip([*merchants["reputation"], *deals["score"]], [*merchants["parts"], *deals["parts"]], strict=True):
        assert sum(part["contribution"] for part in json.loads(parts).values()) == pytest.approx(told, abs=1e-3)
