"""raw.crawl_documents, read: with what each document may be asked whether it changed."""

from datetime import datetime

from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.scraping.fetcher import Validators

# A failed fetch says nothing about the document: what the one before it gave still holds.
LATEST = text(
    "select distinct on (url) url, etag, last_modified from raw.crawl_documents "
    "where merchant_id = :merchant_id and observed_at < :as_of and status <> 'failed' order by url, observed_at desc"
)


def previous(merchant_id: str, as_of: datetime) -> dict[str, Validators]:
    """Validators by url of the merchant's documents as last loaded before `as_of`.

    Only what was loaded counts: a document that stands in raw has its offers there too, so a 304 loses nothing.
    """
    with transaction("loader") as connection:
        rows = connection.execute(LATEST, {"merchant_id": merchant_id, "as_of": as_of}).all()
    return {row.url: Validators(row.etag, row.last_modified) for row in rows if row.etag or row.last_modified}
