"""The rows of streams, built of what the log says of them.

What cannot be built is a trouble of its stream, and of no other.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from traceback import extract_tb
from uuid import UUID

from domain.desk.mapper import BrokenChain
from domain.desk.names import CONTRACT, DISPUTE, PUBLICATION, TICKET
from domain.desk.shelf import Shelf
from domain.refusals import Refusal, UnknownStream
from projections import clocks, contracts, deadlines, disputes, notices, publications, tickets
from projections.boards import covers, milestones, outages, rungs, spent, stays, surveys
from projections.boards.covers import COVERS
from projections.boards.milestones import MILESTONES
from projections.boards.outages import OUTAGES
from projections.boards.rungs import ESCALATIONS, RUNGS
from projections.boards.spent import SPENT
from projections.boards.stays import STAYS
from projections.boards.surveys import SURVEYS
from projections.clocks import CLOCKS
from projections.contracts import CONTRACTS
from projections.deadlines import DEADLINES
from projections.disputes import DISPUTES
from projections.histories import Read, Unreadable
from projections.judged import Judged, Party, Stream, contract_of, judged, party
from projections.notices import NOTICES
from projections.publications import PUBLICATIONS
from projections.tables import TROUBLES, Row, Rows, Source, Table, Trouble
from projections.tickets import OPEN_TICKETS, TICKETS, TicketRow

Parties = Mapping[UUID, Party | Unreadable]
Built = Sequence[tuple[Table, Iterable[Row]]]

_log = logging.getLogger(__name__)


def add_streams(
    rows: Rows,
    told: Iterable[tuple[str, UUID, Read]],
    parties: Callable[[Sequence[UUID]], Parties],
    shelf: Shelf,
    *,
    terms: Shelf | None = None,
    until: int | None = None,
) -> None:
    """Of each kind of stream its rows; the kind is what its topics begin with.

    `parties` are the contracts that tickets are judged by. What a contract has of its agreement is in `terms`, where these are
    others than those of tickets, and is as of no later than `until`.
    """
    tickets: dict[UUID, Read] = {}
    for topic, stream, read in told:
        if topic.startswith(TICKET):
            tickets[stream] = read
        elif topic.startswith(CONTRACT):
            add_contract(rows, stream, read, terms or shelf, until=until)
        elif topic.startswith(DISPUTE):
            add_dispute(rows, stream, read)
        elif topic.startswith(PUBLICATION):
            add_publication(rows, stream, read)
    if tickets:
        add_tickets(rows, tickets, parties(_contracts_named(tickets.values())), shelf)


# --- tickets ----------------------------------------------------------------------------------------------------------


def add_tickets(rows: Rows, read: Mapping[UUID, Read], parties: Parties, shelf: Shelf) -> None:
    told: list[Judged] = []
    for ticket, one in read.items():
        source = rows.streams[ticket] = Source(_contract_named(one), one.position)
        try:
            told.append(_judged(one, parties, shelf))
        except Exception as error:
            add_trouble(rows, ticket, source, error)
    add_judged(rows, told)


def _judged(read: Read, parties: Parties, shelf: Shelf) -> Judged:
    stream = _readable(read)
    return judged(stream, _party(contract_of(stream), parties), shelf)


def _contract_named(read: Read) -> UUID | None:
    """The contract that a ticket was filed under, as far as it says so."""
    named = read.envelopes[0].filed if isinstance(read, Stream) else None
    return named.contract if named else None


def _contracts_named(read: Iterable[Read]) -> list[UUID]:
    return list({contract for one in read if (contract := _contract_named(one))})


def add_judged(rows: Rows, told: Sequence[Judged]) -> None:
    """Where the rows of one cannot be built, the others have theirs."""
    try:
        built = ticket_rows(told)
    except Exception as error:
        if len(told) == 1:
            (one,) = told
            add_trouble(rows, one.id, Source(one.filed.contract, one.stream.position), error)
        else:
            for one in told:
                add_judged(rows, [one])
    else:
        _add_all(rows, built)


def _add_all(rows: Rows, built: Built) -> None:
    for table, of_table in built:
        rows.add(table, of_table)


_Writer = Callable[[Judged], Iterable[Row]]

_WRITERS: Sequence[tuple[Table, _Writer]] = (
    (CLOCKS, clocks.rows),
    (DEADLINES, deadlines.rows),
    (NOTICES, notices.rows),
    (SPENT, spent.rows),
    (MILESTONES, milestones.rows),
    (SURVEYS, surveys.rows),
    (OUTAGES, outages.rows),
    (STAYS, stays.rows),
    (RUNGS, rungs.rungs),
    (ESCALATIONS, rungs.escalations),
)


def ticket_rows(told: Sequence[Judged]) -> list[tuple[Table, Sequence[Row]]]:
    """All rows of some tickets.

    They are made table by table: to do one thing many times over takes a processor a third less than to go from one to the next.
    """
    of_tickets: list[TicketRow] = [tickets.row(one) for one in told]
    return [
        (TICKETS, of_tickets),
        (OPEN_TICKETS, [row for row in of_tickets if row.is_open]),
        *((table, [row for one in told for row in rows(one)]) for table, rows in _WRITERS),
    ]


# --- contracts, disputes, publications --------------------------------------------------------------------------------


def add_contract(rows: Rows, contract: UUID, read: Read, shelf: Shelf, *, until: int | None = None) -> None:
    """As of the last instant that its events speak of, and no later than `until`."""

    def built(stream: Stream) -> Built:
        told = party(stream)
        told = told if until is None else told.no_later_than(until)
        return [(CONTRACTS, [contracts.row(told, shelf)]), (COVERS, covers.rows(told, shelf))]

    _add_built(rows, contract, contract, read, built)


def add_dispute(rows: Rows, dispute: UUID, read: Read) -> None:
    def built(stream: Stream) -> Built:
        return [(DISPUTES, [disputes.row(stream)]), (NOTICES, disputes.notices(stream))]

    _add_built(rows, dispute, None, read, built)


def _add_built(rows: Rows, stream: UUID, contract: UUID | None, read: Read, build: Callable[[Stream], Built]) -> None:
    source = rows.streams[stream] = Source(contract, read.position)
    try:
        built = build(_readable(read))
    except Exception as error:
        add_trouble(rows, stream, source, error)
    else:
        _add_all(rows, built)


def add_publication(rows: Rows, stream: UUID, read: Read) -> None:
    """One that cannot be read, or be held by the database, has no row; the tickets that are judged by it tell why."""
    rows.streams[stream] = None
    if isinstance(read, Stream):
        rows.add(PUBLICATIONS, [publications.row(read)])


def add_trouble(rows: Rows, stream: UUID, source: Source | None, error: Exception) -> None:
    """What went wrong, without the data with which it did: that may be personal."""
    _log.error("the rows of %s cannot be built: %s", stream, problem := _problem(error))
    if source:
        rows.add(TROUBLES, [Trouble(stream, *source, problem)])


def _problem(error: Exception) -> str:
    kind = type(error).__name__
    if isinstance(error, Refusal | BrokenChain):
        return f"{kind}: {error}"
    frames = extract_tb(error.__traceback__)
    return f"{kind} in {frames[-1].name}" if frames else kind


def parties_of(read: Mapping[UUID, Read]) -> Parties:
    """Contracts by which tickets are judged."""
    return {contract: party(one) if isinstance(one, Stream) else one for contract, one in read.items()}


def _readable(read: Read) -> Stream:
    if isinstance(read, Unreadable):
        raise read.error
    return read


def _party(contract: UUID, parties: Parties) -> Party:
    match parties.get(contract):
        case Party() as found:
            return found
        case Unreadable(error=error):
            raise error
        case _:
            raise UnknownStream(f"there is no contract {contract}")
