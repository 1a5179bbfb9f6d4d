"""A clock against a walk through the minutes of its life, which knows neither calendars nor searches (semantics 3)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clocks.given import ROME, clock, clock_of, happened, opened, rome

MINUTE = timedelta(minutes=1)
TARGETS: dict[int, int | None] = {1: 2 * 60, 2: 5 * 60, 3: 9 * 60, 4: None}
RUNGS = {
    1: [("lead", 60), ("manager", 200)],
    2: [("team", 120), ("lead", 330)],
    3: [("team", 400), ("board", 700)],
    4: [("board", 480)],
}
PAUSED_BY = {"customer", "third-party"}


def office(wall: datetime) -> bool:
    return wall.weekday() < 5 and 9 <= wall.hour < 17


def long(wall: datetime) -> bool:
    return wall.weekday() < 5 and 8 <= wall.hour < 20


def nights(wall: datetime) -> bool:
    return wall.hour >= 22 or wall.hour < 6


def always(wall: datetime) -> bool:
    return True


def never(wall: datetime) -> bool:
    return False


COVERAGE: dict[str, dict[int, Callable[[datetime], bool]]] = {
    "office": dict.fromkeys(TARGETS, office),
    "nights": dict.fromkeys(TARGETS, nights),
    "by-severity": {1: always, 2: office, 3: long, 4: never},
}

_TARGETS = '[{ severity = 1, target = "2 h" }, { severity = 2, target = "5 h" }, { severity = 3, target = "9 h" }]'
_RUNGS = "[{}]".format(
    ", ".join(
        f'{{ severity = {severity}, after = "{amount} min", role = "{role}" }}'
        for severity, rungs in RUNGS.items()
        for role, amount in rungs
    )
)


@dataclass(frozen=True)
class Terms:
    """What the walk has to know of a clock."""

    coverage: str
    limit: str
    mode: str
    reopening: str
    starts: str

    @property
    def text(self) -> str:
        return clock(
            None,
            coverage=self.coverage,
            limit=self.limit,
            mode=self.mode,
            reopening=self.reopening,
            starts=f'[{{ event = "{self.starts}" }}]',
            pauses=" ".join(sorted(PAUSED_BY)),
            targets=_TARGETS,
            rungs=_RUNGS,
            **({"agreed_dates": '[{ event = "timeline_agreed" }]'} if self.limit == "at most" else {}),
        )


Happening = tuple[int, str, Any]
"""The minute after the opening, the event, and its wait, its severity or the minutes until its agreed date."""


@dataclass
class Walk:
    """A clock, a minute at a time."""

    terms: Terms
    now: datetime
    severity: int
    state: str = "pending"
    waits: set[str] = field(default_factory=set)
    used: int = 0
    allowance: int | None = None
    due: datetime | None = None
    breached_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    due_at_stop: datetime | None = None
    settled_early: bool = False
    given_up: bool = False
    told: dict[str, datetime] = field(default_factory=dict)
    lived: list[datetime] = field(default_factory=list)
    agreed: datetime | None = None
    agreed_allowance: int | None = None
    under: int = 0

    @property
    def going(self) -> bool:
        return self.state == "running"

    @property
    def paused(self) -> bool:
        return bool(self.waits & PAUSED_BY)

    @property
    def less_than(self) -> bool:
        return self.terms.limit == "less than"

    def counts(self, minute: datetime) -> bool:
        return COVERAGE[self.terms.coverage][self.under](minute.astimezone(ROME))

    def count(self) -> None:
        """The minute from now on."""
        if self.going and not self.paused:
            self.lived.append(self.now)
        if self.going and not self.paused and self.counts(self.now):
            if self.used == self.allowance and self.breached_at is None:
                self.breached_at = self.now
            self.used += 1
            if self.used == self.allowance and self.breached_at is None:
                self.due = self.now + MINUTE
                if self.less_than:
                    self.breached_at = self.due
        self.now += MINUTE
        self.tell()

    def tell(self) -> None:
        if self.going:
            for role, amount in RUNGS[self.severity]:
                if self.used >= amount:
                    self.told.setdefault(role, self.now)

    def take(self) -> None:
        """Go on under the severity in force; to its terms belongs what has become of the time used."""
        if self.terms.mode != "keep" and self.under != self.severity:
            self.under = self.severity
            if self.terms.mode == "restart":
                self.used, self.started_at, self.allowance = 0, self.now, None
            elif self.terms.mode == "remeasure":
                self.used, self.allowance = sum(map(self.counts, self.lived)), None
            if self.allowance is None and self.breached_at is None:
                self.due = None
        self.allow()

    def allow(self) -> None:
        """Set the allowance, which may be used up or breached at once."""
        if self.agreed is not None:
            ahead = range(int((self.agreed - self.now) / MINUTE))
            self.agreed_allowance = self.used + sum(self.counts(self.now + minute * MINUTE) for minute in ahead)
            self.agreed = None
        allowance = TARGETS[self.under] if self.agreed_allowance is None else self.agreed_allowance
        if allowance == self.allowance:
            return
        self.allowance = allowance
        if self.breached_at is None:
            self.due = None
            if allowance is not None and self.used >= allowance:
                self.due = self.now
                if self.used > allowance or self.less_than:
                    self.breached_at = self.now

    def happens(self, event: str, what: Any) -> None:
        if self.given_up:
            return
        if event == self.terms.starts and self.state == "pending":
            self.start()
        match event:
            case "waiting":
                self.waits.add(what)
            case "wait_ended":
                self.waits.discard(what)
            case "severity_changed" if what != self.severity:
                self.severity = what
                if self.going:
                    self.take()
            case "timeline_agreed" if self.terms.limit == "at most":
                self.agreed = self.now + what * MINUTE
                if self.going:
                    self.allow()
            case "resolved" | "closed":
                self.stop()
            case "reopened" if self.terms.reopening == "resume":
                self.reopen()
            case "withdrawn":
                self.void()
            case _:
                pass
        self.tell()

    def start(self) -> None:
        self.state = "running"
        self.started_at = self.now
        self.under = self.severity
        self.allow()
        self.tell()
        if self.settled_early:
            self.stop()

    def stop(self) -> None:
        if self.state == "pending":
            self.settled_early = True
        elif self.going:
            self.due_at_stop = None if self.paused else self.due_if_nothing_happens()
            self.state, self.stopped_at = "stopped", self.now

    def reopen(self) -> None:
        if self.state == "pending":
            self.settled_early = False
        elif self.state == "stopped":
            self.state, self.stopped_at = "running", None
            self.take()

    def void(self) -> None:
        self.given_up = True
        if self.state == "pending":
            self.state = "void"
        elif self.going:
            self.state, self.stopped_at = "void", self.now

    def due_if_nothing_happens(self) -> datetime | None:
        if self.allowance is None or self.due is not None:
            return self.due
        left, ahead = self.allowance - self.used, self.now
        for _ in range(15 * 1440):
            left -= self.counts(ahead)
            ahead += MINUTE
            if left == 0:
                return ahead
        return None

    @property
    def due_at(self) -> datetime | None:
        if self.breached_at is not None:
            return self.due
        if self.state == "stopped":
            return self.due_at_stop
        return None if not self.going or self.paused else self.due_if_nothing_happens()

    @property
    def verdict(self) -> str:
        if self.breached_at is not None:
            return "breached"
        if self.allowance is None or self.state in ("pending", "void"):
            return "none"
        return "met" if self.state == "stopped" else "open"


def walked(terms: Terms, start: datetime, severity: int, events: list[Happening], until: int) -> Walk:
    walk = Walk(terms, start, severity)
    walk.happens("opened", None)
    for minute in range(until + 1):
        for at, event, what in events:
            if at == minute:
                walk.happens(event, what)
        if minute < until:
            walk.count()
    return walk


all_terms = st.builds(
    Terms,
    coverage=st.sampled_from(sorted(COVERAGE)),
    limit=st.sampled_from(["at most", "less than"]),
    mode=st.sampled_from(["carry", "carry", "keep", "restart", "remeasure"]),
    reopening=st.sampled_from(["resume", "resume", "ignore"]),
    starts=st.sampled_from(["opened", "opened", "responded"]),
)
mornings = st.sampled_from(
    [rome("2024-03-04 08:30"), rome("2024-03-08 15:00"), rome("2024-03-30 21:00"), rome("2024-10-26 21:00")]
)
minutes = st.one_of(st.integers(0, 48).map(lambda half_hours: half_hours * 30), st.integers(0, 2 * 1440))
happenings = st.tuples(
    minutes,
    st.sampled_from(
        [("waiting", reason) for reason in ("customer", "third-party", "access")]
        + [("wait_ended", reason) for reason in ("customer", "third-party", "access")]
        + [("severity_changed", severity) for severity in TARGETS]
        + [("resolved", None), ("closed", None), ("reopened", None), ("reopened", None), ("responded", None)]
        + [("withdrawn", None)]
        + [("timeline_agreed", minutes) for minutes in (-60, 0, 90, 600, 2000)]
    ),
).map(lambda drawn: (drawn[0], *drawn[1]))


def event_of(start: datetime, happening: Happening) -> Any:
    minute, name, what = happening
    field_of = {"waiting": "on", "wait_ended": "on", "severity_changed": "severity", "timeline_agreed": "due"}
    if name == "timeline_agreed":
        what = start + (minute + what) * MINUTE
    return happened(name, start + minute * MINUTE, **({field_of[name]: what} if name in field_of else {}))


@settings(max_examples=100)
@given(all_terms, mornings, st.sampled_from(sorted(TARGETS)), st.lists(happenings, max_size=9), minutes)
def test_a_clock_says_what_the_minutes_of_its_life_add_up_to(terms, start, severity, events, until):
    events.sort(key=lambda happening: happening[0])
    walk = walked(terms, start, severity, events, until)
    told = clock_of(
        terms.text,
        opened(start, severity=severity),
        *(event_of(start, happening) for happening in events),
        as_of=start + until * MINUTE,
    )
    state = "paused" if walk.going and walk.paused else walk.state

    assert (state, walk.verdict) == (told.state, told.verdict)
    assert (walk.started_at, walk.stopped_at) == (told.started_at, told.stopped_at)
    assert walk.used * MINUTE == told.used
    assert (None if walk.allowance is None else walk.allowance * MINUTE) == told.allowance
    assert (walk.breached_at, walk.due_at) == (told.breached_at, told.due_at)
    assert walk.told == told.rungs


@settings(max_examples=50)
@given(
    all_terms.filter(lambda terms: terms.mode in ("carry", "keep")),
    mornings,
    st.sampled_from(sorted(TARGETS)),
    st.lists(happenings, max_size=9),
    minutes,
)
def test_its_counting_segments_are_the_minutes_that_counted(terms, start, severity, events, until):
    events.sort(key=lambda happening: happening[0])
    walk = walked(terms, start, severity, events, until)
    told = clock_of(
        terms.text,
        opened(start, severity=severity),
        *(event_of(start, happening) for happening in events),
        as_of=start + until * MINUTE,
    )
    counted = [
        to - since for since, to, state in told.segments if since is not None and to is not None and state == "counting"
    ]

    assert walk.used * MINUTE == sum(counted, timedelta(0))


def test_the_walk_itself_counts_a_plain_morning():
    terms = Terms("office", "at most", "carry", "resume", "opened")
    walk = walked(terms, datetime(2024, 3, 4, 7, 30, tzinfo=UTC), 1, [(60, "waiting", "customer")], 120)

    assert (30, "open", True, None) == (walk.used, walk.verdict, walk.paused, walk.due_at)
