"""One merchant's crawl: its documents by its platform's way, their offers landed as one batch with the crawl's coverage.

complete: every document that the merchant lists was fetched, unchanged or gone (a page whose markup is broken keeps the
document `failed` and the crawl complete: the list is whole). partial: some could not be had, a listing was cut or came empty
where it was not before. failed: no document could be had; the batch has no rows and says why.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

from dealhouse.as_of import format_as_of
from dealhouse.errors import BadInputError, FetchRefusedError, FetchUnavailableError
from dealhouse.landing.batch import BatchWriter
from dealhouse.landing.store import Store
from dealhouse.scraping.fetcher import Fetched, Fetcher, Validators
from dealhouse.scraping.formats import FORMATS
from dealhouse.scraping.offer import Context, Offer, Reject
from dealhouse.scraping.registry import Merchant

Status = Literal["complete", "partial", "failed"]
UNPARSEABLE = frozenset(("unparseable_document", "truncated_document", "malformed_markup"))
MERCHANT_SECONDS = 1800.0
KEPT_ERRORS = 5


@dataclass(frozen=True)
class CrawlReport:
    """What a crawl did. records + rejects = received; `requests` and `seconds` are for people; `error` sums up what failed."""

    merchant_id: str
    status: Status
    records: int
    rejects: int
    documents: int
    requests: int
    seconds: float
    batch_uri: str | None
    error: str | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        return cls(**values)


def crawl_id(merchant_id: str, as_of: datetime) -> str:
    return f"{merchant_id}:{format_as_of(as_of)}"


async def crawl_merchant(
    merchant: Merchant, as_of: datetime, fetcher: Fetcher, previous: Mapping[str, Validators], store: Store
) -> CrawlReport:
    """Crawl and land. `previous`: validators by url. Network and merchant faults end up in the report, never as an exception."""
    started = time.monotonic()
    with BatchWriter(store, source="offers", merchant_id=merchant.merchant_id, kind="offers", as_of=as_of) as writer:
        crawl = Crawl(merchant, as_of, fetcher, previous, writer)
        try:
            async with asyncio.timeout(MERCHANT_SECONDS):
                await crawl.run()
        except TimeoutError:
            crawl.errors.append(f"not done after {MERCHANT_SECONDS:.0f} s")
            crawl.is_broken_off = True
        except (FetchRefusedError, FetchUnavailableError) as error:
            crawl.errors.append(str(error))
            crawl.is_broken_off = True
        batch = writer.close(crawl.coverage())
    requests = fetcher.tally(merchant.merchant_id).requests
    return CrawlReport(merchant.merchant_id, crawl.status, crawl.records, crawl.rejects, crawl.documents, requests,
                       round(time.monotonic() - started, 3), batch.uri, crawl.error)


class Crawl:
    """The state of one crawl, and what a platform's way may do with it: visit, visit_all, break_off."""

    def __init__(
        self, merchant: Merchant, as_of: datetime, fetcher: Fetcher, previous: Mapping[str, Validators], writer: BatchWriter
    ) -> None:
        self.merchant = merchant
        self.format = FORMATS[merchant.platform]
        self.fetcher = fetcher
        self.previous = previous
        self.writer = writer
        self.records = self.rejects = self.documents = self.failed = self.unchanged = 0
        self.errors: list[str] = []
        self.flags: Counter[str] = Counter()
        self.is_broken_off = False
        self.headers: Mapping[str, str] = {}  # sent with every document's request: a store view, a token
        self.last: Fetched | None = None  # the answer to the last visit, for a way that pages by what it says
        self.context = Context(
            merchant_id=merchant.merchant_id, source_kind=merchant.platform, country=merchant.country, as_of=as_of,
            crawl_id=crawl_id(merchant.merchant_id, as_of), document_url=merchant.base_url, base_url=merchant.base_url,
            currency=merchant.currency, language=merchant.language, options=merchant.options,
        )

    @property
    def status(self) -> Status:
        if self.documents == self.failed and not self.records and (self.is_broken_off or self.failed):
            return "failed"
        emptied = bool(self.previous) and not self.records and not self.unchanged
        return "partial" if self.failed or self.is_broken_off or emptied else "complete"

    @property
    def error(self) -> str | None:
        more = len(self.errors) - KEPT_ERRORS
        return "; ".join(self.errors[:KEPT_ERRORS]) + (f"; and {more} more" if more > 0 else "") if self.errors else None

    def coverage(self) -> dict[str, Any]:
        return {
            "crawl_id": self.context.crawl_id, "status": self.status, "documents": self.documents, "offers": self.records,
            "error": self.error, "flags": dict(sorted(self.flags.items())),
        }

    async def run(self) -> None:
        await self.format.walk(self)

    def break_off(self, error: str | None = None) -> None:
        """The list of documents is not whole: what was not seen may still be there."""
        self.is_broken_off = True
        if error is not None:
            self.errors.append(error)

    async def visit_all(self, urls: list[str]) -> None:
        fetches = [asyncio.ensure_future(self._fetch(url)) for url in urls]
        try:
            for url, fetch in zip(urls, fetches, strict=True):
                self._take(url, await fetch)
        finally:
            for fetch in fetches:
                fetch.cancel()

    async def visit(self, url: str) -> int | None:
        """Fetch a document and write what it holds. Its rows (1 when unchanged), or None when it could not be had."""
        return self._take(url, await self._fetch(url))

    async def _fetch(self, url: str) -> Fetched | FetchRefusedError | FetchUnavailableError:
        try:
            return await self.fetcher.get(url, self.merchant, self.previous.get(url), self.headers)
        except (FetchRefusedError, FetchUnavailableError) as error:
            return error

    def _take(self, url: str, fetched: Fetched | FetchRefusedError | FetchUnavailableError) -> int | None:
        self.documents += 1
        self.last = fetched if isinstance(fetched, Fetched) else None
        if not isinstance(fetched, Fetched):
            self._failed(url, str(fetched))
            return None
        if fetched.is_unchanged:
            self.unchanged += 1
            known = self.previous.get(url, Validators())
            etag, modified = fetched.validators.etag or known.etag, fetched.validators.last_modified or known.last_modified
            self.writer.document({"url": url, "status": "unchanged", "etag": etag, "last_modified": modified})
            return 1
        if fetched.is_gone:
            self.writer.document({"url": url, "status": "fetched"})
            return 0
        return self._extract(url, fetched)

    def _extract(self, url: str, fetched: Fetched) -> int | None:
        rows = 0
        readable = True
        context = replace(self.context, document_url=url, content_type=fetched.headers.get("content-type"))
        for found in self.format.extract(fetched.body, context):
            rows += 1
            if isinstance(found, Reject):
                readable = readable and found.reason not in UNPARSEABLE
                self._reject(found)
            else:
                self._record(found)
        if not readable and self.format.is_listing:
            self._failed(url, f"unreadable: {url}")
            return None
        if not readable:
            self.flags["unreadable"] += 1
            self.writer.document({"url": url, "status": "failed", "content_sha256": fetched.sha256})
            return rows
        # an empty page is asked for in full each time: only so is it known to be still the last
        validators = fetched.validators if rows else Validators()
        self.writer.document({
            "url": url, "status": "fetched", "etag": validators.etag, "last_modified": validators.last_modified,
            "content_sha256": fetched.sha256,
        })
        return rows

    def _record(self, offer: Offer) -> None:
        try:
            self.writer.record(offer.as_record())
        except BadInputError as error:
            self._reject(Reject("malformed_record", str(offer), str(error)))
            return
        self.records += 1
        self.flags["bad_gtin"] += offer.bad_gtin

    def _reject(self, found: Reject) -> None:
        self.writer.reject(found.reason, found.payload, found.detail)
        self.rejects += 1

    def _failed(self, url: str, error: str) -> None:
        self.failed += 1
        self.errors.append(error)
        self.writer.document({"url": url, "status": "failed"})
