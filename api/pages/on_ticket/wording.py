"""How a ticket's matters are called on its pages: instants, events, people and roles, and texts with elements in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from api.pages.formats import Formats
from api.pages.texts import knows, say
from domain.instants import moment
from domain.ticket.history import Actor, Person, role_of

LONGEST_LINE = 160


def tell(key: str, /, **parts: object) -> Markup:
    """A text with elements put in its places; whatever else is put there is escaped."""
    return Markup(escape(say(key))).format(**parts)


def spoken(word: str) -> str:
    """A name of the agreement's as people write it: `on-call-technician` as on-call technician."""
    known = f"events.role.{word}"
    return say(known) if knows(known) else word.replace("_", " ").replace("-", " ")


def event_name(kind: str) -> str:
    return say(f"events.name.{kind}")


def first_line(fields: Mapping[str, Any]) -> str:
    """What a report is about, as far as its first line says; nothing where there are no words."""
    told = str(fields.get("summary") or fields.get("description") or "").strip()
    return told.splitlines()[0][:LONGEST_LINE] if told else ""


def waits_for(reasons: tuple[str, ...]) -> str:
    """`the customer and unpaid fees`."""
    return " and ".join(say(f"common.wait.{reason}") for reason in reasons)


@dataclass(frozen=True, slots=True)
class Wording:
    """`where` is the zone of the agreement; the viewer may prefer another one. Of another year than `now` the year is told."""

    show: Formats
    where: ZoneInfo
    now: datetime

    def time(self, second: int | None, missing: str = "–") -> Markup:
        return self.show.time(None if second is None else moment(second), self.where, missing=missing)

    def plain(self, second: int) -> str:
        """An instant in a title, where no element can stand: to the second, the zone once elsewhere."""
        shown = self.shown(second)
        year = shown.year != self.now.astimezone(self.zone).year
        return f"{self.show.day(shown.date(), year=year)} {self.show.clock(shown)}"

    def shown(self, second: int) -> datetime:
        return moment(second).astimezone(self.zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.show.zone(self.where))

    def by(self, actor: Actor | None) -> str:
        """Who did it, as far as the record says."""
        if actor is None:
            return say("events.nobody")
        role = spoken(role_of(actor))
        return f"{actor.id} ({role})" if isinstance(actor, Person) else role
