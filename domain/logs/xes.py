"""Event logs in XES (IEEE 1849), one trace a ticket, told as case files with the help of a mapping file.

The events of a trace are told in the order of their timestamps, and of the trace where these are the same;
`domain.logs.lifecycle` says which events of a case file an event of the log brings. A trace opens with its first event.
A status that the mapping does not name changes nothing, and is counted by name.
"""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from domain.logs.errors import LogError
from domain.logs.lifecycle import Moment, Row, moment, tell
from domain.logs.mapping import XesMapping
from domain.logs.names import LONGEST, Names
from domain.logs.order import happened
from domain.logs.report import Report
from domain.logs.showings import Shown, doubt, settled, shown
from domain.logs.traces import Attributes, Readable, Trace, traces
from domain.terms.zones import zone

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*", re.ASCII)


def convert(
    stream: Readable,
    mapping: XesMapping,
    report: Report,
    *,
    timezone: tzinfo | None = None,
    file: str | None = None,
) -> Iterator[dict[str, Any]]:
    """One case file a trace, in the order of the log; `report` is complete when the last one was taken.

    Timestamps keep the offset they carry. One without offset is local to `timezone` or, without it, to the mapping's
    `timezone`; where neither is given it raises LogError. So does, with its line, a stream that is no XES log, is cut
    off, or declares a document type; cases that were complete before it have been handed out by then. It is raised at
    the end of a log of which most timestamps are no times.
    """
    where = timezone or (zone(mapping.timezone) if mapping.timezone else None)
    report.about |= {"log": "xes", "file": file, "timezone": str(where) if where else None}
    teller = _Teller(mapping, report, where, file)
    names = Names()
    for number, trace in enumerate(traces(stream, mapping.event_attributes(), report, file), start=1):
        name = trace.attributes.get(mapping.case)
        if name is None:
            name = f"trace-{number}"
            report.doubtful.add(trace.line, name, f"a trace without {mapping.case}: named by its place in the log")
        given, part = names.give(name)
        if part > 1:
            report.doubtful.add(trace.line, name, "a second trace of this name: told as a case of its own")
        elif given != name:
            report.doubtful.add(trace.line, name, "its name was given to a part of another: told as", given)
        if case := teller.case(given, trace, part):
            yield case
    teller.refuse_most()


class _Teller:
    def __init__(self, mapping: XesMapping, report: Report, where: tzinfo | None, file: str | None) -> None:
        self.mapping = mapping
        self.report = report
        self.where = where
        self.file = file
        self.stated = self.unread = 0

    def refuse_most(self) -> None:
        """Raises LogError where more than half of the timestamps are no times."""
        if self.unread * 2 > self.stated:
            many = f"{self.unread:,} of the {self.stated:,} values of {self.mapping.time} are no times"
            raise LogError(f"{many}; expected is one such as 2012-05-01T16:59:42+02:00", file=self.file)

    def case(self, name: str, trace: Trace, part: int) -> dict[str, Any] | None:
        mapping, report = self.mapping, self.report
        report.rows += len(trace.events)
        if len(name) > LONGEST:
            what = f"a name of more than {LONGEST} characters, which no case file can have"
            report.untold.add(trace.line, f"{name[:60]}…", what, f"{len(name)} characters")
            return None
        if not trace.events:
            report.untold.add(trace.line, name, "a trace without events")
            return None
        trace, times = self._in_order(name, trace)
        moments = settled(times)
        rows = [
            self._row(name, line, {**trace.attributes, **event}, time, at)
            for (line, event), time, at in zip(trace.events, times, moments, strict=True)
        ]
        first, last = ({**trace.attributes, **trace.events[place][1]} for place in (0, -1))
        opening = self._opening(name, rows[0].line, first)
        story = tell(name, rows, report, opening=opening, severity=mapping.severity.default)
        if story is None:
            return None
        source: dict[str, Any] = {"system": mapping.system, "rows": len(rows)}
        if self.file:
            source["file"] = self.file
        if rows[0].group is not None:
            source["first_group"] = rows[0].group
        if kept := {key: last[key] for key in mapping.keep if key in last}:
            source["attributes"] = kept
        if part > 1:
            source["part"] = part
        terms = mapping.model_dump(include={"agreement", "contract"})
        case = {"case": name, **terms, "events": story.events, "as_of": story.as_of, "source": source}
        report.tell(case, len(rows))
        return case

    def _in_order(self, name: str, trace: Trace) -> tuple[Trace, list[Shown | None]]:
        """The trace with its events as they happened, and what each shows as its time."""
        stated = [event.get(self.mapping.time, trace.attributes.get(self.mapping.time)) for _, event in trace.events]
        times = [self._shown(line, text) for (line, _), text in zip(trace.events, stated, strict=True)]
        self.stated += len(times) - stated.count(None)
        self.unread += times.count(None) - stated.count(None)
        places = happened(times, [None] * len(times))
        if places != sorted(places):
            what = "the trace has its events in another order: told in that of their timestamps"
            self.report.reordered.add(trace.line, name, what)
        return trace._replace(events=[trace.events[place] for place in places]), [times[place] for place in places]

    def _row(self, name: str, line: int, event: Attributes, time: Shown | None, at: Moment | None) -> Row:
        mapping, doubt_that = self.mapping, self.report.doubtful.add
        status = "/".join(event[key] for key in mapping.status if key in event)
        if status not in mapping.statuses:
            doubt_that(line, name, "a status that the mapping does not name: the one before it stays", status)
            self.report.unknown_statuses[status] += 1
        severity = None
        if (grade := event.get(mapping.severity.attribute or "")) is not None:
            severity = mapping.severity.values.get(grade)
            if severity is None:
                doubt_that(line, name, "a severity that the mapping does not name: the one before it stays", grade)
        if at is None:
            what = f"{mapping.time} is missing or no time: takes that of the event above"
            doubt_that(line, name, what, event.get(mapping.time))
        elif what_of_time := doubt(time, at):
            doubt_that(line, name, what_of_time, at.text)
        return Row(line, at, mapping.stage(status), severity, event.get(mapping.assigned or ""))

    def _opening(self, name: str, line: int, event: Attributes) -> dict[str, str]:
        channels = self.mapping.channel
        opening = {"channel": channels.default, "category": event.get(self.mapping.category or "")}
        if (came := event.get(channels.attribute or "")) is not None:
            opening["channel"] = channels.values.get(came)
            if came not in channels.values:
                self.report.left_out.add(line, name, "a channel that the mapping does not name", came)
        return {key: value for key, value in opening.items() if value is not None}

    def _shown(self, line: int, text: str | None) -> Shown | None:
        try:
            at = datetime.fromisoformat(text) if text and _TIME.fullmatch(text) else None
            if at is None:
                return None
            return Shown(moment(at)) if at.tzinfo else shown(at.replace(tzinfo=self._zone(line, at)))
        except (ValueError, OverflowError):
            return None

    def _zone(self, line: int, at: datetime) -> tzinfo:
        if self.where is None:
            what = 'states no offset; name its zone with --timezone, or in the mapping: timezone = "Europe/Brussels"'
            raise LogError(f"the timestamp {at.isoformat()} {what}", file=self.file, line=line)
        return self.where
