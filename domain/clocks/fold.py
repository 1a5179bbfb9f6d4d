"""The fold: a ticket's occurrences under its terms, up to an instant, into clocks.

Source: semantics 1.3 (order), 3.4 (waits), 3.8-3.11 (severity, void, reopening, repeating clocks). An occurrence is an event as it
is to be judged, after corrections and rulings (`hindsight`).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.clocks.clock import PENDING, STOPPED, Clock
from domain.instants import seconds
from domain.terms.compiled import Starter, Terms
from domain.terms.event_fields import CUSTOMER_SIDE
from domain.ticket.events import (
    Accepted,
    CorrectlyLogged,
    Event,
    InformationAdded,
    Opened,
    Origin,
    ScheduledForRelease,
    SeverityChanged,
    TicketEvent,
    TimelineAgreed,
    WaitEnded,
    Waiting,
)

Occurrence = tuple[int, int, TicketEvent]
"""An event at its whole second, with its number in the history; number 0 is a fact of the contract."""


class _Armed(NamedTuple):
    """A trigger whose event has happened, and whose severity is not in force yet."""

    does: str
    trigger: Starter
    number: int
    settles: bool


class Fold:
    """What the fold knows between two events; `run` takes it through all of them."""

    __slots__ = (
        "_armed",
        "_counts",
        "_fields",
        "_met",
        "_put_off",
        "clocks",
        "ended",
        "settled",
        "severity",
        "status",
        "terms",
        "waits",
    )

    def __init__(self, terms: Terms, severity: int) -> None:
        self.terms = terms
        self.severity = severity
        self.waits: dict[str, int] = {}
        self.clocks = [Clock(clock) for clock in terms.clocks]
        self.ended: list[Clock] = []
        self.settled = False
        self.status = "open"
        self._counts: dict[str, int] = {}
        self._met: set[tuple[int, str]] = set()
        self._armed: list[_Armed] = []
        self._fields: set[str] = set()
        self._put_off: dict[int, tuple[Starter, int, int]] = {}

    def run(self, occurrences: Iterable[Occurrence], until: int) -> None:
        """Apply each occurrence, then judge the time up to `until`; occurrences after that instant must not be given."""
        reactions = self.terms.reactions
        counted = self.terms.counted_events
        starts_by_time = self.terms.starts_by_time
        for at, number, event in occurrences:
            if starts_by_time:
                self._start_by_time(at)
            name = event.event
            effect = _EFFECTS.get(name)
            if effect is not None:
                effect(self, at, number, event)
                if name in _VOIDING:
                    break
            reaction = reactions.get(name)
            if reaction is None:
                continue
            if name in counted:
                self._counts[name] = self._counts.get(name, 0) + 1
            for trigger in reaction.stops:
                if trigger.is_plain or self._fires(trigger, event, "stop", number):
                    self._stop(trigger, at, number, settles=name in _SETTLED)
            for trigger in reaction.ends:
                if trigger.is_plain or self._fires(trigger, event, "end", number):
                    self._end(trigger, at, number)
            for trigger in reaction.starts:
                if trigger.is_plain:
                    self._start(trigger, at, number)
                elif self._fires(trigger, event, "start", number):
                    self._start_as_told(trigger, at, number, event)
        if starts_by_time:
            self._start_by_time(until)
        for clock in self.clocks:
            if clock.is_going:
                clock.advance(until)

    # --- starting, stopping, ending ---------------------------------------------------------------------------------------

    def _start(self, trigger: Starter, at: int, number: int) -> None:
        clock = self.clocks[trigger.clock]
        if clock.state is PENDING and not (clock.terms.repeats and self.settled):
            clock.moved_by.append(trigger.grounds)
            clock.start(at, self.severity, self.waits, number)

    def _start_as_told(self, trigger: Starter, at: int, number: int, event: Event) -> None:
        """A start that is backdated to the origin's report, or put off to the next opening."""
        if (
            trigger.backdated
            and isinstance(event, Opened)
            and isinstance(event.origin, Origin)
            and event.origin.opened_at
        ):
            at = min(at, seconds(event.origin.opened_at))
        opening = trigger.unless_open.opening(at) if trigger.unless_open else at
        if opening == at:
            self._start(trigger, at, number)
        elif opening is not None:
            self._put_off[trigger.clock] = trigger, opening, number

    def _start_by_time(self, now: int) -> None:
        """Start what starts by itself: at an opening, or at the end of another clock's allowance, one after another."""
        for trigger, opening, number in list(self._put_off.values()):
            if opening <= now:
                del self._put_off[trigger.clock]
                self._start(trigger, opening, number)
        waiting = list(self.terms.allowance_starts)
        while begun := [trigger for trigger in waiting if self._starts_after_allowance(trigger, now)]:
            waiting = [trigger for trigger in waiting if trigger not in begun]

    def _starts_after_allowance(self, trigger: Starter, now: int) -> bool:
        """Start a pending clock where the allowance that it follows has ended by now; one that follows it may be next."""
        source = self.clocks[trigger.after_allowance_of or 0]
        if self.clocks[trigger.clock].state is not PENDING or source.started_at is None:
            return False
        if source.is_going:
            source.advance(now)
        ended = source.due_at
        if ended is None or ended > now:
            return False
        self._start(trigger, ended, source.number)
        return True

    def _stop(self, trigger: Starter, at: int, number: int, *, settles: bool) -> None:
        clock = self.clocks[trigger.clock]
        if clock.is_going or (clock.state is PENDING and not clock.terms.repeats):
            clock.moved_by.append(trigger.grounds)
            clock.stop(at, settles=settles, number=number)
            if clock.terms.repeats:
                self._next_cycle(clock)
                self._start(trigger, at, number)

    def _end(self, trigger: Starter, at: int, number: int) -> None:
        clock = self.clocks[trigger.clock]
        if clock.is_going:
            clock.moved_by.append(trigger.grounds)
            clock.void(at, number)
            self._next_cycle(clock)

    def _next_cycle(self, clock: Clock) -> None:
        self.ended.append(clock)
        self.clocks[clock.terms.index] = clock.next_cycle()

    def _fires(self, trigger: Starter, event: Event, does: str, number: int) -> bool:
        """Whether a conditional trigger fires; one that only lacks its severity is armed for a later change."""
        name = event.event  # type: ignore[attr-defined]
        if name == trigger.event and any(getattr(event, field) not in allowed for field, allowed in trigger.values):
            return False
        if trigger.also:
            self._met.add((id(trigger), name))
            if not {(id(trigger), trigger.event), (id(trigger), trigger.also)} <= self._met:
                return False
        if trigger.first and self._counts[trigger.event] > 1:
            return False
        if trigger.after_stop_of is not None and self.clocks[trigger.after_stop_of].stopped_at is None:
            return False
        if not trigger.complete <= self._fields:
            return False
        if trigger.severities and self.severity not in trigger.severities:
            self._armed.append(_Armed(does, trigger, number, name in _SETTLED))
            return False
        return True

    # --- what an event does to the ticket ---------------------------------------------------------------------------------

    def _opened(self, at: int, number: int, event: Opened) -> None:
        self._told(at, number, event)
        self._set_severity(at, number, event.severity)

    def _told(self, at: int, number: int, event: Opened | CorrectlyLogged | InformationAdded) -> None:
        if event.fields:
            self._fields.update(name for name, value in event.fields.items() if value not in (None, "", [], {}))

    def _accepted(self, at: int, number: int, event: Accepted) -> None:
        if event.severity is not None and not (self.terms.accepted_needs_both and not _by_both_sides(event)):
            self._set_severity(at, number, event.severity)

    def _severity_changed(self, at: int, number: int, event: SeverityChanged) -> None:
        self._set_severity(at, number, event.severity)

    def _set_severity(self, at: int, number: int, severity: int) -> None:
        if severity == self.severity:
            return
        self.severity = severity
        for clock in self.clocks:
            if clock.is_going:
                clock.change_severity(at, severity, number)
        armed, self._armed = self._armed, []
        for one in armed:
            if severity not in one.trigger.severities:
                self._armed.append(one)
            elif one.does == "start":
                self._start(one.trigger, at, number)
            elif one.does == "stop":
                self._stop(one.trigger, at, number, settles=one.settles)
            else:
                self._end(one.trigger, at, number)

    def _waiting(self, at: int, number: int, event: Waiting) -> None:
        if event.on not in self.waits:
            self.waits[event.on] = number
            self._tell_waits(at, event.on, number)

    def _wait_ended(self, at: int, number: int, event: WaitEnded) -> None:
        if self.waits.pop(event.on, None) is not None:
            self._tell_waits(at, event.on, number)

    def _tell_waits(self, at: int, reason: str, number: int) -> None:
        for clock in self.clocks:
            if reason in clock.terms.pauses and clock.is_going:
                clock.wait(at, self.waits, number)

    def _settle(self, at: int, number: int, event: Event) -> None:
        self.settled = True
        self.status = event.event  # type: ignore[attr-defined]

    def _reopened(self, at: int, number: int, event: Event) -> None:
        self.settled = False
        self.status = "open"
        modes = [clock.terms.on_reopening for clock in self.clocks]
        self._armed = [one for one in self._armed if not one.settles or modes[one.trigger.clock] == "ignore"]
        for clock in list(self.clocks):
            mode = clock.terms.on_reopening
            if mode == "new-cycle" and clock.state is STOPPED and clock.stopped_by_settlement:
                self._next_cycle(clock)
                following = self.clocks[clock.terms.index]
                following.moved_by.append(clock.terms.reopening_grounds)
                following.start(at, self.severity, self.waits, number)
            elif mode != "ignore":
                clock.reopen(at, self.severity, self.waits, number)

    def _void(self, at: int, number: int, event: Event) -> None:
        self.status = event.event  # type: ignore[attr-defined]
        for clock in self.clocks:
            clock.void(at, number)

    def _date_agreed(self, at: int, number: int, event: TimelineAgreed | ScheduledForRelease) -> None:
        if event.due is None:
            return
        for clock in self.clocks:
            if event.event in clock.terms.agreed_dates:
                clock.agree_date(at, event.event, seconds(event.due), number)


def _by_both_sides(accepted: Accepted) -> bool:
    """Whether people of both sides are named; the vendor is who accepts."""
    agreed = accepted.agreed_by or ()
    named = {agreed} if isinstance(agreed, str) else set(agreed)
    return bool(named & ({"both"} | CUSTOMER_SIDE))


_SETTLED = frozenset({"resolved", "closed"})
_VOIDING = frozenset({"declined", "withdrawn", "merged"})
_EFFECTS: dict[str, Callable[..., None]] = {
    "opened": Fold._opened,
    "correctly_logged": Fold._told,
    "information_added": Fold._told,
    "accepted": Fold._accepted,
    "severity_changed": Fold._severity_changed,
    "waiting": Fold._waiting,
    "wait_ended": Fold._wait_ended,
    "resolved": Fold._settle,
    "closed": Fold._settle,
    "reopened": Fold._reopened,
    "declined": Fold._void,
    "withdrawn": Fold._void,
    "merged": Fold._void,
    "timeline_agreed": Fold._date_agreed,
    "scheduled_for_release": Fold._date_agreed,
}

ACTING = frozenset(_EFFECTS)
"""The events that act on clocks under any terms, by their names; others do where terms react to them."""
