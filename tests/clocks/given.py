"""An agreement of a few simple clocks, the events of a ticket, and what its clocks say about it.

The house stands in Rome. `office` is open Monday to Friday 09:00-17:00, `long` 08:00-20:00, `nights` daily 22:00-06:00,
`always` at any hour, `never` not at all, `changed` as the office until 6 March 2024 and from then on 08:00-12:00.
`by-severity` counts severity 1 on `always`, 2 on `office`, 3 on `long` and 4 on `never`. Monday is 4 March 2024.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from domain.answer import Answer, ClockAnswer, answer
from domain.contract.facts import Contract
from domain.instants import micros
from domain.judgement import Case, judge
from domain.terms.agreement import Agreement
from domain.terms.library import selector_of
from domain.terms.selection import Selector
from domain.terms.zones import zone
from domain.ticket.events import Event
from domain.ticket.history import EVENT, History, Recorded

HOUSE = """
id = "house"
title = "The house"
version = "1"
valid_from = 2020-01-01
source = "written for its tests"
zones = [{ zone = "Europe/Rome" }]
plans = { usual = "the usual" }
severities = { 1 = { title = "worst" }, 2 = { title = "bad" }, 3 = { title = "fair" }, 4 = { title = "mild" } }

[clauses]
"house:target" = "How long it may take."
"house:hours" = "When it counts."
"house:wait" = "What pauses it."
"house:date" = "What was agreed."
"house:rung" = "Who is told."

[coverage]
office = [{ calendar = "office", clause = "house:hours" }]
always = [{ calendar = "always", clause = "house:hours" }]
nights = [{ calendar = "nights", clause = "house:hours" }]
never = [{ calendar = "never", clause = "house:hours" }]
changed = [{ calendar = "changed", clause = "house:hours" }]
holidays = [{ calendar = "holidays", clause = "house:hours" }]
by-severity = [
  { severity = 1, calendar = "always", clause = "house:hours" },
  { severity = 2, calendar = "office", clause = "house:hours" },
  { severity = 3, calendar = "long", clause = "house:hours" },
  { severity = 4, calendar = "never", clause = "house:hours" },
]

[[calendar]]
name = "office"
zone = "Europe/Rome"
week = { weekdays = ["09:00-17:00"] }

[[calendar]]
name = "long"
zone = "Europe/Rome"
week = { weekdays = ["08:00-20:00"] }

[[calendar]]
name = "nights"
zone = "Europe/Rome"
week = { daily = ["22:00-06:00"] }

[[calendar]]
name = "always"
zone = "UTC"
week = { daily = ["00:00-24:00"] }

[[calendar]]
name = "never"
zone = "UTC"
week = {}

[[calendar]]
name = "changed"
zone = "Europe/Rome"
week = { weekdays = ["09:00-17:00"] }

[[calendar]]
name = "changed"
zone = "Europe/Rome"
week = { weekdays = ["08:00-12:00"] }
since = 2024-03-06

