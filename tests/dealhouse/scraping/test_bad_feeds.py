"""The corpus of bad feeds: every way of being wrong, through every feed format, and what must become of it."""

import csv
import gzip
import io
import json
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Offer, Reject

Make = Callable[..., Context]
Row = dict[str, str]
HERE = Path(__file__).parent / "bad_feeds"
CASES = [json.loads(line) for line in (HERE / "rows.ndjson").read_text().splitlines()]
ROW = {
    "id": "A1",
    "title": "Lamp",
    "price": "12.99 EUR",
    "reference": "",
    "link": "https://acme.example/a1",
    "image": "",
    "gtin": "",
    "availability": "in stock",
    "merchant_id": "7",
}
FEEDS = ("google_merchant", "awin", "impact", "cj", "rakuten")


def table(delimiter: str, **columns: str) -> Callable[[Row], bytes]:
    """A writer of a table with these columns, each named for what it holds of a row."""

    def write(row: Row) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerows([list(columns), [row[name] for name in columns.values()]])
        return text.getvalue().encode()

    return write


def google_xml(row: Row) -> bytes:
    fields = {
        "id": row["id"],
        "title": row["title"],
        "link": row["link"],
        "price": row["price"],
        "maximum_retail_price": row["reference"],
        "image_link": row["image"],
        "gtin": row["gtin"],
        "availability": row["availability"],
        "merchant_id": row["merchant_id"],
    }
    body = "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in fields.items() if value)
    return f'<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item>{body}</item></channel></rss>'.encode()


def impact_json(row: Row) -> bytes:
    named = {
        "CatalogItemId": "id",
        "Name": "title",
        "CurrentPrice": "price",
        "OriginalPrice": "reference",
        "OriginalUrl": "link",
        "ImageUrl": "image",
        "Gtin": "gtin",
        "StockAvailability": "availability",
        "MerchantId": "merchant_id",
    }
    return json.dumps({"Items": [{name: row[key] for name, key in named.items()}]}).encode()


def rakuten(row: Row) -> bytes:
    cells = [""] * 28
    prices = ((12, "price"), (13, "reference")) if row["reference"] else ((13, "price"),)
    for place, name in (
        *prices,
        (0, "id"),
        (1, "title"),
        (5, "link"),
        (6, "image"),
        (22, "availability"),
        (23, "gtin"),
    ):
        cells[place] = row[name].replace("|", "/").replace("\n", " ")
    return ("HDR|1|Acme|05/05/2026 00:00:00\n" + "|".join(cells) + "\nTRL|1\n").encode()


