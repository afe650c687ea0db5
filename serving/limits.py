"""How often a caller may ask: the generic cell rate algorithm, one number a caller, in memory that does not grow.

Each worker counts for itself: behind n workers a caller gets at most n times the quota.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_CALLERS = 50_000


@dataclass(frozen=True)
class Policy:
    """`quota` requests in `window_s` seconds, at once or spread; the name stands in the headers."""

    name: str
    quota: int
    window_s: int

    @property
    def interval_s(self) -> float:
        return self.window_s / self.quota


@dataclass(frozen=True)
class Verdict:
    """What became of one request: how many more there may be at once, and in how many seconds all may be again."""

    policy: Policy
    remaining: int
    reset_s: int
    retry_after_s: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 writes them."""
        policy = self.policy
        told = {
            "RateLimit-Policy": f'"{policy.name}";q={policy.quota};w={policy.window_s}',
            "RateLimit": f'"{policy.name}";r={self.remaining};t={self.reset_s}',
        }
        return told if self.retry_after_s is None else told | {"Retry-After": str(self.retry_after_s)}


class Limiter:
    """When each caller of late will have its whole quota again; the one not heard of for longest is forgotten first."""

    def __init__(self, most: int = MOST_CALLERS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, policy: Policy, caller: str) -> Verdict:
        """Count one request of a caller; a refused one is not counted, so who waits gets in."""
        now, key = self._clock(), (policy.name, caller)
        debt = max(self._full_at.get(key, now) - now, 0.0)
        wait = debt + policy.interval_s - policy.window_s
        if wait > 1e-9:
            return Verdict(policy, 0, math.ceil(debt), max(math.ceil(wait), 1))
        debt += policy.interval_s
        self._full_at[key] = now + debt
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return Verdict(policy, int((policy.window_s - debt) / policy.interval_s + 1e-9), math.ceil(debt))


def neighbourhood(host: str) -> str:
    """What an address is counted under: a household has one IPv4 address, but a whole /64 of IPv6."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return host
