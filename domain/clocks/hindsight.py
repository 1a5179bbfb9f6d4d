"""What is judged of a history: corrections and rulings applied, what was not known yet left out.

Source: semantics 4.1 and 4.2. Corrections and rulings recorded by the instant of knowledge apply whatever their own `at`, in the
order of the history, corrections first; what remains is folded in the order of *at*, equal *at* in the order of the history.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter

from pydantic import ValidationError

from domain.clocks.fold import Occurrence
from domain.instants import SECOND, micros, moment
from domain.ticket.events import Accepted, Corrected, Event, Opened, Ruled, SeverityChanged, TicketEvent, Waiting
from domain.ticket.history import EVENT, History, Recorded

_Entry = tuple[int, int, int, TicketEvent]
"""At, rank at that instant (a ruled severity goes first), number, event."""

_SAID_AFTERWARDS = frozenset({"corrected", "ruled"})
_BY_EFFECT = attrgetter("at")


@dataclass(slots=True)
class Hindsight:
    """A history as it is judged.

    `recorded` are the events that remain, corrected and in order; `severities` says which of them a ruling overrode (None: the
    event's severity no longer counts) and which severity changes rulings put in. What is struck is not among `rulings` and
    `corrections`.
    """

    recorded: list[Recorded]
    excused: frozenset[str] = frozenset()
    readings: Mapping[str, str] = field(default_factory=dict)
    struck_waits: frozenset[int] = frozenset()
    rulings: tuple[tuple[int, Ruled], ...] = ()
    corrections: tuple[tuple[int, Corrected], ...] = ()
    moved_before_opening: tuple[int, ...] = ()

    @property
    def opening(self) -> Opened | None:
        for one in self.recorded:
            if isinstance(one.event, Opened):
                return one.event
        return None

    def occurrences(self, until: int) -> list[Occurrence]:
        """What the fold applies, up to an instant in microseconds, inclusive."""
        if self.rulings:
            return list(self._ruled(until))
        return [(one.at // SECOND, one.number, one.event) for one in self.recorded if one.at <= until]

    def _ruled(self, until: int) -> Iterator[Occurrence]:
        """Occurrences with the ruled severities in the place of those they replace (4.2)."""
        timeline = [(one.at, 1, one.number, one.event) for one in self.recorded if one.number not in self.struck_waits]
        opened_at = next((one.at for one in self.recorded if isinstance(one.event, Opened)), 0)
        for number, ruled in self.rulings:
            if ruled.severity is not None:
                timeline = _with_severity(timeline, ruled, number, opened_at)
        return ((at // SECOND, told, event) for at, _, told, event in timeline if at <= until)


def in_hindsight(history: History, known_at: int | None = None) -> Hindsight:
    """Apply what was known by an instant (microseconds; None: everything) to a history."""
    known = history if known_at is None else tuple(one for one in history if one.recorded_at <= known_at)
    if _SAID_AFTERWARDS.isdisjoint([one.event.event for one in known]):
        return Hindsight(_in_order(known))
    corrected = _corrected(known)
    rulings = tuple((one.number, one.event) for one in corrected if isinstance(one.event, Ruled))
    recorded = _in_order(one for one in corrected if not isinstance(one.event, Corrected | Ruled))
    waits = {one.number for one in recorded if isinstance(one.event, Waiting)}
    readings: dict[str, str] = {}
    for _, ruled in rulings:
        readings.update(ruled.reading or {})
    return Hindsight(
        recorded=recorded,
        excused=frozenset(ruled.excuse for _, ruled in rulings if ruled.excuse),
        readings=readings,
        struck_waits=frozenset(ruled.strike_wait for _, ruled in rulings if ruled.strike_wait) & waits,
        rulings=rulings,
        corrections=tuple((one.number, one.event) for one in corrected if isinstance(one.event, Corrected)),
        moved_before_opening=tuple(_moved_before_opening(corrected, recorded)),
    )


def is_straight(history: History) -> bool:
    """Whether a history begins with the opening, and corrects nothing."""
    opens = bool(history) and isinstance(history[0].event, Opened)
    return opens and not any(isinstance(one.event, Corrected) for one in history)


def corrected_event(event: Event, data: Mapping[str, object]) -> TicketEvent:
    """The event as it would have been with other data. Raises pydantic's ValidationError where the data does not fit it."""
    told = {name: getattr(event, name) for name in event.model_fields_set | {"event"}}
    fields = {field.alias or name: name for name, field in type(event).model_fields.items()}
    told.update(
        {fields.get(name, name): value for name, value in data.items() if name not in ("event", "effective_at")}
    )
    return EVENT.validate_python(told)


def _in_order(history: Iterable[Recorded]) -> list[Recorded]:
    """In order of effect; equal instants keep the order of the history."""
    return sorted(history, key=_BY_EFFECT)


def _corrected(known: History) -> list[Recorded]:
    """The history with its corrections applied, in its order; one may change or strike an earlier one, or a ruling.

    The last correction is as it stands, so from there back each finds those made of it as they finally are.
    """
    judged = {one.number: one for one in known}
    corrections = [one.number for one in known if isinstance(one.event, Corrected)]
    for number in reversed(corrections):
        for later in corrections:
            if later > number and _target(judged, later) == number:
                _correct(judged, later)
    for number in corrections:
        target = judged.get(_target(judged, number) or 0)
        if target is not None and not isinstance(target.event, Corrected):
            _correct(judged, number)
    return list(judged.values())


def _target(judged: Mapping[int, Recorded], number: int) -> int | None:
    """The number of the event that a correction is about; None where the correction never was."""
    correction = judged.get(number)
    return correction.event.number if correction and isinstance(correction.event, Corrected) else None


def _correct(judged: dict[int, Recorded], number: int) -> None:
    """Apply a correction to what it is about; data that does not fit it changes nothing."""
    correction = judged[number].event
    assert isinstance(correction, Corrected)
    target = judged.get(correction.number)
    if target is None:
        return
    if correction.struck:
        del judged[target.number]
    elif correction.moved_to is not None:
        event = target.event.model_copy(update={"effective_at": correction.moved_to})
        judged[target.number] = target._replace(event=event, at=micros(correction.moved_to))
    else:
        try:
            corrected = corrected_event(target.event, correction.data or {})
        except ValidationError:
            return
        judged[target.number] = target._replace(event=corrected)


def _moved_before_opening(corrected: list[Recorded], recorded: list[Recorded]) -> Iterator[int]:
    opened_at = next((one.at for one in recorded if isinstance(one.event, Opened)), None)
    if opened_at is None:
        return
    before = {one.number for one in recorded if one.at < opened_at}
    for one in corrected:
        if isinstance(one.event, Corrected) and one.event.moved_to is not None and one.event.number in before:
            yield one.number


def _with_severity(timeline: list[_Entry], ruled: Ruled, number: int, opened_at: int) -> list[_Entry]:
    """A ruled severity replaces every severity from `since` (the opening, unless said) to the ruling."""
    assert ruled.severity is not None
    ruled_at = micros(ruled.effective_at)
    since = max(micros(ruled.since), opened_at) if ruled.since else opened_at
    replaced: list[_Entry] = [
        (since, 0, number, SeverityChanged(effective_at=moment(since // SECOND), severity=ruled.severity))
    ]
    for at, rank, told, event in timeline:
        is_replaced = since <= at and (at, told) <= (ruled_at, number)
        replaced.append((at, rank, told, _at_severity(event, ruled.severity) if is_replaced else event))
    return sorted(replaced, key=itemgetter(0, 1, 2))


def _at_severity(event: TicketEvent, ruled: int) -> TicketEvent:
    """An event that sets a severity, setting the ruled one instead."""
    if isinstance(event, Opened | SeverityChanged) or (isinstance(event, Accepted) and event.severity is not None):
        return event.model_copy(update={"severity": ruled})
    return event
