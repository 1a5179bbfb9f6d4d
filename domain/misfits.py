"""What in a case does not fit its agreement or itself: a plan, a reading, a severity, an event number that nobody knows."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from domain.clocks.hindsight import corrected_event, in_hindsight, is_straight
from domain.contract.misfits import contract_misfits, reading_misfits
from domain.judgement import Case
from domain.misreadings import misreadings, shown
from domain.terms.phrases import instead, listing
from domain.ticket.events import Accepted, Corrected, Opened, Refused, Ruled, SeverityChanged, Waiting
from domain.ticket.history import History, Recorded


def misfits(case: Case) -> Iterator[str]:
    """What in a case does not fit its agreement or itself: plan, readings, the opening, severities, numbers."""
    yield from _agreed_misfits(case)
    yield from _opening_misfits(case.history)
    yield from _event_misfits(case.history, case)
    if any(isinstance(one.event, Corrected) for one in case.history):
        yield from (f"{problem} (as corrected)" for problem in _event_misfits(_as_corrected(case), case))


def new_misfits(case: Case, *, was_straight: bool = False) -> Iterator[str]:
    """What does not fit now that the last event of a case has come, which is in its place; the others fitted when they came.

    `was_straight`: the others are known to begin with the opening, and to correct nothing.
    """
    new = case.history[-1:]
    if not is_straight(case.history[:1] + new if was_straight else case.history):
        yield from misfits(case)
        return
    yield from _agreed_misfits(case)
    yield from _event_misfits(new, case)


def _agreed_misfits(case: Case) -> Iterator[str]:
    yield from (f"contract.{one}" for one in contract_misfits(case.contract, case.selector.agreement))
    yield from reading_misfits(case.readings, case.selector.agreement, "readings")


def _opening_misfits(history: History) -> Iterator[str]:
    openings = [one for one in history if isinstance(one.event, Opened)]
    if not openings:
        if any(one.event.event != "refused" for one in history):
            yield "events: none is `opened`; a history begins with it"
        return
    opening, *more = openings
    for one in more:
        yield f"event {one.number} (opened): a ticket is opened once; event {opening.number} did so"
    for one in history:
        if one.at < opening.at and not isinstance(one.event, Corrected | Refused | Ruled):
            at, opened_at = one.event.effective_at.isoformat(), opening.event.effective_at.isoformat()
            yield f"{_name(one)}: at: {at} lies before the opening, event {opening.number} at {opened_at}"


def _event_misfits(history: Iterable[Recorded], case: Case) -> Iterator[str]:
    """Severities that the agreement does not know, and what corrections and rulings say of things that do not exist."""
    severities = case.selector.agreement.severity_numbers
    for one in history:
        match one.event:
            case Opened() | Accepted() | SeverityChanged() | Ruled() if one.event.severity not in (None, *severities):
                known = listing(severities)
                yield f"{_name(one)}: severity: {one.event.severity} is out of range; the severities are {known}"
            case Corrected():
                yield from (f"{_name(one)}: {problem}" for problem in _correction_misfits(one.event, one.number, case))
            case Ruled():
                yield from (f"{_name(one)}: {problem}" for problem in _ruling_misfits(one.event, case))
            case _:
                pass


def _as_corrected(case: Case) -> Iterator[Recorded]:
    """The events that a correction put in the place of others, and all rulings that remain."""
    hindsight = in_hindsight(case.history, case.known_at)
    yield from (one for one in hindsight.recorded if one.event is not case.history[one.number - 1].event)
    yield from (case.history[number - 1]._replace(event=ruled) for number, ruled in hindsight.rulings)


def _correction_misfits(correction: Corrected, number: int, case: Case) -> Iterator[str]:
    if correction.number > len(case.history):
        yield f"number: {_no_event(correction.number, case)}"
    elif correction.number == number:
        yield "number: an event cannot correct itself"
    elif "at" in (correction.data or {}):
        yield "data: at: an event is moved with `moved_to`, not with data"
    elif correction.data is not None:
        corrected = case.history[correction.number - 1]
        try:
            corrected_event(corrected.event, correction.data)
        except ValidationError as error:
            problem = misreadings(error, correction.data, type(corrected.event))
            yield f"data: does not fit {_name(corrected)}: {problem}"


def _ruling_misfits(ruling: Ruled, case: Case) -> Iterator[str]:
    agreement = case.selector.agreement
    if ruling.strike_wait is not None:
        if ruling.strike_wait > len(case.history):
            yield f"strike_wait: {_no_event(ruling.strike_wait, case)}"
        elif not isinstance((struck := case.history[ruling.strike_wait - 1]).event, Waiting):
            yield f"strike_wait: {_name(struck)} is no `waiting`"
    if ruling.reading is not None:
        yield from reading_misfits(ruling.reading, agreement, "reading")
    if ruling.excuse is not None and ruling.excuse not in (clocks := [clock.name for clock in agreement.clocks]):
        yield f"excuse: unknown clock {shown(ruling.excuse)}; {instead(ruling.excuse, clocks, 'clock')}"


def _no_event(number: int, case: Case) -> str:
    return f"there is no event {number}; the history has {len(case.history)}"


def _name(one: Recorded) -> str:
    return f"event {one.number} ({one.event.event})"
