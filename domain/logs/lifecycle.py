"""The state machine that all logs share: what a ticket's rows say, one after another, becomes events of a case file.

A row is a snapshot: it says how the ticket stood after an update. An event is written where two snapshots differ. The
events of one row stand in this order: `responded`; what the row ends (`wait_ended`, `reopened`); what it changes
(`severity_changed`, `assigned`); what it begins (`waiting`, `resolved`, `closed`, `withdrawn`). So an update that
raises the severity and resolves the ticket at once is resolved at the severity that the record shows from then on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from domain.instants import FIRST_YEAR, LAST_YEAR, micros
from domain.logs.report import Report

Stage = Literal[
    "new",
    "working",
    "waiting on customer",
    "waiting on third-party",
    "waiting on access",
    "waiting on authorization",
    "waiting on fees",
    "waiting on contact",
    "resolved",
    "closed",
    "withdrawn",
]
"""What a ticket's status means here; every vocabulary is translated into these words."""

WAITING = "waiting on "
ENDINGS = frozenset({"resolved", "closed", "withdrawn"})


class Moment(NamedTuple):
    """An instant to compare (microseconds since 1970 UTC) and to write (ISO 8601 with the offset of its zone)."""

    micros: int
    text: str


class Row(NamedTuple):
    """One update of a ticket; None where the row states nothing, so that what was known before stays.

    `at` None: the row takes the instant of the row above it.
    """

    line: int
    at: Moment | None
    stage: Stage | None
    severity: int | None
    group: str | None


class Story(NamedTuple):
    """A ticket's events in case-file form, and the instant of its last row."""

    events: list[dict[str, Any]]
    as_of: str


class Steps(NamedTuple):
    """Events that a change of stage brings: those before and those after the row's other changes."""

    ended: tuple[dict[str, str], ...]
    begun: tuple[dict[str, str], ...]


def moment(instant: datetime) -> Moment:
    """The moment of an aware datetime. Raises ValueError outside the years a history may lie in."""
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return Moment(micros(instant), instant.isoformat())


@cache
def steps(before: Stage, after: Stage, responded: bool) -> Steps:
    """What a ticket does that goes from one stage to another, `responded` saying whether it was responded to before."""
    if before == after:
        return Steps((), ())
    ended: list[dict[str, str]] = []
    if after != "new" and not responded:
        ended.append({"event": "responded"})
    if before.startswith(WAITING):
        ended.append({"event": "wait_ended", "on": before.removeprefix(WAITING)})
    if before in ENDINGS and after != "closed":
        ended.append({"event": "reopened"})
    if after.startswith(WAITING):
        return Steps(tuple(ended), ({"event": "waiting", "on": after.removeprefix(WAITING)},))
    return Steps(tuple(ended), ({"event": after},) if after in ENDINGS else ())


def tell(
    case: str,
    rows: Sequence[Row],
    report: Report,
    *,
    opened_at: Moment | None = None,
    opening: Mapping[str, Any] | None = None,
    severity: int | None = None,
) -> Story | None:
    """Tell a ticket from its rows, in the order given; None, listed in the report, where no case file can hold it.

    It opens at `opened_at` (default: the first instant that a row states) with the values of its first row and the
    fields of `opening`. A severity that the first row lacks is the first one known, then `severity`. A row dated before
    the opening or before the row above it takes that instant.
    """
    known = next((row.severity for row in rows if row.severity is not None), None)
    grade = severity if known is None else known
    at = opened_at or next((row.at for row in rows if row.at), None)
    if grade is None or at is None:
        report.untold.add(rows[0].line, case, "no row states a severity" if grade is None else "no row states a time")
        return None
    if rows[0].severity is None and known is not None:
        report.doubtful.add(rows[0].line, case, "no severity at the opening: took the first one known", known)

    events: list[dict[str, Any]] = [{"at": at.text, "event": "opened", "severity": grade, **(opening or {})}]
    stage: Stage = "new"
    responded = False
    group, emptied = rows[0].group, False
    for line, stated, after, graded, to in rows:
        if stated is not None:
            if stated.micros >= at.micros:
                at = stated
            else:
                before = "the opening" if at is opened_at else "the row above"
                report.repaired.add(line, case, f"dated before {before}: takes that instant", stated.text)
        begun: tuple[dict[str, str], ...] = ()
        if after is not None and after != stage:
            ended, begun = steps(stage, after, responded)
            stage, responded = after, responded or after != "new"
            events.extend([{"at": at.text, **event} for event in ended])
        if graded is not None and graded != grade:
            grade = graded
            events.append({"at": at.text, "event": "severity_changed", "severity": grade})
        if to is not None and to != group:
            group = to
            events.append({"at": at.text, "event": "assigned", "to": group})
        elif to is None and not emptied and group is not None:
            report.left_out.add(line, case, "group emptied: the last one known stays", group)
        emptied = to is None
        if begun:
            events.extend([{"at": at.text, **event} for event in begun])
    return Story(events, at.text)
