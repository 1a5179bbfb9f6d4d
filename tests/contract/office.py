"""Given what stands on file, when something is asked of the contract, then this is recorded, or it is refused."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from domain.contract.commands import Command, ContractCommand
from domain.contract.decisions import decide
from domain.contract.papers import ContractEntry, DrawnUp
from domain.contract.state import Agreed
from domain.instants import micros
from domain.refusals import CommandRefused, ContractRefused
from domain.terms.library import selector

JANUARY, APRIL, MAY, JUNE = (datetime(2024, month, 2, 9, tzinfo=UTC) for month in (1, 4, 5, 6))
END_OF_MARCH = date(2024, 3, 31)

FACTS: dict[str, dict[str, Any]] = {
    "imagicle-care": {"plan": "gold", "region": "europe"},
    "xima-care": {"plan": "standard", "region": "na"},
    "xmpro": {"plan": "subscription"},
    "eschat": {"plan": "customer-hosted"},
}


class Enveloped(NamedTuple):
    """An entry, and when it was recorded, in microseconds since 1970 UTC."""

    event: ContractEntry
    recorded_at: int


def drawn_up(agreement: str = "imagicle-care", at: datetime = JANUARY, **facts: Any) -> DrawnUp:
    return DrawnUp(effective_at=at, agreement=agreement, customer="acme", **{**FACTS[agreement], **facts})


DRAWN_UP = drawn_up()


def agreed(*entries: ContractEntry | tuple[ContractEntry, datetime]) -> Agreed:
    """The state after entries, each recorded when it took effect unless another instant stands with it."""
    told = (one if isinstance(one, tuple) else (one, one.effective_at) for one in entries)
    return Agreed().after(Enveloped(entry, micros(recorded_at)) for entry, recorded_at in told)


@dataclass(frozen=True)
class Decided:
    state: Agreed
    command: Command
    at: datetime
    agreement: str

    def then(self, *entries: ContractEntry) -> None:
        """Exactly this is recorded."""
        assert list(entries) == self._entries()

    def refused(
        self, kind: type[CommandRefused] = ContractRefused, *, clause: str = "", says: str | None = None
    ) -> None:
        with pytest.raises(kind, match=says) as refusal:
            self._entries()

        assert clause == refusal.value.clause

    def _entries(self) -> list[ContractEntry]:
        command: ContractCommand = self.command  # type: ignore[assignment]
        return decide(self.state, command, self.at, selector(self.agreement))


@dataclass(frozen=True)
class Given:
    state: Agreed
    agreement: str

    def when(self, command: Command, at: datetime = MAY) -> Decided:
        return Decided(self.state, command, at, self.agreement)


def given(*entries: ContractEntry, agreement: str = "imagicle-care") -> Given:
    """What stands on file; without a paper among it, the contract was never drawn up."""
    state = agreed(*entries)
    return Given(state, state.agreement if state.drawn_up else agreement)
