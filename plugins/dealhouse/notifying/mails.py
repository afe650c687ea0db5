"""A mail of one message, or of several: plain text and a small page, with links by which it is the last."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from dealhouse.notifying import links
from dealhouse.notifying.outbox import NAMESPACE, Waiting
from dealhouse.notifying.people import Person
from dealhouse.settings import settings

TEMPLATES = Path(__file__).with_name("templates")
SUBJECT_LETTERS = 150


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(["html"]), undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"page": links.page, "plain": plain}
    return made


def plain(words: str) -> str:
    """On one line: what a merchant wrote begins no header and no line of ours."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029\s]+", " ", words).strip()


def message_id(rows: Sequence[Waiting]) -> str:
    """The same for the same rows, whenever they are sent."""
    name = rows[0].outbox_id if len(rows) == 1 else str(uuid.uuid5(NAMESPACE, "|".join(sorted(row.outbox_id for row in rows))))
    return f"<{name}@{sender().rpartition('@')[2]}>"


def sender() -> str:
    """The address that mails are from."""
    return parseaddr(settings().mail_from)[1]


def compose(rows: Sequence[Waiting], person: Person, now: datetime) -> EmailMessage:
    """The mail. Prices are those of the release that the rows were made of."""
    title = plain(rows[0].title) if len(rows) == 1 else f"{len(rows)} messages: {plain(rows[0].title)}"
    asks = rows[0].kind == "confirm"
    leave = None if asks else links.unsubscribe(person.customer_key)
    values: dict[str, Any] = {"rows": rows, "title": title, "unsubscribe": leave, "confirm": None}
    if asks:
        values["confirm"] = links.confirm(person.customer_key, rows[0].occasion)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings().mail_from, person.address, title[:SUBJECT_LETTERS]
    mail["Date"], mail["Message-ID"], mail["Auto-Submitted"] = format_datetime(now), message_id(rows), "auto-generated"
    if leave:
        mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"] = f"<{leave}>", "List-Unsubscribe=One-Click"
    mail.set_content(_environment().get_template("mail.txt").render(values))
    mail.add_alternative(_environment().get_template("mail.html").render(values), subtype="html")
    return mail
