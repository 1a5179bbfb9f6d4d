"""One clock in one cycle: how it starts, pauses, changes, stops, and what it has used.

Source: semantics 3. All instants are whole seconds since 1970 UTC, all durations counted seconds. Whatever the fold asks of a
clock, the time up to that instant is judged first (1.3), so a breach found on the way stays whatever comes next (3.7).
"""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from domain.terms.calendar import Calendar
from domain.terms.compiled import AgreedDate, ClockTerms, Grounds, SeverityTerms


class State(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    VOID = "void"


PENDING, RUNNING, PAUSED, STOPPED, VOID = State


class Verdict(StrEnum):
    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    EXCUSED = "excused"
    NONE = "none"


class Span(NamedTuple):
    """A stretch `[start, end)` of a clock's life under unchanged conditions; `used` and `allowance` are those at its start.

    A span may have no length: several events of one instant each had their effect.
    """

    start: int
    end: int
    waits: tuple[str, ...]
    used: int
    allowance: int | None
    severity: int
    under: SeverityTerms
    target: Grounds
    number: int
    origin: int

    def reaches(self, amount: int | None) -> int | None:
        """The first instant of this span at which the time used is the amount, or its start where it is more already."""
        if amount is None:
            return None
        missing = amount - self.used
        if missing <= 0:
            return self.start
        if self.waits:
            return None
        reached = self.under.calendar.add(self.start, missing)
        return reached if reached is not None and reached <= self.end else None


_new_span = tuple.__new__
"""Makes a Span of its values without going through keywords; one is made at every turn of a clock."""


class Clock:
    """A clock of one cycle, moved along by the fold and read afterwards."""

    state = PENDING
    is_going = False
    started_at: int | None = None
    stopped_at: int | None = None
    stopped_by_settlement = False
    resumed = False
    under: SeverityTerms
    severity: int
    target: Grounds
    waits: tuple[str, ...] = ()
    used = 0
    allowance: int | None = None
    breached_at: int | None = None
    number = 0
    """The number of the event that last moved it."""

    _since = 0
    _origin = 0
    _less_than = False
    _due: int | None = None
    _agreed_name = ""
    _agreed_due: int | None = None
    _agreed_allowance: int | None = None
    _stopped_early = False
    _settled_early = False

    def __init__(self, terms: ClockTerms, cycle: int = 1) -> None:
        self.terms = terms
        self.cycle = cycle
        self.spans: list[Span] = []
        self.moved_by: list[Grounds] = []

    # --- what the fold does to it -----------------------------------------------------------------------------------------

    def start(self, at: int, severity: int, waits: Collection[str], number: int) -> None:
        self.started_at = self._origin = self._since = at
        self.number = number
        self.severity = severity
        self.under = self.terms.severities[severity]
        self._go_on(waits)
        self._allow(at)
        if self._stopped_early or self._settled_early:
            self.stop(at, settles=not self._stopped_early, number=number)

    def stop(self, at: int, *, settles: bool, number: int) -> None:
        """Stop; a stop that comes before the start takes effect at the start (3.10)."""
        if self.state is PENDING:
            self._settled_early |= settles
            self._stopped_early |= not settles
        elif self.is_going:
            self._finish(at, STOPPED, number)
            self.stopped_by_settlement = settles

    def void(self, at: int, number: int) -> None:
        if self.state is PENDING:
            self.state = VOID
        elif self.is_going:
            self._finish(at, VOID, number)

    def reopen(self, at: int, severity: int, waits: Collection[str], number: int) -> None:
        """Undo a resolution or closing: resume with what was used, or forget one that came before the start (3.10)."""
        if self.state is PENDING:
            self._settled_early = False
        elif self.state is STOPPED and self.stopped_by_settlement:
            self.stopped_at = None
            self.resumed = True
            self._since = at
            self.number = number
            self._go_on(waits)
            self._take(severity, at)

    def wait(self, at: int, waits: Collection[str], number: int) -> None:
        """The ticket's waits have changed."""
        self.advance(at)
        self.number = number
        self._go_on(waits)

    def change_severity(self, at: int, severity: int, number: int) -> None:
        self.advance(at)
        self.number = number
        self._take(severity, at)

    def agree_date(self, at: int, name: str, due: int, number: int) -> None:
        """An agreed date becomes an allowance once: at its event, or when the clock next starts or resumes (3.2)."""
        self._agreed_due = due
        self._agreed_name = name
        if self.is_going:
            self.advance(at)
            self.number = number
            self._allow(at)

    def advance(self, to: int) -> None:
        """Judge the time up to an instant."""
        since = self._since
        used = self.used
        self.spans.append(
            _new_span(
                Span,
                (
                    since,
                    to,
                    self.waits,
                    used,
                    self.allowance,
                    self.severity,
                    self.under,
                    self.target,
                    self.number,
                    self._origin,
                ),
            )
        )
        if not self.waits and to > since:
            calendar = self.under.calendar
            counted = calendar.between(since, to)
            allowance = self.allowance
            if allowance is not None and self.breached_at is None and used + counted >= allowance:
                self._use_up(calendar, since, allowance - used, counted)
            self.used = used + counted
        self._since = to

    def _use_up(self, calendar: Calendar, since: int, left: int, counted: int) -> None:
        """The allowance is used up on the way: "less than" is breached there, "at most" when counting goes on (3.6)."""
        reached = calendar.add(since, left)
        if self._due is None:
            self._due = reached
        if self._less_than:
            self.breached_at = reached
        elif counted > left and reached is not None:
            self.breached_at = calendar.opening(reached)

    def _go_on(self, waits: Collection[str]) -> None:
        pauses = self.terms.pauses
        self.waits = tuple(reason for reason in waits if reason in pauses) if waits and pauses else ()
        self.state = PAUSED if self.waits else RUNNING
        self.is_going = True

    def _finish(self, at: int, state: State, number: int) -> None:
        self.advance(at)
        self.state = state
        self.is_going = False
        self.stopped_at = at
        self.number = number

    def _take(self, severity: int, at: int) -> None:
        """Go on under a severity, as the terms' mode has it (3.8)."""
        mode = self.terms.on_severity_change
        if severity != self.severity and mode != "keep":
            self.under = self.terms.severities[severity]
            if mode == "restart":
                self._recount(0)
                self.started_at = self._origin = at
            elif mode == "remeasure":
                between = self.under.calendar.between
                self._recount(sum(between(span.start, span.end) for span in self.spans if not span.waits))
        self.severity = severity
        self._allow(at)

    def _recount(self, used: int) -> None:
        self.used = used
        self.allowance = None
        if self.breached_at is None:
            self._due = None

    def _count_agreed_date(self, due: int, at: int) -> None:
        calendar = self._agreed_date.calendar or self.under.calendar
        self._agreed_allowance = self.used + calendar.between(at, due)
        self._agreed_due = None

    @property
    def _agreed_date(self) -> AgreedDate:
        return self.terms.agreed_dates[self._agreed_name]

    def _allow(self, at: int) -> None:
        """Set the allowance of the severity in force, and judge the time already used by it (3.8)."""
        before = self.allowance, self._less_than
        if self._agreed_due is not None:
            self._count_agreed_date(self._agreed_due, at)
        if self._agreed_allowance is not None and self._agreed_date.rules_at(self.severity):
            self.allowance, self._less_than = self._agreed_allowance, False
            self.target = self._agreed_date.grounds
        else:
            self.allowance, self._less_than = self.under.allowance(self._origin), self.under.less_than
            self.target = self.under.target_grounds
        allowance = self.allowance
        if self.breached_at is not None or (before == (allowance, self._less_than) and self.spans):
            return
        self._due = None
        if allowance is not None and self.used >= allowance:
            self._due = at
            if self._less_than or self.used > allowance:
                self.breached_at = at

    # --- what it says afterwards ------------------------------------------------------------------------------------------

    @property
    def clause(self) -> str:
        """The clause of the target in force, else that of the clock."""
        return self.spans[-1].target.clause if self.spans else self.terms.clause

    @property
    def left(self) -> int | None:
        return None if self.allowance is None else self.allowance - self.used

    @property
    def less_than(self) -> bool:
        return self._less_than

    @property
    def due_at(self) -> int | None:
        """When the allowance is used up if nothing more happens, as semantics 3.5 has it for each state."""
        if self.breached_at is not None:
            return self._due
        if self.waits or self.allowance is None or not (self.state is RUNNING or self.state is STOPPED):
            return None
        if self._due is not None:
            return self._due
        return self.under.calendar.add(self._since, self.allowance - self.used)

    def verdict(self, excused: Collection[str] = ()) -> Verdict:
        if self.breached_at is not None:
            return Verdict.EXCUSED if self.terms.name in excused else Verdict.BREACHED
        if self.allowance is None or self.state is VOID or self.state is PENDING:
            return Verdict.NONE
        return Verdict.MET if self.state is STOPPED else Verdict.OPEN

    def next_cycle(self) -> "Clock":
        """The clock of the next cycle; an agreed date not counted yet goes over to it."""
        following = Clock(self.terms, self.cycle + 1)
        following._agreed_due, following._agreed_name = self._agreed_due, self._agreed_name
        return following
