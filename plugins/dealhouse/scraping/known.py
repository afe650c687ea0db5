"""What is known of a document from the crawls before: with what to ask, what it said, how often it changes, when to look again.

A listing or a feed is asked for in every crawl. A page is looked at when it is due: by the chance that it changed since the last
look, weighed by what a change would be worth, when the sitemap says that it changed, and at the latest after so many crawls.
"""

import hashlib
import math
from dataclasses import MISSING, asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Self

from dealhouse.scraping.fetcher import Fetched
from dealhouse.scraping.offer import Context
from dealhouse.scraping.secrets import redact
from dealhouse.scraping.validators import Validators

READING = 1  # raise it when parsers come to read more out of the same bytes: everything is then read once more
FEWEST_LOOKS = 2  # after the first: before that nothing is known of how often a page changes
PRIOR_CHANGES, PRIOR_DAYS = 0.5, 3.0  # what a page is believed to do before it was watched: one change in six days
LEAST_CHANCE = 0.2  # that a page changed, times its value: then it is due
ON_SALE, ORDINARY, SOLD_OUT = 3.0, 1.0, 0.5  # what a change would be worth: ended sales mislead most
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Known:
    """The last look at a document, and the looks before in figures.

    answered_by: where redirects had led. rows, offers: what it held. rows_sha256: of its rows without what names the crawl.
    context: of what else the rows depend on (currency, promotions, options). until: an instant at which the same bytes mean
    something else (a sale begins or ends). looks, changes: those after the first; watched: seconds between first and last look.
    skips: crawls since that did not look. lastmod: as the sitemap had it.
    """

    etag: str | None = None
    last_modified: str | None = None
    content_sha256: str | None = None
    answered_by: str | None = None
    rows: int = 1
    offers: int = 0
    rows_sha256: str | None = None
    context: str | None = None
    until: datetime | None = None
    checked_at: datetime | None = None
    looks: int = 0
    changes: int = 0
    watched: float = 0.0
    skips: int = 0
    value: float = ORDINARY
    lastmod: str | None = None

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """From `as_row`, or from what older crawls left: then little is known."""
        state = {name: value for name, value in (row.get("state") or {}).items() if name in _STATE}
        for name in _INSTANTS & state.keys():
            state[name] = datetime.fromisoformat(state[name])
        return cls(row.get("etag"), row.get("last_modified"), row.get("content_sha256"), **state)

    def as_row(self) -> dict[str, Any]:
        """The columns of raw.crawl_documents; `state` holds what differs from the default."""
        values = asdict(self)
        state = {name: values[name] for name, default in _STATE.items() if values[name] != default}
        for name in _INSTANTS & state.keys():
            state[name] = state[name].isoformat()
        return {"etag": self.etag, "last_modified": self.last_modified, "content_sha256": self.content_sha256, "state": state}

    @property
    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified, self.answered_by)

    def still_means(self, context: str, as_of: datetime) -> bool:
        """Whether the same bytes would be read the same now. Of older crawls that is not known: they are believed."""
        return self.context in (None, context) and (self.until is None or as_of < self.until)

    def looked(self, as_of: datetime, *, changed: bool) -> Self:
        """One more look."""
        since = (as_of - self.checked_at).total_seconds() if self.checked_at is not None else None
        more = 0 if since is None else 1
        return replace(
            self, checked_at=as_of, looks=self.looks + more, changes=self.changes + (more if changed else 0),
            watched=self.watched + max(0.0, since or 0.0), skips=0,
        )

    def confirmed(self, fetched: Fetched, lastmod: str | None) -> Self:
        """The answer said nothing new, but perhaps new words to ask with."""
        given = fetched.validators
        return replace(
            self, etag=given.etag or self.etag, last_modified=given.last_modified or self.last_modified,
            answered_by=redact(given.url) if given.url else None, lastmod=lastmod or self.lastmod,
        )

    def forgotten(self) -> Self:
        """To be asked for in full next time: what it held is not believed."""
        return replace(self, etag=None, last_modified=None, content_sha256=None, rows_sha256=None)

    def skipped(self) -> Self:
        return replace(self, skips=self.skips + 1)

    def is_due(self, as_of: datetime, lastmod: str | None, runs: int) -> bool:
        """Whether to look at a page now; `runs`: it is looked at in every so-many-th crawl at least (1: always).

        The rate is the mean of a gamma posterior over a Poisson process seen only at its looks (Cho and Garcia-Molina, 2003,
        correct for changes between looks; where a change is rare the correction is nil, where it is not the page is due anyway).
        """
        if self.skips + 1 >= runs or self.looks < FEWEST_LOOKS or self.checked_at is None:
            return True
        if (lastmod is not None and lastmod != self.lastmod) or (self.until is not None and as_of >= self.until):
            return True
        rate = (self.changes + PRIOR_CHANGES) / (self.watched / DAY + PRIOR_DAYS)
        chance = 1 - math.exp(-rate * max(0.0, (as_of - self.checked_at).total_seconds()) / DAY)
        return chance * self.value >= LEAST_CHANCE


NOTHING = Known()
_STATE = {
    each.name: None if each.default is MISSING else each.default
    for each in fields(Known) if each.name not in ("etag", "last_modified", "content_sha256")
}
_INSTANTS = frozenset(("until", "checked_at"))


def meaning(context: Context) -> str:
    """What the reading of a document depends on besides its bytes, as a short hash."""
    said = (
        READING, context.source_kind, context.country, context.base_url, context.currency, context.language,
        sorted((name, str(value)) for name, value in context.options.items()),
        sorted((name, str(value)) for name, value in context.promotions.items()),
    )
    return hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()
