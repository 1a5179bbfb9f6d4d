"""Whom is to be told what? The outbox: what the record itself tells somebody, and what the agreement says somebody is to hear.

Which of it went out stands in a table of its own, `deliveries`, which no rebuild touches.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast, get_args
from uuid import UUID

from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from domain.conduct.duties import Owed
from domain.instants import SECOND, instant, moment, text
from domain.terms.conditions import Pattern
from domain.terms.conduct import Duty
from domain.ticket.commands import Notify, NotifyPriority, RaiseAlarm
from domain.ticket.events import AlarmRaised, ClosureNotice, Escalated, Notified, PriorityNotified
from projections.deadlines import TIMEKEEPER
from projections.judged import IMPORTED, Judged
from projections.tables import Index, Table

DELIVERIES = "deliveries"

TELLING: Mapping[str, str] = {
    "notified": Notify.name,
    "alarm_raised": RaiseAlarm.name,
    "priority_notified": NotifyPriority.name,
}
"""The events by which a notice is on record, and the command that records each; the first that a duty knows is taken."""

Telling = Escalated | AlarmRaised | Notified | ClosureNotice | PriorityNotified
TELLS = frozenset(kind.model_fields["event"].default for kind in get_args(Telling))
"""The events that are about telling somebody."""

OUTGOING = "outgoing"
"""Where the commands come from that record deliveries."""

ANSWERS = frozenset({"responded", "update_sent"})
"""A duty that one of these fulfils asks for what somebody has to say."""

PASSED = frozenset({"logged", "escalated", "resolved", "closed"})
"""The milestones that a ticket passes by its own record."""


class Notice(NamedTuple):
    """`event` is the number of the event that it tells of, 0 for a rung; `fulfils` is the command that records it as given."""

    ticket: UUID
    id: str
    customer: str
    event: int
    kind: str
    clause: str
    to_role: str
    milestone: str
    fulfils: dict[str, Any] | None
    payload: dict[str, Any]
    at: datetime


NOTICES = Table("notices", Notice, key=("id",), indexes=(Index(("ticket",)),))


def rows(judged: Judged) -> list[Notice]:
    """An imported event tells nobody anything, nor does one that records a delivery."""
    told = {notice.id: notice for notice in (*_telling(judged), *_owed(judged))}
    return list(told.values())


def _telling(judged: Judged) -> Iterator[Notice]:
    for recorded in judged.judgement.hindsight.recorded:
        if recorded.event.event not in TELLS:
            continue
        event = cast(Telling, recorded.event)
        origin = judged.envelope(recorded.number).origin
        to = _told(event, by_timekeeper=origin == TIMEKEEPER)
        if to is None or origin == OUTGOING or origin.startswith(IMPORTED):
            continue
        kind = event.event
        milestone = (event.milestone if isinstance(event, Notified) else None) or ""
        yield Notice(
            ticket=judged.id,
            id=_id(judged, recorded.number, kind),
            customer=judged.filed.customer,
            event=recorded.number,
            kind=kind,
            clause="",
            to_role=to,
            milestone=milestone,
            fulfils=None,
            payload=_payload(judged, kind, recorded.number, recorded.at // SECOND, milestone),
            at=instant(recorded.at),
        )


def _told(event: Telling, *, by_timekeeper: bool) -> str | None:
    """Whom an event is about telling; None where whoever noted it has told them."""
    match event:
        case Escalated(to=to) | AlarmRaised(to=to):
            return to or ""
        case Notified(to=to):
            return to or "" if by_timekeeper else None
        case ClosureNotice() | PriorityNotified():
            return "customer"


def unnoticed_since(judged: Judged) -> datetime | None:
    """Since when somebody is to be told something that nobody has told them; ahead where a rung still to come begins it."""
    owing = (owed for owed in judged.foreseen.owed if fulfilling(owed.duty) and not _is_history(judged, owed))
    return next((moment(owed.since) for owed in owing), None)


def _owed(judged: Judged) -> Iterator[Notice]:
    """The duties of the vendor that are fulfilled by telling what the record knows."""
    for owed in judged.judgement.owed:
        pattern = fulfilling(owed.duty)
        if pattern is None or _is_history(judged, owed):
            continue
        number, kind = owed.event or 0, pattern.event[0]
        fields = _fields(judged, owed, pattern)
        milestone = fields.get("milestone", "")
        since = "" if owed.event else str(owed.since)
        yield Notice(
            ticket=judged.id,
            id=_id(judged, number, "/".join(filter(None, (owed.clause, milestone, since)))),
            customer=judged.filed.customer,
            event=number,
            kind=kind,
            clause=owed.clause,
            to_role=fields.get("to") or next(iter(owed.to), ""),
            milestone=milestone,
            fulfils={"command": TELLING[kind], "fields": fields},
            payload={**_payload(judged, kind, number, owed.since, milestone), "says": owed.says},
            at=moment(owed.since),
        )


def fulfilling(duty: Duty) -> Pattern | None:
    """How to fulfil a duty by telling; None where it is a certain person's, or asks for more than the record knows."""
    until = duty.until
    if "vendor-side" not in duty.by or any(not ANSWERS.isdisjoint(one.event) for one in until):
        return None
    found = (one for kind in TELLING for one in until if one.event == (kind,) and _is_known(one))
    return next(found, None)


