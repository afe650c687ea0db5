"""One suite a table, each a module with `expectations`; here stands which table each of them guards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from great_expectations.expectations.expectation import Expectation

from expectations.suites import (
    affiliate_transactions,
    calendar_days,
    crawl_coverage,
    crawl_documents,
    deal,
    forecast,
    fx_rates,
    gone_deal,
    load_ledger,
    offer_observations,
    price,
    price_history,
    product,
    product_offer,
    product_redirect,
    recommendation,
    reject_decisions,
    rejects,
    search_click,
    search_doc,
    search_term,
    shop_customers,
    shop_deliveries,
    shop_events,
    shop_exposures,
    shop_inventory_movements,
    shop_marketing_spend,
    shop_order_lines,
    shop_orders,
    shop_payments,
    shop_products,
    shop_promotions,
    shop_reviews,
    similar,
    source_columns,
    suggestion,
    trending,
    weather_days,
    wishes,
)
from expectations.surroundings import Surroundings


@dataclass(frozen=True)
class RawSuite:
    """A raw table, which of its rows are looked at beside those of the key, and its expectations.

    of: whose rows, where one table is held for several sources.
    """

    table: str
    expectations: Callable[[], list[Expectation]]
    rows: str = "true"
    of: str = ""

    @property
    def name(self) -> str:
        return f"{self.table} ({self.of})" if self.of else self.table


# by source: what one ingest DAG loads
RAW: Mapping[str, tuple[RawSuite, ...]] = {
    "offers": (
        RawSuite("load_ledger", load_ledger.expectations, "source = 'offers'", "offers"),
        RawSuite("rejects", rejects.expectations, "kind in ('offers', 'crawls')", "offers"),
        RawSuite("crawl_coverage", crawl_coverage.expectations),
        RawSuite("crawl_documents", crawl_documents.expectations),
        RawSuite("offer_observations", offer_observations.expectations, "presence = 'listed'"),
    ),
    "shop": (
        RawSuite("load_ledger", load_ledger.expectations, "source not in ('offers', 'affiliate')", "shop"),
        RawSuite("rejects", rejects.expectations, "kind not in ('offers', 'crawls', 'affiliate_transactions')", "shop"),
        RawSuite("reject_decisions", reject_decisions.expectations),
        RawSuite("source_columns", source_columns.expectations),
        RawSuite("shop_products", shop_products.expectations),
        RawSuite("shop_inventory_movements", shop_inventory_movements.expectations),
        RawSuite("shop_customers", shop_customers.expectations),
        RawSuite("shop_orders", shop_orders.expectations),
        RawSuite("shop_order_lines", shop_order_lines.expectations),
        RawSuite("shop_payments", shop_payments.expectations),
        RawSuite("shop_deliveries", shop_deliveries.expectations),
        RawSuite("shop_reviews", shop_reviews.expectations),
        RawSuite("shop_promotions", shop_promotions.expectations),
        RawSuite("shop_events", shop_events.expectations),
        RawSuite("shop_exposures", shop_exposures.expectations),
        RawSuite("shop_marketing_spend", shop_marketing_spend.expectations),
        RawSuite("wishes", wishes.expectations),
        RawSuite("fx_rates", fx_rates.expectations),
        RawSuite("calendar_days", calendar_days.expectations),
        RawSuite("weather_days", weather_days.expectations),
    ),
    "affiliate": (
        RawSuite("load_ledger", load_ledger.expectations, "source = 'affiliate'", "affiliate"),
        RawSuite("rejects", rejects.expectations, "kind = 'affiliate_transactions'", "affiliate"),
        RawSuite("affiliate_transactions", affiliate_transactions.expectations),
    ),
}

PUBLISH: Mapping[str, Callable[[Surroundings], list[Expectation]]] = {
    "deal": deal.expectations,
    "forecast": forecast.expectations,
    "gone_deal": gone_deal.expectations,
    "price": price.expectations,
    "price_history": price_history.expectations,
    "product": product.expectations,
    "product_offer": product_offer.expectations,
    "product_redirect": product_redirect.expectations,
    "recommendation": recommendation.expectations,
    "search_click": search_click.expectations,
    "search_doc": search_doc.expectations,
    "search_term": search_term.expectations,
    "similar": similar.expectations,
    "suggestion": suggestion.expectations,
    "trending": trending.expectations,
}