SHARED = {"gtin": "gtin", "merchant_id": "merchant_id"}
WRITERS: dict[str, tuple[str, Callable[[Row], bytes]]] = {
    "google xml": ("google_merchant", google_xml),
    "google tsv": (
        "google_merchant",
        table(
            "\t",
            id="id",
            title="title",
            link="link",
            price="price",
            image_link="image",
            availability="availability",
            maximum_retail_price="reference",
            **SHARED,
        ),
    ),
    "awin": (
        "awin",
        table(
            ",",
            merchant_product_id="id",
            product_name="title",
            merchant_deep_link="link",
            search_price="price",
            product_price_old="reference",
            merchant_image_url="image",
            stock_status="availability",
            ean="gtin",
            merchant_id="merchant_id",
        ),
    ),
    "impact csv": (
        "impact",
        table(
            ",",
            CatalogItemId="id",
            Name="title",
            Url="link",
            CurrentPrice="price",
            OriginalPrice="reference",
            ImageUrl="image",
            StockAvailability="availability",
            **SHARED,
        ),
    ),
    "impact json": ("impact", impact_json),
    "cj": (
        "cj",
        table(
            ",",
            ID="id",
            TITLE="title",
            LINK="link",
            PRICE="price",
            RETAILPRICE="reference",
            IMAGE_LINK="image",
            AVAILABILITY="availability",
            **SHARED,
        ),
    ),
    "rakuten": ("rakuten", rakuten),
}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
@pytest.mark.parametrize("name", WRITERS)
def test_a_bad_row_has_one_outcome_in_every_format(context: Make, name: str, case: dict[str, Any]) -> None:
    feed, write = WRITERS[name]
    row = {**ROW, **case["row"]}
    found = list(FORMATS[feed].extract(write(row), context(source_kind=feed, **case.get("context", {}))))
    assert len(found) == 1
    expected = case.get(name, case["outcome"])
    if name == "rakuten" and "|" in row["title"]:
        expected = {"title": row["title"].replace("|", "/")}
    if "reason" in expected:
        assert isinstance(found[0], Reject)
        assert found[0].reason == expected["reason"]
    else:
        assert isinstance(found[0], Offer)
        told = {**dict.fromkeys(expected), "bad_gtin": found[0].bad_gtin, **found[0].as_record()}
        assert {key: told[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("file", "outcomes"),
    [
        ("latin1_labelled_utf8.xml", ["Café", "Lamp"]),
        ("utf8_labelled_latin1.xml", ["Café", "Lamp"]),
        ("bom.xml", ["Café", "Lamp"]),
        ("utf16.xml", ["Café", "Lamp"]),
        ("null_characters.xml", ["Lamp", "Lamp"]),
        ("undeclared_prefix.xml", ["Lamp", "Lamp"]),
        ("raw_ampersand.xml", ["Bed & Bath", "Lamp"]),
        ("wrong_end_tag.xml", ["Lamp", "Lamp"]),
        ("item_without_end.xml", ["malformed_record", "Lamp", "Lamp"]),
        ("duplicate_ids.xml", ["duplicate_id", "Lamp", "Lamp"]),
        ("same_address_other_id.csv", ["Lamp", "Lamp"]),
        ("member_and_other_prices.xml", ["Lamp", "Lamp"]),
        ("commented_out.xml", ["Lamp", "Lamp"]),
        ("entities.xml", ["&c;", "&f;"]),
        ("expired.xml", ["expired", "Lamp"]),
        ("cut.xml", ["Lamp", "Lamp", "malformed_record", "truncated_document"]),
        ("empty.xml", []),
        ("nothing.txt", ["unparseable_document"]),
        ("busy.html", ["unparseable_document"]),
        ("ragged.csv", ["malformed_record", "Lamp", "malformed_record"]),
        ("open_quote.csv", ['"Lamp', "Lamp"]),
        ("cut.csv", ["Lamp", "malformed_record", "truncated_document"]),
        ("one_file.zip", ["Lamp", "Lamp"]),
        ("two_files.zip", ["unparseable_document"]),
        ("cut.csv.gz", ["unparseable_document"]),
    ],
)
def test_a_bad_document_is_read_as_far_as_it_goes(context: Make, file: str, outcomes: list[str]) -> None:
    found = list(FORMATS["google_merchant"].extract((HERE / file).read_bytes(), context(source_kind="google_merchant")))
    assert [each.title if isinstance(each, Offer) else each.reason for each in found] == outcomes
    assert {str(each.price) for each in found if isinstance(each, Offer)} <= {"5.00", "6.00"}


def test_every_file_of_the_corpus_is_read() -> None:
    (mark,) = (each for each in test_a_bad_document_is_read_as_far_as_it_goes.pytestmark if each.name == "parametrize")  # type: ignore[attr-defined]
    assert {file for file, _ in mark.args[1]} | {"rows.ndjson", "README.md"} == {path.name for path in HERE.iterdir()}


def zip_bomb() -> bytes:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open("feed.csv", "w") as file:
        for _ in range(300):
            file.write(bytes(1 << 20))
    return zipped.getvalue()


def gzip_bomb() -> bytes:
    return gzip.compress(bytes(30 << 20), 1) * 10


BOMBS = {"gzip": gzip_bomb, "zip": zip_bomb}


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_a_bomb_is_refused_soon_and_small(context: Make, kind: str) -> None:
    bomb = BOMBS[kind]()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    (found,) = FORMATS["awin"].extract(bomb, context())
    assert isinstance(found, Reject)
    assert (found.reason, time.process_time() - started < 5) == ("unparseable_document", True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024, kind


@pytest.mark.parametrize(
    "document",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"Items":[{"CatalogItemId":1,"Name":"L","CurrentPrice":1e309,"Currency":"EUR"}]}',
        b'{"Items":[{"CatalogItemId":1,"Name":"L","CurrentPrice":NaN,"Currency":"EUR"}]}',
        b'{"Items":{}}',
        b"[null, 1, []]",
    ],
)
@pytest.mark.parametrize("feed", FEEDS)
def test_json_that_is_none_gives_rejects(context: Make, feed: str, document: bytes) -> None:
    found = list(FORMATS[feed].extract(document, context(source_kind=feed)))
    assert found
    assert all(isinstance(each, Reject) for each in found)


MARKUP = b'<item> </item> <g:id> </g:id> <rss> </rss> <![CDATA[ ]]> <!-- --> &amp; | , " \xff\xfe \x00 \x1f\x8b \xe9 ]}'
STARTS = (
    b"HDR|1|a|b\n",
    b"TRL|1\n",
    b"id,title,price\n",
    b"product_name,search_price\n",
    b'{"product_basic":{"id":"1"}}',
    b'{"Items":[',
)
PIECES = st.sampled_from([*MARKUP.split(), *STARTS, b"PK\x03\x04", b"\t", b"\n", b"5.00 EUR"])


@pytest.mark.parametrize("feed", FEEDS)
@settings(max_examples=60, deadline=None)
@given(document=st.binary(max_size=200) | st.lists(PIECES | st.binary(max_size=8), max_size=30).map(b"".join))
def test_any_bytes_give_offers_and_rejects(feed: str, document: bytes) -> None:
    from datetime import UTC, datetime

    context = Context("m", feed, "DE", "k", "http://m/", "http://m", datetime(2026, 1, 1, tzinfo=UTC))
    for found in FORMATS[feed].extract(document, context):
        assert isinstance(found, (Offer, Reject))
        assert not isinstance(found, Offer) or found.as_record()
