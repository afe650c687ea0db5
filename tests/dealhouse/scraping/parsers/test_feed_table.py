import time
from collections.abc import Callable

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import google_merchant

Make = Callable[..., Context]


def read(document: str | bytes, context: Context) -> list[str]:
    """Each offer's id and title, each reject's reason."""
    body = document.encode() if isinstance(document, str) else document
    found = google_merchant.extract(body, context)
    return [f"{each.native_product_id} {each.title}" if isinstance(each, Offer) else each.reason for each in found]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("id\ttitle\tprice\n1\tLamp\t5.00\n", ["1 Lamp"]),
        ("id,title,price\r\n1,Lamp,5.00\r\n", ["1 Lamp"]),
        ("ID;TITLE;PRICE\n1;Lamp;5,00\n", ["1 Lamp"]),
        ("id|title|price\r1|Lamp|5.00\r", ["1 Lamp"]),
        ("\ufeffg:id,g:title,Price\n1,Lamp,5.00", ["1 Lamp"]),
        ('"id","title","price"\n"1","A ""big"" Lamp, red","5.00"\n', ['1 A "big" Lamp, red']),
        ('id,title,price\n1,"two\nlines",5.00\n2,Lamp,5.00\n', ["1 two lines", "2 Lamp"]),
        ("id,title,price\n\n1,Lamp,5.00\n  \n", ["1 Lamp"]),
        ("id,title,price\n1,Lamp,5.00,\n", ["1 Lamp"]),
        ("id,title,price\n1,Lamp\n2,Lamp,5.00\n3,Lamp,5.00,x\n", ["malformed_record", "2 Lamp", "malformed_record"]),
        ('id,title,price\n1,"19 inch,5.00\n2,Lamp,5.00\n3,Lamp,5.00\n', ['1 "19 inch', "2 Lamp", "3 Lamp"]),
        ('id,title,price\n1,19" inch,5.00\n2,24" inch,5.00\n', ['1 19" inch', '2 24" inch']),
        ("id,title,price\n1,Lamp,5.00\n1,Lamp 2,5.00\n", ["duplicate_id", "1 Lamp 2"]),
        ("id,title,price\n1,L\x00amp,5.00\n", ["1 Lamp"]),
        ("id,title,price\n1,Café,5.00\n2,Lamp,5.00\n".encode("cp1252"), ["1 Café", "2 Lamp"]),
        ("id,title,price\n1,Café,5.00\n".encode("utf-16"), ["1 Café"]),
        ("id,title,price\n1,Café,5.00\n".encode("utf-16-le"), ["1 Café"]),
        ("id,title,price\n1,Café,5.00\n".encode() + "2,Thé,5.00\n".encode("latin-1"), ["1 Café", "2 Thé"]),
        ("id,title,price\n1,Lamp,5.00\n2,La", ["1 Lamp", "malformed_record", "truncated_document"]),
        ("id,title,price\n1,Lamp,5.00\n2,Lamp,5.00", ["1 Lamp", "2 Lamp"]),
        ("id,title,price\n", []),
        ("id,name\n1,Lamp\n", ["unparseable_document"]),
        ("busy, try again later", ["unparseable_document"]),
        (b"\xff\xfe", ["unparseable_document"]),
    ],
)
def test_a_table_is_read_row_by_row(context: Make, document: str | bytes, found: list[str]) -> None:
    assert read(document, context()) == found


@pytest.mark.parametrize(
    ("charset", "title"), [("windows-1251", "Лампа"), ("iso-8859-7", "Λάμπα"), ("shift_jis", "ランプ"), ("iso-8859-2", "Świeca")]
)
def test_a_label_counts_for_what_is_not_utf_8(context: Make, charset: str, title: str) -> None:
    body = f"id\ttitle\tprice\n1\t{title}\t5.00\n".encode(charset)
    assert read(body, context(content_type=f'text/csv; charset="{charset}"')) == [f"1 {title}"]
    assert read(body.decode(charset).encode(), context(content_type=f"text/csv; charset={charset}")) == [f"1 {title}"]


@pytest.mark.parametrize(
    ("header", "shipping"), [("shipping", "DE:::4.95 EUR,AT:::9.95 EUR"), ("shipping(country:price)", "AT:9.95 EUR,DE:4.95 EUR")]
)
def test_shipping_has_an_order_of_its_own(context: Make, header: str, shipping: str) -> None:
    (offer,) = google_merchant.extract(f"id\ttitle\tprice\t{header}\n1\tLamp\t5.00\t{shipping}\n".encode(), context())
    assert isinstance(offer, Offer)
    assert str(offer.shipping_cost) == "4.95"


def test_a_line_that_is_too_long_is_a_reject_and_costs_no_other(context: Make) -> None:
    started = time.process_time()
    body = b"id,title,price\n1," + b"L" * 20_000_000 + b",5.00\n2,Lamp,5.00\n"
    first, second = google_merchant.extract(body, context())
    assert isinstance(first, Reject)
    assert isinstance(second, Offer)
    assert (first.reason, len(first.payload) <= 20_000, second.title) == ("overlong_record", True, "Lamp")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("piece", ['"', '1,"', ",", '"\n', '1,"a\n', "\n", "\x00"])
def test_much_of_anything_is_read_at_once(context: Make, piece: str) -> None:
    started = time.process_time()
    read("id,title,price\n" + piece * (200_000 // len(piece)), context())
    assert time.process_time() - started < 5
