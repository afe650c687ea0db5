"""raw.weather_days: the weather that was, so that no forecast learns from tomorrow's."""

from great_expectations.expectations.expectation import Expectation

from expectations.checks import no_row, present, within


def expectations() -> list[Expectation]:
    return [
        *present("region"),
        within("temperature_c", -90, 60),
        within("precipitation_mm", 0, 2000),
        no_row("day > (loaded_at + interval '1 day')::date", "no weather lies in the future"),
    ]
