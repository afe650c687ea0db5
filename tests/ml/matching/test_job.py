"""`matching run` on a market with a known answer, in a real database."""

import json
from collections.abc import Callable

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from ml.core.metrics import cluster_pair_prf
from ml.core.warehouse_io import capability_lock, read_frame
from ml.matching.job import main

Market = Callable[..., pd.DataFrame]
Put = Callable[[pd.DataFrame], None]
Fill = Callable[[str, pd.DataFrame], None]
DAY = "2026-05-0{}T10:15:00"


def match(capsys: pytest.CaptureFixture[str], day: int, *more: str) -> dict[str, object]:
    assert main(["run", "--as-of", DAY.format(day), *more]) == 0
    return dict(json.loads(capsys.readouterr().out.splitlines()[-1]))


def current() -> pd.DataFrame:
    return read_frame(
        "select offer_id::text, product_id::text, band, probability from predictions.offer_product where valid_to is null"
    )


def test_a_trained_run_finds_the_products_and_serves_only_because_it_beats_the_naive(
    make_market: Market, put_offers: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = make_market()
    put_offers(offers)
    line = match(capsys, 5)
    metric = line["metric"]
    assert isinstance(metric, dict)
    assert line["trained"]
    assert line["promoted"]
    assert metric["value"] > max(0.8, metric["naive"])
    joined = offers.merge(current(), on="offer_id")
    assert len(joined) == len(offers)
    assert cluster_pair_prf(joined["truth"].tolist(), joined["product_id"].tolist()).f1 > 0.9
    assert set(joined["band"]) <= {"auto", "review", "apart"}
    cards = read_frame("select category, brand from predictions.product")
    assert (cards["category"] == "phones").all()


def test_again_with_nothing_new_writes_nothing_and_new_offers_join_what_stands(
    make_market: Market, put_offers: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = make_market()
    later = offers[offers["merchant_id"] == "shop-1"]
    put_offers(offers.drop(later.index))
    first = match(capsys, 5)
    before = current().set_index("offer_id")["product_id"]
    assert match(capsys, 5, "--train", "never")["rows_written"] == 0
    assert match(capsys, 6, "--train", "never")["rows_written"] == 0
    put_offers(offers)
    second = match(capsys, 7)
    after = current().set_index("offer_id")["product_id"]
    assert not second["trained"]
    assert 0 < int(str(second["rows_written"])) < int(str(first["rows_written"]))
    assert after.reindex(before.index).equals(before)
    joined = offers.merge(after.reset_index(), on="offer_id")
    assert cluster_pair_prf(joined["truth"].tolist(), joined["product_id"].tolist()).f1 > 0.85
    runs = read_frame("select rows_written from predictions.run where as_of = '2026-05-05 10:15+00'")
    assert runs["rows_written"].tolist() == [first["rows_written"]]


def test_a_changed_offer_moves_and_its_history_stays(
    make_market: Market, put_offers: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = make_market()
    put_offers(offers)
    match(capsys, 5)
    before = current().set_index("offer_id")["product_id"]
    mover, target = offers.iloc[0], offers[offers["truth"] != offers["truth"].iloc[0]].iloc[0]
    offers.loc[0, ["title", "gtin", "brand", "features_hash"]] = [target["title"], target["gtin"], target["brand"], "changed"]
    put_offers(offers)
    match(capsys, 6, "--train", "never")
    rows = read_frame(
        "select product_id::text, valid_from, valid_to from predictions.offer_product where offer_id = %(id)s order by 2",
        {"id": mover["offer_id"]},
    )
    assert rows["product_id"].tolist() == [before[mover["offer_id"]], before[target["offer_id"]]]
    assert rows["valid_to"].iloc[0] == rows["valid_from"].iloc[1] == pd.Timestamp("2026-05-06T10:15:00Z")


def test_without_identifiers_the_rules_serve(
    make_market: Market, put_offers: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = make_market(products=40, gtin_share=0.0)
    put_offers(offers)
    line = match(capsys, 5)
    assert line["model_version"] == "matching-rules-1"
    assert not line["trained"]
    joined = offers.merge(current(), on="offer_id")
    assert cluster_pair_prf(joined["truth"].tolist(), joined["product_id"].tolist()).f1 > 0.5


def test_categories_are_taught_under_their_own_lock(
    make_market: Market, put_offers: Put, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.core.warehouse_io.LOCK_WAIT", "200ms")
    put_offers(make_market(products=20, gtin_share=0.0))
    with capability_lock("categories"):
        assert main(["run", "--as-of", DAY.format(5)]) == 1
    assert "DatabaseBusyError" in capsys.readouterr().err
    assert current().empty


def test_a_missing_features_table_is_permanent(warehouse: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--as-of", DAY.format(5)]) == 2
    assert "features.offer_attributes" in capsys.readouterr().err
    assert main(["run", "--as-of", "yesterday"]) == 2


def test_a_model_that_is_no_better_stays_out_and_a_backfill_replaces_nothing(
    make_market: Market, put_offers: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put_offers(make_market())
    first = match(capsys, 5)
    again = match(capsys, 6, "--train", "always")
    earlier = match(capsys, 4, "--train", "always")
    assert (again["trained"], again["promoted"]) == (True, False)
    assert (earlier["trained"], earlier["promoted"]) == (True, False)
    live = read_frame("select model_version from predictions.live_model where capability = 'matching'")
    assert live["model_version"].tolist() == [first["model_version"]] == [again["model_version"]]
    assert earlier["rows_written"] == again["rows_written"] == 0


def test_an_answer_is_in_force_with_the_next_run_and_taken_back_with_the_one_after(
    make_market: Market, put_offers: Put, fill: Fill, warehouse: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = make_market(products=30, gtin_share=0.0)
    put_offers(offers)
    match(capsys, 5)
    before = current().set_index("offer_id")["product_id"]
    questions = read_frame("select offer_a::text, offer_b::text, spoke, priority from predictions.match_candidates")
    assert len(questions) > 3
    assert all(1 <= len(json.loads(spoke)) <= 6 for spoke in questions["spoke"])
    together = next(pair for pair in before.groupby(before).groups.values() if len(pair) > 1)
    asked = questions[questions["offer_a"].map(before) != questions["offer_b"].map(before)].iloc[0]
    apart, joined = sorted(together[:2]), [asked["offer_a"], asked["offer_b"]]
    answer(fill, apart, "different", 1)
    answer(fill, joined, "same", 2)
    offers.loc[offers["offer_id"].isin([*apart, *joined]), "features_hash"] += "|answered"  # what dbt does
    put_offers(offers)
    match(capsys, 6, "--train", "never")
    after = current().set_index("offer_id")["product_id"]
    assert after[apart[0]] != after[apart[1]]
    assert after[joined[0]] == after[joined[1]]
    open_ = read_frame("select offer_a::text, offer_b::text from predictions.match_candidates")
    assert not {tuple(apart), tuple(joined)} & set(open_.itertuples(index=False, name=None))
    with warehouse.begin() as connection:
        connection.execute(text("delete from features.match_reviews"))
    offers["features_hash"] = offers["features_hash"].str.removesuffix("|answered")
    put_offers(offers)
    match(capsys, 7, "--train", "never")
    again = current().set_index("offer_id")["product_id"]
    assert again[apart[0]] == again[apart[1]]


def answer(fill: Fill, pair: list[str], said: str, number: int) -> None:
    fill("match_reviews", pd.DataFrame([{
        "offer_a": min(pair), "offer_b": max(pair), "as_of": DAY.format(5), "answer": said, "answered_at": DAY.format(5),
        "review_id": number,
    }]))
