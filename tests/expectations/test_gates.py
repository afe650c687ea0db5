"""The gates pass what is good, name what is not, and write their verdict where the flip looks for it."""

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from expectations.errors import UnguardedDatasetError, UnknownReleaseError
from expectations.gates import check_raw, check_release
from expectations.history import VOLUME
from expectations.suites import PUBLISH

VERDICTS = "select dataset, passed from ops.gate_results where release_id = 'r000001' order by 1"


def test_our_own_article_may_lack_an_address(built: Any, good_published: dict[str, dict[str, Any]]) -> None:
    own = {"merchant_id": "house", "url": None, "offer_id": str(uuid.uuid4())}
    built.put("publish.product_offer_v1", good_published["product_offer"] | own)
    assert check_release(built.url, "r000001").failures == []


def test_a_good_release_passes_and_every_dataset_has_its_verdict(built: Any) -> None:
    report = check_release(built.url, "r000001")
    assert report.failures == []
    assert report.warnings == []
    assert built.execute(VERDICTS) == [(dataset, True) for dataset in sorted(PUBLISH)]
    written = built.execute("select count(*), bool_and(passed), max(border) from ops.quality_results")
    assert written == [(report.checks, True, "publish")]
    assert built.execute("select count(*) from ops.alerts") == [(0,)]


def test_a_good_load_passes(loaded: Any, as_of: datetime) -> None:
    report = check_raw(loaded.url, as_of)
    assert report.failures == []
    assert report.warnings == []
    assert {finding.suite for finding in report.findings} >= {"offer_observations", "shop_orders", "fx_rates"}


def test_a_bad_row_fails_its_dataset_only_and_is_told(built: Any) -> None:
    built.plant("publish.price_v1", {"price": "NaN"})
    report = check_release(built.url, "r000001")
    assert not report.passed
    assert {name for name, passed in built.execute(VERDICTS) if not passed} == {"price"}
    [(failures,)] = built.execute("select failures from ops.gate_results where dataset = 'price'")
    assert any("column=price" in failure and "NaN" in failure for failure in failures)
    assert built.execute("select severity, room from ops.alerts") == [("error", "expectations")]


def test_what_stands_where_a_persons_key_should_is_not_told(loaded: Any, as_of: datetime) -> None:
    loaded.execute("update raw.shop_exposures set customer_key = 'anna@example.org'")
    loaded.execute("update raw.calendar_days set country = 'de'")
    loaded.execute("delete from raw.shop_events; delete from raw.shop_orders; delete from raw.shop_products")
    failures = check_raw(loaded.url, as_of).failures
    assert [failure for failure in failures if failure.startswith("shop_exposures: ")] != []
    assert loaded.execute("select count(*) from ops.quality_results q where q::text like '%anna%'") == [(0,)]
    assert loaded.execute("select observed -> 'examples' from ops.quality_results where observed ? 'examples'") == [(["de"],)]


def test_a_warning_does_not_block(built: Any) -> None:
    built.plant("publish.deal_v1", {"price_reporting": None})
    report = check_release(built.url, "r000001")
    assert report.passed
    assert any("price_reporting" in warning for warning in report.warnings)
    assert built.execute("select distinct severity from ops.quality_results where not passed") == [("warn",)]


def test_a_column_that_is_gone_blocks_by_name(built: Any) -> None:
    built.execute("alter table publish.product_v1 drop column title")
    failures = check_release(built.url, "r000001").failures_of("product")
    assert any("title" in failure for failure in failures)


def test_an_empty_dataset_blocks(built: Any) -> None:
    for dataset in PUBLISH:
        built.execute(f"delete from publish.{dataset}_v1")
    report = check_release(built.url, "r000001")
    may_be_empty = {"similar", "product_redirect", "gone_deal", "search_click"}
    assert {dataset for dataset in PUBLISH if report.failures_of(dataset)} == set(PUBLISH) - may_be_empty


