"""A case under a hypothesis: the same ticket as it would be judged had something been otherwise. Pure, and never stored.

Source: semantics 4.3. What does not fit the ticket or the terms is refused with the place in the hypothesis and the remedy.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from domain.casefile import read_event
from domain.clocks.hindsight import in_hindsight
from domain.comparison.difference import Difference, difference
from domain.judgement import Case, Judgement, judge
from domain.misfits import misfits
from domain.refusals import CaseFileError, DoesNotFit
from domain.ticket.events import Corrected, Opened, SeverityChanged
from domain.ticket.history import History, Recorded, recorded
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.supposing import Lookup, agreed_under


class WhatIf(NamedTuple):
    """The replay of record, the replay under a hypothesis, and the difference."""

    record: Judgement
    supposed: Judgement

    @property
    def difference(self) -> Difference:
        return difference(self.record, self.supposed)


def what_if(case: Case, hypothesis: Hypothesis, lookup: Lookup) -> WhatIf:
    """Judge a case as it is and as it would be. Raises DoesNotFit where the hypothesis does not fit it."""
    return WhatIf(judge(case), judge(under(case, hypothesis, lookup)))


def under(case: Case, hypothesis: Hypothesis, lookup: Lookup) -> Case:
    """The case as the hypothesis has it, asked as of the same instant with the same knowledge. Raises DoesNotFit."""
    _check_not_ruled(case, hypothesis)
    selector, contract, readings = agreed_under(case, hypothesis, lookup)
    supposed = replace(
        case,
        selector=selector,
        contract=contract,
        readings=readings,
        history=(*reopened(case.history, hypothesis), *_added(case, hypothesis)),
    )
    _check_fits(case, supposed)
    return replace(supposed, history=_without(supposed.history, case, hypothesis)) if hypothesis.without else supposed


def _added(case: Case, hypothesis: Hypothesis) -> Iterator[Recorded]:
    """The events supposed, numbered after those on record; they are taken as known, whenever the case is asked about."""
    numbers = len(case.history)
    for number, line in enumerate(hypothesis.with_, start=numbers + 1):
        try:
            one = read_event(number, line)
        except CaseFileError as error:
            says = f"with {number - numbers}: {error.problem}"
            raise DoesNotFit(says, remedy="write events as a case file has them") from None
        if isinstance(one.event, Opened):
            raise DoesNotFit(f"with {number - numbers}: a ticket is opened once", remedy="suppose a severity instead")
        yield _known(one, case)
    if hypothesis.severity is not None and hypothesis.since is not None:
        changed = SeverityChanged(effective_at=hypothesis.since, severity=hypothesis.severity)
        yield _known(recorded(numbers + len(hypothesis.with_) + 1, changed, by="system"), case)


def _known(one: Recorded, case: Case) -> Recorded:
    known_at = case.known_at
    return one if known_at is None or one.recorded_at <= known_at else one._replace(recorded_at=known_at)


def reopened(history: History, hypothesis: Hypothesis) -> History:
    """The history with its opening at the severity supposed, whatever a correction said of that."""
    severity = hypothesis.severity
    if severity is None or hypothesis.since is not None:
        return history
    opening = next((one.number for one in history if isinstance(one.event, Opened)), None)

    def at_severity(one: Recorded) -> Recorded:
        match one.event:
            case Opened():
                return one._replace(event=one.event.model_copy(update={"severity": severity}))
            case Corrected(number=number, data=data) if number == opening and data and "severity" in data:
                return one._replace(event=one.event.model_copy(update={"data": {**data, "severity": severity}}))
            case _:
                return one

    return tuple(map(at_severity, history))


def _without(history: History, case: Case, hypothesis: Hypothesis) -> History:
    for number in hypothesis.without:
        if number > len(case.history):
            says = f"without: there is no event {number}; the history has {len(case.history)}"
            raise DoesNotFit(says, remedy="name events by their numbers")
        if isinstance(case.history[number - 1].event, Opened):
            raise DoesNotFit(f"without: event {number} opened the ticket", remedy="leave out what came after")
    return tuple(one for one in history if one.number not in hypothesis.without)


def _check_not_ruled(case: Case, hypothesis: Hypothesis) -> None:
    """What a ruling settled can only be supposed otherwise without the ruling."""
    if not hypothesis.readings:
        return
    for number, ruled in in_hindsight(case.history, case.known_at).rulings:
        if number not in hypothesis.without and (settled := {*(ruled.reading or {})} & {*hypothesis.readings}):
            says = f"readings: {min(settled)} was settled by ruling {number}"
            raise DoesNotFit(says, remedy=f"leave the ruling out: without {number}")


def _check_fits(case: Case, supposed: Case) -> None:
    """Raise DoesNotFit for the first thing that does not fit, unless it did not fit on record either."""
    known = set(misfits(case))
    for problem in misfits(supposed):
        if problem not in known:
            raise DoesNotFit(_placed(problem, case))


def _placed(problem: str, case: Case) -> str:
    """A problem of an added event, told by its place in the hypothesis."""
    numbers = len(case.history)
    number, _, rest = problem.removeprefix("event ").partition(" ")
    if problem.startswith("event ") and number.isdigit() and int(number) > numbers:
        return f"with {int(number) - numbers} {rest}"
    return problem
