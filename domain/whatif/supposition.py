"""A hypothesis put to many tickets, one after another: what tickets of one contract have in common is worked out once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from domain.clocks.hindsight import in_hindsight
from domain.clocks.replay import Replay, replayed
from domain.contract.events import Unpaid
from domain.instants import DAY_SECONDS, instant
from domain.judgement import Case, judge, scope_of
from domain.refusals import DoesNotFit
from domain.terms.agreement import Agreement
from domain.terms.compiled import Terms
from domain.terms.phrases import listing
from domain.ticket.events import Opened, TicketEvent, Waiting
from domain.ticket.history import History, Recorded
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.supposing import Agreed, Lookup, agreed_under
from domain.whatif.under import reopened

MOST_KEPT = 5_000

_EPOCH_DAY = date(1970, 1, 1).toordinal()

LookupAt = Callable[[int, str], Lookup]
"""Gives the lookup for a ticket opened at an instant (microseconds) in a region."""


class Replayed(NamedTuple):
    """A ticket's replay of record and as supposed; the same one twice where the hypothesis cannot touch it."""

    record: Replay
    supposed: Replay


class _Shared(NamedTuple):
    """What tickets have in common that were opened alike under one contract; `supposed` is the misfit where there is one."""

    like: Case
    terms: Terms
    supposed: Agreed | DoesNotFit
    supposed_terms: Terms
    had_unpaid_fees: bool


