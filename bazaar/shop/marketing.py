"""What the shop pays for advertising: each channel's yesterday by country, drawn apart from everything else that happens."""

from collections.abc import Iterator
from typing import Any

from bazaar import clock
from bazaar.rng import stream
from bazaar.shop.customers import CHANNEL_SHARES, CHANNELS, COUNTRIES, COUNTRY_SHARES, CURRENCY, daily_newcomers
from bazaar.shop.reference import euro_rate
from bazaar.shop.world import Shop

# EUR: for a new customer, for a click; clicks of an impression. Who comes directly costs nothing.
PRICES = {"search": (14.0, 0.42, 0.035), "social": (19.0, 0.28, 0.011), "affiliate": (9.0, 0.2, 0.02),
          "newsletter": (1.5, 0.03, 0.12)}
WEEKEND = 0.8
SPREAD = 0.25  # of a day's budget around its plan


def spend_rows(shop: Shop, day: int) -> Iterator[dict[str, Any]]:
    """A row per paid channel and country, in the country's currency at the day's rate."""
    rng = stream(shop.seed, "shop", "marketing", day)
    date = clock.calendar_day(day)
    pace = daily_newcomers(shop.size) * (WEEKEND if date.weekday() > 4 else 1.0)
    for channel, share in zip(CHANNELS, CHANNEL_SHARES, strict=True):
        if channel not in PRICES:
            continue
        customer, click, rate_of_clicks = PRICES[channel]
        for country, of_country in zip(COUNTRIES, COUNTRY_SHARES, strict=True):
            euros = pace * share * of_country * customer * float(rng.lognormal(0, SPREAD))
            clicks = round(euros / click)
            currency = CURRENCY.get(country, "EUR")
            yield {
                "day": str(date), "channel": channel, "country": country,
                "amount": f"{euros * euro_rate(currency, day, shop.seed):.2f}", "currency": currency,
                "impressions": round(clicks / rate_of_clicks), "clicks": clicks,
            }
