"""Politeness per host: spacing between starts, two in flight, rest when it asks for it, a breaker, a budget of lost time.

Nothing here knows of merchants or documents: a host that two merchants share is still one host.
"""

import asyncio
import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.scraping.secrets import redact
from dealhouse.scraping.slots import Rate, Slots

PER_HOST = 2
SLACK = 0.05  # of the spacing, at most so many seconds: a connection that takes long to open must not halve the gap at the host
BREAKER = 5  # consecutive requests without a usable answer
FIRST_COOLDOWN = 5.0  # seconds until an open breaker lets one request try; doubles each time that fails
LOST_SECONDS = 60.0  # what a host may cost in failed requests and waits before it is left alone
REFUSALS = 10  # consecutive 401, 403 or 451: the host does not want us
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
LONGEST_REST = 60.0  # a host that asks for more is left alone until then
MOST_REST = 7 * 86_400.0  # what is believed of it: nobody means thirty years
PROBE_POLL = 0.1


class HostPace:
    """One host's state within one process. `rest_until` is wall time, as it outlives the process."""

    def __init__(self, spacing: float) -> None:
        self.spacing = spacing
        self.failures = self.refusals = self.opened = 0
        self.lost = 0.0
        self.rest_until = 0.0
        self.slots = Slots(PER_HOST)
        self._gate = asyncio.Lock()
        self._sent = asyncio.Event()
        self._sent.set()
        self._next_start = 0.0
        self._closed_until = 0.0
        self._is_probing = False

    def turn(self, everyone: Slots, platform: tuple[Slots, Rate] | None = None) -> "Turn":
        """To be entered: waits for this host's turn, then for its platform's, then for one of everybody's slots."""
        return Turn(self, [self.slots, everyone] if platform is None else [self.slots, platform[0], everyone],
                    platform[1] if platform is not None else None)

    async def start(self, everyone: Slots, rate: Rate | None) -> None:
        """Spaced from the request before, which counts from the moment when it was sent: a busy loop may send it late."""
        if not self.spacing and rate is None and not self._next_start:
            await everyone.acquire()
            return
        async with self._gate:
            await self._sent.wait()
            wait = self._next_start - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if rate is not None:
                await rate.turn()
            await everyone.acquire()
            self._space()
            if self.spacing:
                self._sent.clear()

    def _space(self) -> None:
        self._next_start = time.monotonic() + self.spacing + min(SLACK, self.spacing * SLACK)

    def sent(self) -> None:
        """The request that started last is on its way: the spacing counts from now."""
        self._space()
        self._sent.set()

    def over(self) -> None:
        """A request has ended, sent or not."""
        self._sent.set()

    async def admit(self, url: object) -> None:
        """Wait while the host rests or its breaker is open. Raises when that takes too long, or the host is given up."""
        if not (self.failures or self.refusals or self.rest_until or self.lost):
            return
        while (rest := self._rest(url)) > 0:
            await asyncio.sleep(rest)
        self._is_probing = self.is_open

    @property
    def is_open(self) -> bool:
        return self.failures >= BREAKER

    def _rest(self, asked_for: object) -> float:
        """Seconds until the host may be asked; 0 = now."""
        url = redact(str(asked_for))
        if self.refusals >= REFUSALS:
            raise FetchRefusedError(url, f"the host refused {self.refusals} times in a row")
        if self.lost >= LOST_SECONDS:
            raise FetchUnavailableError(url, f"the host cost {self.lost:.0f} s without an answer")
        asked = self.rest_until - time.time()
        if asked > LONGEST_REST:
            raise FetchUnavailableError(url, f"the host asked to be left alone for {asked:.0f} s", asked)
        if self.is_open and self._is_probing:
            return max(asked, PROBE_POLL)
        return max(asked, self._closed_until - time.monotonic() if self.is_open else 0.0)

    def rest(self, seconds: float) -> None:
        """The host asked not to be asked for so long (Retry-After)."""
        self.rest_until = max(self.rest_until, time.time() + min(seconds, MOST_REST))

    def succeeded(self) -> None:
        self.failures = self.refusals = 0
        self._is_probing = False

    def refused(self) -> None:
        self.failures = 0
        self.refusals += 1
        self._is_probing = False

    def failed(self, seconds: float) -> bool:
        """An attempt of so many seconds came to nothing; True when that opened the breaker (again)."""
        self.failures += 1
        self.lost += seconds
        opens = self.is_open and (self._is_probing or self.failures == BREAKER)
        self._is_probing = False
        if opens:
            cooldown = FIRST_COOLDOWN * 2**self.opened
            self.opened += 1
            self.lost += cooldown
            self._closed_until = time.monotonic() + cooldown
        return opens

    def ended(self) -> None:
        """An attempt was called off: whoever waits for its outcome may try."""
        self._is_probing = False


class Turn:
    """An asynchronous context manager: what is held while a request is under way, taken in order and given back."""

    def __init__(self, host: HostPace, held: list[Slots], rate: Rate | None) -> None:
        self._host, self._held, self._rate = host, held, rate
        self._taken: list[Slots] = []

    async def __aenter__(self) -> None:
        try:
            for slots in self._held[:-1]:
                await slots.acquire()
                self._taken.append(slots)
            await self._host.start(self._held[-1], self._rate)
            self._taken.append(self._held[-1])
        except BaseException:
            self._give_back()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._host.over()
        self._give_back()

    def _give_back(self) -> None:
        while self._taken:
            self._taken.pop().release()


def backoff(attempt: int) -> float:
    """Full jitter: anything up to a bound that doubles (attempt counts from 0)."""
    return random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))  # noqa: S311


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date; None when it says nothing readable."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
