"""What several commands about a contract are checked for, each check a refusal with its remedy.

A command counts from an instant that the door lets lie only so far back. A last day named before it would reach further:
tickets rightly opened would lose their cover. A history that is filed may say so all the same; these are asked of commands.
"""

from datetime import date, datetime
from typing import TypeVar

from domain.contract.events import Cancelled, Ended
from domain.contract.misfits import contract_misfits, reading_misfits
from domain.contract.now import Now
from domain.contract.papers import Paper
from domain.contract.state import contract_of
from domain.instants import seconds, text
from domain.refusals import BadInstant, ContractRefused, DoesNotFit
from domain.terms.selection import Selector

_NEW_CONTRACT = "draw up a new contract"

DayOrInstant = TypeVar("DayOrInstant", date, datetime)


def check_not_ended(now: Now) -> None:
    """Refuse what comes after a cancellation or a termination."""
    match now.ending:
        case Cancelled():
            clause = now.clause(now.entitlement.cancelled)
            raise ContractRefused("the contract was cancelled", clause=clause, remedy=_NEW_CONTRACT)
        case Ended():
            raise ContractRefused("the contract was terminated", remedy=_NEW_CONTRACT)
        case None:
            pass


def check_last_day(now: Now, until: date | None) -> None:
    """Refuse a last day before the day, on the wall of the contract's zone, from which the command counts. Raises BadInstant."""
    if until and until < now.day:
        raise BadInstant(
            f"until, {until}, lies before {now.day}, the day from which this counts",
            remedy="name that day or a later one, or say since when it holds with effective_at",
        )


def check_ordered(ordered: DayOrInstant | None, counts_from: DayOrInstant, field: str) -> None:
    """Refuse an order of after the day or instant from which the command counts. Raises BadInstant."""
    if ordered and ordered > counts_from:
        raise BadInstant(
            f"{field} lies after {_told(counts_from)}, from which this counts",
            remedy="name an earlier one, or tell of the order once it has been placed",
        )


def check_covers(now: Now, product: str | None) -> None:
    if product and not now.covers(product):
        clause = now.clause(now.entitlement.product)
        raise ContractRefused(f"the contract does not cover {product}", clause=clause, remedy="cover the product first")


def check_fit(paper: Paper, selector: Selector) -> None:
    """Refuse a paper that names what its agreement does not know. Raises DoesNotFit."""
    agreement = selector.agreement
    problems = [
        *contract_misfits(contract_of(paper), agreement, plan_may_wait=True),
        *reading_misfits(paper.readings, agreement, "readings"),
    ]
    if problems:
        raise DoesNotFit("; ".join(problems))


def _told(counts_from: date | datetime) -> str:
    return text(seconds(counts_from)) if isinstance(counts_from, datetime) else str(counts_from)
