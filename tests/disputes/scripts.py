"""Disputes from the clauses, as they would be told: a ticket's life, what is claimed and answered, the ruling, what it changes.

`played` runs one through the HTTP API up to its last ruling. The verdicts expected before and after stand with each script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tests.api.house import ACME, Caller, Town, told

LOGGED = dict.fromkeys(
    (
        *("name", "company", "project", "site", "contact", "phone"),
        *("environment", "recent_changes", "description", "urgency"),
    ),
    "told",
)

Verdicts = Mapping[str, str]
"""The verdict of clocks by name, in their first cycle."""


class Step(NamedTuple):
    """Somebody does something to the ticket at an instant."""

    at: str
    role: str
    command: str
    fields: dict[str, Any] = {}


class Claimed(NamedTuple):
    """A claim, and whether the other party accepts it and the ruling upholds it. `alone` is what it alone would change."""

    role: str
    claim: dict[str, Any]
    says: str
    accepts: bool
    upheld: bool
    why: str
    alone: Verdicts = {}
    evidence: str = ""


@dataclass(frozen=True)
class Script:
    """`opened_by` opens the dispute at `disputed_at`; a service manager rules."""

    name: str
    clauses: tuple[str, ...]
    paper: Mapping[str, Any]
    life: tuple[Step, ...]
    opened_by: str
    disputed_at: str
    clocks: tuple[str, ...]
    reason: str
    claims: tuple[Claimed, ...]
    before: Verdicts
    after: Verdicts
    decided_by: Mapping[str, list[list[int]]] = field(default_factory=dict)


CUSTOMER, AGENT, MANAGER = "technical-contact", "agent", "service-manager"


def _reading(reading: str, option: str) -> dict[str, Any]:
    return {"kind": "reading", "reading": reading, "option": option}


TWO_ROWS = Script(
    name="xima-care: the row that gives severity 2 one hour",
    clauses=("xima-care:6.5",),
    paper={"agreement": "xima-care", "plan": "premium", "region": "na"},
    life=(
        Step("2026-03-02T09:00:00-07:00", CUSTOMER, "open", {"severity": 2, "channel": "phone"}),
        Step("2026-03-02T10:30:00-07:00", AGENT, "respond"),
    ),
    opened_by=CUSTOMER,
    disputed_at="2026-03-03T09:00:00-07:00",
    clocks=("response",),
    reason="the first row of the table promises an answer within the hour for severities 1 and 2",
    claims=(
        Claimed(
            CUSTOMER,
            _reading("xima-care:6.5/severity-2", "one-hour"),
            "severity 2 stands in the first row",
            accepts=False,
            upheld=True,
            why="whoever wrote the table has to bear what it leaves open",
            alone={"response": "breached"},
        ),
    ),
    before={"response": "met"},
    after={"response": "breached"},
    decided_by={"response": [[1]]},
)

THE_OTHER_ROW = Script(
    name="xima-care: the row that gives severity 2 two hours",
    clauses=("xima-care:6.5",),
    paper={
        "agreement": "xima-care",
        "plan": "premium",
        "region": "na",
        "readings": {"xima-care:6.5/severity-2": "one-hour"},
    },
    life=TWO_ROWS.life,
    opened_by=AGENT,
    disputed_at="2026-03-03T09:00:00-07:00",
    clocks=("response",),
    reason="the second row of the table is about severity 2 alone",
    claims=(
        Claimed(
            AGENT,
            _reading("xima-care:6.5/severity-2", "two-hours"),
            "the special row goes before the general one",
            accepts=False,
            upheld=True,
            why="a row for severity 2 alone would otherwise mean nothing",
            alone={"response": "met"},
        ),
    ),
    before={"response": "breached"},
    after={"response": "met"},
    decided_by={"response": [[1]]},
)

PLATINUM_HOURS = Script(
    name="imagicle-care: platinum on a Saturday night",
    clauses=("imagicle-care:platinum-hours",),
    paper={"agreement": "imagicle-care", "plan": "platinum", "region": "europe"},
    life=(
        Step("2026-03-07T22:00:00+01:00", CUSTOMER, "open", {"severity": 2, "channel": "phone"}),
        Step("2026-03-08T01:00:00+01:00", AGENT, "respond"),
    ),
    opened_by=AGENT,
    disputed_at="2026-03-09T09:00:00+01:00",
    clocks=("response",),
    reason="the cell of P2 is written in business hours",
    claims=(
        Claimed(
            AGENT,
            _reading("imagicle-care:platinum-hours/hours", "p1-only"),
            "round the clock is for P1",
            accepts=False,
            upheld=True,
            why="the cell of P2 says business hours",
            alone={"response": "met"},
        ),
        Claimed(
            AGENT,
            {"kind": "severity", "severity": 3},
            "and it was no more than a P3",
            accepts=False,
            upheld=False,
            why="calls were lost",
            alone={"response": "met"},
        ),
    ),
    before={"response": "breached"},
    after={"response": "met"},
    decided_by={"response": [[1], [2]]},
)

MISASSIGNED = Script(
    name="numonix-ixcloud: a severity that the customer had misassigned",
    clauses=("numonix-ixcloud:misassignment",),
    paper={"agreement": "numonix-ixcloud", "plan": "saas", "region": ""},
    life=(
        Step("2026-03-02T09:00:00-05:00", CUSTOMER, "open", {"severity": 1, "channel": "phone"}),
        Step("2026-03-02T10:30:00-05:00", AGENT, "respond"),
    ),
    opened_by=AGENT,
    disputed_at="2026-03-04T09:00:00-05:00",
    clocks=("response",),
    reason="it was reported as an outage, and one user could not sign in",
    claims=(
        Claimed(
            AGENT,
            {"kind": "severity", "severity": 3, "misassigned_by": "customer"},
            "one user is no outage",
            accepts=True,
            upheld=True,
            why="both sides say that one user was affected",
            alone={"response": "met"},
        ),
    ),
    before={"response": "breached"},
    after={"response": "met"},
    decided_by={"response": [[1]]},
)

CHRISTMAS_WEEK = Script(
    name='eschat: "24 hours" over the week of Christmas',
    clauses=("eschat:holidays", "eschat:response-time"),
    paper={"agreement": "eschat", "plan": "customer-hosted", "region": ""},
    life=(
        Step("2026-12-16T14:00:00-08:00", CUSTOMER, "open", {"severity": 3, "channel": "phone"}),
        Step("2026-12-28T10:00:00-08:00", AGENT, "respond"),
    ),
    opened_by=CUSTOMER,
    disputed_at="2027-01-04T09:00:00-08:00",
    clocks=("response",),
    reason="we waited twelve days for an answer that is due within 24 hours",
    claims=(
        Claimed(
            CUSTOMER,
            _reading("eschat:response-time/hours", "wall-clock"),
            "24 hours are a day and a night",
            accepts=False,
            upheld=False,
            why="support is bought for business hours",
            alone={"response": "breached"},
        ),
        Claimed(
            CUSTOMER,
            _reading("eschat:holidays/christmas", "nearest-working-days"),
            "on Monday the 21st somebody was at work",
            accepts=False,
            upheld=True,
            why="the five working days nearest to the 25th are what the list of holidays meant",
            alone={"response": "breached"},
        ),
    ),
    before={"response": "met"},
    after={"response": "breached"},
    decided_by={"response": [[1], [2]]},
)

THE_PHONE_RANG = Script(
    name="eschat: the telephone rang at 10:05",
    clauses=("eschat:response-time",),
    paper={"agreement": "eschat", "plan": "cloud-hosted", "region": ""},
    life=(
        Step("2026-03-02T10:00:00-08:00", CUSTOMER, "open", {"severity": 1, "channel": "web"}),
        Step("2026-03-02T11:20:00-08:00", AGENT, "respond"),
    ),
    opened_by=CUSTOMER,
    disputed_at="2026-03-03T09:00:00-08:00",
    clocks=("response",),
    reason="we called at once, and nobody wrote it down",
    claims=(
        Claimed(
            CUSTOMER,
            {
                "kind": "happened",
                "fact": {"event": "notified_by_phone", "at": "2026-03-02T10:05:00-08:00"},
                "by": "technical-contact",
            },
            "the call list of our exchange shows it",
            accepts=False,
            upheld=True,
            why="the call list shows a call of four minutes to the support line",
            alone={"response": "breached"},
            evidence="5b" * 32,
        ),
        Claimed(
            CUSTOMER,
            {"kind": "happened-otherwise", "number": 2, "moved_to": "2026-03-02T11:00:00-08:00"},
            "to be fair, the answer came at eleven",
            accepts=True,
            upheld=True,
            why="both sides say so",
        ),
    ),
    before={"response": "none"},
    after={"response": "met"},
    decided_by={"response": [[1], [1, 2]]},
)

WAITING_ON_THE_CUSTOMER = Script(
    name="xmpro: waiting on the customer",
    clauses=("xmpro:2-suspension",),
    paper={"agreement": "xmpro", "plan": "subscription", "region": ""},
    life=(
        Step("2026-03-02T08:30:00-06:00", CUSTOMER, "open", {"severity": 2, "channel": "web"}),
        Step("2026-03-02T09:00:00-06:00", CUSTOMER, "log-correctly", {"fields": LOGGED}),
        Step("2026-03-02T10:00:00-06:00", AGENT, "waiting", {"on": "customer", "task": "send the log"}),
        Step("2026-03-04T12:00:00-06:00", CUSTOMER, "end-wait", {"on": "customer"}),
        Step("2026-03-04T15:00:00-06:00", AGENT, "respond"),
    ),
    opened_by=CUSTOMER,
    disputed_at="2026-03-06T09:00:00-06:00",
    clocks=("response", "escalation"),
    reason="nobody was kept from us or from our servers",
    claims=(
        Claimed(
            CUSTOMER,
            _reading("xmpro:2-suspension/customer", "access-only"),
            "the clause speaks of access",
            accepts=False,
            upheld=False,
            why="without an answer there was nobody to work with",
            alone={"response": "breached"},
        ),
        Claimed(
            CUSTOMER,
            {"kind": "wait-unjustified", "wait": 3},
            "the log lay where they had asked us to put it",
            accepts=False,
            upheld=True,
            why="the upload is dated an hour before the question",
            alone={"response": "breached"},
            evidence="c4" * 32,
        ),
    ),
    before={"response": "met"},
    after={"response": "breached"},
    decided_by={"response": [[1], [2]]},
)

SCRIPTS = (
    TWO_ROWS,
    THE_OTHER_ROW,
    PLATINUM_HOURS,
    MISASSIGNED,
    CHRISTMAS_WEEK,
    THE_PHONE_RANG,
    WAITING_ON_THE_CUSTOMER,
)


@dataclass
class Played:
    """A script up to its last ruling: the ids, what was evaluated before any ruling, and what each ruling answered."""

    script: Script
    ticket: str
    dispute: str
    before: dict[str, str]
    evaluation: dict[str, Any]
    rulings: list[dict[str, Any]]
    after: dict[str, str]


class Cast:
    """Who takes part: a person of each role, with a key of their own."""

    def __init__(self, town: Town, customer: str = ACME) -> None:
        self._town = town
        self._customer = customer
        self._callers: dict[str, Caller] = {}

    def __getitem__(self, role: str) -> Caller:
        if role not in self._callers:
            customer = self._customer if role == CUSTOMER else None
            self._callers[role] = self._town.caller(role, customer)
        return self._callers[role]


def lived(script: Script, town: Town, cast: Cast, customer: str = ACME) -> str:
    """The ticket of a script as it is when it comes to be disputed; its id."""
    opening, *rest = script.life
    town.clock.at = datetime.fromisoformat(opening.at)
    contract = cast[MANAGER].draws_up(**{**script.paper, "customer": customer})
    ticket = cast[opening.role].opens(contract, **opening.fields)
    for step in rest:
        town.clock.at = datetime.fromisoformat(step.at)
        cast[step.role].does(ticket, step.command, **step.fields)
    town.clock.at = datetime.fromisoformat(script.disputed_at)
    return ticket


def argued(script: Script, ticket: str, cast: Cast) -> str:
    """The dispute of a script with its claims, evidence and answers, nothing ruled yet; its id."""
    opener = cast[script.opened_by]
    opening = {"clocks": [{"clock": name} for name in script.clocks], "reason": script.reason}
    dispute = str(told(opener.post(f"/v1/tickets/{ticket}/disputes", opening, version="*"), 201)["dispute"])
    for number, claimed in enumerate(script.claims, start=1):
        says(cast[claimed.role], dispute, "make-claim", claim=claimed.claim, says=claimed.says)
        if claimed.evidence:
            named = {"name": "what shows it.pdf", "media_type": "application/pdf", "size": 4096}
            says(cast[claimed.role], dispute, "attach-evidence", claim=number, digest=claimed.evidence, **named)
        other = AGENT if claimed.role == CUSTOMER else CUSTOMER
        says(cast[other], dispute, "answer", claim=number, accepts=claimed.accepts)
    return dispute


def ruled(script: Script, dispute: str, cast: Cast) -> list[dict[str, Any]]:
    """Every claim of a script ruled; what each ruling answered."""
    return [
        says(cast[MANAGER], dispute, "rule", claim=number, upheld=claimed.upheld, why=claimed.why)
        for number, claimed in enumerate(script.claims, start=1)
    ]


def played(script: Script, town: Town, customer: str = ACME) -> Played:
    cast = Cast(town, customer)
    ticket = lived(script, town, cast, customer)
    before = verdicts(cast[AGENT], ticket)
    dispute = argued(script, ticket, cast)
    evaluation = told(cast[CUSTOMER].get(f"/v1/disputes/{dispute}/evaluation"))
    rulings = ruled(script, dispute, cast)
    return Played(script, ticket, dispute, before, evaluation, rulings, verdicts(cast[AGENT], ticket))


def says(caller: Caller, dispute: str, command: str, **fields: Any) -> dict[str, Any]:
    """A command on whichever version of a dispute there is; what it answers."""
    return told(caller.post(f"/v1/disputes/{dispute}/{command}", fields, version="*"))


def verdicts(caller: Caller, ticket: str, **asked: Any) -> dict[str, str]:
    """The verdict of each clock in its first cycle."""
    clocks = told(caller.get(f"/v1/tickets/{ticket}/clocks", **asked))["clocks"]
    return {clock["clock"]: clock["verdict"] for clock in clocks if clock["cycle"] == 1}
