"""One merchant's crawl: its documents by its platform's way, their offers landed as one batch with the crawl's coverage.

complete: every document that the merchant lists was fetched, unchanged, gone, or not due (a page whose markup is broken keeps the
document `failed` and the crawl complete: the list is whole). partial: some could not be had, a listing was cut, or came empty or
much shorter than before: what it lacks is then not taken for gone. failed: no document could be had; the batch has no rows and
says why.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from dealhouse.as_of import format_as_of
from dealhouse.errors import FetchRefusedError, FetchUnavailableError
from dealhouse.landing.store import Store
from dealhouse.scraping.documents import Past
from dealhouse.scraping.fetcher import Fetched, Fetcher
from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.kept import Kept
from dealhouse.scraping.known import NOTHING, Known, meaning
from dealhouse.scraping.offer import Context
from dealhouse.scraping.reading import Reading, Sink, read
from dealhouse.scraping.registry import Merchant
from dealhouse.scraping.secrets import redact
from dealhouse.scraping.tally import Yield

Status = Literal["complete", "partial", "failed"]
KEPT_ERRORS = 5
TOLD_HEADERS = ("link", "x-wp-total", "x-wp-totalpages", "content-type")  # of an answer, for a crawl that goes on after a death
SHRUNK = 0.5  # of the offers that the last crawl saw: fewer are not believed ...
SMALL = 20  # ... unless they were so few before that any change is large ...
SHRUNK_CRAWLS = 3  # ... or it has been so for so many crawls


@dataclass(frozen=True)
class CrawlReport:
    """What a crawl did. records + rejects = received; the counts below are for people; `error` sums up what failed."""

    merchant_id: str
    status: Status
    records: int
    rejects: int
    documents: int
    requests: int
    seconds: float
    batch_uri: str | None
    error: str | None
    bytes: int = 0
    unchanged: int = 0
    skipped: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(**values)


def crawl_id(merchant_id: str, as_of: datetime) -> str:
    return f"{merchant_id}:{format_as_of(as_of)}"


class Crawl:
    """The state of one crawl, and what a platform's way may do with it: visit, visit_all, skip, get, break_off.

    last: the answer to the last visit, for a way that pages by what it says; headers: sent with every document's request.
    """

    def __init__(
        self, merchant: Merchant, as_of: datetime, fetcher: Fetcher, past: Past, sink: Sink, *, store: Store | None = None
    ) -> None:
        self.merchant = merchant
        self.format = FORMATS[merchant.platform]
        self.fetcher = fetcher
        self.past = past
        self.previous: Mapping[str, Known] = past.documents
        self.sink = sink
        self.kept = Kept(store, merchant, fetcher) if store is not None else None
        self.order: dict[str, None] = {}  # names of documents, as the way asked for them
        self.found = Yield()
        self.records = self.rejects = self.documents = self.failed = self.unchanged = self.skipped = self.listed = 0
        self.errors: list[str] = []
        self.flags: Counter[str] = Counter()
        self.is_broken_off = False
        self.headers: Mapping[str, str] = {}
        self.last: Fetched | None = None
        self._counted: set[str] = set()
        self._lock = asyncio.Lock()
        self.context = Context(
            merchant_id=merchant.merchant_id, source_kind=merchant.platform, country=merchant.country, as_of=as_of,
            crawl_id=crawl_id(merchant.merchant_id, as_of), document_url=merchant.base_url, base_url=merchant.base_url,
            currency=merchant.currency, language=merchant.language, options=merchant.options,
        )

    @property
    def status(self) -> Status:
        if self.documents == self.failed and not self.records and (self.is_broken_off or self.failed):
            return "failed"
        emptied = bool(self.previous) and not self.records and not self.unchanged and not self.skipped
        return "partial" if self.failed or self.is_broken_off or emptied or self.is_shrunk else "complete"

    @property
    def is_shrunk(self) -> bool:
        """Far fewer offers than the last crawl saw: a feed cut off, more likely than a catalogue given up."""
        fewer = self.past.listed >= SMALL and self.listed < SHRUNK * self.past.listed
        return fewer and self.past.shrunk < SHRUNK_CRAWLS

    @property
    def error(self) -> str | None:
        told = [*self.errors]
        if self.is_shrunk and not self.failed:
            told.append(f"{self.listed} offers where the last crawl saw {self.past.listed}")
        more = len(told) - KEPT_ERRORS
        return redact("; ".join(told[:KEPT_ERRORS])) + (f"; and {more} more" if more > 0 else "") if told else None

    def coverage(self) -> dict[str, Any]:
        return {
            "crawl_id": self.context.crawl_id, "status": self.status, "documents": self.documents, "offers": self.records,
            "error": self.error, "flags": dict(sorted(self.flags.items())),
        }

    def measured(self, seconds: float) -> dict[str, Any]:
        """What it cost and found. stale: the merchant's last good data stay. listed, shrunk: see documents.Past."""
        return {
            **self.fetcher.tally(self.merchant.merchant_id).as_dict(), **self.found.as_dict(), "seconds": round(seconds, 3),
            "unchanged": self.unchanged, "skipped": self.skipped, "stale": self.status != "complete",
            "listed": self.past.listed if self.is_shrunk else self.listed,
            "shrunk": self.past.shrunk + 1 if self.is_shrunk else 0,
        }

    async def run(self) -> None:
        await self.format.walk(self)

    def break_off(self, error: str | None = None) -> None:
        """The list of documents is not whole: what was not seen may still be there."""
        self.is_broken_off = True
        if error is not None:
            self.errors.append(error)

    async def get(self, url: str) -> Fetched:
        """A document that is read but not landed, kept so that a 304 will do next time. Raises what the fetcher raises."""
        if self.kept is not None:
            return await self.kept.get(url, self.headers)
        return await self.fetcher.get(url, self.merchant, headers=self.headers)

    async def visit_all(self, urls: list[str], lastmods: Mapping[str, str | None] | None = None) -> None:
        """Visit documents together; they land in this order, whatever order they come in."""
        self.order.update(dict.fromkeys(map(redact, urls)))
        visits = [asyncio.ensure_future(self.visit(url, (lastmods or {}).get(url))) for url in urls]
        try:
            await asyncio.gather(*visits)
        finally:
            for visit in visits:
                visit.cancel()

    async def visit(self, url: str, lastmod: str | None = None) -> int | None:
        """Fetch a document and write what it holds. Its rows (those of before when unchanged), or None when it could not be had.

        What an earlier try of the same crawl has already is not asked for again.
        """
        name = redact(url)
        self.order.setdefault(name)
        document = self.sink.document(name)
        if document is not None and document["status"] != "failed":
            self.last = _told(document)
        else:
            document = await self._look(url, name, lastmod)
        self._count(name, document)
        return None if document.get("error") else int(document["counts"]["rows"])

    def skip(self, url: str) -> None:
        """A page that is not due: it was not looked at, which says nothing about its offers."""
        name = redact(url)
        self.order.setdefault(name)
        self._count(name, self._commit(name, "skipped", self.previous[name].skipped()))

    async def _look(self, url: str, name: str, lastmod: str | None) -> dict[str, Any]:
        known = self.previous.get(name, NOTHING)
        context = replace(self.context, document_url=name)
        means = meaning(context)
        is_trusted = known.still_means(means, context.as_of)
        try:
            fetched = await self.fetcher.get(url, self.merchant, known.validators if is_trusted else None, self.headers)
        except (FetchRefusedError, FetchUnavailableError) as error:
            self.last = None
            return self._commit(name, "failed", None, error=str(error))
        self.last = fetched
        if fetched.is_gone:
            return self._commit(name, "fetched", NOTHING, fetched=fetched)
        if fetched.is_unchanged or (is_trusted and fetched.sha256 == known.content_sha256):
            same = known.confirmed(fetched, lastmod).looked(context.as_of, changed=False)
            return self._commit(name, "unchanged", same, fetched=fetched)
        async with self._lock:
            context = replace(context, content_type=fetched.headers.get("content-type"))
            reading = await read(self.format.extract, fetched.body, context, self.sink)
            return self._read(name, fetched, reading, replace(known, context=means, lastmod=lastmod))

    def _read(self, name: str, fetched: Fetched, reading: Reading, known: Known) -> dict[str, Any]:
        if not reading.is_readable:
            error = f"unreadable: {name}" if self.format.is_listing else None
            return self._commit(name, "failed", None, reading, fetched=fetched, error=error)
        rows_sha256 = reading.digest.hexdigest()
        is_same = bool(reading.rows) and rows_sha256 == known.rows_sha256
        known = replace(
            known.confirmed(fetched, None).looked(self.context.as_of, changed=not is_same), content_sha256=fetched.sha256,
            rows=reading.rows, offers=reading.found.offers, rows_sha256=rows_sha256, until=reading.until, value=reading.value,
            etag=fetched.validators.etag, last_modified=fetched.validators.last_modified,
        )
        if is_same:
            self.sink.drop()
            return self._commit(name, "unchanged", known, fetched=fetched)
        # an empty page is asked for in full each time: only so is it known to be still the last
        return self._commit(name, "fetched", known if reading.rows else known.forgotten(), reading, fetched=fetched)

    def _commit(
        self, name: str, status: str, known: Known | None, reading: Reading | None = None, *,
        fetched: Fetched | None = None, error: str | None = None,
    ) -> dict[str, Any]:
        """A document as it lands, with what this crawl is to count: `counts`, `error`, `answer`."""
        if status in ("unchanged", "skipped"):
            rows, listed = (known.rows, known.offers) if known is not None else (0, 0)
        else:
            rows, listed = (reading.rows, reading.found.offers) if reading is not None else (0, 0)
        if error is not None and known is None:
            listed = max(listed, self.previous.get(name, NOTHING).offers)
        counts: dict[str, Any] = {"rows": rows, "listed": listed}
        if reading is not None:
            found = reading.found
            counts |= {"offers": found.offers, "fields": found.fields, "reasons": found.reasons, "bad_gtin": reading.bad_gtin}
        row = known.as_row() if known is not None else {}
        document = {"url": name, "status": status, **row, "counts": counts}
        if error is not None:
            document["error"] = error
        if fetched is not None:
            told = {each: fetched.headers[each] for each in TOLD_HEADERS if each in fetched.headers}
            document["answer"] = {"url": redact(fetched.url), "status": fetched.status, "headers": told}
        self.sink.commit(document)
        return document

    def _count(self, name: str, document: dict[str, Any]) -> None:
        if name in self._counted:
            return
        self._counted.add(name)
        counts = document["counts"]
        found = Yield(counts.get("offers", 0), Counter(counts.get("fields")), Counter(counts.get("reasons")))
        self.found.add(found)
        self.documents += 1
        self.records += found.offers
        self.rejects += found.reasons.total()
        self.listed += counts["listed"]
        self.flags["bad_gtin"] += counts.get("bad_gtin", 0)
        self.unchanged += document["status"] == "unchanged"
        self.skipped += document["status"] == "skipped"
        if document.get("error"):
            self.failed += 1
            self.errors.append(document["error"])
        elif document["status"] == "failed":
            self.flags["unreadable"] += 1


def _told(document: dict[str, Any]) -> Fetched | None:
    """The answer that an earlier try of the same crawl had, without its body."""
    answer = document.get("answer")
    return Fetched(answer["url"], answer["status"], b"", NOTHING.validators, answer["headers"]) if answer else None
