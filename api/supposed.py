"""A hypothesis that comes in by request: where it finds its terms, and of how many tickets it may ask."""

from datetime import datetime

from api.office import Office
from api.problems import NotFound
from domain.desk.published import PublishedTerms
from domain.instants import micros
from domain.refusals import DoesNotFit
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.tally import Tally
from projections.estates import Estates, Question
from projections.tickets import Wanted

MOST_TICKETS = 5_000
"""So many are asked about by one request; of more, `ticketclock what-if` asks in several processes."""


def among(
    office: Office,
    wanted: Wanted,
    hypothesis: Hypothesis,
    as_of: datetime | None,
    known_at: datetime | None,
    most_shown: int,
) -> Tally:
    """What the hypothesis changes over the tickets that a filter selects, of those that the office may see.

    Raises DoesNotFit for more than `MOST_TICKETS`, and for a hypothesis that none of them can fit.
    """
    views, desk = office.house.views, office.house.desk
    estates = Estates(views.pool, views.schema, desk)
    tickets = estates.wanted(wanted, office.at, office.customer, MOST_TICKETS + 1)
    if len(tickets) > MOST_TICKETS:
        says = f"these are more than {MOST_TICKETS} tickets"
        raise DoesNotFit(says, remedy="narrow them down by customer, plan or dates, or ask `ticketclock what-if`")
    known = None if known_at is None else micros(known_at)
    question = Question(hypothesis, micros(as_of or office.at), known, wanted.agreement)
    return estates.ask(question, tickets, most_shown=most_shown, terms=terms_for(office))


def terms_for(office: Office) -> PublishedTerms:
    """The published terms, as far as who asks may know of them: an agreement that only other customers have is not there."""

    def may_know(agreement: str) -> bool:
        try:
            return bool(office.versions(agreement))
        except NotFound:
            return False

    return PublishedTerms(office.house.desk.shelf, may_know)
