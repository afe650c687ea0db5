"""One spec per kind of record: its table, its columns with their validators, and what is derived before and after.

`kind` in the manifest and in the ledger names one of these; the columns are those of raw (migrations/versions).
"""

from dataclasses import dataclass
from typing import Any, Literal

from dealhouse.loading import fields as f
from dealhouse.loading.fields import Parser

Treatment = Literal["required", "strict", "lenient"]
Record = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column and its validator: `required` may not be absent; a bad value refuses the row unless `lenient` (it is nulled)."""

    name: str
    parse: Parser
    treatment: Treatment = "strict"

    @property
    def form(self) -> str:
        """What its validator reads, by the validator's name in `fields`: text, integer, instant, ..."""
        return self.parse.__qualname__.partition(".")[0]


@dataclass(frozen=True)
class Kind:
    """`personal`: its records name customers, so a reject keeps a reference to the landed row instead of the payload."""

    name: str
    table: str
    columns: tuple[Column, ...]
    family: Literal["offers", "crawls", "shop"]
    partitioned: bool = False
    personal: bool = False


def _required(**parsers: Parser) -> tuple[Column, ...]:
    return tuple(Column(name, parse, "required") for name, parse in parsers.items())


def _optional(**parsers: Parser) -> tuple[Column, ...]:
    return tuple(Column(name, parse) for name, parse in parsers.items())


def _lenient(**parsers: Parser) -> tuple[Column, ...]:
    return tuple(Column(name, parse, "lenient") for name, parse in parsers.items())


# a crawled record says `in` and `out` (scraping.offer), the warehouse and the storefront say them in full
SPELLED = {"in": "in_stock", "out": "out_of_stock"}
AVAILABILITY = f.one_of("in_stock", "out_of_stock", "preorder", "backorder", "unknown", **SPELLED)
ID, WORD, SHORT, TITLE, LONG = f.text(500), f.text(100), f.text(300), f.text(1000), f.text(100_000)
COUNTRY = f.matching(f.COUNTRY)
TAX_CLASS = f.one_of("standard", "food", "books", "zero")  # what the goods are: rates are the countries' affair
CUSTOMER = f.matching(f.HEX_KEY)

# How and when it was seen. The rest is the offer itself and makes its row_hash: ratings and the source's own
# updated_at move without the offer changing (a whole catalogue's updated_at was seen to move on one second).
SEEN = (
    *_required(crawl_id=ID, source_kind=WORD, extractor=WORD, confidence=f.decimal(3, 0, 1), observed_at=f.instant,
               loaded_at=f.instant),
    *_lenient(document_url=f.url(), rating=f.decimal(2, 0, 99), review_count=f.integer(0), source_updated_at=f.instant,
              tax_included=f.boolean, flags=SHORT),
)
IDENTITY = _required(merchant_id=f.matching(f.SLUG), country=COUNTRY, native_product_id=ID, native_variant_id=f.kept_text(500))
OFFER = (
    *IDENTITY,
    *_required(url=f.kept_url, title=f.kept_text(1000), availability=AVAILABILITY, presence=f.one_of("listed", "gone")),
    Column("price", f.price),
    Column("currency", f.currency),
    *_optional(item_group_id=ID, variant_title=TITLE, description=LONG, brand=SHORT, mpn=SHORT, sku=SHORT, category_path=TITLE,
               condition=WORD, coupon_code=SHORT, terms=f.text(5000), language=WORD, reference_kind=WORD),
    *_lenient(reference_price=f.price, gtin=f.gtin, image_url=f.url(), affiliate_url=f.url(), sale_start=f.instant,
              sale_end=f.instant, shipping_cost=f.cost),
)
OFFERS = Kind("offers", "offer_observations", SEEN + OFFER, "offers", partitioned=True)
CRAWLS = Kind("crawls", "crawl_coverage", (
    *_required(merchant_id=f.matching(f.SLUG), crawl_id=ID, status=f.one_of("complete", "partial", "failed"),
               documents=f.integer(0), offers=f.integer(0), observed_at=f.instant, loaded_at=f.instant),
    *_optional(error=f.text(5000)),
), "crawls")


def _shop(name: str, *columns: Column, table: str = "", partitioned: bool = False, personal: bool = False) -> Kind:
    return Kind(f"shop_{name}", table or f"shop_{name}", columns, "shop", partitioned, personal)


