"""raw.offer_observations: what merchants said is by and large an offer. One odd row is theirs, many are a fault of ours."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, money, no_row, one_of, present, within


def expectations() -> list[Expectation]:
    return [
        *present("price", mostly=0.98),
        *money("price", mostly=0.98),
        *present("title", "url", "native_product_id", mostly=0.99),
        like("title", "[[:alnum:]]", mostly=0.99),
        like("url", "^https?://", mostly=0.99),
        like("gtin", "^[0-9]{14}$", mostly=0.99),
        within("confidence", 0, 1),
        one_of("availability", ["in_stock", "out_of_stock", "preorder", "backorder"], mostly=0.5, severity="warn"),
        no_row("observed_at > loaded_at", "nothing was observed after it was loaded"),
        no_row("reference_price > price * 100", "no reference price is a hundred times its price", severity="warn"),
    ]
