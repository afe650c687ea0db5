"""CJ's product feeds: Google's columns in capitals beside the program's (docs.cj.com, Shopping), as a table or as XML; older
files have NAME, BUYURL, SALEPRICE and RETAILPRICE. LINK and BUYURL lead through the network; where to stands in them.
"""

from collections.abc import Iterator

from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.parsers import feed_table, feed_text, google_merchant
from dealhouse.scraping.parsers.feed_text import Decode

GOOGLE = {name: "affiliate_link" if item == "link" else item for name, item in google_merchant.NAMES.items()}
OLD = {
    "sku": "id", "name": "title", "buyurl": "affiliate_link", "imageurl": "image_link", "saleprice": "sale_price",
    "currency": "currency", "upc": "gtin", "isbn": "gtin", "manufacturer": "brand", "manufacturerid": "mpn",
    "advertisercategory": "product_type", "instock": "in_stock", "available": "availability", "standardshippingcost":
    "shipping_cost", "promotionaltext": "terms", "retailprice": "rrp", "lastupdated": "updated",
}
NAMES = GOOGLE | OLD
LAYOUT = feed_table.Layout(NAMES, required=("title", "price", "affiliate_link"), delimiters=",\t|;")


def extract(document: bytes, context: Context) -> Iterator[Offer | Reject]:
    """Offers of a feed. Of rows with one id the last counts."""
    return feed_text.opened(document, context, _of_text)


def _of_text(body: bytes, decode: Decode, context: Context) -> Iterator[Offer | Reject]:
    if body.lstrip()[:1] == b"<":
        yield from google_merchant.extract_xml(body, decode, NAMES, context, ("item", "entry", "product"))
    else:
        yield from feed_table.extract(body, decode, LAYOUT, context)
