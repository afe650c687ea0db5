"""robots.txt by RFC 9309: what its answer means, and which addresses it leaves open.

2xx: its rules. Other 4xx: there are none, everything is open. 429, 5xx, no answer: unreachable, so nothing is open.
"""

import time
from typing import Any

from protego import Protego

READ_BYTES = 512_000  # the RFC asks for at least 500 KiB
MOST_DELAY = 30.0  # Crawl-delay is not in the RFC; honoured up to here
MOST_AGE = 24 * 3600.0  # seconds that rules may be kept, by the RFC


class Robots:
    """The rules of one host for one crawler."""

    def __init__(self, text: str, agent: str) -> None:
        self._rules: Any = Protego.parse(text) if text else None
        self.agent = agent
        self._read_at = time.monotonic()

    @classmethod
    def open(cls, agent: str) -> "Robots":
        """No rules: everything is open."""
        return cls("", agent)

    @property
    def is_stale(self) -> bool:
        return time.monotonic() - self._read_at > MOST_AGE

    def allows(self, url: str) -> bool:
        return self._rules is None or bool(self._rules.can_fetch(url, self.agent))

    @property
    def delay(self) -> float:
        """Seconds between requests that the host asks for; 0 when it does not."""
        asked = self._rules.crawl_delay(self.agent) if self._rules is not None else None
        return min(max(float(asked), 0.0), MOST_DELAY) if asked is not None else 0.0

    @property
    def sitemaps(self) -> list[str]:
        return [str(url) for url in self._rules.sitemaps] if self._rules is not None else []


def read(status: int, body: bytes, agent: str) -> Robots | None:
    """The rules that an answer to /robots.txt means; None = unreachable, crawl nothing."""
    if status == 429 or status >= 500:
        return None
    if not 200 <= status < 300:
        return Robots.open(agent)
    return Robots(body[:READ_BYTES].decode("utf-8", "replace").removeprefix("\ufeff"), agent)
