"""What the door knows of a ticket before an event: the fold that rules read, and the scope that selects rows.

It follows from the history alone. Who goes on with a ticket from event to event keeps what was known, and adds what is new.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, Self

from domain.clocks.hindsight import Hindsight, in_hindsight, is_straight
from domain.conduct.knowledge import Knowledge, before_all
from domain.contract.facts import Contract
from domain.instants import micros
from domain.judgement import Case, scope_of
from domain.terms.rows import Scope
from domain.terms.selection import Selector
from domain.ticket.events import Corrected, Opened, Ruled
from domain.ticket.history import Recorded


class Known(NamedTuple):
    """Readings that the case does not name have their default in the scope.

    `straight`: the history begins with the opening, and corrects nothing.
    """

    knowledge: Knowledge
    scope: Scope
    straight: bool


def known_before(case: Case, at: int, *, without: int = 0) -> Known:
    """What is known of a ticket before an event that counts from `at` (microseconds), in hindsight.

    The event is recorded after all others, or is the one of the number `without`.
    """
    hindsight = in_hindsight(case.history, case.known_at)
    scope = scope_of_rules(case, hindsight)
    in_effect = (one for one in _in_effect(case, hindsight, at) if one.number != without)
    knowledge = before_all(case.selector.agreement, scope).after_all(in_effect)
    return Known(knowledge, scope, is_straight(case.history))


def scope_of_rules(case: Case, hindsight: Hindsight) -> Scope:
    """What selects rows; readings not named take their default."""
    scope = scope_of(case, hindsight)
    return scope.model_copy(update={"readings": {**case.selector.agreement.default_readings, **scope.readings}})


def _in_effect(case: Case, hindsight: Hindsight, at: int) -> list[Recorded]:
    """What had taken effect by an instant, with the corrections and rulings themselves, which decisions look for."""
    afterwards = [one for one in case.history if isinstance(one.event, Corrected)]
    for number, ruled in hindsight.rulings:
        afterwards.append(case.history[number - 1]._replace(event=ruled, at=micros(ruled.effective_at)))
    if not afterwards:
        return [one for one in hindsight.recorded if one.at <= at]
    by_number = {one.number: one for one in (*case.history, *hindsight.recorded)}
    judged = [
        by_number[number]._replace(event=event, at=micros(event.effective_at))
        for _, number, event in hindsight.occurrences(at)
    ]
    return sorted([*judged, *(one for one in afterwards if one.at <= at)], key=lambda one: one.at)


class Kept(NamedTuple):
    """What is known after the first so many events of a ticket, under these terms and this contract."""

    selector: Selector
    contract: Contract
    events: int
    known: Known

    @classmethod
    def of(cls, case: Case, before: Self | None = None) -> Self | None:
        """What is known after the whole history; `before` is what was kept of the same ticket when it was shorter.

        None where the past can look otherwise than it was recorded: something was corrected, ruled or told late.
        """
        if case.known_at is not None or not case.history or not isinstance(case.history[0].event, Opened):
            return None
        if before is None or before.selector is not case.selector or before.contract is not case.contract:
            before = None
        new = case.history[before.events if before else 1 :]
        if not _is_in_order(before.known.knowledge.at if before else case.history[0].at, new):
            return None
        known = before.known if before else known_before(replace(case, history=case.history[:1]), case.history[0].at)
        if new:
            known = known._replace(knowledge=known.knowledge.after_all(new))
        return cls(case.selector, case.contract, len(case.history), known)

    def before(self, at: int) -> Known | None:
        """`known_before` an event that counts from `at` (microseconds); None where that lies among what has happened."""
        return self.known if self.known.knowledge.at <= at else None


def _is_in_order(last: int, new: Iterable[Recorded]) -> bool:
    for one in new:
        if one.at < last or isinstance(one.event, Corrected | Ruled):
            return False
        last = one.at
    return True
