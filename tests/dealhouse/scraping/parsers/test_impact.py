from collections.abc import Callable

import pytest

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import impact

Make = Callable[..., Context]
LINK = "https://acme.sjv.io/c/1/2?u=https%3A%2F%2Facme.example%2Fp%2F1"


@pytest.mark.parametrize(
    "document",
    [
        f"CatalogItemId,Name,Url,CurrentPrice,OriginalPrice,Currency,StockAvailability\n1,Lamp,{LINK},9.99,12.99,USD,OutofStock\n",
        "Unique Merchant SKU|Product Name|Product URL|Current Price|Original Price|Currency|Stock Availability\n"
        f"1|Lamp|{LINK}|9.99|12.99|USD|OutOfStock\n",
        '{"Items":[{"CatalogItemId":1,"Name":"Lamp","CurrentPrice":9.99,"OriginalPrice":"12.99","Currency":"USD",'
        f'"StockAvailability":"OutofStock","Colors":["Red"],"Url":"{LINK}"}}]}}',
        f"<Items><Item><CatalogItemId>1</CatalogItemId><Name>Lamp</Name><Url>{LINK}</Url><CurrentPrice>9.99</CurrentPrice>"
        "<OriginalPrice>12.99</OriginalPrice><Currency>USD</Currency><StockAvailability>OutofStock</StockAvailability></Item></Items>",
    ],
)
def test_a_catalogue_reads_the_same_in_every_form(context: Make, document: str) -> None:
    (offer,) = impact.extract(document.encode(), context(currency=None, country="US", language="en"))
    assert isinstance(offer, Offer)
    assert (offer.native_product_id, offer.title) == ("1", "Lamp")
    assert (str(offer.price), str(offer.reference_price)) == ("9.99", "12.99")
    assert (offer.currency, offer.availability, offer.url, offer.affiliate_url) == (
        "USD",
        "out",
        "https://acme.example/p/1",
        LINK,
    )


def test_a_row_that_is_no_item_and_an_earlier_one_of_the_same_id_are_rejects_with_what_came(context: Make) -> None:
    rows = '{"id":1},5,{"Sku":"1","Name":"Lamp","Url":"/1","Price":1},{"SKU":1,"Name":"Desk","Url":"/1","Price":2}'
    *refused, offer = impact.extract(f'{{"items":[{rows}]}}'.encode(), context())
    told = [(each.reason, each.payload) for each in refused if isinstance(each, Reject)]
    assert told == [
        ("missing_title", '{"id":1}'), ("malformed_record", "5"),
        ("duplicate_id", '{"Sku":"1","Name":"Lamp","Url":"/1","Price":1}'),
    ]
    assert isinstance(offer, Offer)
    assert (offer.title, str(offer.price)) == ("Desk", "2")
