from collections.abc import Callable

import pytest

from dealhouse.scraping.offer import Context, Offer
from dealhouse.scraping.parsers import cj

Make = Callable[..., Context]
LINK = "https://www.anrdoezrs.net/click-1-2?url=https%3A%2F%2Facme.example%2Fp%2F1"


@pytest.mark.parametrize(
    "document",
    [
        f"PROGRAM_NAME,ID,TITLE,LINK,PRICE,SALE_PRICE,AVAILABILITY\nAcme,1,Lamp,{LINK},12.99 USD,9.99 USD,in stock\n",
        f"PROGRAMNAME,SKU,NAME,BUYURL,CURRENCY,PRICE,SALEPRICE,INSTOCK\nAcme,1,Lamp,{LINK},USD,12.99,9.99,yes\n",
        f"<rss><channel><item><g:id>1</g:id><title>Lamp</title><link>{LINK}</link><g:price>12.99 USD</g:price>"
        "<g:sale_price>9.99 USD</g:sale_price><g:availability>in_stock</g:availability></item></channel></rss>",
        "ID\tTITLE\tLINK\tPRICE\tSALE_PRICE\tAVAILABILITY\n1\tLamp\thttps://www.anrdoezrs.net/links/1/type/dlg/https://acme.example/p/1"
        "\t12.99 USD\t9.99 USD\tin stock\n",
    ],
)
def test_a_feed_reads_the_same_in_every_form(context: Make, document: str) -> None:
    (offer,) = cj.extract(document.encode(), context(source_kind="cj", currency=None, country="US", language="en"))
    assert isinstance(offer, Offer)
    assert (offer.native_product_id, offer.title, str(offer.price), str(offer.reference_price)) == ("1", "Lamp", "9.99", "12.99")
    assert (offer.currency, offer.availability, offer.url, offer.tax_included) == ("USD", "in", "https://acme.example/p/1", False)
    assert str(offer.affiliate_url).startswith("https://www.anrdoezrs.net/")
