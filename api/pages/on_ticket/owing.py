"""What is owed next on one ticket, in words: the nearest deadlines, whom a ladder reaches next, what somebody is to be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.pages.on_ticket.clockwork import Ticking, is_late, state_of, ticking
from api.pages.on_ticket.wording import Wording, spoken, tell, waits_for
from api.pages.texts import say
from domain.clocks.clock import Clock, State
from domain.clocks.ladder import rungs, warnings
from domain.instants import text
from domain.judgement import Judgement, Reliance
from domain.terms.calendar import AlwaysOpen
from domain.terms.event_fields import CUSTOMER_SIDE


@dataclass(frozen=True)
class Deadline:
    """What a clock that goes on asks for; `says` is the whole sentence."""

    id: str
    state: str
    says: Markup
    clause: str


@dataclass(frozen=True)
class Duty:
    """What somebody owes since an instant; `is_customers` where none but the customer's people do."""

    says: str
    detail: str
    since: int
    clause: str
    by: str
    to: str
    is_customers: bool


@dataclass(frozen=True)
class ClockLine:
    """A clock in one cycle as a row."""

    id: str
    title: str
    state: str
    waits: tuple[str, ...]
    verdict: str
    clock: Clock
    clause: str
    ticking: Ticking | None
    limit: str
    readings: Reliance
    depends: bool
    notes: Sequence[str]


def clock_lines(judgement: Judgement) -> list[ClockLine]:
    return [_line(clock, judgement) for clock in judgement.replay.clocks]


def _line(clock: Clock, judgement: Judgement) -> ClockLine:
    return ClockLine(
        id=f"{clock.terms.name}-{clock.cycle}",
        title=called(clock),
        state=state_of(clock, judgement),
        waits=clock.waits if clock.state is State.PAUSED else (),
        verdict=clock.verdict(judgement.replay.excused).value,
        clock=clock,
        clause=clock.clause,
        ticking=ticking(clock, judgement.replay.as_of),
        limit=say("ticket.clocks.less_than" if clock.less_than else "ticket.clocks.at_most"),
        readings=judgement.relies_on(clock),
        depends=judgement.depends_on_reading(clock),
        notes=judgement.notes(clock),
    )


def called(clock: Clock) -> str:
    """A clock's title, with its cycle where there can be more than one."""
    title = clock.terms.title
    return f"{title} {clock.cycle}" if clock.terms.repeats or clock.cycle > 1 else title


def deadlines(judgement: Judgement, wording: Wording, *, live: bool = True) -> list[Deadline]:
    """Those of clocks that go on, the nearest first; paused ones, which have no due instant, after those that count."""
    going = [clock for clock in judgement.replay.clocks if clock.is_going and clock.allowance is not None]
    going.sort(key=lambda clock: (clock.breached_at is not None, clock.due_at is None, clock.due_at or 0))
    return [_deadline(clock, judgement, wording, live) for clock in going]


def _deadline(clock: Clock, judgement: Judgement, wording: Wording, live: bool) -> Deadline:
    state = state_of(clock, judgement)
    if judgement.replay.excused and clock.terms.name in judgement.replay.excused and clock.breached_at is not None:
        kind = "excused"
    elif is_late(state):
        kind = "breached_paused" if clock.state is State.PAUSED else "breached"
    else:
        kind = "paused" if clock.state is State.PAUSED else "by"
    counted = "always" if isinstance(clock.under.calendar, AlwaysOpen) else "business"
    says = tell(
        f"ticket.owed.{kind}",
        clock=Markup("<strong>{}</strong>").format(called(clock)),
        due=wording.time(clock.due_at),
        left=left(clock, judgement.replay.as_of, wording, live=live),
        over=wording.show.span(-(clock.left or 0)),
        since=wording.time(clock.breached_at),
        counted=say(f"ticket.owed.{counted}"),
        waits=waits_for(clock.waits),
    )
    return Deadline(f"{clock.terms.name}-{clock.cycle}", state, says, clock.clause)


def left(clock: Clock, now: int, wording: Wording, *, live: bool = True) -> Markup:
    """Counted time that is left, which a browser counts down while it counts."""
    said = wording.show.span(clock.left)
    at = ticking(clock, now) if live else None
    if at is None:
        return Markup("<span>{}</span>").format(said)
    return Markup('<span data-left="{}" data-left-at="{}" data-left-until="{}">{}</span>').format(
        at.left, text(at.since), text(at.until), said
    )


def steps_ahead(judgement: Judgement, wording: Wording) -> list[Markup]:
    """Whom each ladder reaches next, and the next warning of each clock."""
    found = []
    for clock in judgement.replay.clocks:
        for at, key, told, clause in _ahead(clock):
            parts = {"clock": called(clock), "at": wording.time(at), **told}
            code = Markup('<code class="clause">{}</code>').format(clause)
            found.append((at, tell(f"ticket.owed.{key}", **parts) + Markup(" ") + code))
    return [says for _, says in sorted(found, key=lambda one: one[0])]


def _ahead(clock: Clock) -> Iterator[tuple[int, str, dict[str, object], str]]:
    coming = (
        [one for one in rungs(clock) if one.reached_at is None and one.due_at is not None] if clock.is_going else []
    )
    for rung in sorted(coming, key=lambda one: one.due_at or 0)[:1]:
        yield rung.due_at or 0, f"rung_{rung.does}", {"role": spoken(rung.role)}, rung.clause
    heeded = [one for one in warnings(clock) if one.reached_at is None and one.due_at is not None]
    for warning in heeded[:1] if clock.is_going and clock.breached_at is None else []:
        yield warning.due_at or 0, "warning", {"percent": warning.percent}, clock.clause


def duties(judgement: Judgement) -> list[Duty]:
    """What somebody owes: notices, answers, information, with the clause."""
    return [
        Duty(
            says=one.says,
            detail=one.detail,
            since=one.since,
            clause=one.clause,
            by=", ".join(map(spoken, one.by)),
            to=", ".join(map(spoken, one.to)),
            is_customers=bool(one.by) and all(role in CUSTOMER_SIDE or role == "customer-side" for role in one.by),
        )
        for one in judgement.owed
    ]