@pytest.mark.parametrize(
    ("absent", "datasets"),
    [
        ("shop_orders", ("recommendation", "price", "forecast", "trending")),
        ("offer_observations", ("deal", "search_doc")),
    ],
)
def test_what_the_world_gave_nothing_for_may_be_empty(built: Any, absent: str, datasets: tuple[str, ...]) -> None:
    built.execute(f"delete from raw.{absent}")
    for dataset in datasets:
        built.execute(f"delete from publish.{dataset}_v1")
    report = check_release(built.url, "r000001")
    assert report.failures == []
    assert {warning.split(":")[0] for warning in report.warnings} == set(datasets)


def test_a_shop_in_its_first_day_needs_no_forecast(built: Any) -> None:
    built.execute("update raw.shop_orders set event_at = loaded_at - interval '1 hour'")
    built.execute("delete from publish.forecast_v1")
    report = check_release(built.url, "r000001")
    assert report.failures == []
    assert [warning.split(":")[0] for warning in report.warnings] == ["forecast"]


def test_a_dataset_that_collapsed_against_the_live_release_blocks(built: Any) -> None:
    built.execute(
        "insert into publish.current (dataset, version, release_id, as_of, contract_hash, rows) "
        "select 'product', 0, release_id, as_of, 'x', 100 from publish.release"
    )
    assert check_release(built.url, "r000001").failures_of("product")


def test_checking_again_replaces_the_findings_and_the_verdict(built: Any) -> None:
    built.plant("publish.deal_v1", {"score": "NaN"})
    assert not check_release(built.url, "r000001").passed
    built.plant("publish.deal_v1", {"score": 0.5})
    report = check_release(built.url, "r000001")
    assert built.execute("select count(*) from ops.quality_results") == [(report.checks,)]
    assert all(passed for _, passed in built.execute(VERDICTS))


def test_a_dataset_that_nobody_guards_stops_the_gate(built: Any) -> None:
    built.execute("""update publish.release set datasets = datasets || '{"hunch": {"table": "x_v1", "version": 1}}'""")
    with pytest.raises(UnguardedDatasetError, match=r"suites/hunch\.py"):
        check_release(built.url, "r000001")


def test_an_unknown_release_is_named(built: Any) -> None:
    with pytest.raises(UnknownReleaseError, match="r000042"):
        check_release(built.url, "r000042")


def test_only_what_was_loaded_for_the_key_is_looked_at(loaded: Any, as_of: datetime) -> None:
    loaded.plant("raw.offer_observations", {"price": "NaN"})
    assert not check_raw(loaded.url, as_of, "offers").passed
    assert check_raw(loaded.url, as_of, "shop").passed, "the shop's tables are another source"
    later = check_raw(loaded.url, as_of + timedelta(days=1))
    assert {(finding.expectation, finding.passed) for finding in later.findings} == {(VOLUME, True)}, "that nothing came is noted"


def test_one_odd_row_among_many_is_the_merchants_own(loaded: Any, as_of: datetime) -> None:
    """A merchant's bad record must not stop the house; a systematic fault must."""
    loaded.execute("insert into raw.offer_observations select (o).* from raw.offer_observations o, generate_series(1, 199)")
    loaded.execute("update raw.offer_observations set price = null where ctid = (select min(ctid) from raw.offer_observations)")
    assert check_raw(loaded.url, as_of, "offers").passed
    loaded.execute("update raw.offer_observations set price = null where random() < 0.5")
    assert not check_raw(loaded.url, as_of, "offers").passed


@pytest.fixture
def wide(built: Any) -> Any:
    """The release with 30,000 rows in its largest tables."""
    for table, key in (("deal", "deal_id"), ("product_offer", "offer_id"), ("price_history", "product_id")):
        columns = [row[0] for row in built.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and attname <> %s",
            f"publish.{table}_v1", key,
        )]
        listed = ", ".join(columns)
        built.execute(
            f"insert into publish.{table}_v1 ({key}, {listed}) "
            f"select md5(n::text)::uuid, {listed} from publish.{table}_v1, generate_series(1, 30000) n"
        )
    built.execute("update publish.deal_v1 set product_id = deal_id")
    return built


def test_a_release_of_shop_size_is_gated_in_seconds(wide: Any) -> None:
    started = time.monotonic()
    report = check_release(wide.url, "r000001")
    assert report.failures == []
    assert time.monotonic() - started < 60, "seconds on an idle machine; the bound leaves room for a busy one"
