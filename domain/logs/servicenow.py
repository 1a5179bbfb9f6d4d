"""Incident logs of ServiceNow as CSV, one row an update of an incident, told as case files.

What the log does not say is not written. No event has a `by`: the log names people without their roles. The closure
columns are filled in on every row, long before it happened, and yield no events. A state `-100` is an unknown one: the
state before it stays. A missing group or priority (`?`) is not a change. `domain.logs.lifecycle` says which events a
row brings, in which order.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from domain.instants import SECOND
from domain.logs.lifecycle import Moment, Row, Stage, moment, placed, tell
from domain.logs.report import Report
from domain.logs.table import MISSING, Table
from domain.ticket.events import Channel

NEEDED = ("number", "incident_state", "priority", "opened_at", "sys_updated_at")
COUNTERS = ("reopen_count", "reassignment_count", "sys_mod_count")
OPTIONAL = ("assignment_group", "contact_type", "category", "made_sla", *COUNTERS)

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

INTERNAL = MappingProxyType({"plan": "internal"})

NUMBER, STATE, PRIORITY, OPENED, UPDATED, GROUP, CONTACT, CATEGORY, MADE_SLA = range(9)

Values = tuple[str, ...]
Rows = list[tuple[int, Values]]

MINUTE = 60 * SECOND
MINUTES = {
    f"{hour:{width}}:{minute:02}": hour * 60 + minute
    for hour in range(24)
    for minute in range(60)
    for width in ("", "02")
}
"""What a clock on the wall shows, and how many minutes that is after midnight."""

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_YEAR_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?", re.ASCII)
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
) -> Iterator[dict[str, Any]]:
    """One case file an incident, in the order of the log; `report` is complete when the last one was taken.

    Times in the log are local to `timezone` (`D/M/YYYY HH:MM`, or `YYYY-MM-DD HH:MM`, seconds allowed): a time shown
    twice means its first showing, one never shown the same distance after the jump. Instants are written with the
    offset of that zone.

    An incident is told as soon as its rows end. If its number comes again further down, those rows are a case of their
    own, `NUMBER#2`, and doubtful, since the first case has left; with `gather` all rows are held until the log ends,
    and those of an incident are told together. Raises LogError, at the first case taken, where the input is no such
    log.
    """
    table = Table(lines, NEEDED, OPTIONAL, report, file)
    report.about |= {"log": "servicenow-csv", "file": file, "timezone": str(timezone)}
    teller = _Teller(report, timezone, {"agreement": agreement, "contract": contract}, file)
    parts: dict[str, int] = {}
    for number, rows in _gathered(table, report) if gather else _together(table):
        if number in MISSING:
            for line, _ in rows:
                report.untold.add(line, None, "a row without incident number")
            continue
        part = parts[number] = parts.get(number, 0) + 1
        if part > 1:
            report.doubtful.add(rows[0][0], number, "apart from the incident's other rows: told as a case of its own")
        if case := teller.case(number, rows, part):
            yield case
    for number, line in table.broken.items():
        if number not in parts:
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

    def __init__(self, report: Report, timezone: tzinfo, terms: Mapping[str, Any], file: str | None) -> None:
        self.report = report
        self.terms = terms
        self.moment = _reader(timezone)
        self.origin = {"system": "servicenow", **({"file": file} if file else {}), "timezone": str(timezone)}

    def case(self, number: str, rows: Rows, part: int) -> dict[str, Any] | None:
        name = number if part == 1 else f"{number}#{part}"
        opened_at = self._opened_at(number, rows)
        opening = self._opening(number, rows)
        story = tell(name, self._rows(number, rows), self.report, opened_at=opened_at, opening=opening)
        if story is None:
            return None
        source = {**self.origin, "rows": len(rows), **self._recorded(number, rows)}
        if part > 1:
            source["part"] = part
        terms = {"agreement": self.terms["agreement"], "contract": dict(self.terms["contract"])}
        case = {"case": name, **terms, "events": story.events, "as_of": story.as_of, "source": source}
        self.report.tell(case, len(rows))
        return case

    def _rows(self, number: str, rows: Rows) -> list[Row]:
        told = []
        for line, values in rows:
            at = self.moment(values[UPDATED])
            stage, severity, group = _meaning(values[STATE], values[PRIORITY], values[GROUP])
            if at is None or stage is None or severity is None:
                self._doubt(line, number, values, at, stage, severity)
            told.append(Row(line, at, stage, severity, group))
        return told

    def _doubt(
        self, line: int, number: str, values: Values, at: Moment | None, stage: Stage | None, severity: int | None
    ) -> None:
        doubt = self.report.doubtful.add
        if at is None:
            what = "sys_updated_at is no time such as 29/2/2016 04:40: takes that of the row above"
            doubt(line, number, what, values[UPDATED])
        if stage is None:
            doubt(line, number, "a state without meaning: the one before it stays", values[STATE])
            self.report.unknown_statuses[values[STATE]] += 1
        if severity is None:
            doubt(line, number, "no priority such as '3 - Moderate': the one before it stays", values[PRIORITY])

    def _opened_at(self, number: str, rows: Rows) -> Moment | None:
        first = rows[0][1][OPENED]
        opened_at = self.moment(first)
        if opened_at is None:
            what = "opened_at is no time such as 29/2/2016 04:40: took another row's"
            self.report.doubtful.add(rows[0][0], number, what, first)
        for line, values in rows:
            if values[OPENED] != first:
                opened_at = opened_at or self.moment(values[OPENED])
                self.report.doubtful.add(line, number, "opened_at differs from that of the first row", values[OPENED])
        return opened_at

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

    def _recorded(self, number: str, rows: Rows) -> dict[str, Any]:
        """What the log itself says about the incident as a whole: kept with the case, never judged."""
        line, last = rows[-1]
        recorded: dict[str, Any] = {}
        made_sla = last[MADE_SLA].strip().lower()
        if made_sla in ("true", "false"):
            recorded["made_sla"] = made_sla == "true"
        elif made_sla not in MISSING:
            self.report.doubtful.add(line, number, "made_sla is neither true nor false", last[MADE_SLA])
        for name, value in zip(COUNTERS, last[MADE_SLA + 1 :], strict=True):
            if value.isdecimal():
                recorded[name] = int(value)
        if rows[0][1][GROUP] not in MISSING:
            recorded["first_group"] = rows[0][1][GROUP]
        return recorded


@lru_cache(maxsize=1 << 12)
def _meaning(state: str, priority: str, group: str) -> tuple[Stage | None, int | None, str | None]:
    digit = _PRIORITY.match(priority.strip())
    return STATES.get(state.strip()), int(digit[1]) if digit else None, None if group in MISSING else group


def _reader(timezone: tzinfo) -> Callable[[str], Moment | None]:
    """Reads a local time of the log; None where it is none.

    Most days have one offset from midnight to midnight: their minutes are added up, four times faster than asking the
    zone.
    """

    @lru_cache(maxsize=1 << 12)
    def steady(day: str) -> tuple[int, str, str] | None:
        first, last = _moment(f"{day} 00:00", timezone), _moment(f"{day} 23:59", timezone)
        if first is None or last is None or last.micros - first.micros != MINUTES["23:59"] * MINUTE:
            return None
        return first.micros, first.text[:11], first.text[16:]

    @lru_cache(maxsize=1 << 16)
    def read(text: str) -> Moment | None:
        day, _, shown = text.partition(" ")
        if (minutes := MINUTES.get(shown)) is None or (found := steady(day)) is None:
            return _moment(text, timezone)
        midnight, date, rest = found
        return Moment(midnight + minutes * MINUTE, f"{date}{shown:0>5}{rest}")

    return read


def _moment(text: str, timezone: tzinfo) -> Moment | None:
    try:
        if shown := _DAY_FIRST.fullmatch(text.strip()):
            day, month, year, hour, minute, second = map(int, shown.groups("0"))
            return moment(placed(datetime(year, month, day, hour, minute, second, tzinfo=timezone)))
        if _YEAR_FIRST.fullmatch(text.strip()):
            return moment(placed(datetime.fromisoformat(text.strip()).replace(tzinfo=timezone)))
    except (ValueError, OverflowError):
        pass
    return None