class Supposition:
    """Raises DoesNotFit at once for a hypothesis that is about events of one ticket."""

    def __init__(self, hypothesis: Hypothesis, lookup: LookupAt) -> None:
        if hypothesis.is_about_one_ticket:
            says = "without, with and since are about the events of one ticket"
            raise DoesNotFit(says, remedy="suppose terms, a plan, a severity, readings or holidays of many tickets")
        self._hypothesis = hypothesis
        self._lookup = lookup
        self._dates = _dates(hypothesis)
        self._has_other_terms = bool({"agreement", "version", "terms"} & hypothesis.model_fields_set)
        self._is_by_opening = isinstance(hypothesis.agreement, str) and hypothesis.version is None
        self._kept: dict[object, _Shared] = {}
        self._alike: dict[object, bool] = {}
        self._reopened: dict[int, tuple[TicketEvent, TicketEvent]] = {}

    def look_up(self, lookup: LookupAt) -> None:
        """Find published terms elsewhere from now on."""
        self._lookup = lookup

    def put_to(self, case: Case, rest: Callable[[], Iterable[Recorded]], *, is_contested: bool) -> Replayed:
        """Raises DoesNotFit where the ticket's agreement has nothing of what is supposed.

        The case has its first event alone; `rest` reads those after it, and is not asked where the hypothesis does not fit anyway.
        `is_contested`: something was said afterwards, a correction or a ruling.
        """
        opening = case.history[0]
        shared = self._shared(case, opening)
        self._fitting(shared, case.history)
        history = (opening, *rest())
        if not isinstance(opening.event, Opened):  # refused at first
            opening = next((one for one in history if isinstance(one.event, Opened)), opening)
            shared = self._shared(case, opening)
        if self._hypothesis.agreement is not None or opening is not case.history[0]:
            self._fitting(shared, history)
        if is_contested or shared.had_unpaid_fees:
            return self._whole(replace(case, history=history), opening, shared)
        occurrences = in_hindsight(history, case.known_at).occurrences(case.as_of)
        record = replayed(occurrences, shared.terms, case.as_of)
        if self._is_untouched(record, opening, history, shared):
            return Replayed(record, record)
        if self._hypothesis.severity is not None:
            otherwise = self._opened_otherwise(opening)
            occurrences = [(one[0], one[1], otherwise) if one[1] == opening.number else one for one in occurrences]
        return Replayed(record, replayed(occurrences, shared.supposed_terms, case.as_of))

    def _whole(self, case: Case, opening: Recorded, shared: _Shared) -> Replayed:
        """A ticket about which something was said afterwards, or that unpaid fees may have paused."""
        record = judge(case).replay
        if self._dates and _has_passed(self._dates, opening):
            return Replayed(record, record)
        selector, contract, readings = self._fitting(shared, case.history)
        history = reopened(case.history, self._hypothesis)
        supposed = Case(case.name, selector, contract, readings, history, case.as_of, case.known_at)
        return Replayed(record, judge(supposed).replay)

    def _opened_otherwise(self, opening: Recorded) -> TicketEvent:
        """The opening at the severity supposed; openings that say the same are one object, and so are these."""
        key = id(opening.event)
        if key not in self._reopened:
            if len(self._reopened) >= MOST_KEPT:
                self._reopened.clear()
            ((_, event, *_),) = reopened((opening,), self._hypothesis)
            self._reopened[key] = opening.event, event
        return self._reopened[key][1]

    def _is_untouched(self, record: Replay, opening: Recorded, history: History, shared: _Shared) -> bool:
        """Whether no verdict and no time used can be otherwise.

        A date changes nothing for a ticket that began after it, nor for clocks that had all stopped before it: what they had used
        was used by then, and only what was still allowed them lay ahead.
        """
        if self._dates:
            first, _ = self._dates
            ended = (first.toordinal() - _EPOCH_DAY - 1) * DAY_SECONDS
            is_over = all(not one.is_going and (one.stopped_at or 0) < ended for one in record.clocks)
            return is_over or _has_passed(self._dates, opening)
        severity = self._hypothesis.severity
        if severity is not None and isinstance(opening.event, Opened) and opening.event.severity != severity:
            return False
        return self._judges_alike(shared, history)

    def _shared(self, case: Case, opening: Recorded) -> _Shared:
        event = opening.event
        place = (self._category(case, event), event.server) if isinstance(event, Opened) else None
        opened_at = opening.at if self._is_by_opening else None
        readings = tuple(sorted(case.readings.items())) if case.readings else ()
        key = (id(case.selector), id(case.contract), readings, place, opened_at)
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
                self._alike.clear()
            self._kept[key] = self._worked_out(case, opening)
        return self._kept[key]

    def _category(self, case: Case, opened: Opened) -> str | None:
        """None for a category that neither the terms of record nor those supposed name."""
        others = self._has_other_terms or opened.category in case.selector.categories
        return opened.category if others else None

    def _worked_out(self, case: Case, opening: Recorded) -> _Shared:
        like = replace(case, history=(opening,))
        terms = case.selector.terms(scope_of(like, in_hindsight(like.history)))
        had_unpaid_fees = any(isinstance(one, Unpaid) for one in case.contract.events)
        try:
            lookup = self._lookup(opening.at, case.contract.region)
            agreed = agreed_under(like, self._hypothesis, lookup)
            if self._hypothesis.severity is not None:
                _check_severities((self._hypothesis.severity,), agreed.selector.agreement)
        except DoesNotFit as misfit:
            return _Shared(like, terms, misfit, terms, had_unpaid_fees)
        under = replace(like, selector=agreed.selector, contract=agreed.contract, readings=agreed.readings)
        supposed = agreed.selector.terms(scope_of(under, in_hindsight(like.history)))
        unpaid = had_unpaid_fees or any(isinstance(one, Unpaid) for one in agreed.contract.events)
        return _Shared(like, terms, agreed, supposed, unpaid)

    def _judges_alike(self, shared: _Shared, history: History) -> bool:
        terms, supposed = shared.terms, shared.supposed_terms
        if isinstance(shared.supposed, DoesNotFit):
            return False
        if terms is supposed:
            return True
        if terms.agreement.id != supposed.agreement.id or len(terms.clocks) != len(supposed.clocks):
            return False
        severities = _severities(history)
        waits = frozenset(one.event.on for one in history if isinstance(one.event, Waiting))
        key = (id(terms), id(supposed), severities, waits)
        if key not in self._alike:
            self._alike[key] = terms.judges_as(supposed, severities, waits)
        return self._alike[key]

    def _fitting(self, shared: _Shared, history: History) -> Agreed:
        """Raises DoesNotFit, also for a severity that the agreement supposed does not have."""
        agreed = shared.supposed
        if isinstance(agreed, DoesNotFit):
            raise agreed.with_traceback(None)  # which would grow with each ticket
        if self._hypothesis.agreement is not None:
            _check_severities(_severities(history), agreed.selector.agreement)
        return agreed


def _severities(history: History) -> frozenset[int]:
    """Those that events name."""
    return frozenset(told for one in history if (told := getattr(one.event, "severity", None)) is not None)


def _check_severities(wanted: Iterable[int], agreement: Agreement) -> None:
    for severity in sorted({*wanted}.difference(agreement.severity_numbers)):
        known = listing(agreement.severity_numbers)
        raise DoesNotFit(f"severity: {severity} is out of range; the severities of {agreement.id} are {known}")


def _dates(hypothesis: Hypothesis) -> tuple[date, date] | None:
    """The first and the last date, where nothing but dates is supposed."""
    if hypothesis.model_fields_set != {"holidays"} or not hypothesis.holidays:
        return None
    dates = [one.date for one in hypothesis.holidays]
    return min(dates), max(dates)


def _has_passed(dates: tuple[date, date], opening: Recorded) -> bool:
    """Whether all dates were over everywhere when the ticket began; a part split off may have begun with its origin."""
    if isinstance(opening.event, Opened) and opening.event.origin:
        return False
    return instant(opening.at).date() - timedelta(days=1) > dates[1]
