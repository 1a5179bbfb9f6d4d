"""What of a history a customer's people are not shown: notices within the vendor's house, and whom it gave the ticket to."""

from collections.abc import Iterator
from dataclasses import replace

from api.pages.on_ticket.chronicle import Entry
from domain.judgement import Judgement
from domain.terms.event_fields import CUSTOMER_SIDE, VENDOR_SIDE
from domain.ticket.events import Assigned, Corrected, Notified, TicketEvent, Unassigned


def internal(judgement: Judgement) -> frozenset[int]:
    """The numbers of the notices to roles of the vendor, and of what was put right about them."""
    roles = VENDOR_SIDE | {rung.role for clock in judgement.replay.terms.agreement.clocks for rung in clock.rungs}
    history = judgement.case.history
    notices = {
        one.number
        for one in history
        if isinstance(one.event, Notified)
        and one.event.to is not None
        and one.event.to not in CUSTOMER_SIDE
        and (one.event.to in roles or one.role == "system")
    }
    about = {one.number for one in history if isinstance(one.event, Corrected) and one.event.number in notices}
    return frozenset(notices | about)


def for_customers(entries: list[Entry], judgement: Judgement) -> Iterator[Entry]:
    """The entries that concern them, without the names of the vendor's people."""
    hidden = internal(judgement)
    events = {one.number: one.event for one in judgement.case.history}
    for entry in entries:
        if entry.number in hidden:
            continue
        names_somebody = _names_somebody(events[entry.number], events)
        details = [one for one in entry.details if not (names_somebody and one.name == "to")]
        yield replace(entry, details=details)


def _names_somebody(event: TicketEvent, events: dict[int, TicketEvent]) -> bool:
    said = events.get(event.number) if isinstance(event, Corrected) else event
    return isinstance(said, Assigned | Unassigned)
