"""raw.shop_deliveries: parcels, promised and brought."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import like, no_row, present


def expectations() -> list[Expectation]:
    return [
        *present("delivery_id", "order_id", "status"),
        like("country", "^[A-Z]{2}$"),
        no_row("promised_from > promised_to", "a promise begins before it ends", severity="warn"),
        no_row("promised_to > (loaded_at + interval '1 year')::date", "nobody promises beyond a year"),
        no_row("shipped_at > delivered_at", "a parcel leaves before it comes", severity="warn"),
        no_row("greatest(shipped_at, delivered_at) > loaded_at + interval '1 day'", "no parcel came or left in the future"),
        no_row("delivered_at is not null and promised_to is null", "what came had been promised for a day", severity="warn"),
    ]
