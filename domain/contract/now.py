"""What a decision reads of a contract: how things stood at the instant from which a command counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.contract.cover import is_paid
from domain.contract.events import Cancelled, ContractEvent, Ended, Expired, Reduced, Renewed, Signed
from domain.contract.facts import Contract, ContractPerson
from domain.contract.spans import Spans
from domain.contract.standing import scope_of, zone_of
from domain.contract.state import Agreed
from domain.instants import micros
from domain.terms.entitlement import Entitlement, EntitlementRow
from domain.terms.rows import Scope
from domain.terms.selection import Selector, pick


@dataclass(frozen=True)
class Now:
    """A contract at the instant from which a command counts."""

    agreed: Agreed
    at: datetime
    selector: Selector

    @cached_property
    def contract(self) -> Contract:
        return self.agreed.contract(micros(self.at))

    @cached_property
    def past(self) -> list[ContractEvent]:
        """What had taken effect by now, in that order."""
        return [one for one in self.contract.known(None) if one.effective_at <= self.at]

    @property
    def since_order(self) -> list[ContractEvent]:
        """What had taken effect since the last order or renewal, and that itself."""
        orders = [place for place, one in enumerate(self.past) if isinstance(one, Signed | Renewed)]
        return self.past[orders[-1] :] if orders else self.past

    @property
    def ending(self) -> Cancelled | Ended | None:
        """What ended the contract for good, unless a history that was filed says that it was ordered anew since."""
        endings = (one for one in reversed(self.since_order) if isinstance(one, Cancelled | Ended))
        return next(endings, None)

    @property
    def has_run_out(self) -> bool:
        return any(isinstance(one, Expired) for one in self.since_order)

    @property
    def is_paid(self) -> bool:
        return is_paid(self.contract, micros(self.at))

    @property
    def people(self) -> tuple[ContractPerson, ...]:
        return self.contract.people_at(micros(self.at))

    @property
    def last_day(self) -> date | None:
        """The last day covered, as far as one was stated; an order beside a longer one does not shorten that."""
        day: date | None = None
        for one in self.past:
            match one:
                case Signed() | Renewed():
                    day = max(day or one.until, one.until) if one.until else None
                case Reduced() | Expired() | Ended() | Cancelled():
                    last = self._last_day_of(one)
                    day = min(day or last, last)
                case _:
                    pass
        return day

    @property
    def entitlement(self) -> Entitlement:
        return self.selector.agreement.entitlement

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.agreed.paper(micros(self.at)), self.selector)

    @property
    def where(self) -> ZoneInfo:
        return zone_of(self.selector, self.scope)

    @property
    def day(self) -> date:
        return self._day_of(self.at)

    def _last_day_of(self, ending: Reduced | Expired | Ended | Cancelled) -> date:
        until = None if isinstance(ending, Cancelled) else ending.until
        return until or self._day_of(ending.effective_at)

    def _day_of(self, at: datetime) -> date:
        return at.astimezone(self.where).date()

    def clause(self, rows: Iterable[EntitlementRow]) -> str:
        row, _ = pick(rows, self.scope)
        return row.clause if row else ""

    def covers(self, product: str) -> bool:
        """Whether the contract is for this product, be it among others; a contract that names none is for all."""
        return Spans(self.contract, self.entitlement, self.scope, self.where, None).is_named(product)
