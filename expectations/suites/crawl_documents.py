"""raw.crawl_documents: which documents of a crawl were read, so that absence is only said of what was seen."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, one_of, present


def expectations() -> list[Expectation]:
    return [
        *present("crawl_id", "url", "merchant_id"),
        one_of("status", ["fetched", "unchanged", "skipped", "failed"]),
        one_of("status", ["fetched", "unchanged", "skipped"], mostly=0.5, severity="warn"),
        no_row("observed_at > loaded_at", "no document was read after it was loaded"),
    ]
