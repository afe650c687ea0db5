"""Rows of the published tables as the models that we answer with."""

from typing import Any

from serving.found import FoundDeal, Highlights
from serving.reads import links
from serving.schemas import Deal, DealDetail, Offer, Price, ProductCard
from serving.values import Merchant, money

Row = dict[str, Any]


def merchant(row: Row) -> Merchant:
    name = row["merchant_name"] or row["merchant_id"]
    return Merchant(merchant_id=row["merchant_id"], name=name, reputation=row["merchant_reputation"])


def _listing(row: Row) -> Row:
    """What a deal and an offer share: who sells, and money as money."""
    return row | {
        "merchant": merchant(row),
        "affiliate_url": links.followed(row),
        "price": money(row["price"], row["currency"]),
        "price_reporting": money(row["price_reporting"], row["reporting_currency"]),
        "reference_price": money(row["reference_price"], row["currency"]),
    }


def _deal_fields(row: Row) -> Row:
    return _listing(row) | {"lowest_30d": money(row["lowest_30d"], row["currency"]), "tags": row["tags"] or []}


def deal(row: Row) -> Deal:
    return Deal.model_validate(_deal_fields(row))


def found_deal(row: Row, highlights: Highlights | None) -> FoundDeal:
    return FoundDeal.model_validate(_deal_fields(row) | {"highlights": highlights})


def deal_detail(row: Row, release: Row) -> DealDetail:
    """The deal with its evidence; `release` holds release_id and data_as_of."""
    parts = {"factors": row["factors"] or {}, "score_parts": row["score_parts"] or {}}
    return DealDetail.model_validate(_deal_fields(row) | parts | release)


def offer(row: Row) -> Offer:
    return Offer.model_validate(_listing(row) | {"shipping_cost": money(row["shipping_cost"], row["currency"])})


def product_card(row: Row) -> ProductCard:
    return ProductCard.model_validate(row)


def price(row: Row) -> Price:
    return Price.model_validate(row | {
        "price": money(row["price"], row["currency"]), "previous_price": money(row["previous_price"], row["currency"]),
    })
