"""Event logs in XES (IEEE 1849), one trace a ticket, told as case files with the help of a mapping file.

The order of events in a trace is the order in which they happened; `domain.logs.lifecycle` says which events of a case
file an event of the log brings. A trace opens with its first event. A status that the mapping does not name changes
nothing, and is counted by name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from domain.logs.errors import LogError
from domain.logs.lifecycle import Moment, Row, moment, placed, tell
from domain.logs.mapping import XesMapping
from domain.logs.report import Report
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
    off, or declares a document type; cases that were complete before it have been handed out by then.
    """
    where = timezone or (zone(mapping.timezone) if mapping.timezone else None)
    report.about |= {"log": "xes", "file": file, "timezone": str(where) if where else None}
    teller = _Teller(mapping, report, where, file)
    parts: Counter[str] = Counter()
    for number, trace in enumerate(traces(stream, mapping.event_attributes(), report, file), start=1):
        name = trace.attributes.get(mapping.case)
        if name is None:
            name = f"trace-{number}"
            report.doubtful.add(trace.line, name, f"a trace without {mapping.case}: named by its place in the log")
        parts[name] += 1
        if parts[name] > 1:
            report.doubtful.add(trace.line, name, "a second trace of this name: told as a case of its own")
        if case := teller.case(name, trace, parts[name]):
            yield case


class _Teller:
    def __init__(self, mapping: XesMapping, report: Report, where: tzinfo | None, file: str | None) -> None:
        self.mapping = mapping
        self.report = report
        self.where = where
        self.file = file

    def case(self, name: str, trace: Trace, part: int) -> dict[str, Any] | None:
        mapping, report = self.mapping, self.report
        report.rows += len(trace.events)
        name = name if part == 1 else f"{name}#{part}"
        if not trace.events:
            report.untold.add(trace.line, name, "a trace without events")
            return None
        rows = [self._row(name, line, {**trace.attributes, **event}) for line, event in trace.events]
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

    def _row(self, name: str, line: int, event: Attributes) -> Row:
        mapping, doubt = self.mapping, self.report.doubtful.add
        status = "/".join(event[key] for key in mapping.status if key in event)
        if status not in mapping.statuses:
            doubt(line, name, "a status that the mapping does not name: the one before it stays", status)
            self.report.unknown_statuses[status] += 1
        severity = None
        if (grade := event.get(mapping.severity.attribute or "")) is not None:
            severity = mapping.severity.values.get(grade)
            if severity is None:
                doubt(line, name, "a severity that the mapping does not name: the one before it stays", grade)
        at = self._moment(line, stated := event.get(mapping.time))
        if at is None:
            doubt(line, name, f"{mapping.time} is missing or no time: takes that of the event above", stated)
        return Row(line, at, mapping.stage(status), severity, event.get(mapping.assigned or ""))

    def _opening(self, name: str, line: int, event: Attributes) -> dict[str, str]:
        channels = self.mapping.channel
        opening = {"channel": channels.default, "category": event.get(self.mapping.category or "")}
        if (came := event.get(channels.attribute or "")) is not None:
            opening["channel"] = channels.values.get(came)
            if came not in channels.values:
                self.report.left_out.add(line, name, "a channel that the mapping does not name", came)
        return {key: value for key, value in opening.items() if value is not None}

    def _moment(self, line: int, text: str | None) -> Moment | None:
        try:
            at = datetime.fromisoformat(text) if text and _TIME.fullmatch(text) else None
            if at is None:
                return None
            return moment(at if at.tzinfo else self._placed(line, at))
        except (ValueError, OverflowError):
            return None

    def _placed(self, line: int, shown: datetime) -> datetime:
        if self.where is None:
            what = 'states no offset; name its zone with --timezone, or in the mapping: timezone = "Europe/Brussels"'
            raise LogError(f"the timestamp {shown.isoformat()} {what}", file=self.file, line=line)
        return placed(shown.replace(tzinfo=self.where))
