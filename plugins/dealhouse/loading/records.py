"""From a landed line to a row for COPY, or to a reason why not.

`Reader.read` raises Refused with a reason such as `missing_price`, `invalid_currency`, `overlong_title`, `malformed_record`.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson
from w3lib.url import canonicalize_url

from dealhouse.loading import ids
from dealhouse.loading.fields import ESCAPES, NULL, Refused
from dealhouse.loading.kinds import IDENTITY, SEEN, Kind, Record
from dealhouse.loading.source_columns import Shape

HISTORY = "history"  # the merchant_id of batches whose rows declare their own merchant, observed_at and loaded_at
SEPARATOR = "\x1f"
OFFER_START = len(SEEN)
ID_END = OFFER_START + len(IDENTITY)
OFFER_ROW = ("offer_id", "row_hash")
LISTED = ("price", "currency", "title")


@dataclass(frozen=True)
class Context:
    """What a batch says about all of its rows; instants are ISO text. `erased`: hashes of customers that are to stay away."""

    merchant_id: str
    shop_id: str
    observed_at: str
    loaded_at: str
    erased: frozenset[str] = frozenset()


class Reader:
    """Reads the records of one batch; remembers nulled fields, the customers that it met, and which columns came."""

    def __init__(self, kind: Kind, context: Context) -> None:
        self.kind = kind
        self.context = context
        self.nulled: Counter[str] = Counter()
        self.customers: dict[str, str] = {}
        self.shape = Shape()
        self._seen: set[tuple[str, str]] = set()
        self._pairs = tuple((column.name, column.parse) for column in kind.columns)
        self._required = itemgetter(*(at for at, column in enumerate(kind.columns) if column.treatment == "required"))
        names = [column.name for column in kind.columns]
        if kind.family == "offers":
            names += OFFER_ROW
        elif kind.family == "shop":
            names += ("shop_id", "loaded_at")
        self.columns = tuple(names)
        self._prepare = {"offers": self._prepare_offer, "crawls": self._prepare_crawl, "shop": self._prepare_shop}[kind.family]
        self._tail = [context.shop_id, context.loaded_at] if kind.family == "shop" else []

    def read(self, line: bytes) -> str:
        """The row's values as COPY text, tab-separated, in the order of `columns`. Raises Refused."""
        record = _parse(line)
        if self._tail:
            self.shape.see(record)
        self._prepare(record)
        get = record.get
        try:
            row = [NULL if (value := get(name)) is None else parse(value) for name, parse in self._pairs]
        except Refused:
            row = self._judged(record)
        if NULL in self._required(row):
            row = self._judged(record)
        if self.kind.family == "offers":
            row += _offer_ids(row)
        row += self._tail
        if b"\\" in line:  # JSON cannot hold a control character, a quote or a backslash without one
            row = _escape(row)
        return "\t".join(row)

    def merchant_of(self, line: bytes) -> str:
        """Whose record a refused line is, as far as it can be told."""
        try:
            merchant = orjson.loads(line)["merchant_id"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return self.context.merchant_id
        return merchant[:100].replace("\x00", "") if isinstance(merchant, str) and merchant else self.context.merchant_id

    def payload_of(self, line: bytes) -> str:
        """A refused line as its reject keeps it: as received, but a customer only by the key (landing has the rest)."""
        if not self.kind.personal:
            return line.decode("utf-8", "backslashreplace")
        try:
            record = _parse(line)
            self._prepare_shop(record)
        except Refused:
            return f"may name a customer: {len(line)} bytes, kept in the landed batch"
        return orjson.dumps(record).decode()

    def _judged(self, record: Record) -> list[str]:
        """The row of a record that is not wholly in order: names the fault, or nulls what may be nulled."""
        row = []
        for column in self.kind.columns:
            value = record.get(column.name)
            if value is None:
                if column.treatment == "required":
                    raise Refused(f"missing_{column.name}")
                row.append(NULL)
                continue
            try:
                text = column.parse(value)
            except Refused as refused:
                if column.treatment != "lenient":
                    raise Refused(f"{refused}_{column.name}") from refused
                self.nulled[column.name] += 1
                text = NULL
            if text is NULL and column.treatment == "required":
                raise Refused(f"missing_{column.name}")
            row.append(text)
        return row

    def _prepare_offer(self, record: Record) -> None:
        context = self.context
        if context.merchant_id != HISTORY:
            if record.setdefault("merchant_id", context.merchant_id) != context.merchant_id:
                raise Refused("foreign_merchant")
            record["observed_at"] = context.observed_at
            record["loaded_at"] = context.loaded_at
        if record.get("presence") is None:
            record["presence"] = "listed"
        if record["presence"] == "listed":
            for name in LISTED:
                value = record.get(name)
                if value is None or value == "" or (value.__class__ is str and value.isspace()):
                    raise Refused(f"missing_{name}")
        _identify(record)
        for name, filler in (("url", ""), ("title", ""), ("availability", "unknown"), ("native_variant_id", "")):
            if record.get(name) is None:
                record[name] = filler

    def _prepare_crawl(self, record: Record) -> None:
        key = (str(record.get("merchant_id")), str(record.get("crawl_id")))
        if key in self._seen:
            raise Refused("duplicate_crawl")
        self._seen.add(key)

    def _prepare_shop(self, record: Record) -> None:
        native = record.pop("native_customer_id", None)
        if native is not None and native != "":
            native = _native(native)
            record["customer_key"] = key = ids.customer_key(self.context.shop_id, native)
            self._refuse_erased(key)
            self.customers[key] = native
        elif self.kind.name == "shop_customers":
            raise Refused("missing_native_customer_id")
        else:
            self._refuse_erased(record.get("customer_key"))
        email = record.pop("email", None)
        if email:
            record["email_hash"] = ids.email_hash(_native(email))
        if self.kind.name == "shop_products" and isinstance(record.get("sku"), str):
            record["offer_id"] = ids.offer_id(ids.HOUSE, str(record.get("country")), record["sku"])

    def _refuse_erased(self, key: Any) -> None:  # noqa: ANN401
        """Who was erased stays away: `dealhouse.privacy replay` takes the person out of the landed line, then it loads."""
        if self.context.erased and key.__class__ is str and ids.erased_hash(key) in self.context.erased:
            raise Refused("erased_customer")


def _parse(line: bytes) -> Record:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Refused("malformed_record") from error
    if record.__class__ is not dict:
        raise Refused("malformed_record")
    return record  # type: ignore[no-any-return]


def _identify(record: Record) -> None:
    """Without a native id the canonical URL stands in."""
    native = record.get("native_product_id")
    if native is None or native == "":
        address = record.get("url")
        if not address or address.__class__ is not str:
            raise Refused("missing_id")
        record["native_product_id"] = canonicalize_url(address)


def _offer_ids(row: list[str]) -> list[str]:
    name = "|".join(row[OFFER_START:ID_END])
    content = SEPARATOR.join(row[OFFER_START:])
    return [ids.uuid5(name), hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()]


def _escape(row: list[str]) -> list[str]:
    if any("\x00" in value for value in row):
        raise Refused("invalid_text")
    return [value if value is NULL or (value.isprintable() and "\\" not in value) else value.translate(ESCAPES) for value in row]


def _native(value: Any) -> str:  # noqa: ANN401
    """A native id as text. Raises Refused: a list, say, identifies nobody."""
    if value.__class__ not in (str, int) or "\x00" in str(value) or len(str(value)) > 500:
        raise Refused("invalid_native_customer_id")
    return str(value)
