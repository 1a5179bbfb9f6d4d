"""What a ticket's page says of disputes: those about this ticket, as far as they had come by then."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from api.pages.visit import Visit
from projections.disputes import DisputeRow, Disputes, Newest, Wanted, row
from projections.judged import Stream

MOST = 20

_AN_INSTANT = timedelta(microseconds=1)
"""To the ends of a span that do not belong to it."""


def disputes_about(visit: Visit, ticket: UUID) -> list[DisputeRow]:
    """The last opened first; of an instant that has passed, each as it stood then with what was known."""
    if visit.as_of is None:
        return Disputes(visit.view).newest(Wanted(ticket=ticket), limit=MOST)
    return list(islice(_stood(visit, ticket, visit.as_of), MOST))


def _stood(visit: Visit, ticket: UUID, at: datetime) -> Iterator[DisputeRow]:
    """A dispute is told from its own history: a ticket's page does not wait until all rows of an instant are put together."""
    for now in _opened_by(visit, ticket, at):
        if known := visit.office.dispute(now.dispute).recorded_by(at):
            yield row(Stream(now.dispute, known, now.position))


def _opened_by(visit: Visit, ticket: UUID, at: datetime) -> Iterator[DisputeRow]:
    """Those that may have been there by an instant, as they stand now; a few at a time, as far as they are wanted."""
    disputes, wanted = Disputes(visit.office.view()), Wanted(ticket=ticket, opened_to=at + _AN_INSTANT)
    last: Newest | None = None
    while found := disputes.newest(wanted, after=last, limit=MOST):
        yield from found
        last = Newest(found[-1].opened_at, found[-1].dispute)
