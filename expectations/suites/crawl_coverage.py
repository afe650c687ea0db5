"""raw.crawl_coverage: most merchants answered."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import one_of, within


def expectations() -> list[Expectation]:
    return [
        one_of("status", ["complete", "partial"], mostly=0.5),
        one_of("status", ["complete"], mostly=0.9, severity="warn"),
        within("offers", 0, 10_000_000),
        within("offers", 1, 10_000_000, mostly=0.9, severity="warn"),
    ]
