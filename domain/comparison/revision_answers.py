"""The public JSON form of the story of what was known, and of the statements that hold no longer."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from domain.comparison.answers import (
    ChangeAnswer,
    ClockDifferenceAnswer,
    DifferenceAnswer,
    IrregularAnswer,
    difference_answer,
)
from domain.comparison.given import HeldAgainst
from domain.comparison.given_answers import GivenAnswer, given_answer
from domain.comparison.inputs import Change, ContractEventChange, EventChange
from domain.comparison.revisions import NotApplied, Revision
from domain.comparison.said import said_words
from domain.comparison.statements import Contradicted
from domain.comparison.wording import clock_words
from domain.instants import SECOND, text
from domain.ledger import at
from domain.ticket.events import Corrected, Ruled
from domain.ticket.history import Person, role_of


class SaidAnswer(TypedDict):
    """What was recorded, by whom, why and on which evidence; null where that is not said."""

    says: str
    by: str | None
    who: str | None
    why: str | None
    evidence: str | None
    is_about: str
    recorded: ChangeAnswer


class RevisionAnswer(TypedDict):
    """From `known_from` on: `said` then, and the clocks as known just before and from then on, as of the same instant."""

    known_from: str
    said: list[SaidAnswer]
    changes_verdict: bool
    clocks: list[ClockDifferenceAnswer]
    irregular_before: list[IrregularAnswer]
    irregular_after: list[IrregularAnswer]
    words: list[str]


class RungGoneAnswer(TypedDict):
    clock: str
    role: str


class StatementAnswer(TypedDict):
    """What somebody was told; `event` is its number in the history, null for a notice that is no event itself."""

    at: str
    kind: str
    to: str
    says: str
    channel: str
    event: int | None
    clause: str


class ContradictedAnswer(TypedDict):
    """A statement that what is known now contradicts: what each clock said of that moment then, and says now."""

    statement: StatementAnswer
    told_of_breach: bool
    clocks: list[ClockDifferenceAnswer]
    rungs_gone: list[RungGoneAnswer]
    words: list[str]


class NotAppliedAnswer(TypedDict):
    """Published after the ticket was opened: it does not judge the ticket; `difference` is what it would change."""

    published_at: str
    what: str
    name: str
    version: str
    difference: DifferenceAnswer


class RevisionsAnswer(TypedDict):
    """`answered` are the last answers that were given to people who asked, of which no seal knows."""

    as_of: str
    known_at: str | None
    zone: str
    revisions: list[RevisionAnswer]
    contradicted: list[ContradictedAnswer]
    not_applied: list[NotAppliedAnswer]
    answered: list[GivenAnswer]


def revisions_answer(
    as_of: int,
    known_at: int | None,
    where: ZoneInfo,
    revisions: Iterable[Revision],
    contradicted: Iterable[Contradicted] = (),
    not_applied: Iterable[NotApplied] = (),
    answered: Iterable[HeldAgainst] = (),
) -> RevisionsAnswer:
    """The whole story; instants are microseconds since 1970 UTC."""
    return RevisionsAnswer(
        as_of=text(as_of // SECOND),
        known_at=None if known_at is None else text(known_at // SECOND),
        zone=where.key,
        revisions=[_revision(one, where) for one in revisions],
        contradicted=[_contradicted(one, where) for one in contradicted],
        not_applied=[_not_applied(one) for one in not_applied],
        answered=[given_answer(one, where) for one in answered],
    )


def _revision(revision: Revision, where: ZoneInfo) -> RevisionAnswer:
    told = difference_answer(revision.difference)
    recorded = dict(zip(map(id, revision.difference.inputs), told["inputs"], strict=True))
    said = [_said(one, recorded[id(one)]) for one in revision.said]
    return RevisionAnswer(
        known_from=text(revision.known_from // SECOND),
        said=said,
        changes_verdict=bool(revision.difference.verdicts),
        clocks=told["clocks"],
        irregular_before=told["irregular_before"],
        irregular_after=told["irregular_after"],
        words=[
            f"{at(revision.known_from // SECOND, where)}: {'; '.join(said_words(revision.said, revision.difference))}",
            *(f"  {clock_words(one, revision.difference)}" for one in revision.difference.clocks),
        ],
    )


def _said(change: Change, recorded: ChangeAnswer) -> SaidAnswer:
    by = who = why = evidence = None
    about = recorded["kind"]
    if isinstance(change, EventChange):
        one = change.event
        by, who = role_of(one.by) if one.by else None, one.by.id if isinstance(one.by, Person) else None
        about = one.event.event if isinstance(one.event, Corrected | Ruled) else "back-dated event"
        why = one.event.why if isinstance(one.event, Corrected | Ruled) else None
        evidence = one.event.evidence if isinstance(one.event, Corrected) else getattr(one.event, "evidence", None)
    elif isinstance(change, ContractEventChange):
        about = "late contract event"
    return SaidAnswer(
        says=recorded["says"], by=by, who=who, why=why, evidence=evidence, is_about=about, recorded=recorded
    )


def _contradicted(one: Contradicted, where: ZoneInfo) -> ContradictedAnswer:
    statement = one.statement
    told = difference_answer(one.difference)
    wanted = {(clock.clock, clock.cycle) for clock in one.clocks}
    whom = statement.to or "somebody"
    about = f" ({statement.says})" if statement.says else ""
    head = f"{at(statement.at // SECOND, where)}: {whom} was told by {statement.kind.replace('_', ' ')}{about}"
    return ContradictedAnswer(
        statement=StatementAnswer(
            at=text(statement.at // SECOND),
            kind=statement.kind,
            to=statement.to,
            says=statement.says,
            channel=statement.channel,
            event=statement.event,
            clause=statement.clause,
        ),
        told_of_breach=one.told_of_breach,
        clocks=[clock for clock in told["clocks"] if (clock["clock"], clock["cycle"]) in wanted],
        rungs_gone=[RungGoneAnswer(clock=rung.clock, role=rung.role) for rung in one.rungs],
        words=[
            head,
            *(f"  {clock_words(clock, one.difference)}" for clock in one.clocks),
            *(f"  {rung.clock}: rung {rung.role} had not been reached, as is known now" for rung in one.rungs),
        ],
    )


def _not_applied(one: NotApplied) -> NotAppliedAnswer:
    published = one.published
    return NotAppliedAnswer(
        published_at=text(published.at // SECOND),
        what=published.what,
        name=published.name,
        version=published.version,
        difference=difference_answer(one.difference),
    )
