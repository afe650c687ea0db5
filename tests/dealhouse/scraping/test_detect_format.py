import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealhouse.scraping.detect_format import Detected, detect

URL = "https://a.example/x"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b'{"products":[{"id":1,"variants":[{"id":2}]}]}', "shopify"),
        (b'{"product":{"id":1,"variants":[{"id":2}]}}', "shopify"),
        (b'{"id":1,"handle":"a","price_min":100,"variants":[{"id":2}]}', "shopify"),
        (b'{"products":[{"id":1,"variants":[{"id":2,"pri', "shopify"),
        (b'[{"id":1,"prices":{"price":"100","currency_minor_unit":2}}]', "woocommerce"),
        (b'{"id":1,"prices":{"price":"100","currency_minor_unit":2}}', "woocommerce"),
        (b'[{"id":1,"prices":{"price":"100","currency_minor_unit":2', "woocommerce"),
        (b'{"data":{"products":{"items":[]}}}', "magento"),
        (b'{"errors":[{"message":"x"}],"data":{"products":null}}', "magento"),
        (b'{"anything":{"products":{"items":[{"sku":"1","price_range":{}}]}}}', "magento"),
        (b'\xef\xbb\xbf{"@context":"https://schema.org","@type":"Product"}', "html"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"><channel></channel></rss>', "google_merchant"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>', "google_merchant"),
        (b"<rss><channel><item><g:id>1</g:id>", "google_merchant"),
        ("\ufeff<rss></rss>".encode("utf-16"), "google_merchant"),
        (b"id\ttitle\tlink\tprice\n1\ta\tb\t5 EUR\n", "google_merchant"),
        (b"g:id,g:title,g:link,g:price\n", "google_merchant"),
        (b'"aw_deep_link","product_name","search_price"\n', "awin"),
        (b'{"product_basic":{"id":"1"}}\n{"product_basic":{"id":"2"}}\n', "awin"),
        (b"CatalogItemId,Name,CurrentPrice\n", "impact"),
        (b'{"Items":[{"CatalogItemId":"1"}]}', "impact"),
        (b"PROGRAM_NAME,ID,TITLE,LINK,PRICE\n", "cj"),
        (b"HDR|1|Shop|2026-05-05\n", "rakuten"),
        (b"<!DOCTYPE html><html><body><p>x</p></body></html>", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML'><html></html>", "html"),
        (b"  <div>x</div>", "html"),
    ],
)
def test_a_document_is_known_by_what_it_holds(document: bytes, expected: str) -> None:
    found = detect(document, URL)
    assert found is not None
    assert found.format == expected


@pytest.mark.parametrize(
    ("document", "url", "expected"),
    [
        (b'{"products":[]}', "https://a.example/products.json?page=9", "shopify"),
        (b"[]", "https://a.example/wp-json/wc/store/v1/products?page=9", "woocommerce"),
        (b"{}", "https://a.example/graphql?query=x", "magento"),
    ],
)
def test_an_empty_document_is_known_by_its_address(document: bytes, url: str, expected: str) -> None:
    assert detect(document, url) == Detected(expected)


def test_a_shipped_mapping_that_fits_is_named() -> None:
    occ = {"products": [{"code": "1", "name": "Cement", "price": {"value": 5}}], "pagination": {}}
    assert detect(orjson.dumps(occ), URL) == Detected("api", "hybris")


@pytest.mark.parametrize("document", [b"", b"hello", b"[]", b"\x00\x01"])
def test_what_is_nothing_is_none(document: bytes) -> None:
    assert detect(document, URL) is None


@given(st.binary(max_size=200) | st.text(alphabet='{}[]<>",:|\tidtle', max_size=80).map(str.encode))
def test_nothing_makes_it_raise(document: bytes) -> None:
    detect(document, URL)
