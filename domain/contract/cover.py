"""Was it covered? A contract's facts and an agreement's terms of cover, asked about an instant with what was known by then.

A late renewal covers a gap backwards only from when it is known, so that as known then and as known now may differ. Instants are
microseconds since 1970 UTC where they are asked for, whole seconds where they are answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.contract.events import Cancelled, Ended, Paid, Signed, Unpaid
from domain.contract.facts import Contract
from domain.contract.spans import NEVER, LateFee, Reason, Span, Spans, grounds
from domain.instants import SECOND, micros, seconds
from domain.terms.entitlement import Entitlement
from domain.terms.rows import Scope
from domain.terms.selection import pick
from domain.terms.zones import local, same_time_later, which_of_two


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether a ticket could be opened, and on which clause. `until` is the second at which cover ends (None: no end is known)."""

    covered: bool
    clause: str | None
    why: str
    until: int | None = None
    readings: frozenset[str] = frozenset()
    assumes: frozenset[str] = frozenset()


class Uncovered(NamedTuple):
    """An opening that the agreement does not cover, and what that hangs on."""

    clause: str
    says: str
    readings: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()


class OrderWait(NamedTuple):
    """An order that names no plan waits; its rejection is to be told by `notice_due`. Both are whole seconds."""

    since: int
    notice_due: int
    clause: str
    assumes: frozenset[str]


def cover(
    contract: Contract,
    entitlement: Entitlement,
    scope: Scope,
    where: ZoneInfo,
    *,
    at: int,
    known_at: int | None = None,
    product: str | None = None,
) -> Cover:
    """Whether a ticket about the product could be opened at an instant, with what was known by then (None: all)."""
    fees, readings = pick(entitlement.fees, scope)
    if fees and not is_paid(contract, at, known_at):
        return _refusal(Reason("agreed fees are unpaid", grounds(fees, readings)))
    order, readings = pick(entitlement.order_without_plan, scope)
    if order and _order_without_plan(contract, known_at):
        return _refusal(Reason("the order names no support plan", grounds(order, readings)))
    spans = Spans(contract, entitlement, scope, where, known_at)
    if product and not spans.is_named(product):
        refusal = spans.reason(f"the contract does not cover {product}", entitlement.product)
        if refusal.grounds.clause:
            return _refusal(refusal)
    return _answer(spans, spans.of(product), at)


def uncovered_opening(
    contract: Contract,
    entitlement: Entitlement,
    scope: Scope,
    where: ZoneInfo,
    *,
    at: int,
    known_at: int | None = None,
    product: str | None = None,
) -> Uncovered | None:
    """What is irregular about an opening at an instant; None where it was covered."""
    answer = cover(contract, entitlement, scope, where, at=at, known_at=known_at, product=product)
    if answer.covered:
        return None
    return Uncovered(answer.clause or "", answer.why, tuple(sorted(answer.readings)), tuple(sorted(answer.assumes)))


def fee_waits(
    contract: Contract, entitlement: Entitlement, scope: Scope, known_at: int | None = None
) -> list[tuple[int, int | None]]:
    """The stretches `[from, to)` in which open tickets waited for agreed fees, in seconds; None where they still do."""
    row, _ = pick(entitlement.fees, scope)
    if row is None or not row.waits:
        return []
    return [
        (since // SECOND, until // SECOND if until < NEVER else None) for since, until in _unpaid(contract, known_at)
    ]


def is_paid(contract: Contract, at: int, known_at: int | None = None) -> bool:
    """Whether no agreed fees were overdue at an instant."""
    return not any(since <= at < until for since, until in _unpaid(contract, known_at))


def late_fees(
    contract: Contract, entitlement: Entitlement, scope: Scope, where: ZoneInfo, known_at: int | None = None
) -> tuple[LateFee, ...]:
    """What renewals ordered after the days of grace owe."""
    spans = Spans(contract, entitlement, scope, where, known_at).in_force(None)
    return tuple(span.fee for span in spans if span.fee)


def order_wait(
    contract: Contract, entitlement: Entitlement, scope: Scope, where: ZoneInfo, known_at: int | None = None
) -> OrderWait | None:
    """The order that waits because it names no plan, if there is one."""
    row, _ = pick(entitlement.order_without_plan, scope)
    order = _order_without_plan(contract, known_at)
    if row is None or order is None:
        return None
    since = seconds(order.ordered_at or order.effective_at)
    return OrderWait(since, same_time_later(since, row.notice_days, where), row.clause, frozenset(row.assumes))


def _order_without_plan(contract: Contract, known_at: int | None) -> Signed | None:
    """The last order, if it names no plan; a termination or cancellation settles it."""
    order: Signed | None = None
    for event in contract.known(known_at):
        match event:
            case Signed():
                order = None if event.plan or contract.plan else event
            case Ended() | Cancelled():
                order = None
            case _:
                pass
    return order


def _unpaid(contract: Contract, known_at: int | None) -> Iterator[tuple[int, int]]:
    """Where agreed fees were unpaid; like other waits it does not stack, one payment ends it (semantics 3.4)."""
    since: int | None = None
    for event in contract.known(known_at):
        match event:
            case Unpaid() if since is None:
                since = micros(event.effective_at)
            case Paid() if since is not None:
                yield since, micros(event.effective_at)
                since = None
            case _:
                pass
    if since is not None:
        yield since, NEVER


def _answer(spans: Spans, covered: Sequence[Span], at: int) -> Cover:
    current = max((one for one in covered if one.start <= at < one.end), key=lambda one: one.end, default=None)
    if current is None:
        return _refusal(_absence(spans, covered, at))
    until = current.end
    while later := [one.end for one in covered if one.start <= until < one.end]:
        until = max(later)
    known_end = until // SECOND if until < NEVER else None
    ground = current.grant.grounds
    return Cover(True, ground.clause or None, current.grant.says, known_end, ground.readings, ground.assumes)


def _absence(spans: Spans, covered: Sequence[Span], at: int) -> Reason:
    ended = max((one for one in covered if one.end <= at), key=lambda one: one.end, default=None)
    if ended:
        return ended.ending
    first = min(covered, key=lambda one: one.start, default=None)
    if first:
        return Reason(f"cover begins on {spans.day(first.start)}{_hour(spans, first.start, at)}", first.grant.grounds)
    return spans.given_up(at) or spans.reason("no support contract is in force")


def _hour(spans: Spans, start: int, at: int) -> str:
    """The time of day and its zone, where cover begins on the very day that is asked about."""
    if spans.day(start) != spans.day(at):
        return ""
    shown = local(start // SECOND, spans.where)
    return f" at {shown:%H:%M}{which_of_two(shown)} {spans.where.key}"


def _refusal(reason: Reason) -> Cover:
    ground = reason.grounds
    return Cover(False, ground.clause or None, reason.says, None, ground.readings, ground.assumes)
