"""What every way out has in common."""

from datetime import datetime
from hashlib import sha256
from typing import Protocol

from domain.refusals import Refusal
from projections.notices import Notice

EMAIL = "email"


class Undelivered(Refusal):
    """The other end did not take it; says why, and no secret."""


class Channel(Protocol):
    """One way out."""

    def send(self, notice: Notice, at: datetime) -> None:
        """Return once the other end has taken it. Raises Undelivered."""


def message_id(notice: Notice) -> str:
    """The same in every attempt, so that a receiver knows what it has had; fit for any header."""
    return f"msg_{sha256(notice.id.encode()).hexdigest()[:32]}"


def has_to_be_email(notice: Notice) -> bool:
    """Whether the agreement asks for an e-mail: telling it by any other way would put something untrue on record."""
    return notice.fulfils is not None and notice.fulfils["fields"].get("channel") == EMAIL
