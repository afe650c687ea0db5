import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dealhouse.errors import BadInputError
from dealhouse.scraping.registry import (
    NETWORKS,
    find,
    import_registry,
    merchants,
    parse_registry,
    pause,
    pauses,
    resume,
    shard_of,
    shards,
)
from dealhouse.settings import PROJECT

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def entry(number: int, **changes: Any) -> dict[str, Any]:
    return {"merchant_id": f"m{number}", "name": f"M {number}", "platform": "jsonld", "base_url": f"http://127.10.0.{number}:1/",
            "country": "DE", "is_local": True, "options": {"sitemap_path": "/s.xml"}, **changes}


def write(path: Path, *entries: Any) -> str:
    path.write_text(yaml.safe_dump({"merchants": list(entries)}))
    return str(path)


@pytest.mark.usefixtures("warehouse")
def test_an_import_is_an_update(tmp_path: Path) -> None:
    assert import_registry(write(tmp_path / "r.yml", entry(1), entry(2)), AS_OF) == 2
    assert import_registry(write(tmp_path / "r.yml", entry(2, name="Neu", enabled=False), entry(3)), AS_OF) == 2
    assert [merchant.merchant_id for merchant in merchants()] == ["m1", "m3"]
    (second,) = merchants(["m2"])
    assert (second.name, second.base_url, second.options) == ("Neu", "http://127.10.0.2:1", {"sitemap_path": "/s.xml"})


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize(
    "wrong",
    [entry(1, platform="fax"), entry(1, base_url="ftp://x"), entry(1, base_url="http://x/?a=1"), entry(1, country="Germany"),
     entry(1, base_url="http://[abc"), entry(1, options={"feed_url": "http://[abc"}),
     entry(1, currency="EURO"), entry(1, spacing_seconds=-1), entry(1, merchant_id="../x"), entry(1, typo=1), "m1", entry(2)],
)
def test_a_wrong_entry_is_named_and_nothing_is_imported(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(BadInputError, match=r"m1|m2|\.\./x"):
        import_registry(write(tmp_path / "r.yml", entry(2), wrong), AS_OF)
    assert merchants() == []


@pytest.mark.parametrize("content", ["", "a: [", "merchants: 3", "- x"])
def test_what_is_no_registry_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "r.yml").write_text(content)
    with pytest.raises(BadInputError):
        import_registry(str(tmp_path / "r.yml"), AS_OF)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        import_registry(str(tmp_path / "nothing.yml"), AS_OF)
    with pytest.raises(BadInputError):
        import_registry("http://127.0.0.1:1/registry.yml", AS_OF)


@pytest.mark.usefixtures("warehouse")
def test_an_unknown_merchant_is_refused() -> None:
    with pytest.raises(BadInputError, match="m9"):
        merchants(["m9"])


@pytest.mark.usefixtures("warehouse")
def test_a_merchant_stays_in_its_shard(tmp_path: Path) -> None:
    import_registry(write(tmp_path / "r.yml", *(entry(number) for number in range(40))), AS_OF)
    groups = shards(4)
    assert sorted(name for group in groups for name in group) == sorted(f"m{number}" for number in range(40))
    assert len(groups) == 4
    import_registry(write(tmp_path / "r.yml", *(entry(number, enabled=number < 20) for number in range(40))), AS_OF)
    fewer = {name for group in shards(4) for name in group}
    assert all(set(group) & fewer in [set(other) for other in [*shards(4), []]] for group in groups)
    assert shards(64) != []
    assert all(shards(64))


def test_merchants_of_one_host_keep_its_spacing_in_one_shard(tmp_path: Path) -> None:
    feeds = {"feed_url": "https://feeds.example/apikey/${KEY_OF_TEST}/x.csv.gz"}
    network = [entry(number, base_url=f"https://shop{number}.example", is_local=False, options=feeds) for number in range(6)]
    market = [entry(number, base_url="https://market.example/shop", is_local=False) for number in range(6, 12)]
    found = parse_registry(Path(write(tmp_path / "r.yml", *network, *market)).read_bytes(), "r.yml")
    assert [one.asked_host for one in found] == ["feeds.example"] * 6 + ["market.example"] * 6
    local = found[0].model_copy(update={"is_local": True})
    assert local.asked_host == local.merchant_id


@pytest.mark.parametrize("programme", ["awin", {"merchant": 1}, {"network": "nobody"}, ["awin"]])
def test_a_programme_of_no_network_is_named(tmp_path: Path, programme: Any) -> None:
    source = write(tmp_path / "r.yml", entry(1, options={"affiliate": programme}))
    with pytest.raises(BadInputError, match="affiliate is a mapping whose network is one of"):
        parse_registry(Path(source).read_bytes(), source)


def test_a_network_that_the_registry_knows_has_its_links() -> None:
    model = PROJECT / "dbt" / "models" / "intermediate" / "affiliates" / "int_affiliate_networks.sql"
    assert set(re.findall(r"\(\s*'([a-z]+)',", model.read_text())) == set(NETWORKS)


def test_shards_do_not_depend_on_the_process() -> None:
    assert [shard_of(name, 4) for name in ("acme", "house", "m1")] == [2, 0, 2]


@pytest.mark.usefixtures("warehouse")
def test_a_paused_merchant_stays_paused_through_an_import(tmp_path: Path) -> None:
    source = write(tmp_path / "r.yml", entry(1), entry(2))
    import_registry(source, AS_OF)
    pause("m1", "asked to", AS_OF)
    import_registry(source, AS_OF)
    assert [merchant.merchant_id for merchant in merchants()] == ["m2"]
    assert [merchant.merchant_id for merchant in merchants(["m1"])] == ["m1"]
    assert pauses() == {"m1": "asked to"}
    resume("m1")
    assert (len(merchants()), pauses()) == (2, {})


@pytest.mark.usefixtures("warehouse")
def test_nobody_can_be_paused_or_found_who_is_not_registered() -> None:
    with pytest.raises(BadInputError, match="m9"):
        pause("m9", None, AS_OF)
    with pytest.raises(BadInputError, match="m9"):
        resume("m9")
    assert find("m9") is None
