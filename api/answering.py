"""Which answer was given to whom is noted as it is given, and written soon afterwards, when nobody waits for it."""

from collections.abc import Mapping
from datetime import datetime
from threading import Event

from api.office import Office
from api.unattended import keep_at
from domain.comparison.given import ClockSaid
from domain.desk.ticket import Ticket
from domain.instants import instant, micros
from domain.judgement import Case
from domain.terms.event_fields import CUSTOMER_SIDE
from projections.answers_given import AnswersGiven, Named, Note

NAME = "answers given"
REST_SECONDS = 0.5


def answered(
    office: Office,
    ticket: Ticket,
    case: Case,
    said: tuple[ClockSaid, ...],
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    readings: Mapping[str, str] | None = None,
) -> None:
    """Note what was said of a ticket's clocks to whoever asked, with what they named of their question; it costs no round trip.

    What nobody hears was not said. Nobody knows more than was known at the instant of asking, or of the last event, where that was
    recorded meanwhile.
    """
    if not office.is_heard:
        return
    principal = office.principal
    known = max(micros(office.at), ticket.envelopes[-1].recorded_at)
    office.house.answers.note(
        Note(
            ticket=ticket.id,
            customer=ticket.filed.customer,
            asked_at=office.at,
            role=principal.role,
            who=principal.id,
            is_customers=principal.customer is not None or principal.role in CUSTOMER_SIDE,
            named=Named(as_of, known_at, readings or {}),
            as_of=instant(case.as_of),
            known_at=instant(known if case.known_at is None else min(known, case.known_at)),
            version=ticket.version,
            said=said,
        )
    )


class AnswerKeeper:
    """Writes what was noted, in the process in which it was."""

    def __init__(self, answers: AnswersGiven) -> None:
        self._answers = answers

    def run(self, stop: Event) -> None:
        """Until stopped, whatever happens to the database."""
        keep_at(self._write, NAME, stop)

    def _write(self) -> float:
        self._answers.write()
        return REST_SECONDS
