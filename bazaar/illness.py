"""What can be wrong with a merchant of a market, how it shows, and what an honest crawl must say of it.

A crawl's word is complete, partial or failed. `counted` illnesses may end in any of them: what they spoil shows as rejects or
flags. Every illness leaves robots.txt alone but for the two that are of it.
"""

from dataclasses import dataclass

from bazaar.rng import stream

SICK_SHARE = 0.3
FAILED, BROKEN = frozenset({"failed"}), frozenset({"failed", "partial"})
ANY = frozenset({"complete", "partial", "failed"})


@dataclass(frozen=True)
class Illness:
    """`expects`: the words that a crawl may say; `words`: what happens."""

    words: str
    expects: frozenset[str]


ILLNESSES: dict[str, Illness] = {
    "no_answer": Illness("takes the request and never answers", FAILED),
    "reset": Illness("resets every connection", FAILED),
    "server_error": Illness("answers 500, or 503 where its number is odd", FAILED),
    "busy_once": Illness("answers 429 with Retry-After: 1 once, then is well", frozenset({"complete"})),
    "busy": Illness("answers 429 with Retry-After: 3600 each time", FAILED),
    "forbidden": Illness("answers 403", FAILED),
    "not_found": Illness("answers 404", BROKEN),
    "robots_closed": Illness("its robots.txt closes everything", FAILED),
    "robots_broken": Illness("its robots.txt answers 503: nothing is open", FAILED),
    "slow": Illness("sends one byte a second", FAILED),
    "redirect_loop": Illness("sends one round in a circle", FAILED),
    "private_redirect": Illness("sends one to a private address", FAILED),
    "empty": Illness("answers 200 with nothing", BROKEN),
    "cut_10": Illness("its documents end after 10 %", BROKEN),
    "cut_50": Illness("its documents end after 50 %", BROKEN),
    "cut_99": Illness("its documents end after 99 %", BROKEN),
    "malformed": Illness("has a piece of rubbish amid each document", ANY),
    "gzip_bomb": Illness("answers a gigabyte of zeros, compressed to a megabyte", FAILED),
    "wrong_type": Illness("answers 200 with a page for people in place of each document", BROKEN),
    "huge_line": Illness("answers one line of 200 MB", FAILED),
}


def spread(merchants: int, seed: int) -> dict[int, str]:
    """Three merchants in ten by number, each kind equally often."""
    names = list(ILLNESSES)
    order = stream(seed, "illness").permutation(merchants)[: round(merchants * SICK_SHARE)]
    return {int(number): names[place % len(names)] for place, number in enumerate(order)}
