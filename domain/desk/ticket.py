"""A ticket as the log has it, and the case that it makes with its terms and its contract."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.contract.facts import Contract
from domain.contract.state import Agreed
from domain.desk.envelope import NO_DIGEST, Envelope, Filed
from domain.desk.shelf import Shelf
from domain.foreknown import Kept
from domain.judgement import Case
from domain.refusals import UnknownStream
from domain.ticket.events import Opened
from domain.ticket.history import History

Envelopes = tuple[Envelope, ...]


@dataclass(frozen=True)
class Ticket:
    """With what was agreed, where both were read at once.

    `history` and `kept` go along with a ticket to which something is added, so that only what is new has to be made of it.
    """

    id: UUID
    envelopes: Envelopes
    agreed: Agreed | None = None
    history: History = ()
    kept: Kept | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        new = self.envelopes[len(self.history) :]
        object.__setattr__(self, "history", self.history + tuple([one.recorded for one in new]))

    def going_on(self, new: Envelopes, kept: Kept | None = None) -> "Ticket":
        """The ticket with more events; `kept` is what was made of it as it was."""
        return Ticket(self.id, self.envelopes + new, self.agreed, self.history, kept or self.kept)

    @property
    def filed(self) -> Filed:
        """What it is judged by. Raises UnknownStream where there is no such ticket."""
        if not self.envelopes or (filed := self.envelopes[0].filed) is None:
            raise UnknownStream(f"there is no ticket {self.id}")
        return filed

    @property
    def version(self) -> int:
        return len(self.envelopes)

    @property
    def head(self) -> str:
        return self.envelopes[-1].digest if self.envelopes else NO_DIGEST

    @property
    def opened_at(self) -> int:
        """When it was opened, or refused, in microseconds."""
        for one in self.history:
            if isinstance(one.event, Opened):
                return one.at
        return self.history[0].at


def case_of(
    ticket: Ticket, filed: Filed, contract: Contract, shelf: Shelf, as_of: int, known_at: int | None = None
) -> Case:
    """What a ticket's history, its terms and its contract make to be judged. Raises UnknownStream for terms nobody published."""
    selector = shelf.selector(filed)
    return Case(
        name=filed.case or str(ticket.id),
        selector=selector if contract.terms is None else selector.under(contract.terms),
        contract=contract,
        readings=filed.readings,
        history=ticket.history,
        as_of=as_of,
        known_at=known_at,
        source=filed.source,
    )
