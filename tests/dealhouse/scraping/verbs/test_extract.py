import argparse
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from dealhouse.errors import BadInputError
from dealhouse.scraping.verbs import extract

PAGE = orjson.dumps([{
    "id": 7, "name": "Lamp", "permalink": "https://a.example/p", "is_in_stock": True,
    "prices": {"price": "1799", "currency_code": "EUR", "currency_minor_unit": 2},
}])
Told = tuple[list[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """(offers, rejects) of a document."""

    def read(document: bytes, *arguments: str, url: str = "https://shop.example.at/x") -> Told:
        path = tmp_path / "document"
        path.write_bytes(document)
        verbs = argparse.ArgumentParser()
        extract.add(verbs.add_subparsers())
        options = verbs.parse_args(["extract", str(path), "--url", url, *arguments])
        options.run(options)
        done = capsys.readouterr()
        offers, rejects = ([json.loads(line) for line in stream.splitlines()] for stream in done)
        return offers, rejects

    return read


def zipped(document: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feed.json", document)
    return target.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zipped, zstandard.ZstdCompressor().compress])
def test_a_document_is_read_in_or_out_of_its_archive(told: Callable[..., Told], pack: Callable[[bytes], bytes]) -> None:
    (offer,), rejects = told(pack(PAGE))
    assert (offer["source_kind"], offer["price"], offer["country"], rejects) == ("woocommerce", "17.99", "AT", [])


def test_what_unfolds_to_too_much_is_a_reject(told: Callable[..., Told], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "SIZE_LIMIT", 1000)
    offers, (reject,) = told(zstandard.ZstdCompressor().compress(b"0" * 10_000))
    assert (offers, reject["reason"]) == ([], "unparseable_document")


@pytest.mark.parametrize(
    ("arguments", "url", "country"),
    [
        ((), "https://a.example.de/x", "DE"), ((), "https://a.example.co.uk/x", "GB"), ((), "https://a.example.com/x", "XX"),
        ((), "https://a.example.io/x", "XX"), (("--locale", "de-CH"), "https://a.example.de/x", "CH"),
        (("--country", "fr", "--locale", "de-CH"), "https://a.example.de/x", "FR"),
    ],
)
def test_the_country_is_told_or_the_addresses(told: Callable[..., Told], arguments: tuple[str, ...], url: str,
    country: str) -> None:
    (offer,), _ = told(PAGE, *arguments, url=url)
    assert offer["country"] == country


def test_a_currency_is_never_assumed(told: Callable[..., Told]) -> None:
    document = b'{"products":[{"id":1,"title":"Lamp","handle":"l","variants":[{"id":2,"price":"5.00"}]}]}'
    (known,), (reject,) = told(document)
    assert (reject["reason"], known["price"], "currency" in known) == ("missing_currency", "5.00", False)
    assert told(document, "--currency", "chf")[0][0]["currency"] == "CHF"


def test_a_mapping_reads_what_no_format_does(told: Callable[..., Told], tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yml"
    mapping.write_text(
        'items: ""\nconstants: {currency: EGP}\navailability: {"true": in, "false": out}\n'
        "fields: {native_product_id: id, title: nameEn, price: maxPrice, availability: isActive}\n"
    )
    document = b'[{"id":"a","nameEn":"Cement","maxPrice":1950.0,"isActive":true}]'
    (offer,), _ = told(document, "--mapping", str(mapping))
    assert (offer["price"], offer["currency"], offer["availability"]) == ("1950.00", "EGP", "in")


def test_one_node_of_json_ld_is_a_product(told: Callable[..., Told]) -> None:
    node = {"@type": "Product", "name": "Lamp", "sku": "L", "offers": {"price": 6, "priceCurrency": "SAR"}}
    (offer,), _ = told(orjson.dumps(node))
    assert (offer["price"], offer["currency"], offer["sku"]) == ("6.00", "SAR", "L")


@pytest.mark.parametrize("arguments", [("--format", "api"), ("--mapping", "nothing"), ("--mapping", "nothing.yml")])
def test_bad_usage_is_bad_input(told: Callable[..., Told], arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadInputError):
        told(PAGE, *arguments)


def test_an_address_is_an_address(told: Callable[..., Told]) -> None:
    with pytest.raises(BadInputError):
        told(PAGE, url="shop")
