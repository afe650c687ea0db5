"""Handing mails to a mail server: what became of each is known, or is said to be unknown.

DEALHOUSE_SMTP_URL: smtp://, smtp+starttls:// or smtps://, with user and password where the server asks for them.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from types import TracebackType
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from dealhouse.errors import ConfigurationError

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT_S = 30
ACCEPTED = range(200, 300)
TRANSIENT = range(400, 500)


@dataclass(frozen=True)
class Sent:
    """`later`: it was not taken now; `never`: it will not be; `down`: there is no talking to the server; `unknown`: it was handed
    over, and no answer came."""

    how: Literal["sent", "later", "never", "down", "unknown"]
    reason: str | None = None


class MailServer:
    """A connection that is made with the first mail, and again after it broke."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ConfigurationError(f"DEALHOUSE_SMTP_URL begins with one of {', '.join(f'{name}://' for name in PORTS)}")
        self._scheme, self._host, self._port = parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()

    def send(self, mail: EmailMessage, sender: str, recipient: str) -> Sent:
        """Hand over one mail."""
        try:
            client = self._client = self._client or self._connect()
            refused = _envelope(client, sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self._leave()
            return Sent("down", f"{type(error).__name__}: {error}")
        if refused is None:
            return self._data(client, mail)
        self._start_again(client)
        return refused

    def _data(self, client: smtplib.SMTP, mail: EmailMessage) -> Sent:
        try:
            code, reply = client.data(mail.as_bytes(policy=WIRE))
        except smtplib.SMTPDataError as error:  # it would not even listen
            self._start_again(client)
            return _verdict(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self._leave()
            return Sent("unknown", f"{type(error).__name__}: {error}: it may have arrived")
        return Sent("sent") if code in ACCEPTED else _verdict(code, reply)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=context)
        else:
            client = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        client.ehlo_or_helo_if_needed()
        if self._scheme == "smtp+starttls":
            client.starttls(context=context)
        if self._user:
            client.login(self._user, self._password)
        return client

    def _start_again(self, client: smtplib.SMTP) -> None:
        try:
            client.rset()
        except (OSError, smtplib.SMTPException):
            self._leave()

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()


def _envelope(client: smtplib.SMTP, sender: str, recipient: str) -> Sent | None:
    """None when the server takes a mail from and to these."""
    for code, reply in (client.mail(sender), client.rcpt(recipient)):
        if code not in ACCEPTED:
            return _verdict(code, reply)
    return None


def _verdict(code: int, reply: bytes | str) -> Sent:
    told = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return Sent("later" if code in TRANSIENT else "never", f"{code} {told}")
