"""A ticket's history as it is shown: event by event, as it stands, and as a case file."""

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any
from uuid import UUID

from api.answers import AsObject, Line, history_line, line
from domain.answer import Answer, answer
from domain.contract.facts import Contract
from domain.desk.envelope import Envelope, Filed
from domain.desk.shelf import Shelf
from domain.desk.ticket import Ticket
from domain.instants import instant
from domain.judgement import Case, judge
from domain.terms.publication import Document, digest_of, library_publications
from projections.tickets import TicketRow


class TicketAnswer(Answer, total=False):
    """A ticket as it stands now: whose it is, its row in the lists, and the answer of the case file format.

    `listed` is as of the version that it names, which may be one before; null where the lists do not know of the ticket yet.
    """

    ticket: UUID
    customer: str
    contract: UUID
    version: int
    listed: Annotated[TicketRow, AsObject()] | None


def history(envelopes: Iterable[Envelope]) -> list[Line]:
    return [history_line(one) for one in envelopes]


def stands(ticket: Ticket, case: Case, listed: TicketRow | None) -> dict[str, Any]:
    filed = ticket.filed
    whose = {"ticket": ticket.id, "version": ticket.version, "customer": filed.customer, "contract": filed.contract}
    return {**whose, "listed": listed and listed._asdict(), **answer(judge(case))}


def case_file(ticket: Ticket, case: Case, agreement: str | Document) -> dict[str, Any]:
    """A document that `ticketclock judge` judges as this case is judged here."""
    told = {
        "case": case.name,
        "agreement": agreement,
        "contract": _paper(case.contract),
        "readings": dict(case.readings),
        "events": [line(one) for one in ticket.envelopes],
        "as_of": instant(case.as_of),
        "known_at": None if case.known_at is None else instant(case.known_at),
        "source": dict(case.source),
    }
    return {name: value for name, value in told.items() if value not in (None, {})}


def agreement_for_file(filed: Filed, shelf: Shelf) -> str | Document:
    """The agreement's id where the program brings these very terms along, else the document with the holiday lists it names."""
    if filed.digest == _brought_along().get(filed.agreement) and filed.holidays.items() <= _brought_along().items():
        return filed.agreement
    document, lists = shelf.documents(filed.agreement, filed.digest, filed.holidays)
    return {**document, "holiday_list": [*document.get("holiday_list", ()), *lists.values()]} if lists else document


@cache
def _brought_along() -> dict[str, str]:
    """The digests of the agreements and holiday lists that come with the program."""
    library = library_publications()
    return {name: digest_of(one) for name, one in (library.agreements | library.holidays).items()}


def _paper(contract: Contract) -> dict[str, Any]:
    """What is not as it is without being said; the name of an event, which is always the same for its class, is said."""
    told = contract.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    events = [{"event": one.event, **said} for one, said in zip(contract.events, told.pop("events", ()), strict=True)]
    return told | ({"events": events} if events else {})
