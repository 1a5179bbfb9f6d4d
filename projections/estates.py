"""What a hypothesis changes over all tickets that a filter selects: one read of the log, in several processes.

Nothing of it is stored. A ticket is replayed twice, once where the hypothesis cannot touch it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier

from domain.contract.facts import Contract
from domain.contract.state import Agreed
from domain.desk.desk import Desk
from domain.desk.envelope import Filed
from domain.desk.names import PUBLICATION, TICKET
from domain.desk.published import PublishedTerms
from domain.judgement import Case
from domain.refusals import DoesNotFit, Refusal
from domain.terms.agreement import Agreement
from domain.terms.publication import AgreementPublished
from domain.terms.selection import Selector
from domain.ticket.events import KINDS
from domain.ticket.history import Recorded
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.known import check_known
from domain.whatif.supposing import looked_up
from domain.whatif.supposition import Supposition
from domain.whatif.tally import MOST_SHOWN, Tally
from projections.bare import Bare, Beginning, Row, events_that_count
from projections.shared_out import apart, shared_out
from projections.store.pool import AS_LONG_AS_IT_TAKES, Pool
from projections.store.recorder import EVENTS
from projections.tickets import ALL, TICKETS, Wanted

TICKETS_AT_ONCE = 500

_SELECT = SQL("""
    SELECT originator_id, originator_version, topic, state
    FROM {events} WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version""")

_EVERY = SQL("""
    SELECT originator_id FROM {events} WHERE originator_version = 1 AND starts_with(topic, %s) ORDER BY originator_id""")

_PUBLISHED = SQL(
    "SELECT originator_id FROM {events} WHERE originator_version = 1 AND topic = %s ORDER BY originator_id"
)

_WANTED = SQL("SELECT ticket FROM {tickets} WHERE {conditions} ORDER BY ticket")

_AGREEMENT = f"{PUBLICATION}{AgreementPublished.model_fields['event'].default}"

_ALL_NAMES = frozenset(f"{TICKET}{name}" for name in KINDS)

Told = Callable[[int], None]
"""Is told now and then how many tickets have been judged."""


class Question(NamedTuple):
    """What is supposed, and as of which instant with which knowledge, in microseconds (None: everything).

    `agreement` is the only one that the tickets have, where that is known.
    """

    hypothesis: Hypothesis
    as_of: int
    known_at: int | None = None
    agreement: str | None = None


class Estates:
    """Raises what psycopg raises."""

    def __init__(self, pool: Pool, schema: str, desk: Desk) -> None:
        self._pool = pool
        self._schema = schema
        self._desk = desk

    def wanted(self, wanted: Wanted, now: datetime, customer: str | None = None, most: int | None = None) -> list[UUID]:
        """The tickets that a filter selects, no more than `most`; with a customer, of those that are its own."""
        if wanted == ALL and customer is None:
            statement = _EVERY.format(events=Identifier(self._schema, EVENTS))
            values: list[object] = [TICKET]
        else:
            conditions = [*wanted.conditions(now)]
            if customer is not None:
                conditions.append((SQL("customer = %s"), customer))
            both = SQL(" AND ").join(condition for condition, _ in conditions) if conditions else SQL("true")
            statement = _WANTED.format(tickets=TICKETS.at(self._schema), conditions=both)
            values = [value for _, value in conditions]
        if most is not None:
            statement = SQL("{} LIMIT {}").format(statement, most)
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            return [ticket for (ticket,) in connection.execute(statement, values)]

    def ask(
        self,
        question: Question,
        tickets: Sequence[UUID],
        *,
        jobs: int = 1,
        told: Told | None = None,
        most_shown: int = MOST_SHOWN,
        terms: PublishedTerms | None = None,
        at_once: int = TICKETS_AT_ONCE,
    ) -> Tally:
        """In so many processes, this one among them. `terms` are those that whoever asks may know of (None: all).

        Raises DoesNotFit at once for a hypothesis that no ticket can fit.
        """
        check_known(question.hypothesis, self._agreements(question, terms or PublishedTerms(self._desk.shelf)))
        parts = [tickets[first : first + at_once] for first in range(0, len(tickets), at_once)]
        asker = Asker(self._pool, self._schema, self._desk, question, terms, most_shown=most_shown)
        tally = Tally(most_shown=most_shown)
        for part in shared_out(parts, asker, jobs):
            tally.merge((part,))
            if told:
                told(tally.tickets)
        return tally

    def _agreements(self, question: Question, terms: PublishedTerms) -> list[Agreement]:
        """Those by which tickets would be judged, where an agreement, plans, readings or calendars are supposed."""
        hypothesis = question.hypothesis
        if hypothesis.agreement is not None:
            return [looked_up(hypothesis.agreement, hypothesis.version, terms.lookup(question.as_of)).agreement]
        calendars = any(holiday.calendars for holiday in hypothesis.holidays)
        if not (hypothesis.readings or hypothesis.plan or hypothesis.contract or calendars):
            return []
        return terms.agreements([question.agreement] if question.agreement else self._published())

    def _published(self) -> list[str]:
        statement = _PUBLISHED.format(events=Identifier(self._schema, EVENTS))
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            streams = [stream for (stream,) in connection.execute(statement, (_AGREEMENT,))]
        return [self._desk.shelf.publications(stream)[0].event.id for stream in streams]


class _Agreed(NamedTuple):
    """A contract as the log has it, and what tickets were found to be judged by."""

    agreed: Agreed
    contracts: list[Contract]


class Asker:
    """Puts a question to tickets, some at a time; what contracts and terms have in common is read and worked out once."""

    def __init__(
        self,
        pool: Pool,
        schema: str,
        desk: Desk,
        question: Question,
        terms: PublishedTerms | None = None,
        *,
        most_shown: int = MOST_SHOWN,
    ) -> None:
        self._pool = pool
        self._schema = schema
        self._desk = desk
        self._question = question
        self._most_shown = most_shown
        self._supposition = Supposition(question.hypothesis, (terms or PublishedTerms(desk.shelf)).lookup)
        self._select = _SELECT.format(events=Identifier(schema, EVENTS)).as_bytes()
        self._bare = Bare(when_recorded=question.known_at is not None)
        self._parties: dict[UUID, _Agreed] = {}
        self._published: dict[tuple[str, ...], Selector] = {}
        self._selectors: dict[tuple[int, int], tuple[Selector, Filed, Contract]] = {}
        self._counting: dict[str, frozenset[str]] = {}

    def split_off(self) -> None:
        """Go on in a process of its own, with what has been learned, but not with connections that are another's."""
        self._pool, self._desk = apart(self._pool, self._schema)
        self._supposition.look_up(PublishedTerms(self._desk.shelf).lookup)

    def do(self, part: Sequence[UUID]) -> Tally:
        """The tally of these tickets."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(AS_LONG_AS_IT_TAKES)
            rows = connection.execute(self._select, (list(part),), prepare=True, binary=True).fetchall()
            tally = Tally(most_shown=self._most_shown)
            for ticket, stream in groupby(rows, key=itemgetter(0)):
                self._put_to(ticket, [*stream], tally)
        return tally

    def _put_to(self, ticket: UUID, stream: Sequence[Row], tally: Tally) -> None:
        """Count one ticket in; what is wrong with it says why it is left out, and the others go on."""
        try:
            first = self._bare.beginning(stream)
            if first is None:
                raise LookupError(f"{ticket} does not begin as a ticket does")
            if first.opening.at > self._question.as_of:
                return
            case = self._begun(ticket, first)
            rest = partial(self._rest, stream, first, case.selector)
            replayed = self._supposition.put_to(case, rest, is_contested=first.is_contested)
        except DoesNotFit as misfit:
            tally.leave_out(str(misfit))
        except Refusal as refusal:
            tally.leave_out(f"cannot be judged: {type(refusal).__name__}")
        except (LookupError, TypeError, ValueError) as error:
            tally.leave_out(f"cannot be read: {type(error).__name__}")
        else:
            at = first.opening.at
            tally.add(ticket, case.name, first.filed.customer, at, replayed.record, replayed.supposed)

    def _begun(self, ticket: UUID, first: Beginning) -> Case:
        """A ticket's case with its first event alone."""
        contract = self._contract(first.filed.contract, first.opening.at)
        return Case(
            first.case or str(ticket),
            self._selector(first.filed, contract),
            contract,
            first.filed.readings,
            (first.opening,),
            self._question.as_of,
            self._question.known_at,
        )

    def _rest(self, stream: Sequence[Row], first: Beginning, selector: Selector) -> list[Recorded]:
        return self._bare.rest(stream, self._names(selector), is_contested=first.is_contested)

    def _names(self, selector: Selector) -> frozenset[str]:
        """The events that can move a clock, on record or as supposed."""
        agreement = selector.agreement
        if agreement.id not in self._counting:
            supposed = self._question.hypothesis.agreement is not None or self._question.hypothesis.version is not None
            self._counting[agreement.id] = _ALL_NAMES if supposed else events_that_count(agreement)
        return self._counting[agreement.id]

    def _selector(self, filed: Filed, contract: Contract) -> Selector:
        """The same object for tickets filed alike; what its key names is kept with it."""
        key = id(filed), id(contract)
        if key not in self._selectors:
            terms = filed.digest, *sorted(filed.holidays.values())
            if terms not in self._published:
                self._published[terms] = self._desk.shelf.selector(filed)
            selector = self._published[terms]
            if contract.terms is not None:
                selector = selector.under(contract.terms)
            self._selectors[key] = selector, filed, contract
        return self._selectors[key][0]

    def _contract(self, contract: UUID, opened_at: int) -> Contract:
        """The same object for tickets judged by the same."""
        if contract not in self._parties:
            self._parties[contract] = _Agreed(self._desk.agreed(contract), [])
        agreed, kept = self._parties[contract]
        found = agreed.contract(opened_at, self._question.known_at)
        for one in kept:
            if one is found or one == found:
                return one
        kept.append(found)
        return found
