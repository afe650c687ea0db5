"""What brought a visit, and what its searches find: drawn by the visit's name, apart from everything else that happens."""

from bisect import bisect
from itertools import accumulate

from bazaar.rng import number
from bazaar.shop.customers import CHANNEL_SHARES, CHANNELS
from bazaar.shop.world import Shop

OWN_CHANNEL, IN_ALL = 2, 5  # so many visits of a customer come by the channel that first brought them
UNKNOWN_WORDS = 30  # one search in so many names what nobody sells


def channel_of(shop: Shop, session_id: str, customer: int) -> str:
    """The channel of a visit: of a customer often the own one, else as visits come; `customer` -1 = a stranger."""
    draw = number(shop.seed, "shop", "arrival", session_id)
    if customer >= 0 and draw % IN_ALL < OWN_CHANNEL:
        return CHANNELS[shop.customers.channel[customer]]
    luck = draw // IN_ALL % 10_000 / 10_000
    return CHANNELS[min(bisect(list(accumulate(CHANNEL_SHARES)), luck), len(CHANNELS) - 1)]


def searched(shop: Shop, session_id: str, item: int) -> tuple[str, int]:
    """The words of a search for sku `item`, and how many of the shop's goods they find."""
    query = shop.assortment.query[item]
    if number(shop.seed, "shop", "search", session_id) % UNKNOWN_WORDS == 0:
        return f"{query} refurbished", 0
    return query, shop.assortment.query.count(query)
