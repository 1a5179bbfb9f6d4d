"""A small house with rules of its own, and histories to judge by them.

`told("09:00", "opened", by="customer", severity=2)` happened on Monday, 4 March 2024; `"tue 09:00"` is the day after.
The house is open Monday to Friday 09:00-17:00 UTC.
"""

import tomllib
from datetime import datetime, timedelta
from typing import Any

from domain.conduct.circumstances import Circumstances, Reached
from domain.conduct.duties import Owed, owed
from domain.conduct.irregularities import Irregularity, irregularities
from domain.instants import micros, seconds
from domain.terms.agreement import CoverageRow
from domain.terms.calendar import NEVER, Calendar, Edition, Hours
from domain.terms.conduct import Conduct
from domain.terms.rows import Scope
from domain.terms.zones import zone
from domain.ticket.history import EVENT, Actor, History, Recorded, recorded

UTC = zone("UTC")
MONDAY = datetime.fromisoformat("2024-03-04T00:00:00+00:00")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = Calendar("office", UTC, [Edition(((Hours(9 * 60, 17 * 60),),) * 5 + NEVER[5:])])
END = "sun 23:59"

Told = tuple[str, str, Actor | None, dict[str, Any]]


def at(time: str) -> datetime:
    """An instant of the first week of March 2024; `+7 mon 09:00` is a week later."""
    *weeks, hour = time.split()
    day = DAYS.index(weeks[-1]) if weeks else 0
    more = int(weeks[0]) if len(weeks) > 1 else 0
    hours, minutes = map(int, hour.split(":"))
    return MONDAY + timedelta(days=day + more, hours=hours, minutes=minutes)


def told(time: str, event: str, by: Actor | None = None, **fields: Any) -> Told:
    return time, event, by, fields


def opened(time: str = "09:00", by: Actor | None = None, severity: int = 2, **fields: Any) -> Told:
    return told(time, "opened", by, severity=severity, **fields)


def history(*facts: Told) -> History:
    return tuple(_recorded(number, fact) for number, fact in enumerate(facts, start=1))


def house(toml: str) -> Conduct:
    return Conduct.model_validate(tomllib.loads(toml))


def around(
    plan: str = "",
    *,
    readings: dict[str, str] | None = None,
    facts: dict[str, Any] | None = None,
    options: tuple[str, ...] = (),
    rungs: tuple[tuple[str, str, str], ...] = (),
) -> Circumstances:
    return Circumstances(
        scope=Scope(plan=plan, readings=readings or {}),
        zone=UTC,
        calendars={"office": OFFICE},
        coverage={"support": (CoverageRow(calendar="office"),)},
        facts=facts or {},
        options=frozenset(options),
        rungs=tuple(Reached(clock, role, seconds(at(time))) for clock, role, time in rungs),
    )


def broken(conduct: Conduct, *facts: Told, under: Circumstances | None = None, as_of: str = END) -> list[Irregularity]:
    return list(irregularities(history(*facts), conduct, under or around(), micros(at(as_of))))


def breaks(
    conduct: Conduct, *facts: Told, under: Circumstances | None = None, as_of: str = END
) -> list[tuple[Any, str]]:
    """Event number and clause of each irregularity."""
    return [(one.event, one.clause) for one in broken(conduct, *facts, under=under, as_of=as_of)]


def debts(conduct: Conduct, *facts: Told, under: Circumstances | None = None, as_of: str = END) -> list[Owed]:
    return list(owed(history(*facts), conduct, under or around(), micros(at(as_of))))


def _recorded(number: int, fact: Told) -> Recorded:
    time, event, by, fields = fact
    instants = {name: at(value) for name, value in fields.items() if name in ("for_", "due")}
    return recorded(
        number, EVENT.validate_python({"event": event, "effective_at": at(time), **fields, **instants}), by=by
    )
