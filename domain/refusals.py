"""Every way in which bad input is refused, in one tree.

Refusal                     says where, what is wrong and what would be right
├── CaseFileError           a case file cannot be read or does not fit its agreement
├── AgreementError          a text is not a sound agreement
├── LogError                a log cannot be converted (`domain.logs.errors`)
└── CommandRefused          a command cannot be done; knows the clause where there is one, and what to do instead
    ├── RuleBroken          a rule of the agreement forbids it
    ├── NotCovered          the contract does not cover it
    ├── TicketNotOpened     there is no ticket yet
    ├── TicketNotOpen       the ticket is resolved, closed, declined, withdrawn or merged
    ├── NotReopenable       nothing leads back from a ticket declined, withdrawn or merged
    ├── AlreadyOpened       a ticket is opened once
    ├── BadInstant          the instant at which it is to have taken effect is not possible
    ├── DoesNotFit          it names a severity, an event, a reading that nobody knows here
    ├── StaleVersion        the caller decided on a version that is no longer the last
    ├── KeyReused           the key belongs to another command
    ├── UnknownStream       there is no such ticket, contract, dispute or agreement
    ├── ContractRefused     the contract's own history does not allow it
    ├── DisputeRefused      the dispute's own history, or the part one has in it, does not allow it
    └── PublicationRefused  an agreement or a holiday list cannot be published so
"""

from collections.abc import Iterable
from uuid import UUID


class Refusal(Exception):
    """Bad input, refused: the message names the place and the remedy."""


class CaseFileError(Refusal):
    """A case file cannot be read or does not fit its agreement."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)
        self.place = place
        self.problem = problem

    def __reduce__(self) -> tuple[type["CaseFileError"], tuple[str, str]]:
        return CaseFileError, (self.place, self.problem)


class AgreementError(Refusal):
    """A text is not a sound agreement; `problems` are all that were found, each with its place and remedy."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["AgreementError"], tuple[tuple[str, ...]]]:
        return AgreementError, (self.problems,)


class CommandRefused(Refusal):
    """A command cannot be done; nothing of it has happened.

    Where the refusal went on record, `stream` is the ticket's, `version` that since then and `position` its place in the log.
    """

    stream: UUID | None = None
    version: int | None = None
    position: int | None = None

    def __init__(self, says: str, *, clause: str = "", remedy: str = "") -> None:
        super().__init__(says)
        self.says = says
        self.clause = clause
        self.remedy = remedy


class RuleBroken(CommandRefused):
    """A rule of the agreement forbids it; the refusal goes on record."""


class NotCovered(CommandRefused):
    """The contract does not cover it; the refusal goes on record."""


class TicketNotOpened(CommandRefused):
    """There is no ticket yet."""


class TicketNotOpen(CommandRefused):
    """The ticket is resolved, closed, declined, withdrawn or merged."""


class NotReopenable(CommandRefused):
    """Nothing leads back from a ticket declined, withdrawn or merged (semantics 3.9)."""


class AlreadyOpened(CommandRefused):
    """A ticket is opened once."""


class BadInstant(CommandRefused):
    """The instant at which it is to have taken effect is not possible."""


class DoesNotFit(CommandRefused):
    """It names a severity, an event or a reading that nobody knows here."""


class StaleVersion(CommandRefused):
    """The caller decided on a version that is no longer the last; `version` is."""

    def __init__(self, says: str, *, version: int) -> None:
        super().__init__(says, remedy="read it again, then decide again")
        self.version: int | None = version


class KeyReused(CommandRefused):
    """The idempotency key belongs to another command."""


class UnknownStream(CommandRefused):
    """There is no such ticket, contract, dispute or agreement."""


class ContractRefused(CommandRefused):
    """The contract's own history does not allow it."""


class DisputeRefused(CommandRefused):
    """The dispute's own history, or the part one has in it, does not allow it."""


class PublicationRefused(CommandRefused):
    """An agreement or a holiday list cannot be published so."""
