import argparse
import json
from typing import Any

import pytest
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.editing.decisions import Decision, decide
from dealhouse.errors import BadInputError
from dealhouse.scraping import registry
from dealhouse.scraping.verbs import merchants

Site = Any
Capture = pytest.CaptureFixture[str]
PRODUCTS = b'{"products":[{"id":1,"title":"Lamp","handle":"l","variants":[{"id":2,"price":"5.00"},{"id":3,"price":"0"}]}]}'
LOOK = """
insert into raw.crawl_coverage (merchant_id, crawl_id, status, documents, offers, error, observed_at, loaded_at, batch_id)
values ('acme', 'acme:1', 'complete', 1, 1, null, '2026-05-05 09:00+00', '2026-05-05 09:00+00', 'b1'),
    ('acme', 'acme:2', 'failed', 1, 0, 'answered 403', '2026-05-05 10:00+00', '2026-05-05 10:00+00', 'b2')
"""


@pytest.fixture
def shop(site: Site) -> Site:
    site.put("/meta.json", b'{"name": "Acme", "country": "DE", "currency": "EUR"}')
    site.put("/products.json?limit=1", PRODUCTS)
    site.put("/products.json?limit=250&page=1", PRODUCTS)
    site.put("/products.json?limit=250&page=2", b'{"products": []}')
    return site


def run(capture: Capture, *arguments: str) -> list[dict[str, Any]]:
    """The verb's JSON lines."""
    parser = argparse.ArgumentParser()
    merchants.add(parser.add_subparsers())
    options = parser.parse_args(["merchants", *arguments])
    options.run(options)
    return [json.loads(line) for line in capture.readouterr().out.splitlines()]


@pytest.mark.usefixtures("warehouse")
def test_a_shop_is_added_by_its_address_alone(shop: Site, capsys: Capture) -> None:
    told, offer, reject, sums = run(capsys, "add", shop.url, "--local")
    assert (told["registered"], told["because"]["country"], told["merchant"]["platform"]) == (True, "/meta.json", "shopify")
    assert (offer["offer"]["price"], reject["reject"]["reason"]) == ("5.00", "invalid_price")
    assert sums == {"offers": 1, "rejects": 1, "errors": []}
    (known,) = registry.merchants()
    assert known.model_dump() == told["merchant"]


@pytest.mark.usefixtures("warehouse")
def test_a_dry_run_registers_nothing(shop: Site, capsys: Capture) -> None:
    told = run(capsys, "add", shop.url, "--local", "--dry-run", "--id", "lamps")[0]
    assert (told["registered"], told["merchant"]["merchant_id"]) == (False, "lamps")
    assert not registry.knows_any()


@pytest.mark.usefixtures("warehouse")
def test_a_preview_is_of_an_id_or_an_address(shop: Site, capsys: Capture) -> None:
    by_address = run(capsys, "preview", shop.url, "--local")
    run(capsys, "add", shop.url, "--local")
    (prices, again) = ([line["offer"]["price"] for line in lines if "offer" in line] for lines in (
        by_address, run(capsys, "preview", "acme")))
    assert prices == again == ["5.00"]
    with transaction("loader") as connection:
        assert connection.execute(text("select count(*) from raw.offer_observations")).scalar() == 0


@pytest.mark.usefixtures("warehouse")
def test_who_opted_out_is_not_looked_at_either(shop: Site, capsys: Capture) -> None:
    run(capsys, "add", shop.url, "--local")
    asked = len(shop.asked)
    decide(Decision("merchant", "acme", "opt_out", "their letter", "ann"))
    with pytest.raises(BadInputError, match="opted out"):
        run(capsys, "preview", "acme")
    assert len(shop.asked) == asked


@pytest.mark.usefixtures("warehouse")
def test_a_pause_takes_a_merchant_off_the_list_and_a_resume_brings_it_back(shop: Site, capsys: Capture) -> None:
    run(capsys, "add", shop.url, "--local")
    run(capsys, "pause", "acme", "--reason", "asked to")
    assert run(capsys, "list") == []
    assert [line["paused"] for line in run(capsys, "list", "--paused")] == ["asked to"]
    run(capsys, "resume", "acme")
    assert [line["merchant_id"] for line in run(capsys, "list")] == ["acme"]
    with pytest.raises(BadInputError):
        run(capsys, "preview", "nobody")


@pytest.mark.usefixtures("warehouse")
def test_health_is_told_before_the_warehouse_is_built(shop: Site, capsys: Capture) -> None:
    run(capsys, "add", shop.url, "--local")
    run(capsys, "add", shop.url, "--local", "--id", "other")
    with transaction("loader") as connection:
        connection.execute(text(LOOK))
    first, second = run(capsys, "health", "--json")
    assert (first["merchant_id"], first["disposition"], first["trouble"]) == ("acme", "failing", "answered 403")
    assert first["last_success_at"].startswith("2026-05-05 09:00")
    assert (second["merchant_id"], second["trouble"]) == ("other", "not crawled yet")
    assert [line["merchant_id"] for line in run(capsys, "health", "other", "--json")] == ["other"]


@pytest.mark.usefixtures("warehouse")
def test_health_is_a_table_for_people(shop: Site, capsys: Capture) -> None:
    run(capsys, "add", shop.url, "--local")
    parser = argparse.ArgumentParser()
    merchants.add(parser.add_subparsers())
    capsys.readouterr()
    options = parser.parse_args(["merchants", "health"])
    options.run(options)
    head, row = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["merchant_id", "platform", "disposition"]
    assert row.split()[:3] == ["acme", "shopify", "degraded"]
