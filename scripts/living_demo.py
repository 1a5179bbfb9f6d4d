"""A small living demo: one ticket under each of the five agreements, each in a telling state at the moment of the start.

The tickets are made through the desk, command by command, at instants counted back from now; nothing in them breaks a rule. One set
is made an hour, so that what is close to its limit is close whenever somebody looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.contract.commands import DrawUp, Sign
from domain.contract.facts import ContractPerson
from domain.desk.desk import Desk
from domain.desk.orders import Key, Order
from domain.ticket.commands import (
    Accept,
    Assign,
    Command,
    Comment,
    Escalate,
    Find,
    GiveClosureNotice,
    LogCorrectly,
    NotifyPriority,
    Open,
    RaiseAlarm,
    Respond,
    SendUpdate,
    StartWork,
    Wait,
)
from domain.ticket.history import Actor, Person

WHO = "living-demo"
SET_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    """A command given `ago` before now."""

    ago: timedelta
    by: Actor
    command: Command


@dataclass(frozen=True)
class Story:
    """A contract and a ticket under it; `state` says what there is to see."""

    name: str
    state: str
    paper: DrawUp
    steps: tuple[Step, ...]

    @property
    def contract(self) -> UUID:
        return _id("contract", self.name)

    def ticket(self, now: datetime) -> UUID:
        """The ticket of the set that is made at this time."""
        return _id("ticket", self.name, str(int(now.timestamp() // SET_EVERY.total_seconds())))


@dataclass(frozen=True)
class Told:
    """A story that has been told: where its ticket is."""

    story: Story
    ticket: UUID


def tell(desk: Desk, now: datetime) -> list[Told]:
    """Make the tickets of this hour; those that are there stay as they are, those half made are completed."""
    return [_told(desk, story, now.replace(microsecond=0)) for story in STORIES]


def _told(desk: Desk, story: Story, now: datetime) -> Told:
    for order in _on_paper(story, now):
        desk.on_contract(order)
    ticket = story.ticket(now)
    for number, step in enumerate(story.steps):
        desk.execute(_order(ticket, step.command, now - step.ago, step.by, f"{ticket}/{number}"), story.contract)
    return Told(story, ticket)


def _on_paper(story: Story, now: datetime) -> Iterator[Order]:
    """Drawn up and ordered at the beginning of last year, for two years and the rest of this one."""
    begun = datetime.combine(date(now.year - 1, 1, 1), time(), UTC)
    ordered = Sign(starts=begun.date(), effective_on=begun.date(), until=date(now.year + 1, 12, 31))
    for number, command in enumerate((story.paper, ordered)):
        yield _order(story.contract, command, begun, "agent", f"{story.contract}/{number}")


def _order(stream: UUID, command: Any, at: datetime, by: Actor, key: str) -> Order:
    return Order(stream, command, at, by, Key(WHO, key, sha256(key.encode()).digest()), origin=WHO)


def _id(*parts: str) -> UUID:
    return uuid5(NAMESPACE_URL, "/".join(("ticketclock:demo", *parts)))


def _ago(*, days: float = 0, hours: float = 0, minutes: float = 0) -> timedelta:
    return timedelta(days=days, hours=hours, minutes=minutes)


_ADA, _BEN, _EVE = (Person(id=id, role="agent") for id in ("ada", "ben", "eve"))
_GIULIA = Person(id="giulia", role="administrator")
_NOAH = Person(id="noah", role="technical-contact")
_MAYA = Person(id="maya", role="technical-contact")
_LIAM = Person(id="liam", role="primary-contact")
_RUTH = Person(id="ruth", role="technical-contact")


def _person(person: Person) -> ContractPerson:
    return ContractPerson(id=person.id, role=person.role)


STORIES = (
    Story(
        "imagicle-care",
        "its first response is due in ten minutes, and nobody has responded",
        DrawUp(
            agreement="imagicle-care",
            customer="Adria Telefonia",
            plan="platinum",
            region="europe",
            products=("attendant-console",),
            people=(_person(_GIULIA),),
        ),
        (
            Step(
                _ago(minutes=110),
                _GIULIA,
                Open(
                    severity=2,
                    channel="phone",
                    category="discontinuous",
                    product="attendant-console",
                    fields={"description": "Calls drop now and then since this morning; restarted twice."},
                ),
            ),
            Step(_ago(minutes=106), _ADA, RaiseAlarm(to="on-call-technician")),
            Step(_ago(minutes=95), _ADA, NotifyPriority(channel="phone")),
            Step(_ago(minutes=94), _ADA, Assign(to="ben")),
        ),
    ),
    Story(
        "numonix-ixcloud",
        "it waits for the customer, so that the clock of the next report is paused",
        DrawUp(
            agreement="numonix-ixcloud",
            customer="Blue Harbor Bank",
            plan="saas",
            products=("ixcloud",),
            people=(_person(_NOAH),),
        ),
        (
            Step(
                _ago(hours=6),
                _NOAH,
                Open(
                    severity=2,
                    channel="web",
                    category="important-features-out",
                    product="ixcloud",
                    fields={"description": "Searches return nothing for recordings older than a week."},
                ),
            ),
            Step(_ago(hours=5, minutes=50), _ADA, Accept(severity=2, agreed_by=["agent", "technical-contact"])),
            Step(_ago(hours=5, minutes=20), _ADA, Assign(to="eve")),
            Step(_ago(hours=5, minutes=10), _EVE, StartWork()),
            Step(_ago(hours=5, minutes=5), _EVE, Respond()),
            Step(_ago(hours=3), _EVE, SendUpdate()),
            Step(_ago(hours=1), _EVE, Wait(on="customer", task="send the ids of five calls that are missing")),
        ),
    ),
    Story(
        "eschat",
        "its resolution is overdue, and after 120 hours a senior technician must take it",
        DrawUp(agreement="eschat", customer="County Rescue", plan="cloud-hosted", people=(_person(_MAYA),)),
        (
            Step(
                _ago(hours=126),
                _MAYA,
                Open(
                    severity=2,
                    channel="phone",
                    category="degraded-performance",
                    fields={"description": "Group calls are choppy for units outside the city."},
                ),
            ),
            Step(_ago(hours=124), _ADA, Assign(to="ben", tier=1)),
            Step(_ago(hours=123), _BEN, Respond()),
            Step(_ago(hours=40), _BEN, Comment(text="Packet loss between two sites; traces compared.")),
        ),
    ),
    Story(
        "xmpro",
        "the customer never answered, and a notice of closing is out",
        DrawUp(
            agreement="xmpro",
            customer="Lone Star Refining",
            plan="subscription",
            people=(_person(_LIAM),),
        ),
        (
            Step(
                _ago(days=16),
                _LIAM,
                Open(
                    severity=3,
                    channel="web",
                    category="non-critical-function",
                    fields={
                        "name": "Liam",
                        "company": "Lone Star Refining",
                        "project": "Pump monitoring",
                        "site": "Houston",
                        "contact": "liam@lonestar.example",
                        "phone": "+1 555 0100",
                        "environment": "production",
                        "recent_changes": "none",
                        "description": "A dashboard shows yesterday's values.",
                        "urgency": "routine",
                    },
                ),
            ),
            Step(_ago(days=16), _ADA, LogCorrectly()),
            Step(_ago(days=15, hours=22), _ADA, Respond()),
            Step(_ago(days=15), _ADA, Wait(on="customer", task="say which dashboard it is")),
            Step(_ago(hours=20), _ADA, GiveClosureNotice()),
        ),
    ),
    Story(
        "xima-care",
        "tier 2 found a bug, and tier 3 has a business day to take it on",
        DrawUp(
            agreement="xima-care",
            customer="Northgate Insurance",
            plan="premium",
            region="na",
            products=("ccaas",),
            people=(_person(_RUTH),),
        ),
        (
            Step(
                _ago(hours=5),
                _RUTH,
                Open(
                    severity=1,
                    channel="phone",
                    category="system-down",
                    product="ccaas",
                    fields={"description": "No skill calls since the update."},
                ),
            ),
            Step(_ago(hours=4, minutes=40), _ADA, Respond()),
            Step(_ago(hours=4, minutes=35), _ADA, Assign(to="ada", tier=1)),
            Step(_ago(hours=4), _ADA, Escalate(to="tier-2", cause="the service does not start")),
            Step(_ago(hours=3, minutes=50), _BEN, Assign(to="ben", tier=2)),
            Step(_ago(hours=1), _BEN, Find(cause="bug")),
            Step(_ago(minutes=50), _BEN, Escalate(to="tier-3", cause="bug")),
        ),
    ),
)