SHOP = (
    _shop(
        "products",
        *_required(offer_id=f.identifier, sku=ID, title=TITLE, country=COUNTRY, price=f.price, currency=f.currency,
                   is_active=f.boolean, updated_at=f.instant),
        *_optional(description=LONG, brand=SHORT, category=TITLE, mpn=SHORT, image_url=f.url(), url=f.url(), item_group_id=ID,
                   variant_title=TITLE, reference_price=f.price, cost=f.cost, minimum_price=f.cost, stock_policy=WORD,
                   lead_time_days=f.integer(0), rating=f.decimal(2, 0, 99), review_count=f.integer(0), tax_class=TAX_CLASS),
        *_lenient(gtin=f.gtin),
    ),
    _shop(
        "inventory_movements",
        *_required(movement_id=ID, sku=ID, location=WORD, quantity=f.integer(), kind=WORD, event_at=f.instant),
    ),
    _shop(
        "customers",
        *_required(customer_key=CUSTOMER, registered_at=f.instant, updated_at=f.instant),
        *_optional(email_hash=CUSTOMER, country=COUNTRY, city=SHORT, language=WORD, channel=WORD, is_newsletter=f.boolean),
        personal=True,
    ),
    _shop(
        "orders",
        *_required(order_id=ID, status=WORD, currency=f.currency, total=f.amount, event_at=f.instant, updated_at=f.instant),
        *_optional(customer_key=CUSTOMER, country=COUNTRY, shipping=f.amount, discount=f.amount, promotion_code=SHORT,
                   channel=WORD),
        personal=True,
    ),
    _shop(
        "order_lines",
        *_required(order_id=ID, line_no=f.integer(0), sku=ID, quantity=f.integer(), unit_price=f.cost, currency=f.currency,
                   kind=WORD, event_at=f.instant, updated_at=f.instant),
        *_optional(discount=f.amount),
    ),
    _shop(
        "payments",
        *_required(payment_id=ID, order_id=ID, amount=f.amount, currency=f.currency, status=WORD, event_at=f.instant,
                   updated_at=f.instant),
        *_optional(method=WORD),
    ),
    _shop(
        "deliveries",
        *_required(delivery_id=ID, order_id=ID, status=WORD, updated_at=f.instant),
        *_optional(line_no=f.integer(0), carrier=SHORT, country=COUNTRY, promised_from=f.day, promised_to=f.day,
                   shipped_at=f.instant, delivered_at=f.instant),
    ),
    _shop(
        "reviews",
        *_required(review_id=ID, sku=ID, rating=f.integer(0, 100), event_at=f.instant),
        *_optional(customer_key=CUSTOMER, title=TITLE),
        personal=True,
    ),
    _shop(
        "promotions",
        *_required(promotion_id=ID, sku=ID, kind=WORD, discount_pct=f.decimal(2, 0, 100), starts_at=f.instant, ends_at=f.instant,
                   updated_at=f.instant),
    ),
    _shop(
        "events",
        *_required(event_id=f.identifier, kind=WORD, event_at=f.instant),
        *_optional(anonymous_id=SHORT, customer_key=CUSTOMER, session_id=SHORT, sku=ID, deal_id=f.identifier,
                   product_id=f.identifier, query=TITLE, list=WORD, position=f.integer(0), propensity=f.share, release_id=SHORT,
                   variant=SHORT, country=COUNTRY, device=WORD, channel=WORD, results=f.integer(0)),
        partitioned=True, personal=True,
    ),
    _shop(
        "marketing_spend",
        *_required(day=f.day, channel=WORD, amount=f.cost, currency=f.currency),
        *_optional(country=COUNTRY, campaign=SHORT, impressions=f.integer(0, 2**53), clicks=f.integer(0, 2**53)),
    ),
    _shop(
        "exposures",
        *_required(experiment=WORD, variant=WORD, event_at=f.instant),
        *_optional(anonymous_id=SHORT, customer_key=CUSTOMER),
        personal=True,
    ),
    _shop("fx_rates", *_required(base=f.currency, quote=f.currency, day=f.day, rate=f.rate, source=WORD), table="fx_rates"),
    _shop("calendar_days", *_required(day=f.day, country=COUNTRY), *_optional(holiday=SHORT), table="calendar_days"),
    _shop(
        "weather_days",
        *_required(day=f.day, region=WORD),
        *_optional(temperature_c=f.decimal(2, -200, 200), precipitation_mm=f.decimal(2, 0, 9999)),
        table="weather_days",
    ),
)

# what affiliate networks report: the shop's earnings elsewhere, read like its feeds
AFFILIATE = Kind("affiliate_transactions", "affiliate_transactions", (
    *_required(network=f.matching(f.SLUG), transaction_id=ID, programme_id=WORD, sale_amount=f.amount, commission=f.amount,
               currency=f.currency, status=f.one_of("pending", "approved", "declined"), transacted_at=f.instant,
               updated_at=f.instant),
    *_lenient(programme_name=SHORT, sub_id=f.text(200), clicked_at=f.instant),
), "shop")

# what shoppers keep through the API; no source brings it
WISHES = Kind("inbox_wishes", "wishes", (
    *_required(change_id=f.identifier, customer_key=CUSTOMER, kind=WORD, subject_id=f.identifier, is_active=f.boolean,
               event_at=f.instant),
    *_optional(deal_id=f.identifier, product_id=f.identifier, offer_id=f.identifier, condition=WORD, value=SHORT, query=TITLE,
               filters=f.text(10_000), threshold=f.cost, currency=f.currency, baseline_price=f.cost, status=WORD),
), "shop", personal=True)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (OFFERS, CRAWLS, *SHOP, AFFILIATE, WISHES)}
