"""What a command records about a contract: one function a command, with the contract's own history and its agreement at hand.

Who may ask is for the door to say, whether a ticket is covered for `cover`. A refusal knows the clause where the agreement has one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

from domain.contract.checks import check_covers, check_fit, check_last_day, check_not_ended, check_ordered
from domain.contract.commands import (
    Amend,
    Cancel,
    Command,
    ContractCommand,
    CoverProduct,
    DrawUp,
    End,
    EndLife,
    EndSupport,
    Expire,
    NameContact,
    Reduce,
    RemoveContact,
    Renew,
    ReportPaid,
    ReportUnpaid,
    Sign,
)
from domain.contract.events import (
    Cancelled,
    ContactNamed,
    ContactRemoved,
    ContractEvent,
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
from domain.contract.misfits import unknown
from domain.contract.now import Now
from domain.contract.papers import Amended, ContractEntry, DrawnUp
from domain.contract.state import Agreed, evolve
from domain.instants import micros
from domain.refusals import ContractRefused, DoesNotFit
from domain.terms.selection import Selector


def decide(agreed: Agreed, command: ContractCommand, at: datetime, selector: Selector) -> list[ContractEntry]:
    """What the command records if it counts from `at`; nothing where that is on record already.

    `selector` is the contract's agreement, that which it names where it is to be drawn up. Raises ContractRefused where the
    contract's history or its agreement does not allow it, DoesNotFit where it names what the agreement does not know, BadInstant
    where a last day lies before the day from which it counts, or an order after it.
    """
    if isinstance(command, DrawUp):
        return draw_up(agreed, command, at, selector)
    if agreed.drawn_up is None:
        raise ContractRefused("the contract was never drawn up", remedy="draw it up first")
    now = Now(agreed, at, selector)
    match command:
        case Amend():
            return amend(now, command)
        case Sign():
            return sign(now, command)
        case Renew():
            return renew(now, command)
        case Expire():
            return expire(now, command)
        case Reduce():
            return reduce(now, command)
        case Cancel():
            return cancel(now, command)
        case End():
            return end(now, command)
        case ReportUnpaid():
            return report_unpaid(now, command)
        case ReportPaid():
            return report_paid(now, command)
        case CoverProduct():
            return cover_product(now, command)
        case EndSupport():
            return end_support(now, command)
        case EndLife():
            return end_life(now, command)
        case NameContact():
            return name_contact(now, command)
        case RemoveContact():
            return remove_contact(now, command)
        case _:
            assert_never(command)


# --- the paper ------------------------------------------------------------------------------------------------------------


def draw_up(agreed: Agreed, command: DrawUp, at: datetime, selector: Selector) -> list[ContractEntry]:
    """Put the contract on file if it fits its agreement; a contract is drawn up once."""
    drawn_up = DrawnUp(effective_at=at, **_told(command))
    if agreed.drawn_up is not None:
        if dict(drawn_up) == dict(agreed.drawn_up) | {"effective_at": at}:
            return []
        raise ContractRefused("the contract is drawn up already", remedy="amend it, or draw up another one")
    check_fit(drawn_up, selector)
    return [drawn_up]


def amend(now: Now, command: Amend) -> list[ContractEntry]:
    """Change facts from an instant on; what is so already is not recorded."""
    at = micros(now.at)
    amended = Amended(effective_at=now.at, **_told(command))
    after = evolve(now.agreed, amended, at).paper(at)
    if after == now.agreed.paper(at):
        return []
    check_fit(after, now.selector)
    return [amended]


# --- how long it runs -----------------------------------------------------------------------------------------------------


def sign(now: Now, command: Sign) -> list[ContractEntry]:
    """Record an order; the same order is a new one only once the contract has run out. Another plan is for an amendment.

    What was cancelled or terminated is not ordered again: whoever comes back agrees anew, on a contract of its own.
    """
    check_not_ended(now)
    signed = Signed(effective_at=now.at, **_told(command))
    if not now.has_run_out and _is_among(now.past, signed):
        return []
    check_ordered(command.ordered_at, now.at, "ordered_at")
    check_last_day(now, command.until)
    plan, plans = now.contract.plan, now.selector.agreement.plans
    if command.plan and plan and command.plan != plan:
        says = f"the order is for {command.plan}, the contract for {plan}"
        raise ContractRefused(says, remedy="amend the contract's plan first")
    if command.plan and command.plan not in plans:
        raise DoesNotFit(f"plan: {unknown(command.plan, plans, 'plan', now.selector.agreement)}")
    return [signed]


def renew(now: Now, command: Renew) -> list[ContractEntry]:
    """Record that support was ordered on, be it late: whether that covers the days since the end is judged, not decided."""
    renewed = Renewed(effective_at=now.at, **_told(command))
    check_not_ended(now)
    if _is_among(now.past, renewed):
        return []
    if now.last_day and command.until <= now.last_day:
        raise ContractRefused(
            f"the contract runs until {now.last_day} already",
            clause=now.clause(now.entitlement.renewal),
            remedy="name a later day, or reduce the contract",
        )
    check_ordered(command.ordered_on, now.day, "ordered_on")
    check_last_day(now, command.until)
    return [renewed]


def expire(now: Now, command: Expire) -> list[ContractEntry]:
    """Record that the contract ran out as was agreed; before its last day it can only be reduced or ended."""
    expired = Expired(effective_at=now.at, **_told(command))
    if _is_among(now.since_order, expired):
        return []
    check_not_ended(now)
    last_day = now.last_day
    if last_day and (command.until != last_day if command.until else now.day < last_day):
        says = f"the contract runs until {last_day}"
        raise ContractRefused(says, remedy="name that day, or reduce, end or renew the contract")
    if last_day is None:
        check_last_day(now, command.until)
    return [expired]


def reduce(now: Now, command: Reduce) -> list[ContractEntry]:
    """Shorten the contract to end with an earlier day."""
    check_not_ended(now)
    if command.until == now.last_day:
        return []
    if now.last_day and command.until > now.last_day:
        says = f"the contract runs only until {now.last_day}"
        raise ContractRefused(says, remedy="renew it to make it longer")
    check_last_day(now, command.until)
    return [Reduced(effective_at=now.at, **_told(command))]


def cancel(now: Now, command: Cancel) -> list[ContractEntry]:
    """Record that the customer gave the contract up, also one that was to end on a later day."""
    ending = now.ending
    if isinstance(ending, Cancelled):
        return []
    if ending and (ending.until is None or ending.until < now.day):
        raise ContractRefused("the contract was terminated", remedy="there is nothing left to cancel")
    return [Cancelled(effective_at=now.at)]


def end(now: Now, command: End) -> list[ContractEntry]:
    """Terminate the contract; once it is terminated or cancelled, another end would be another fact."""
    ended = Ended(effective_at=now.at, **_told(command))
    if _is_among(now.since_order, ended):
        return []
    check_not_ended(now)
    check_last_day(now, command.until)
    return [ended]


# --- what was paid --------------------------------------------------------------------------------------------------------


def report_unpaid(now: Now, command: ReportUnpaid) -> list[ContractEntry]:
    """Fees overdue twice are overdue: one payment ends it."""
    return [Unpaid(effective_at=now.at)] if now.is_paid else []


def report_paid(now: Now, command: ReportPaid) -> list[ContractEntry]:
    """Where nothing was overdue, a payment changes nothing."""
    return [] if now.is_paid else [Paid(effective_at=now.at)]


# --- what is covered ------------------------------------------------------------------------------------------------------


def cover_product(now: Now, command: CoverProduct) -> list[ContractEntry]:
    """Cover a product or a module; covered again for other days, both count."""
    covered = ProductCovered(effective_at=now.at, **_told(command))
    if _is_among(now.past, covered):
        return []
    check_not_ended(now)
    if command.base == command.product:
        clause = now.clause(now.entitlement.co_termination)
        raise ContractRefused(f"{command.product} is no base of itself", clause=clause, remedy="name its base product")
    check_last_day(now, command.until)
    return [covered]


def end_support(now: Now, command: EndSupport) -> list[ContractEntry]:
    """Record a product's End of Support; what that does to its cover is for the agreement to say."""
    ended = SupportEnded(effective_at=now.at, **_told(command))
    if _is_among(now.past, ended):
        return []
    check_covers(now, command.product)
    return [ended]


