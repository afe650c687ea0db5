"""What crawls leave for those after them: in raw, where loading puts it, or in a folder's own file, without a database."""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
from sqlalchemy import text

from dealhouse.database import transaction
from dealhouse.landing.batch import open_batch
from dealhouse.scraping.known import Known

# A failed fetch says nothing about the document: what the one before it gave still holds.
LATEST = text(
    "select distinct on (url) url, etag, last_modified, content_sha256, state from raw.crawl_documents "
    "where merchant_id = :merchant_id and observed_at < :as_of and observed_at > :as_of - interval '30 days' "
    "and status <> 'failed' order by url, observed_at desc"  # a document that was not listed for so long is a new one
)
LAST_CRAWL = text(
    "select measured from raw.crawl_coverage where merchant_id = :merchant_id and observed_at < :as_of and status <> 'failed' "
    "order by observed_at desc limit 1"
)
RESTS = text("select host, extract(epoch from rests_until)::float as until from raw.crawl_rests where rests_until > now()")
REST = text(
    "insert into raw.crawl_rests (host, rests_until) values (:host, to_timestamp(:until)) "
    "on conflict (host) do update set rests_until = greatest(crawl_rests.rests_until, excluded.rests_until)"
)
FOLDER_TABLES = """
create table if not exists documents (merchant_id text, url text, observed_at text, row blob, primary key (merchant_id, url));
create table if not exists crawls (merchant_id text primary key, observed_at text, measured blob);
create table if not exists rests (host text primary key, until real);
"""


@dataclass(frozen=True)
class Past:
    """A merchant before this crawl. listed: offers that its last crawl saw; shrunk: crawls in a row that saw far fewer."""

    documents: Mapping[str, Known] = field(default_factory=dict)
    listed: int = 0
    shrunk: int = 0

    @classmethod
    def of(cls, documents: Mapping[str, Known], measured: dict[str, Any] | None) -> "Past":
        known = measured or {}
        return cls(documents, int(known.get("listed") or 0), int(known.get("shrunk") or 0))


class Memory(Protocol):
    """What outlives a crawl. `remember` is told of every batch that landed, by its uri."""

    def past(self, merchant_id: str, as_of: datetime) -> Past: ...

    def remember(self, batch_uri: str) -> None: ...

    def rests(self) -> dict[str, float]:
        """Hosts that asked to be left alone: until when, in wall time."""
        ...

    def remember_rests(self, rests: Mapping[str, float]) -> None: ...


class Warehouse:
    """raw: only what was loaded counts. A document that stands in raw has its offers there too, so a 304 loses nothing."""

    def past(self, merchant_id: str, as_of: datetime) -> Past:
        wanted = {"merchant_id": merchant_id, "as_of": as_of}
        with transaction("loader") as connection:
            rows = connection.execute(LATEST, wanted).mappings().all()
            measured = connection.execute(LAST_CRAWL, wanted).scalar()
        return Past.of({row["url"]: Known.from_row(dict(row)) for row in rows}, measured)

    def remember(self, batch_uri: str) -> None:
        """Loading does."""

    def rests(self) -> dict[str, float]:
        with transaction("loader") as connection:
            return {row.host: row.until for row in connection.execute(RESTS)}

    def remember_rests(self, rests: Mapping[str, float]) -> None:
        if rests:
            with transaction("loader") as connection:
                connection.execute(REST, [{"host": host, "until": until} for host, until in sorted(rests.items())])


class Folder:
    """An SQLite file: what landed in the same folder is what is known."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as database:
            database.executescript(FOLDER_TABLES)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=60)

    def past(self, merchant_id: str, as_of: datetime) -> Past:
        wanted = (merchant_id, _instant(as_of))
        with closing(self._open()) as database:
            rows = database.execute("select url, row from documents where merchant_id = ? and observed_at < ?", wanted)
            documents = {url: Known.from_row(orjson.loads(row)) for url, row in rows}
            last = database.execute("select measured from crawls where merchant_id = ? and observed_at < ?", wanted).fetchone()
        return Past.of(documents, orjson.loads(last[0]) if last else None)

    def remember(self, batch_uri: str) -> None:
        batch = open_batch(batch_uri)
        manifest = batch.manifest
        if manifest.crawl is None or manifest.crawl["status"] == "failed":
            return
        merchant, moment = manifest.merchant_id, _instant(manifest.as_of)
        documents = (orjson.loads(row.line) for row in batch.rows("documents"))
        rows = ((merchant, each["url"], moment, orjson.dumps(each)) for each in documents if each["status"] != "failed")
        with closing(self._open()) as database, database:
            database.executemany("insert or replace into documents values (?, ?, ?, ?)", rows)
            last = (merchant, moment, orjson.dumps(manifest.measured))
            database.execute("insert or replace into crawls values (?, ?, ?)", last)

    def rests(self) -> dict[str, float]:
        with closing(self._open()) as database:
            return dict(database.execute("select host, until from rests where until > ?", (time.time(),)))

    def remember_rests(self, rests: Mapping[str, float]) -> None:
        with closing(self._open()) as database, database:
            database.executemany("insert or replace into rests values (?, ?)", sorted(rests.items()))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
