"""What a ticket's page says of disputes: those about this ticket, as far as they had been opened by then."""

from uuid import UUID

from api.pages.visit import Visit
from projections.disputes import DisputeRow, Disputes, Wanted

MOST = 20


def disputes_about(visit: Visit, ticket: UUID) -> list[DisputeRow]:
    """The last opened first."""
    found = Disputes(visit.office.view()).newest(Wanted(ticket=ticket), limit=MOST)
    return [one for one in found if one.opened_at <= visit.at]
