"""The ways out as the environment names them.

TICKETCLOCK_WEBHOOK_URL, TICKETCLOCK_WEBHOOK_SECRET    where notices are posted, and the `whsec_…` that signs them
TICKETCLOCK_SMTP_URL                                   smtp://user:password@host:port?starttls=1, or smtps://…
TICKETCLOCK_MAIL_FROM, TICKETCLOCK_MAIL_TO             the sender; role=address or role/customer=address, with commas between
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from api.outgoing.channel import Channel, has_to_be_email
from api.outgoing.mail import Mail, Server
from api.outgoing.webhook import Webhook
from domain.refusals import Refusal
from projections.notices import Notice

SMTP_PORT = 25
SMTPS_PORT = 465
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways out that there are. What is for a role with an address goes by mail, all else to the webhook."""

    webhook: Webhook | None = None
    mail: Mail | None = None

    def __bool__(self) -> bool:
        return self.webhook is not None or self.mail is not None

    def way(self, notice: Notice) -> Channel | None:
        """None where there is none for this one: what has to be an e-mail is posted nowhere else."""
        if self.mail is not None and self.mail.address(notice) is not None:
            return self.mail
        return None if has_to_be_email(notice) else self.webhook


@contextmanager
def channels(environment: Mapping[str, str]) -> Iterator[Channels]:
    """Raises Refusal where a setting is wrong or one goes without another; it names the setting and repeats no secret."""
    mail = _mail(environment)
    if not _go_together(environment, "TICKETCLOCK_WEBHOOK_URL", "TICKETCLOCK_WEBHOOK_SECRET"):
        yield Channels(mail=mail)
        return
    with Webhook(environment["TICKETCLOCK_WEBHOOK_URL"], environment["TICKETCLOCK_WEBHOOK_SECRET"]) as webhook:
        yield Channels(webhook, mail)


def _mail(environment: Mapping[str, str]) -> Mail | None:
    names = ("TICKETCLOCK_SMTP_URL", "TICKETCLOCK_MAIL_FROM", "TICKETCLOCK_MAIL_TO")
    if not _go_together(environment, *names):
        return None
    server, sender, to = (environment[name] for name in names)
    if "@" not in sender:
        raise Refusal("TICKETCLOCK_MAIL_FROM is an address, such as desk@example.com")
    return Mail(mail_server(server), sender, dict(_addresses(to)))


def _go_together(environment: Mapping[str, str], *names: str) -> bool:
    missing = [name for name in names if not environment.get(name)]
    if 0 < len(missing) < len(names):
        given = next(name for name in names if name not in missing)
        raise Refusal(f"{given} goes with {' and '.join(missing)}")
    return not missing


def mail_server(url: str) -> Server:
    """A server by its address. Raises Refusal; a password goes nowhere but over an encrypted connection or within the machine."""
    try:
        parts = urlsplit(url)
        host, port, options = parts.hostname, parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise Refusal("TICKETCLOCK_SMTP_URL is no address") from None
    if parts.scheme not in ("smtp", "smtps") or not host or options.keys() - {"starttls"}:
        raise Refusal(
            "TICKETCLOCK_SMTP_URL reads smtp://user:password@host:port?starttls=1, or smtps://… without starttls"
        )
    tls, starttls = parts.scheme == "smtps", options.get("starttls") == ["1"]
    if parts.password and not (tls or starttls or host in LOOPBACK):
        raise Refusal("TICKETCLOCK_SMTP_URL has a password, which needs smtps:// or ?starttls=1")
    return Server(
        host=host,
        port=port or (SMTPS_PORT if tls else SMTP_PORT),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls and not tls,
        tls=tls,
    )


def _addresses(told: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, map(str.strip, told.split(","))):
        role, _, address = pair.rpartition("=")
        if not role.strip() or "@" not in address:
            raise Refusal("TICKETCLOCK_MAIL_TO names role=address pairs, with commas between")
        yield role.strip(), address.strip()
