"""raw.shop_products: our own catalogue, with its costs."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, money, no_row, one_of, present


def expectations() -> list[Expectation]:
    return [
        *money("price", mostly=0.99),
        *money("cost", None, mostly=0.99),
        *present("sku", "title"),
        like("sku", "[[:alnum:]]"),
        one_of("tax_class", ("standard", "food", "books", "zero")),
        no_row("cost > price * 10", "no article costs ten times its price", severity="warn"),
    ]
