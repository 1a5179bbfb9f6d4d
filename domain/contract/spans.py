"""A contract's cover as spans: orders and renewals make them, endings cut them, a product has its own inside those of its contract.

A late renewal reaches back to the old expiry, but only from when it is known. Instants are microseconds since 1970 UTC.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple, assert_never
from zoneinfo import ZoneInfo

from domain.contract.events import (
    Cancelled,
    ContactNamed,
    ContactRemoved,
    Ended,
    Expired,
    LifeEnded,
    Paid,
    ProductCovered,
    Reduced,
    Renewed,
    Signed,
    SupportEnded,
    Unpaid,
)
from domain.contract.facts import Contract
from domain.instants import SECOND, micros
from domain.terms.compiled import Grounds
from domain.terms.entitlement import Entitlement, EntitlementRow, SignedDate
from domain.terms.rows import Row, Scope
from domain.terms.selection import pick
from domain.terms.zones import local, wall

ALWAYS = -(10**18)
NEVER = 10**18

_DAY = timedelta(days=1)
_ANY_DATE: tuple[SignedDate, ...] = ("starts", "effective_on", "registered_on", "executed_on")


class LateFee(NamedTuple):
    """What a renewal after the days of grace owes: one `fee` for each of the years."""

    fee: str
    years: int
    ordered_on: date
    clause: str


@dataclass(frozen=True, slots=True)
class Reason:
    says: str
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Span:
    """Cover from `start` up to `end`, why it is there and why it ends. `expires`: it runs out, and can be renewed from there."""

    start: int
    end: int
    grant: Reason
    ending: Reason
    expires: bool = True
    fee: LateFee | None = None


class Spans:
    """The spans of one contract under one agreement, with what was known at a moment."""

    def __init__(
        self, contract: Contract, entitlement: Entitlement, scope: Scope, where: ZoneInfo, known_at: int | None
    ) -> None:
        self.contract = contract
        self.entitlement = entitlement
        self.scope = scope
        self.where = where
        self.known = contract.known(known_at)

    def of(self, product: str | None, within: frozenset[str] = frozenset()) -> list[Span]:
        """The cover of a product; without one, of any product of the contract. `within` are the products that ask for it."""
        if product is None and self.names_products():
            return [span for name in sorted(self.named()) for span in self.of(name)]
        spans = list(self._of_product(product, within)) if product else self.in_force(None)
        for event in self.known:
            match event:
                case SupportEnded() if event.product in (None, product):
                    spans = self._support_ended(spans, event)
                case LifeEnded() if event.product in (None, product):
                    spans = self._life_ended(spans, event)
                case _:
                    pass
        return spans

    def in_force(self, product: str | None) -> list[Span]:
        """When the contract was in force; `product` matters where cover comes with a product."""
        if not pick(self.entitlement.contract, self.scope)[0]:
            return [self._undisputed()]
        spans = self._before_any_order(product)
        for event in self.known:
            match event:
                case Signed():
                    spans = [*spans, self._signed(event)]
                case Renewed():
                    spans = self._renewed(spans, event)
                case Expired() | Reduced() | Ended() | Cancelled():
                    spans = self._ended(spans, event)
                case Unpaid() | Paid() | ProductCovered() | SupportEnded() | LifeEnded():
                    pass
                case ContactNamed() | ContactRemoved():
                    pass
                case _:
                    assert_never(event)
        return spans

    def is_named(self, product: str) -> bool:
        return not self.names_products() or product in self.named()

    def reason(self, says: str, rows: Sequence[EntitlementRow] = (), readings: frozenset[str] = frozenset()) -> Reason:
        """A reason on the first of the rows that applies, else on the clause that asks for a contract."""
        row, looked_at = pick([*rows, *self.entitlement.contract], self.scope)
        return Reason(says, grounds(row, readings | looked_at))

    def day(self, at: int) -> date:
        return local(at // SECOND, self.where).date()

    def given_up(self, at: int) -> Reason | None:
        """Why nothing of the contract is left at an instant: it was cancelled or terminated, be it before cover began."""
        ends = [self._ending(one) for one in self.known if isinstance(one, Cancelled | Ended)]
        return next((reason for end, reason in reversed(ends) if end <= at), None)

    # --- how cover begins, runs on and ends -------------------------------------------------------------------------------

    def _before_any_order(self, product: str | None) -> list[Span]:
        """Nothing where an order is on file; else the first year that comes with the product, else all that is asked about."""
        if any(isinstance(one, Signed) for one in self.contract.events):
            return []
        own = [one for one in self._events_of(product) if not one.until]
        first_year = self._first_year(self._first(own[0])) if own else None
        return [first_year or self._undisputed()]

    def _undisputed(self) -> Span:
        return Span(ALWAYS, NEVER, self.reason("the contract is not in dispute"), self.reason("the contract ended"))

    def _first_year(self, start: int) -> Span | None:
        row, readings = pick(self.entitlement.first_year, self.scope)
        if row is None:
            return None
        end = self._months_later(start, row.months)
        says = f"{row.months} months of support come with the product"
        ground = grounds(row, readings)
        return Span(start, end, Reason(says, ground), Reason(f"{says}; they ended on {self.day(end - 1)}", ground))

    def _signed(self, event: Signed) -> Span:
        start, grant = self._beginning(event)
        if event.until:
            return Span(start, self._after(event.until), grant, self._expiry(event.until))
        return self._first_year(start) or Span(start, NEVER, grant, self.reason("the contract ended"))

    def _beginning(self, event: Signed) -> tuple[int, Reason]:
        """The first known of the order's dates that the agreement asks for; else the signing, which may be an assumption."""
        rows = [one for one in self.entitlement.service_duration if one.subscription in (None, event.subscription)]
        row, readings = pick(rows, self.scope)
        days = ((name, getattr(event, name)) for name in (row.begins if row else _ANY_DATE))
        name, day = next(((name, day) for name, day in days if day), ("signed", None))
        start = self._midnight(day) if day else micros(event.effective_at)
        reason = self.reason(f"the contract runs from {self.day(start)} ({name.replace('_', ' ')})")
        if row:
            assumes = frozenset() if day else frozenset(row.assumes)
            reason = replace(reason, grounds=Grounds(row.clause, readings, assumes))
        return start, reason

    def _renewed(self, spans: list[Span], event: Renewed) -> list[Span]:
        """Ordered in time or within the days of grace, cover runs on from the old expiry; ordered later, from that day."""
        ordered = event.ordered_on or self.day(micros(event.effective_at))
        from_order, end, ending = self._midnight(ordered), self._after(event.until), self._expiry(event.until)
        last = max(spans, key=lambda one: one.end, default=None)
        if last is None:
            return [Span(from_order, end, self.reason(f"renewed on {ordered}"), ending)]
        if last.end == NEVER:
            return cut(spans, end, ending)
        row, readings = pick(self.entitlement.renewal, self.scope)
        expired = self.day(last.end - 1)
        late = (ordered - expired).days
        if late <= 0:
            grant = self.reason(f"renewed on {ordered}, before the end on {expired}", self.entitlement.renewal)
            return [*spans, Span(last.end, end, grant, ending)]
        if row is None or not last.expires:
            return [*spans, Span(from_order, end, self.reason(f"renewed on {ordered}"), ending)]
        grant = Reason(f"renewed on {ordered}, {late} days after the end on {expired}", grounds(row, readings))
        if late <= row.grace_days:
            return [*spans, Span(last.end, end, grant, ending)]
        gap = replace(last, ending=grant)
        fee = LateFee(row.late_fee, years_begun(expired, ordered), ordered, row.clause) if row.late_fee else None
        return [*(gap if one is last else one for one in spans), Span(from_order, end, grant, ending, fee=fee)]

    def _ended(self, spans: list[Span], event: Expired | Reduced | Ended | Cancelled) -> list[Span]:
        end, reason = self._ending(event)
        return cut(spans, end, reason, expires=isinstance(event, Expired | Reduced))

    def _ending(self, event: Expired | Reduced | Ended | Cancelled) -> tuple[int, Reason]:
        at = micros(event.effective_at)
        if isinstance(event, Cancelled):
            return at, self.reason(f"the contract was cancelled on {self.day(at)}", self.entitlement.cancelled)
        day, end = (event.until, self._after(event.until)) if event.until else (self.day(at), at)
        match event:
            case Expired():
                return end, self._expiry(day)
            case Reduced():
                return end, self.reason(f"the contract was reduced to end on {day}")
            case Ended():
                return end, self.reason(f"the contract was terminated on {day}")
            case _:
                assert_never(event)

    def _support_ended(self, spans: list[Span], event: SupportEnded) -> list[Span]:
        """Cut at the End of Support date, or no earlier than the vendor declared it; the reading is told even if it spares."""
        row, readings = pick(self.entitlement.end_of_support, self.scope)
        if row is None:
            return spans
        end = self._after(event.on)
        if row.counts == "when-declared":
            end = max(end, micros(event.effective_at)) if event.declared else NEVER
        spared = [replace(one, grant=_also_read(one.grant, readings)) for one in spans]
        return cut(spared, end, Reason(f"support of the product ended on {event.on}", grounds(row, readings)))

    def _life_ended(self, spans: list[Span], event: LifeEnded) -> list[Span]:
        row, readings = pick(self.entitlement.end_of_life, self.scope)
        if row is None:
            return spans
        reason = Reason(f"the product's End of Life was on {event.on}", grounds(row, readings))
        return cut(spans, self._after(event.on), reason)

    # --- products ---------------------------------------------------------------------------------------------------------

    def _of_product(self, product: str, within: frozenset[str]) -> Iterator[Span]:
        """The whole contract, or what the product's own days leave of it, or as long as its base product."""
        events, terms = self._events_of(product), self.in_force(product)
        if not events:
            yield from terms
        row, readings = pick(self.entitlement.co_termination, self.scope)
        for event in events:
            if event.base and row:
                ending = Reason(f"{product} is covered as long as {event.base}", grounds(row, readings))
                yield from inside(
                    self._of_base(event.base, within | {product}, ending), self._first(event), NEVER, ending
                )
            else:
                ending = self.reason(f"{product} was covered until {event.until}", self.entitlement.product)
                yield from inside(terms, self._first(event), self._after(event.until) if event.until else NEVER, ending)

    def _of_base(self, base: str, within: frozenset[str], ending: Reason) -> list[Span]:
        if base in within or not self.is_named(base):
            return []
        return [replace(one, ending=ending) for one in self.of(base, within)]

    def _events_of(self, product: str | None) -> list[ProductCovered]:
        return [one for one in self.known if isinstance(one, ProductCovered) and one.product == product]

    def named(self) -> set[str]:
        """The products that the contract or its events name."""
        return {*self.contract.products, *(one.product for one in self.known if isinstance(one, ProductCovered))}

    def names_products(self) -> bool:
        """Whether the contract is for stated products only; a module alone says nothing of its base product."""
        events = (one for one in self.contract.events if isinstance(one, ProductCovered))
        return bool(self.contract.products) or any(one.base is None for one in events)

    # --- days -------------------------------------------------------------------------------------------------------------

    def _midnight(self, day: date) -> int:
        return wall(day, 0, self.where) * SECOND

    def _after(self, day: date) -> int:
        """The instant at which the last day covered is over."""
        return self._midnight(day + _DAY)

    def _first(self, event: ProductCovered) -> int:
        day = event.from_ or event.registered_on
        return self._midnight(day) if day else micros(event.effective_at)

    def _months_later(self, start: int, months: int) -> int:
        """The same date months later; where that month is too short, the first of the next."""
        first = self.day(start)
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        length = monthrange(year, month + 1)[1]
        same = date(year, month + 1, min(first.day, length))
        return self._midnight(same if first.day <= length else same + _DAY)

    def _expiry(self, day: date) -> Reason:
        return self.reason(f"the contract ended on {day}")


def grounds(row: Row | None, readings: frozenset[str]) -> Grounds:
    if row is None:
        return Grounds("", readings)
    return Grounds(row.clause or "", readings, frozenset(row.assumes))


def cut(spans: Iterable[Span], end: int, reason: Reason, *, expires: bool = True) -> list[Span]:
    """The spans up to `end`; those that lasted longer end there, for this reason."""
    return [
        replace(one, end=end, ending=reason, expires=expires) if one.end > end else one
        for one in spans
        if one.start < end
    ]


def inside(spans: Iterable[Span], start: int, end: int, reason: Reason) -> list[Span]:
    """What lies in `[start, end)` of the spans."""
    return [replace(one, start=max(one.start, start)) for one in cut(spans, end, reason) if one.end > start]


def years_begun(since: date, day: date) -> int:
    """The years begun after a date, up to and with a later day: a year to the day is one."""
    years = day.year - since.year
    return years + ((day.month, day.day) > (since.month, since.day))


def _also_read(reason: Reason, readings: frozenset[str]) -> Reason:
    return replace(reason, grounds=replace(reason.grounds, readings=reason.grounds.readings | readings))
