"""Notices by e-mail, over SMTP."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from api.outgoing.channel import Undelivered, message_id
from projections.notices import Notice

TIMEOUT_SECONDS = 10
SHOWN = ("reference", "ticket", "dispute", "notice", "at", "clause", "agreement", "severity", "status")


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in; with `starttls` nothing is said before the connection is encrypted, with `tls` it begins so."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False

    def __str__(self) -> str:
        return f"mail server {self.host}:{self.port}"


class Mail:
    """`to` gives the address of a role, or of a role at one customer (`customer/acme`), which goes first."""

    def __init__(
        self,
        server: Server,
        sender: str,
        to: Mapping[str, str],
        *,
        trusted: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._server = server
        self._sender = sender
        self._to = dict(to)
        self._trusted = trusted or ssl.create_default_context()
        self._timeout = timeout_seconds

    def address(self, notice: Notice) -> str | None:
        """Where it goes; None where nobody has said."""
        return self._to.get(f"{notice.to_role}/{notice.customer}") or self._to.get(notice.to_role)

    def send(self, notice: Notice, at: datetime) -> None:
        to = self.address(notice)
        if to is None:
            raise Undelivered(f"nobody has said where mail to {notice.to_role} goes")
        try:
            with self._connected() as server:
                server.send_message(letter(notice, self._sender, to, at))
        except smtplib.SMTPResponseException as error:
            raise Undelivered(f"{self._server} answered {error.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(str(code) for code, _ in error.recipients.values())
            raise Undelivered(f"{self._server} does not take mail to {notice.to_role}: {codes}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(f"{self._server} cannot be used: {type(error).__name__}") from None

    def _connected(self) -> smtplib.SMTP:
        where = self._server
        if where.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                where.host, where.port, timeout=self._timeout, context=self._trusted
            )
        else:
            server = smtplib.SMTP(where.host, where.port, timeout=self._timeout)
        try:
            if where.starttls:
                server.starttls(context=self._trusted)
            if where.user:
                server.login(where.user, where.password)
        except BaseException:
            server.close()
            raise
        return server


def letter(notice: Notice, sender: str, to: str, at: datetime) -> EmailMessage:
    """The same Message-ID in every attempt, so that a second copy can be told from a second notice."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = _line(f"Ticket {notice.payload['reference']}: {_what(notice)}")
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id(notice)}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_body(notice)) + "\n", cte="quoted-printable")
    return message


def _body(notice: Notice) -> Iterator[str]:
    told = {"ticket": notice.ticket, **notice.payload, "notice": _what(notice), "clause": notice.clause}
    for name in SHOWN:
        if told.get(name):
            yield f"{name.capitalize()}: {_line(str(told[name]))}"
    if says := told.get("says"):
        yield f"\n{_line(says)}"


def _what(notice: Notice) -> str:
    return notice.milestone or notice.kind.replace("_", " ")


def _line(text: str) -> str:
    """A line break in a header would begin another one."""
    return " ".join(text.split())
