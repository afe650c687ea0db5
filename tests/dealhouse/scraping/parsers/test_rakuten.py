from collections.abc import Callable

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import rakuten

Make = Callable[..., Context]
HEAD = "HDR|1237|Books|09/03/2022 00:02:32\n"
ROW = (
    '1|Great "Expectations"|A01|books|Classics~~Old|https://click.example/link?id=x&murl=https%3A%2F%2Facme.example%2Fa|https://acme'
    ".example/1.gif|https://click.example/x|short|long|0|Amount|24.95|29.95|01/01/2013|01/01/2013||4.00|D~~E|CU1|Penguin|UPS|IN|"
    "036000291452|10|USD||https://ad.example/x"
)


def read(document: str, context: Context) -> list[Offer | Reject]:
    return list(rakuten.extract(document.encode(), context))


def test_columns_are_known_by_their_place(context: Make) -> None:
    (offer,) = read(f"{HEAD}{ROW}\nTRL|1\n", context(country="US", currency=None, language="en"))
    assert isinstance(offer, Offer)
    assert (offer.native_product_id, offer.title, offer.sku, offer.mpn) == ("1", 'Great "Expectations"', "A01", "CU1")
    assert (str(offer.price), str(offer.reference_price), offer.currency) == ("24.95", "29.95", "USD")
    assert (offer.brand, offer.category_path, offer.gtin) == ("Penguin", "Classics > Old", "00036000291452")
    assert (offer.url, offer.availability, str(offer.shipping_cost)) == ("https://acme.example/a", "in", "4.00")


@pytest.mark.parametrize(
    ("document", "reasons"),
    [
        (f"{HEAD}{ROW}\n{ROW.replace('1|', '2|', 1)}\nTRL|2", [None, None]),
        (f"{HEAD}{ROW}|hardcover|I\nTRL|1\n", [None]),
        (f"{HEAD}{ROW}|hardcover|D\nTRL|1\n", ["deleted_record"]),
        (f"{HEAD}{ROW}\nTRL|2\n", [None, "truncated_document"]),
        (f"{HEAD}{ROW}\n", [None, "truncated_document"]),
        (f"{HEAD}{ROW}\n{ROW[:40]}", [None, "malformed_record", "truncated_document", "truncated_document"]),
        (f"{HEAD}{ROW}\n{ROW[:-60]}\nTRL|2\n", [None, "malformed_record"]),
        (f"{HEAD}TRL|0\n", []),
        (HEAD, ["truncated_document"]),
        (f"{ROW}\nTRL|1\n", ["unparseable_document"]),
        ("", ["unparseable_document"]),
    ],
)
def test_the_trailers_count_is_checked(context: Make, document: str, reasons: list[str | None]) -> None:
    assert [each.reason if isinstance(each, Reject) else None for each in read(document, context())] == reasons