[[calendar]]
name = "holidays"
zone = "Europe/Rome"
week = { weekdays = ["09:00-17:00"] }
holidays = [{ list = "italy" }]
"""

_STARTS = '[{ event = "opened" }]'
_STOPS = '[{ event = "resolved" }, { event = "closed" }]'


def clock(target: str | None = "4 h", *, name: str = "resolution", coverage: str = "office", **rows: str) -> str:
    """A clock as an agreement writes it, from `opened` to `resolved` or `closed` where the rows say nothing else.

    `target` is one for every severity; `mode` and `reopening` are those of a change of severity and of a reopening;
    `pauses` names the waits. All other rows are TOML.
    """
    told = {"starts": _STARTS, "stops": _STOPS}
    if target is not None:
        told["targets"] = f'[{{ target = "{target}", clause = "house:target" }}]'
    if mode := rows.pop("mode", None):
        told["on_severity_change"] = f'[{{ mode = "{mode}" }}]'
    if reopening := rows.pop("reopening", None):
        told["on_reopening"] = f'[{{ mode = "{reopening}" }}]'
    if pauses := rows.pop("pauses", None):
        told["pauses"] = "[{}]".format(
            ", ".join(f'{{ on = "{reason}", clause = "house:wait" }}' for reason in pauses.split())
        )
    if limit := rows.pop("limit", None):
        told["limits"] = f'[{{ limit = "{limit}" }}]'
    head = f'[[clock]]\nname = "{name}"\ntitle = "{name}"\nclause = "house:target"\ncoverage = "{coverage}"\n'
    return head + "".join(f"{table} = {value}\n" for table, value in (told | rows).items())


@cache
def house(*clocks: str) -> Selector:
    """The terms of the house with these clocks."""
    return selector_of(Agreement.model_validate(tomllib.loads("\n".join((HOUSE, *clocks)))))


# --- instants ---------------------------------------------------------------------------------------------------------

ROME = zone("Europe/Rome")
_WEEK = {"mon": 4, "tue": 5, "wed": 6, "thu": 7, "fri": 8, "sat": 9, "sun": 10}


def rome(text: str) -> datetime:
    """What the wall shows in Rome; `second` showings are written with their offset."""
    shown = datetime.fromisoformat(text)
    return shown if shown.tzinfo else shown.replace(tzinfo=ROME).astimezone(UTC)


def at(text: str) -> datetime:
    """A time in the week of Monday 4 March 2024: `tue 10:30`; `mon+1 09:00` is a week later."""
    day, wall = text.split()
    name, _, weeks = day.partition("+")
    midnight = datetime(2024, 3, _WEEK[name], tzinfo=ROME) + timedelta(weeks=int(weeks or 0))
    hour, minute, *rest = map(int, wall.split(":"))
    return midnight.replace(hour=hour, minute=minute, second=rest[0] if rest else 0).astimezone(UTC)


MONDAY_9 = at("mon 09:00")
MONDAY_10 = at("mon 10:00")
MONDAY_11 = at("mon 11:00")
MONDAY_12 = at("mon 12:00")
MONDAY_13 = at("mon 13:00")
MONDAY_14 = at("mon 14:00")
MONDAY_15 = at("mon 15:00")
MONDAY_16 = at("mon 16:00")
MONDAY_17 = at("mon 17:00")
TUESDAY_9 = at("tue 09:00")
TUESDAY_10 = at("tue 10:00")
TUESDAY_12 = at("tue 12:00")
FRIDAY_17 = at("fri 17:00")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


# --- events -----------------------------------------------------------------------------------------------------------


def happened(event: str, when: datetime, **fields: Any) -> Event:
    return EVENT.validate_python({"event": event, "effective_at": when, **fields})


def opened(when: datetime = MONDAY_9, severity: int = 2, **fields: Any) -> Event:
    return happened("opened", when, severity=severity, **fields)


def waiting(when: datetime, on: str = "customer") -> Event:
    return happened("waiting", when, on=on)


def wait_ended(when: datetime, on: str = "customer") -> Event:
    return happened("wait_ended", when, on=on)


def severity_changed(when: datetime, severity: int) -> Event:
    return happened("severity_changed", when, severity=severity)


def agreed(when: datetime, due: datetime) -> Event:
    return happened("timeline_agreed", when, due=due)


def responded(when: datetime) -> Event:
    return happened("responded", when)


def resolved(when: datetime) -> Event:
    return happened("resolved", when)


def closed(when: datetime) -> Event:
    return happened("closed", when)


def reopened(when: datetime) -> Event:
    return happened("reopened", when)


def corrected(when: datetime, number: int, **correction: Any) -> Event:
    return happened("corrected", when, number=number, why="it was otherwise", **correction)


def ruled(when: datetime, **ruling: Any) -> Event:
    return happened("ruled", when, why="it was disputed", **ruling)


Told = Event | tuple[Event, datetime]
"""An event, recorded when it took effect or at the second instant."""


def history(*told: Told) -> History:
    """The events in the order in which they are given, numbered from 1."""
    recorded = []
    for number, one in enumerate(told, start=1):
        event, learned = one if isinstance(one, tuple) else (one, one.effective_at)
        recorded.append(Recorded(number, event, micros(event.effective_at), micros(learned)))  # type: ignore[arg-type]
    return tuple(recorded)


# --- what is said about it --------------------------------------------------------------------------------------------


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _amount(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


@dataclass(frozen=True)
class Judged:
    """One clock and cycle of an answer, with instants and amounts of time instead of their texts."""

    told: ClockAnswer

    @property
    def state(self) -> str:
        return self.told["state"]

    @property
    def verdict(self) -> str:
        return self.told["verdict"]

    @property
    def started_at(self) -> datetime | None:
        return _instant(self.told["started_at"])

    @property
    def stopped_at(self) -> datetime | None:
        return _instant(self.told["stopped_at"])

    @property
    def due_at(self) -> datetime | None:
        return _instant(self.told["due_at"])

    @property
    def breached_at(self) -> datetime | None:
        return _instant(self.told["breached_at"])

    @property
    def allowance(self) -> timedelta | None:
        return _amount(self.told["allowance_seconds"])

    @property
    def used(self) -> timedelta:
        return timedelta(seconds=self.told["used_seconds"])

    @property
    def left(self) -> timedelta | None:
        return _amount(self.told["left_seconds"])

    @property
    def segments(self) -> list[tuple[datetime | None, datetime | None, str]]:
        return [(_instant(one["from"]), _instant(one["to"]), one["state"]) for one in self.told["segments"]]

    @property
    def rungs(self) -> dict[str, datetime | None]:
        """The roles told so far, and when."""
        return {rung["role"]: _instant(rung["reached_at"]) for rung in self.told["rungs"] if rung["reached_at"]}

    @property
    def rungs_ahead(self) -> dict[str, datetime | None]:
        """The roles still to be told, and when if nothing more happens."""
        return {rung["role"]: _instant(rung["due_at"]) for rung in self.told["rungs"] if not rung["reached_at"]}

    @property
    def warned(self) -> dict[int, datetime | None]:
        return {one["percent"]: _instant(one["reached_at"]) for one in self.told["warnings"]}

    @property
    def warnings_due(self) -> dict[int, datetime | None]:
        return {one["percent"]: _instant(one["due_at"]) for one in self.told["warnings"]}


def answered(
    selector: Selector,
    events: History,
    as_of: datetime,
    *,
    known_at: datetime | None = None,
    contract: Contract | None = None,
    readings: dict[str, str] | None = None,
    all_readings: bool = False,
) -> Answer:
    case = Case(
        name="case",
        selector=selector,
        contract=contract or Contract(plan="usual"),
        readings=readings or {},
        history=events,
        as_of=micros(as_of),
        known_at=None if known_at is None else micros(known_at),
    )
    return answer(judge(case), all_readings=all_readings)


def clocks_of(
    clocks: str | Iterable[str], *events: Told, as_of: datetime, known_at: datetime | None = None, **more: Any
) -> dict[tuple[str, int], Judged]:
    """Every clock and cycle of a ticket of the house."""
    terms = house(clocks) if isinstance(clocks, str) else house(*clocks)
    told = answered(terms, history(*events), as_of, known_at=known_at, **more)
    return {(one["clock"], one["cycle"]): Judged(one) for one in told["clocks"]}


def clock_of(
    clocks: str | Iterable[str],
    *events: Told,
    as_of: datetime,
    known_at: datetime | None = None,
    name: str = "resolution",
    cycle: int = 1,
    **more: Any,
) -> Judged:
    """One clock of a ticket of the house, in one cycle."""
    return clocks_of(clocks, *events, as_of=as_of, known_at=known_at, **more)[name, cycle]
