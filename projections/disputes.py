"""Which tickets are in dispute, how far has each dispute come, and what comes next? One row a dispute, without what people said.

A deadline that passes is recorded by the timekeeper, under a key that follows from the dispute and the deadline, so that it is told
once; a deadline that was extended is another one. Whom a dispute concerns hears of it through the outbox.
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composable, Identifier, Placeholder

from domain.desk.envelope import Envelope
from domain.disputes.events import DeadlinePassed, DisputeOpened, DisputeReopened, Party, Which
from domain.disputes.state import Dispute, State
from domain.instants import SECOND, instant, micros, seconds, text
from projections.as_of.view import View
from projections.deadlines import DISPUTED, command_key
from projections.judged import Stream
from projections.notices import Notice
from projections.tables import Index, Table

TOLD_TO: dict[Party, str] = {"customer": "customer", "vendor": "service-manager"}
"""Who hears of a dispute on either side."""


class DisputeRow(NamedTuple):
    """`clocks` are by name. `next_deadline`, `answer` or `ruling`, is what is awaited, and `next_at` until when; None where
    nothing is awaited, or all has been told.
    """

    dispute: UUID
    ticket: UUID
    customer: str
    agreement: str
    state: State
    party: Party
    clocks: list[str]
    opened_at: datetime
    answer_by: datetime
    ruling_by: datetime
    next_deadline: str | None
    next_at: datetime | None
    next_key: str | None
    settled_at: datetime | None
    claims: int
    unanswered: int
    unruled: int
    upheld: int
    evidence: int
    version: int
    position: int


DISPUTES = Table(
    DISPUTED,
    DisputeRow,
    key=("dispute",),
    indexes=(
        Index(("opened_at", "dispute")),
        Index(("customer", "opened_at")),
        Index(("ticket",)),
        Index(("next_at", "next_key"), where="next_at IS NOT NULL"),
    ),
)


def row(stream: Stream) -> DisputeRow:
    dispute = Dispute().after(one.event for one in stream.envelopes)
    opened, following = dispute.opening, dispute.next_deadline
    next_at = dispute.until[following] if following else None
    return DisputeRow(
        dispute=stream.id,
        ticket=opened.ticket,
        customer=stream.envelopes[0].customer,
        agreement=opened.agreement,
        state=dispute.state,
        party=opened.party,
        clocks=list(dict.fromkeys(one.clock for one in dispute.clocks)),
        opened_at=opened.effective_at,
        answer_by=dispute.until["answer"],
        ruling_by=dispute.until["ruling"],
        next_deadline=following,
        next_at=next_at,
        next_key=_key(stream.id, following, next_at) if following and next_at else None,
        settled_at=dispute.settled_at,
        claims=len(dispute.standing),
        unanswered=len(dispute.unanswered),
        unruled=len(dispute.pending),
        upheld=sum(bool(one.upheld) and not one.is_pending for one in dispute.standing),
        evidence=len(dispute.evidence),
        version=dispute.version,
        position=stream.position,
    )


def _key(dispute: UUID, which: Which, at: datetime) -> str:
    """A deadline that is extended is another one."""
    return command_key(dispute, "dispute", which, 0, text(seconds(at)))


# --- who is told ------------------------------------------------------------------------------------------------------


def notices(stream: Stream) -> list[Notice]:
    """That a dispute was opened is told to the other party; that a deadline passed, that it ended or goes on again, to both."""
    dispute, told = Dispute(), []
    for envelope in stream.envelopes:
        before, dispute = dispute.state, dispute.after([envelope.event])
        told += [_notice(stream.id, envelope, dispute, *one) for one in _telling(envelope, dispute, before)]
    return told


def _telling(envelope: Envelope, dispute: Dispute, before: State) -> Iterator[tuple[Party, str]]:
    opener = dispute.opening.party
    other: Party = "vendor" if opener == "customer" else "customer"
    both: tuple[Party, Party] = ("customer", "vendor")
    match envelope.event:
        case DisputeOpened():
            yield other, "dispute opened"
        case DisputeReopened():
            yield from ((party, "dispute reopened") for party in both)
        case DeadlinePassed(which=which):
            what = "answer" if which == "answer" else "ruling"
            yield from ((party, f"time for the {what} has passed") for party in both)
        case _ if before == "open" and dispute.state != "open":
            yield from ((party, f"dispute {dispute.state}") for party in both)
        case _:
            pass


def _notice(stream: UUID, envelope: Envelope, dispute: Dispute, party: Party, milestone: str) -> Notice:
    opened, number, kind = dispute.opening, envelope.originator_version, envelope.event.event
    at = micros(envelope.event.effective_at)
    return Notice(
        ticket=stream,
        id=f"{stream}/{number}/{party}",
        customer=envelope.customer,
        event=number,
        kind=f"dispute_{kind}",
        clause="",
        to_role=TOLD_TO[party],
        milestone=milestone,
        fulfils=None,
        payload={
            "ticket": str(opened.ticket),
            "dispute": str(stream),
            "reference": str(opened.ticket),
            "agreement": opened.agreement,
            "status": dispute.state,
            "kind": f"dispute_{kind}",
            "event": number,
            "milestone": milestone,
            "at": text(at // SECOND),
        },
        at=instant(at),
    )


# --- questions --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which disputes are asked for; what is None does not matter. `clock` is the name of one in dispute."""

    customer: str | None = None
    ticket: UUID | None = None
    agreement: str | None = None
    state: State | None = None
    party: Party | None = None
    clock: str | None = None
    late: bool | None = None
    opened_from: datetime | None = None
    opened_to: datetime | None = None


