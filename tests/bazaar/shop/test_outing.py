from bazaar.shop import days
from bazaar.shop.outing import Limits, sample
from bazaar.shop.world import Shop


def test_a_newcomer_of_these_days_goes_out_within_the_day(shop: Shop) -> None:
    newcomer = shop.customers.registered_until(-1) + 2  # registered after those who have a rhythm on day 1
    visitors = dict(sample(shop, 1, Limits(), (newcomer,)))
    assert days.instant(0) <= visitors[newcomer] < days.instant(1)


def test_the_same_day_has_the_same_visitors(shop: Shop) -> None:
    assert sample(shop, 1, Limits(), ()) == sample(shop, 1, Limits(), ())
