"""What upholding a claim writes to a ticket, and what undoes it: asked of a ticket as it stands, and of it alone.

Only the fit is asked: that there is such a wait, reading, clock or event. Whether the act behind a fact was in order is judged
afterwards, like every act of a history.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from domain.clocks.hindsight import Hindsight, in_hindsight
from domain.disputes.claims import Claim, Happened, WaitUnjustified, written_by
from domain.door import check_fit
from domain.instants import instant, micros
from domain.judgement import Case
from domain.refusals import BadInstant, DoesNotFit
from domain.ticket.events import Accepted, Corrected, Opened, Role, Ruled, SeverityChanged, TicketEvent, Waiting
from domain.ticket.history import Actor, Recorded

_SEVERITIES = (Accepted, SeverityChanged, Ruled)


class Written(NamedTuple):
    """An event for the ticket; `by` is the role of who did what is a missing fact, None where it is the ruler's own word."""

    event: TicketEvent
    by: Role | None = None


def upheld(case: Case, claim: Claim, at: datetime, why: str, evidence: str | None = None) -> list[Written]:
    """What the ticket records where the claim is upheld at an instant; nothing where the ticket says so already.

    Raises DoesNotFit, BadInstant or AlreadyOpened where the claim does not fit the ticket.
    """
    _refuse_unknown_event(case, claim)
    _refuse_what_is_no_wait(case, claim)
    event = written_by(claim, at, why, evidence)
    if isinstance(claim, Happened) and claim.fact.effective_at > at:
        raise BadInstant("the fact claimed lies in the future", remedy="name an instant that has passed")
    check_fit(case, _last(case, event, micros(at), None))
    if _is_so(case, event):
        return []
    return [Written(event, claim.by if isinstance(claim, Happened) else None)]


def stands(case: Case, claim: Claim) -> bool:
    """Whether the ticket still says what an upheld claim wrote to it, and no later ruling or correction otherwise."""
    event = written_by(claim, instant(case.as_of), "asked")
    hindsight = in_hindsight(case.history, case.known_at)
    match event:
        case Ruled(severity=int()):
            return _is_severity_in_force(hindsight, event)
        case Corrected():
            again = after(case, [Written(event)], case.as_of)
            return hindsight.recorded == in_hindsight(again.history, case.known_at).recorded
        case _:
            return _is_so(case, event)


def _is_severity_in_force(hindsight: Hindsight, ruled: Ruled) -> bool:
    """It is until a later ruling replaces all that it does: another severity, from the same instant on or an earlier one (4.2)."""
    opened_at = next((one.at for one in hindsight.recorded if isinstance(one.event, Opened)), 0)
    since = _since(ruled, opened_at)
    about = [one for _, one in hindsight.rulings if one.severity is not None and _since(one, opened_at) <= since]
    return bool(about) and _content(about[-1]) == _content(ruled)


def _since(ruled: Ruled, opened_at: int) -> int:
    """From when a ruled severity counts, in microseconds."""
    return max(micros(ruled.since), opened_at) if ruled.since else opened_at


def still_counting(case: Case, numbers: Iterable[int]) -> tuple[int, ...]:
    """Those of a ticket's events, by their numbers, that nobody has struck."""
    hindsight = in_hindsight(case.history, case.known_at)
    counting = {one.number for one in hindsight.recorded}
    counting |= {number for number, _ in (*hindsight.rulings, *hindsight.corrections)}
    return tuple(number for number in numbers if number in counting)


def undone(numbers: Iterable[int], at: datetime, why: str) -> list[Written]:
    """What strikes the events of an earlier ruling; they stay on record."""
    return [Written(Corrected(effective_at=at, number=number, why=why, struck=True)) for number in numbers]


def after(case: Case, written: Iterable[Written], at: int) -> Case:
    """The ticket with these events at its end, recorded at an instant in microseconds."""
    for one in written:
        case = replace(case, history=(*case.history, _last(case, one.event, at, one.by)))
    return case


def supposing(case: Case, claims: Iterable[Claim], at: int) -> Case:
    """The ticket as if these claims had been upheld at an instant in microseconds, and that were known.

    Raises what `upheld` raises.
    """
    known = at if case.known_at is None else min(at, case.known_at)
    claims = tuple(claims)
    for claim in claims:
        _refuse_unknown_event(case, claim)
    for claim in claims:
        case = after(case, upheld(case, claim, instant(at), "supposed"), known)
    return case


def without(case: Case, numbers: Iterable[int], at: int) -> Case:
    """The ticket as if these of its events had been struck at an instant in microseconds, and that were known."""
    known = at if case.known_at is None else min(at, case.known_at)
    return after(case, undone(numbers, instant(at), "supposed"), known)


def _last(case: Case, event: TicketEvent, recorded_at: int, by: Actor | None) -> Recorded:
    return Recorded(len(case.history) + 1, event, micros(event.effective_at), recorded_at, by)


def _refuse_unknown_event(case: Case, claim: Claim) -> None:
    """Before the fit is asked, which would count the event to be written among those that are there."""
    number = claim.wait if isinstance(claim, WaitUnjustified) else getattr(claim, "number", 0)
    if number > len(case.history):
        raise DoesNotFit(
            f"there is no event {number}; the history has {len(case.history)}",
            remedy="name an event by its number in the ticket's history",
        )


def _refuse_what_is_no_wait(case: Case, claim: Claim) -> None:
    """In the words of the claim, which says `wait`; the ruling that would be written says `strike_wait`."""
    if isinstance(claim, WaitUnjustified):
        named = case.history[claim.wait - 1].event
        if not isinstance(named, Waiting):
            raise DoesNotFit(
                f"wait: event {claim.wait} ({named.event}) is no `waiting`",
                remedy="name the event by which a wait began",
            )


def _is_so(case: Case, event: TicketEvent) -> bool:
    """Whether this is the last word on the ticket already, whatever was given as its reason."""
    hindsight = in_hindsight(case.history, case.known_at)
    match event:
        case Ruled(strike_wait=int(wait)):
            return wait in hindsight.struck_waits
        case Ruled(excuse=str(clock)):
            return clock in hindsight.excused
        case Ruled(reading=dict(reading)):
            return reading.items() <= hindsight.readings.items()
        case Ruled():
            return _is_last_severity(case, hindsight, event)
        case Corrected():
            return _is_last_correction(case, event)
        case _:
            return any(one.event == event for one in hindsight.recorded)


def _is_last_severity(case: Case, hindsight: Hindsight, ruled: Ruled) -> bool:
    standing = {number: ruling for number, ruling in hindsight.rulings if ruling.severity is not None}
    later = [one for one in case.history if isinstance(one.event, _SEVERITIES) and getattr(one.event, "severity", None)]
    last = later[-1] if later else None
    return last is not None and _content(standing.get(last.number)) == _content(ruled)


def _is_last_correction(case: Case, correction: Corrected) -> bool:
    """It may have been struck itself, or followed by another."""
    about = [one for one in case.history if isinstance(one.event, Corrected) and one.event.number == correction.number]
    if not about or _content(about[-1].event) != _content(correction):
        return False
    again = (one.event for one in case.history if isinstance(one.event, Corrected))
    return all(one.number != about[-1].number for one in again)


def _content(event: TicketEvent | None) -> dict[str, object] | None:
    """What an event says, apart from when and why it was said."""
    return None if event is None else event.model_dump(exclude={"event", "effective_at", "why", "evidence"})