class Newest(NamedTuple):
    """Where a list of disputes goes on: after this one."""

    opened_at: datetime
    dispute: UUID


_CONDITIONS: dict[str, SQL] = {
    "clock": SQL("%(clock)s = ANY(clocks)"),
    "late": SQL(
        """(state = 'open' AND (ruling_by <= %(now)s OR unanswered > 0 AND answer_by <= %(now)s)) = %(late)s"""
    ),
    "opened_from": SQL("opened_at >= %(opened_from)s"),
    "opened_to": SQL("opened_at < %(opened_to)s"),
}
_EQUAL = SQL("{} = {}")
_AFTER = SQL("(opened_at, dispute) < (%(after_opened)s, %(after_dispute)s)")
_SELECT = SQL(
    "SELECT * FROM {disputes} AS dispute WHERE {conditions} ORDER BY opened_at DESC, dispute DESC LIMIT %(limit)s"
)
_AMONG = SQL("SELECT dispute FROM {disputes} AS dispute WHERE dispute = ANY(%(streams)s)")


class Disputes:
    """The disputes of a view."""

    def __init__(self, view: View) -> None:
        self._view = view

    def newest(self, wanted: Wanted, *, after: Newest | None = None, limit: int = 50) -> list[DisputeRow]:
        """The last opened first."""
        told = {name: value for name, value in asdict(wanted).items() if value is not None}
        conditions: list[Composable] = [
            _CONDITIONS.get(name) or _EQUAL.format(Identifier(name), Placeholder(name)) for name in told
        ]
        values: dict[str, Any] = {**told, "limit": limit}
        if after:
            conditions.append(_AFTER)
            values |= {"after_opened": after.opened_at, "after_dispute": after.dispute}
        found = self._view.rows(
            _SELECT,
            values,
            disputes=self._view.table(DISPUTES),
            conditions=SQL(" AND ").join(conditions or [SQL("true")]),
        )
        return [DisputeRow(*one) for one in found]

    def among(self, streams: Collection[UUID]) -> set[UUID]:
        """Those of some streams that are disputes."""
        found = self._view.rows(_AMONG, {"streams": list(streams)}, disputes=self._view.table(DISPUTES))
        return {dispute for (dispute,) in found}