def _is_known(pattern: Pattern) -> bool:
    milestones = _words(pattern, "milestone")
    return not milestones or not PASSED.isdisjoint(milestones)


def _words(pattern: Pattern, field: str) -> list[str]:
    return [str(word) for word in pattern.is_.get(field, ())]


def _is_history(judged: Judged, owed: Owed) -> bool:
    if owed.event is None:
        return owed.since <= judged.imported_until // SECOND
    return judged.envelope(owed.event).origin.startswith(IMPORTED)


def _fields(judged: Judged, owed: Owed, pattern: Pattern) -> dict[str, str]:
    """What the command that records the notice has to say, so that the pattern means its event."""
    fields = {field: _chosen(judged, owed, _words(pattern, field)) for field in pattern.is_}
    if "reference" in pattern.given:
        fields["reference"] = _reference(judged)
    if "to" not in fields and owed.to:
        fields["to"] = owed.to[0]
    return fields


def _chosen(judged: Judged, owed: Owed, words: Sequence[str]) -> str:
    """Of several words the one that names the event told of, or whom the duty is towards; else the first."""
    event = judged.envelope(owed.event).event.event if owed.event else ""
    return next((word for word in words if word in (event, *owed.to)), words[0])


def _id(judged: Judged, number: int, what: str) -> str:
    return f"{judged.id}/{number}/{what}"


def _reference(judged: Judged) -> str:
    """By what the customer knows the ticket."""
    return judged.filed.case or str(judged.id)


def _payload(judged: Judged, kind: str, number: int, second: int, milestone: str) -> dict[str, Any]:
    return {
        "ticket": str(judged.id),
        "reference": _reference(judged),
        "contract": str(judged.filed.contract),
        "agreement": judged.filed.agreement,
        "severity": judged.replay.severity,
        "status": judged.replay.status,
        "kind": kind,
        "event": number,
        "milestone": milestone or None,
        "at": text(second),
    }


# --- what went out ----------------------------------------------------------------------------------------------------

_CREATE_DELIVERIES = SQL("""
    CREATE TABLE IF NOT EXISTS {deliveries} (
        notice text PRIMARY KEY,
        state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
        attempts bigint NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL,
        last_error text,
        delivered_at timestamptz
    )""")

_CREATE_PENDING = SQL("CREATE INDEX IF NOT EXISTS {index} ON {deliveries} (next_attempt_at) WHERE state = 'pending'")

_ENQUEUE = SQL("""
    INSERT INTO {deliveries} (notice, next_attempt_at)
    SELECT id, at FROM {notices} WHERE %(tickets)s::uuid[] IS NULL OR ticket = ANY(%(tickets)s)
    ON CONFLICT DO NOTHING""")


def deliveries_created(schema: str) -> Iterator[Composed]:
    """A notice that is no more, because its duty was fulfilled otherwise, is not to be delivered, though it is pending here."""
    deliveries = Identifier(schema, DELIVERIES)
    yield _CREATE_DELIVERIES.format(deliveries=deliveries)
    yield _CREATE_PENDING.format(deliveries=deliveries, index=Identifier(f"{DELIVERIES}_pending"))


def enqueue(connection: Connection[TupleRow], schema: str, tickets: Sequence[UUID] | None = None) -> None:
    """Have every new notice of these tickets (None: of all) wait to be delivered; one that went out stays delivered."""
    statement = _ENQUEUE.format(deliveries=Identifier(schema, DELIVERIES), notices=NOTICES.at(schema))
    connection.execute(statement, {"tickets": None if tickets is None else list(tickets)})
