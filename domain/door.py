"""May this happen here? The rules of an agreement, asked of an event that is about to be recorded.

They are the rows that judge a history (`domain.conduct`, `domain.contract`), so that no act the door let in is listed as irregular
afterwards. An event that counts from earlier is judged by what had taken effect before it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.clocks.hindsight import in_hindsight
from domain.conduct.irregularities import Irregularity, breaches
from domain.contract.cover import uncovered_opening
from domain.foreknown import Known, known_before, scope_of_rules
from domain.instants import SECOND, micros, text
from domain.judgement import Case, circumstances, judge
from domain.misfits import new_misfits
from domain.refusals import AlreadyOpened, BadInstant, DoesNotFit, NotCovered, RuleBroken
from domain.terms.conditions import Condition
from domain.terms.conduct import Conduct
from domain.terms.rows import Scope
from domain.terms.selection import first_row
from domain.terms.zones import zone
from domain.ticket.commands import TicketCommand
from domain.ticket.decisions import decide
from domain.ticket.events import AppointmentScheduled, Corrected, Declined, Opened, Refused, Ruled, TicketEvent
from domain.ticket.history import Actor, History, Recorded

_PLACE = re.compile(r"^event \d+ \(\w+\): ")


def admit(case: Case, candidate: Recorded, known: Known | None = None) -> Case:
    """Let an event into a ticket's history, of which it would be the last, or refuse it: from the ticket before it to that after.

    `known` is `known_before` of that ticket and the event's instant, where the caller has it at hand. Corrections and rulings only
    have to fit.
    Raises AlreadyOpened, BadInstant, DoesNotFit, NotCovered or RuleBroken.
    """
    event, conduct = candidate.event, case.selector.agreement
    after = replace(case, history=(*case.history, candidate))
    _refuse_out_of_place(case, candidate)
    if isinstance(event, Opened) and not case.contract.plan:
        _refuse_uncovered(after, candidate, event)  # an order that names no plan waits, and covers nothing
    _refuse_misfits(after, was_straight=known is not None and known.straight)
    _refuse_misplaced_correction(case, candidate)
    _refuse_past_appointment(candidate)
    if not _is_judged(event, conduct):
        return after
    if isinstance(event, Opened):
        _refuse_uncovered(after, candidate, event)
    if known is None or isinstance(event, Opened):
        known = known_before(after, candidate.at, without=candidate.number)
    rungs = judge(replace(case, as_of=candidate.at)).rungs if _asks_for_rungs(event, conduct) else ()
    around = circumstances(case.contract, case.selector.terms(known.scope), rungs)
    broken = breaches(candidate, known.knowledge, conduct, around)
    if broken:
        raise _rule_broken(broken, known.scope)
    return after


def check_fit(case: Case, candidate: Recorded) -> None:
    """Refuse what cannot stand in a ticket's history, of which it would be the last, whatever the agreement says of such an act.

    Raises AlreadyOpened, BadInstant or DoesNotFit.
    """
    _refuse_out_of_place(case, candidate)
    _refuse_misfits(replace(case, history=(*case.history, candidate)))
    _refuse_misplaced_correction(case, candidate)


def admitted(
    case: Case, command: TicketCommand, at: datetime, recorded_at: int, by: Actor | None, known: Known
) -> list[TicketEvent]:
    """What a command that counts from `at` records on a ticket, each event let in after the one before it; nothing where it is
    a repeat. `known` is `known_before` of the ticket and that instant. Raises CommandRefused.
    """
    first: Known | None = known
    events = decide(known.knowledge, command, at)
    for event in events:
        candidate = Recorded(len(case.history) + 1, event, micros(event.effective_at), recorded_at, by)
        case, first = admit(case, candidate, first), None
    return events


# --- what is refused ------------------------------------------------------------------------------------------------------


def _refuse_out_of_place(case: Case, candidate: Recorded) -> None:
    opening = next((one for one in case.history if isinstance(one.event, Opened)), None)
    if opening is None:
        return
    if isinstance(candidate.event, Opened):
        raise AlreadyOpened(
            f"event {opening.number} opened the ticket; a ticket is opened once", remedy="open a new ticket"
        )
    if candidate.at < opening.at and not isinstance(candidate.event, Corrected | Ruled):
        told, opened = text(candidate.at // SECOND), text(opening.at // SECOND)
        raise BadInstant(f"{told} lies before the opening at {opened}", remedy="name an instant from the opening on")


def _refuse_misfits(case: Case, *, was_straight: bool = False) -> None:
    problem = next(new_misfits(case, was_straight=was_straight), None)
    if problem:
        raise DoesNotFit(_PLACE.sub("", problem))


def _refuse_misplaced_correction(case: Case, candidate: Recorded) -> None:
    """Without its opening there is no ticket, and nobody knows yet what will have happened."""
    correction = candidate.event
    if not isinstance(correction, Corrected):
        return
    if correction.struck and isinstance(case.history[correction.number - 1].event, Opened):
        raise DoesNotFit("the opening cannot be struck", remedy="withdraw or decline the ticket")
    if correction.moved_to is not None and micros(correction.moved_to) > candidate.recorded_at:
        raise BadInstant("moved_to lies in the future", remedy="name an instant that has passed")
    _refuse_before_opening(case, candidate)


def _refuse_before_opening(case: Case, candidate: Recorded) -> None:
    """A correction after which more lies before the opening than before it: of a history it is an irregularity (semantics 4.2)."""
    known = {one.number for one in _before_opening(case.history)}
    new = [one for one in _before_opening((*case.history, candidate)) if one.number not in known]
    if not new:
        return
    moved, correction = new[0], candidate.event
    says = f"event {moved.number} ({moved.event.event}) would lie before the opening"
    assert isinstance(correction, Corrected)
    if correction.number == moved.number:
        raise BadInstant(says, remedy="name an instant from the opening on, or correct the opening first")
    raise BadInstant(says, remedy="correct that event first")


def _before_opening(history: History) -> list[Recorded]:
    """What lies before the opening, as corrected; that something was refused may."""
    judged = in_hindsight(history).recorded
    opened_at = next((one.at for one in judged if isinstance(one.event, Opened)), None)
    if opened_at is None:
        return []
    return [one for one in judged if one.at < opened_at and not isinstance(one.event, Refused)]


def _refuse_past_appointment(candidate: Recorded) -> None:
    """What is agreed lies ahead of when it was agreed; a history may say otherwise."""
    event = candidate.event
    if isinstance(event, AppointmentScheduled) and micros(event.for_) < candidate.at:
        raise BadInstant("for lies in the past", remedy="name an instant that is still to come")


def _refuse_uncovered(case: Case, candidate: Recorded, opening: Opened) -> None:
    agreement, scope = case.selector.agreement, scope_of_rules(case, in_hindsight(case.history, case.known_at))
    uncovered = uncovered_opening(
        case.contract,
        agreement.entitlement,
        scope,
        zone(first_row(agreement.zones, scope).zone),
        at=candidate.at,
        known_at=candidate.recorded_at,
        product=opening.product,
    )
    if uncovered:
        raise NotCovered(f"{uncovered.says}.{_read_so(uncovered.readings, scope)}", clause=uncovered.clause)


def _rule_broken(broken: Sequence[Irregularity], scope: Scope) -> RuleBroken:
    """The first rule that is broken names the clause; the message tells of all."""
    says = " ".join(f"{one.says.removesuffix('.')}: {one.detail}." for one in broken)
    readings = dict.fromkeys(reading for one in broken for reading in one.readings)
    remedies = dict.fromkeys(one.remedy for one in broken if one.remedy)
    return RuleBroken(f"{says}{_read_so(readings, scope)}", clause=broken[0].clause, remedy="; ".join(remedies))


def _read_so(readings: Iterable[str], scope: Scope) -> str:
    read = "; ".join(f"{reading} is read as {scope.readings[reading]}" for reading in readings)
    return f" Here {read}." if read else ""


# --- what has to be asked -------------------------------------------------------------------------------------------------


def _is_judged(event: TicketEvent, conduct: Conduct) -> bool:
    """Corrections and rulings are not done under the agreement but about it."""
    if isinstance(event, Corrected | Ruled):
        return False
    return isinstance(event, Opened | Declined) or event.event in conduct.rules_of


def _asks_for_rungs(event: TicketEvent, conduct: Conduct) -> bool:
    """Whether any row about an event asks which rungs were reached: that takes a replay of the clocks."""
    rows = [condition for rule in conduct.rules_of.get(event.event, ()) for condition in (rule.where, rule.needs)]
    if isinstance(event, Declined):
        rows += [ground.needs for ground in conduct.grounds]
    return any(_names_a_rung(condition) for condition in rows if condition)


def _names_a_rung(condition: Condition) -> bool:
    return condition.rung is not None or any(map(_names_a_rung, (*condition.any_of, *condition.none_of)))