def end_life(now: Now, command: EndLife) -> list[ContractEntry]:
    """Record a product's End of Life."""
    ended = LifeEnded(effective_at=now.at, **_told(command))
    if _is_among(now.past, ended):
        return []
    check_covers(now, command.product)
    return [ended]


# --- who speaks for the customer ------------------------------------------------------------------------------------------


def name_contact(now: Now, command: NameContact) -> list[ContractEntry]:
    """Name somebody in a role beside those who act in it; another name for the same person is news."""
    if command.role == "system":
        raise ContractRefused("the system is nobody's contact", remedy="name the role of a person")
    if any(
        (one.id, one.role) == (command.id, command.role) and command.called in (None, one.name) for one in now.people
    ):
        return []
    return [ContactNamed(effective_at=now.at, **_told(command))]


def remove_contact(now: Now, command: RemoveContact) -> list[ContractEntry]:
    """Remove somebody from a role; who has gone already is not removed twice, who never came is a mistake."""
    if any(one.id == command.id and command.role in (None, one.role) for one in now.people):
        return [ContactRemoved(effective_at=now.at, **_told(command))]
    ever = {(one.id, one.role) for one in now.contract.people}
    ever |= {(one.id, one.role) for one in now.past if isinstance(one, ContactNamed)}
    if any(who == command.id and command.role in (None, role) for who, role in ever):
        return []
    role = f" as {command.role}" if command.role else ""
    raise ContractRefused(f"{command.id} was never named{role}", remedy="name the person's id as it is on file")


# --- asked by several -----------------------------------------------------------------------------------------------------


def _told(command: Command) -> dict[str, Any]:
    """What the caller said, by its public names, which are those of the event."""
    fields = type(command).model_fields
    return {fields[name].alias or name: getattr(command, name) for name in command.model_fields_set}


def _is_among(past: Iterable[ContractEvent], event: ContractEvent) -> bool:
    """Whether the same was recorded before, be it of another instant."""
    return any(type(one) is type(event) and _content(one) == _content(event) for one in past)


def _content(event: ContractEvent) -> dict[str, Any]:
    return event.model_dump(exclude={"effective_at", "recorded_at"})
