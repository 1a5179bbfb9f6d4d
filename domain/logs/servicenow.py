"""Incident logs of ServiceNow as CSV, one row an update of an incident, told as case files.

What the log does not say is not written. No event has a `by`: the log names people without their roles. The closure
columns are filled in on every row, long before it happened, and yield no events. A state `-100` is an unknown one: the
state before it stays. A missing group or priority (`?`) is not a change. `domain.logs.lifecycle` says which events a
row brings, in which order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from domain.logs.columns import (
    CATEGORY,
    CONTACT,
    COUNTERS,
    GROUP,
    MADE_SLA,
    NEEDED,
    NUMBER,
    OPENED,
    OPTIONAL,
    PRIORITY,
    STATE,
    UPDATED,
    Values,
    counted,
    updates,
)
from domain.logs.lifecycle import Moment, Row, Stage, tell
from domain.logs.names import LONGEST, Names
from domain.logs.order import happened
from domain.logs.report import Report
from domain.logs.showings import Shown, doubt, settled
from domain.logs.survey import Survey
from domain.logs.table import MISSING, Table
from domain.logs.times import reader
from domain.ticket.events import Channel

STATES: dict[str, Stage | None] = {
    "New": "new",
    "Active": "working",
    "Awaiting User Info": "waiting on customer",
    "Awaiting Vendor": "waiting on third-party",
    "Awaiting Problem": "waiting on third-party",
    "Awaiting Evidence": "waiting on third-party",
    "Resolved": "resolved",
    "Closed": "closed",
    "-100": None,
}

CHANNELS: dict[str, Channel] = {
    "phone": "phone",
    "ivr": "phone",
    "email": "email",
    "self service": "web",
    "web": "web",
    "chat": "chat",
}

UNSEEN = Survey()
INTERNAL = MappingProxyType({"plan": "internal"})

Rows = list[tuple[int, Values]]

_PRIORITY = re.compile(r"([1-9])(?!\d)")


def convert(
    lines: Iterable[str],
    report: Report,
    *,
    timezone: tzinfo,
    agreement: str | Mapping[str, Any] = "servicenow-desk",
    contract: Mapping[str, Any] = INTERNAL,
    file: str | None = None,
    gather: bool = False,
    surveyed: Survey = UNSEEN,
) -> Iterator[dict[str, Any]]:
    """One case file an incident, in the order of the log; `report` is complete when the last one was taken.

    Times are written as `domain.logs.dates` says, and local to `timezone` where they state no offset. Instants are
    written with the offset of that zone. `surveyed` is what a first look through the log found out about it.

    An incident is told as soon as its rows end, in the order in which they happened (`domain.logs.order`). If its
    number comes again further down, those rows are a case of their own, `NUMBER#2`, and doubtful, since the first case
    has left; with `gather` all rows are held until the log ends, and those of an incident are told together. Raises
    LogError, at the first case taken, where the input is no such log.
    """
    table = Table(lines, NEEDED, OPTIONAL, report, file)
    report.about |= {"log": "servicenow-csv", "file": file, "timezone": str(timezone), "dates": surveyed.dates}
    teller = _Teller(report, timezone, {"agreement": agreement, "contract": contract}, file, surveyed)
    names = Names(surveyed.names)
    for number, rows in _gathered(table, report) if gather else _together(table):
        if number in MISSING:
            for line, _ in rows:
                report.untold.add(line, None, "a row without incident number")
            continue
        name, part = names.give(number)
        if part > 1:
            report.doubtful.add(rows[0][0], number, "apart from the incident's other rows: told as a case of its own")
        elif name != number:
            report.doubtful.add(rows[0][0], number, "its number was given to a part of another: told as", name)
        if len(name) > LONGEST:
            what = f"a number of more than {LONGEST} characters, which no case file can have"
            report.untold.add(rows[0][0], f"{name[:60]}…", what, f"{len(name)} characters")
        elif case := teller.case(number, name, rows, part):
            yield case
    for number, line in table.broken.items():
        if number not in names:
            report.untold.add(line, number, "no row of the incident is readable")


def _together(table: Table) -> Iterator[tuple[str, Rows]]:
    for number, rows in groupby(table, key=lambda row: row[1][NUMBER].strip()):
        yield number, list(rows)


def _gathered(table: Table, report: Report) -> Iterator[tuple[str, Rows]]:
    incidents: dict[str, Rows] = {}
    for number, rows in _together(table):
        if number in incidents and number not in MISSING:
            report.doubtful.add(rows[0][0], number, "apart from the incident's other rows: told together with them")
        incidents.setdefault(number, []).extend(rows)
    yield from incidents.items()


class _Teller:
    """Translates an incident's rows for the shared state machine, and adds what only the first and the last row say."""

    def __init__(
        self, report: Report, timezone: tzinfo, terms: Mapping[str, Any], file: str | None, surveyed: Survey
    ) -> None:
        self.report = report
        self.terms = terms
        self.newest_first = surveyed.newest_first
        self.shown = reader(timezone, surveyed.order)
        self.origin = {"system": "servicenow", **({"file": file} if file else {}), "timezone": str(timezone)}

    def case(self, number: str, name: str, rows: Rows, part: int) -> dict[str, Any] | None:
        rows, times = self._in_order(number, rows)
        opened = self._opened(number, rows)
        opened_at, *moments = settled([opened, *times])
        self._doubt_time(rows[0][0], number, opened, opened_at)
        opening = self._opening(number, rows)
        told = self._rows(number, rows, times, moments)
        story = tell(name, told, self.report, opened_at=opened_at, opening=opening)
        if story is None:
            return None
        source = {**self.origin, "rows": len(rows), **self._recorded(number, rows)}
        if part > 1:
            source["part"] = part
        terms = {"agreement": self.terms["agreement"], "contract": dict(self.terms["contract"])}
        case = {"case": name, **terms, "events": story.events, "as_of": story.as_of, "source": source}
        self.report.tell(case, len(rows))
        return case

    def _in_order(self, number: str, rows: Rows) -> tuple[Rows, list[Shown | None]]:
        """The rows as they happened, and what each shows as its time."""
        times = [self.shown(values[UPDATED]) for _, values in rows]
        places = happened(times, [updates(values) for _, values in rows], newest_first=self.newest_first)
        if places != sorted(places):
            what = "the file has its rows in another order: told in that of sys_mod_count or sys_updated_at"
            self.report.reordered.add(rows[0][0], number, what)
        return [rows[place] for place in places], [times[place] for place in places]

    def _rows(
        self, number: str, rows: Rows, times: Sequence[Shown | None], moments: Sequence[Moment | None]
    ) -> list[Row]:
        told = []
        for (line, values), time, at in zip(rows, times, moments, strict=True):
            stage, severity, group = _meaning(values[STATE], values[PRIORITY], values[GROUP])
            if at is None or stage is None or severity is None:
                self._doubt(line, number, values, at, stage, severity)
            if time and not time.is_certain:
                self._doubt_time(line, number, time, at)
            told.append(Row(line, at, stage, severity, group))
        return told

    def _doubt_time(self, line: int, number: str, time: Shown | None, at: Moment | None) -> None:
        if at and (what := doubt(time, at)):
            self.report.doubtful.add(line, number, what, at.text)

    def _doubt(
        self, line: int, number: str, values: Values, at: Moment | None, stage: Stage | None, severity: int | None
    ) -> None:
        doubt = self.report.doubtful.add
        if at is None:
            what = "sys_updated_at is no time: takes that of the row above"
            doubt(line, number, what, values[UPDATED])
        if stage is None:
            doubt(line, number, "a state without meaning: the one before it stays", values[STATE])
            self.report.unknown_statuses[values[STATE]] += 1
        if severity is None:
            doubt(line, number, "no priority such as '3 - Moderate': the one before it stays", values[PRIORITY])

    def _opened(self, number: str, rows: Rows) -> Shown | None:
        first = rows[0][1][OPENED]
        opened = self.shown(first)
        if opened is None:
            what = "opened_at is no time: took another row's"
            self.report.doubtful.add(rows[0][0], number, what, first)
        for line, values in rows:
            if values[OPENED] != first:
                opened = opened or self.shown(values[OPENED])
                self.report.doubtful.add(line, number, "opened_at differs from that of the first row", values[OPENED])
        return opened

    def _opening(self, number: str, rows: Rows) -> dict[str, str]:
        """Channel and category as the first row has them; what later rows change about them has no event."""
        contact, category = rows[0][1][CONTACT], rows[0][1][CATEGORY]
        channel = CHANNELS.get(contact.strip().lower().replace("-", " "))
        if channel is None and contact not in MISSING:
            self.report.left_out.add(rows[0][0], number, "contact_type without a channel", contact)
        opening = {"channel": channel, "category": None if category in MISSING else category}
        for line, values in rows:
            if values[CONTACT] != contact:
                contact = values[CONTACT]
                self.report.left_out.add(line, number, "contact_type changed", contact)
            if values[CATEGORY] != category:
                category = values[CATEGORY]
                self.report.left_out.add(line, number, "category changed", category)
        return {name: value for name, value in opening.items() if value is not None}

    def _recorded(self, incident: str, rows: Rows) -> dict[str, Any]:
        """What the log itself says about the incident as a whole: kept with the case, never judged."""
        line, last = rows[-1]
        recorded: dict[str, Any] = {}
        made_sla = last[MADE_SLA].strip().lower()
        if made_sla in ("true", "false"):
            recorded["made_sla"] = made_sla == "true"
        elif made_sla not in MISSING:
            self.report.doubtful.add(line, incident, "made_sla is neither true nor false", last[MADE_SLA])
        for name, value in zip(COUNTERS, last[MADE_SLA + 1 :], strict=True):
            if (number := counted(value)) is not None:
                recorded[name] = number
        if rows[0][1][GROUP] not in MISSING:
            recorded["first_group"] = rows[0][1][GROUP]
        return recorded


@lru_cache(maxsize=1 << 12)
def _meaning(state: str, priority: str, group: str) -> tuple[Stage | None, int | None, str | None]:
    digit = _PRIORITY.match(priority.strip())
    return STATES.get(state.strip()), int(digit[1]) if digit else None, None if group in MISSING else group
