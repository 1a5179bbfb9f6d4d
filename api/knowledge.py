"""What was known of a ticket when, and what was said of it: collected for the story of its revisions."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from api.office import Office
from domain.comparison.given import AnswerGiven, held_against_now
from domain.comparison.revision_answers import RevisionsAnswer, revisions_answer
from domain.comparison.revisions import Published, moments, not_applied, revisions
from domain.comparison.statements import Statement, contradicted, statements
from domain.desk.shelf import Shelf, agreement_stream, holidays_stream
from domain.desk.ticket import Ticket
from domain.instants import SECOND, instant, micros
from domain.judgement import Case, judge
from domain.terms.selection import Selector
from projections.statements import Statements, Told


def story(office: Office, ticket: Ticket, as_of: datetime | None, known_at: datetime | None) -> RevisionsAnswer:
    """Each moment at which more was known, the statements that hold no longer, and what was published too late to judge it."""
    case = office.case(ticket, as_of, known_at)
    amended = _late_amendments(office, ticket)
    told = revisions(case, partial(_as_known, office, ticket, case.as_of), amended)
    said = (one for one in all_said(office, ticket) if case.known_at is None or one.at <= case.known_at)
    return revisions_answer(
        case.as_of,
        case.known_at,
        judge(case).replay.terms.where,
        told,
        contradicted(said, partial(_as_asked, office, ticket, case.known_at)),
        not_applied(
            case, (one for one in published_later(office.house.desk.shelf, ticket, case) if _is_known(one, case))
        ),
        held_against_now(
            answers_given(office, ticket, known_at),
            partial(_asked_again, office, ticket, case.known_at),
            moments(case, amended),
        ),
    )


def answers_given(
    office: Office, ticket: Ticket, before: datetime | None = None, *, redacted: bool = False
) -> list[AnswerGiven]:
    """The last answers about a ticket given to those who asked; to a customer's people, those that their own side was given."""
    return office.house.answers.of(
        ticket.id,
        ticket.filed.customer,
        customers_only=office.customer is not None,
        before=before,
        redacted=redacted,
    )


def _asked_again(office: Office, ticket: Ticket, known_now: int | None, given: AnswerGiven) -> Case:
    return given.asked_of(office.house.desk.case(ticket, given.as_of, known_now))


def _as_known(office: Office, ticket: Ticket, as_of: int, known_at: int) -> Case:
    return office.house.desk.case(ticket, as_of, known_at)


def _as_asked(office: Office, ticket: Ticket, known_now: int | None, as_of: int, known_at: int | None) -> Case:
    return office.house.desk.case(ticket, as_of, known_now if known_at is None else known_at)


def _late_amendments(office: Office, ticket: Ticket) -> list[int]:
    """When the contract's paper was put right for a time that had passed."""
    agreed = office.agreed(ticket.filed.contract)
    return [
        recorded
        for recorded, amended in agreed.amendments
        if recorded // SECOND > micros(amended.effective_at) // SECOND
    ]


def all_said(office: Office, ticket: Ticket) -> list[Statement]:
    """What is on record as said, and the notices that went out; one that tells of an event stands for it."""
    views = office.house.views
    went_out = [_statement(one) for one in Statements(views.pool, views.schema).of(ticket.id)]
    told = {one.event for one in went_out}
    return [*(one for one in statements(ticket.history) if one.event not in told), *went_out]


def _statement(told: Told) -> Statement:
    says: Any = told.payload.get("says") or told.milestone
    return Statement(
        at=micros(told.delivered_at),
        kind=told.kind,
        to=told.to_role,
        says=str(says or ""),
        event=told.event or None,
        clause=told.clause,
    )


def published_later(shelf: Shelf, ticket: Ticket, case: Case) -> Iterator[Published]:
    """Versions of the ticket's agreement, and editions of its holiday lists, published after it was opened."""
    filed, opened = ticket.filed, ticket.envelopes[0].recorded_at
    for one in shelf.publications(agreement_stream(filed.agreement)):
        if one.recorded_at > opened and one.event.digest != filed.digest:
            lists = shelf.newest_lists(one.event)
            lists |= {name: digest for name, digest in filed.holidays.items() if name in lists}
            selector = shelf.selector_of(filed.agreement, one.event.digest, lists)
            yield Published(one.recorded_at, "agreement", filed.agreement, one.event.version, _own(selector, case))
    for name, digest in filed.holidays.items():
        for one in shelf.publications(holidays_stream(name)):
            if one.recorded_at > opened and one.event.digest != digest:
                selector = shelf.selector_of(filed.agreement, filed.digest, {**filed.holidays, name: one.event.digest})
                when = instant(one.recorded_at).date().isoformat()
                yield Published(one.recorded_at, "holidays", name, when, _own(selector, case))


def _own(selector: Selector, case: Case) -> Selector:
    """With what the ticket's contract says otherwise."""
    return selector if case.contract.terms is None else selector.under(case.contract.terms)


def _is_known(published: Published, case: Case) -> bool:
    return case.known_at is None or published.at <= case.known_at
