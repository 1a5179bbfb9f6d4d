"""A service report as blocks of text and tables: what the page shows and the PDF prints, in the same words and figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from api.pages.formats import Formats
from api.pages.texts import say
from domain.terms.agreement import Agreement
from projections.boards.kept import VERDICTS
from projections.boards.service_report import DAILY_SECONDS, LISTED, PROMISED, Availability, Section

PARTS = ("availability", "milestones", "survey")
"""What not every agreement defines."""


class Cell(NamedTuple):
    """A figure stands at the right; `ticket` is the one that it names."""

    text: str
    is_figure: bool = False
    ticket: str = ""


@dataclass(frozen=True)
class Block:
    """A part of the report. Without rows it says `empty`."""

    title: str
    clause: str = ""
    notes: Sequence[str] = ()
    columns: Sequence[Cell] = ()
    rows: Sequence[Sequence[Cell]] = ()
    empty: str = ""


@dataclass(frozen=True)
class Told:
    """A section with what its agreement defines: `clauses` of availability, milestones, survey and kpi, as far as there are any."""

    section: Section
    agreement: Agreement
    availability: Availability | None
    clauses: Mapping[str, str]

    def clause_of(self, clock: str) -> str:
        return next((one.clause for one in self.agreement.clocks if one.name == clock), "")

    @property
    def undefined(self) -> list[str]:
        missing = (part for part in PARTS if part not in self.clauses)
        return [say("report.undefined_says", what=say(f"report.{part}.title")) for part in missing]


def blocks(told: Told, show: Formats) -> Iterator[Block]:
    """In the order in which they are read."""
    yield _flow(told, show)
    yield _kept(told, show)
    if "availability" in told.clauses:
        yield from _availability(told, show)
    if "milestones" in told.clauses:
        yield from _milestones(told, show)
    if "survey" in told.clauses:
        yield _survey(told, show)
    yield _escalation(told, show)


def _kept(told: Told, show: Formats) -> Block:
    rows = [
        [
            Cell(line.by["clock"]),
            _severity(told, line.by["severity"]),
            *(_number(show, getattr(line, verdict)) for verdict in VERDICTS),
            Cell(show.percent(line.kept), is_figure=True),
            Cell(told.clause_of(line.by["clock"])),
        ]
        for line in told.section.lines
    ]
    figures = (*(say(f"compliance.{verdict}") for verdict in VERDICTS), say("report.kept.share"))
    names = [Cell(say("report.clock")), Cell(say("report.severity")), *map(_head, figures), Cell(say("report.clause"))]
    notes = [say("report.kept.note")]
    return Block(say("report.kept.title"), told.clauses.get("kpi", ""), notes, names, rows, say("report.kept.none"))


def _escalation(told: Told, show: Formats) -> Block:
    section, escalation = told.section, told.section.escalation
    notes = []
    if escalation.late:
        share = show.percent(escalation.share, 0)
        says = {"late": show.number(escalation.late), "escalated": show.number(escalation.escalated)}
        notes.append(say("report.escalation.says", share=share, **says))
    if section.late_clocks > LISTED:
        notes.append(say("report.more", shown=LISTED, all=show.number(section.late_clocks)))
    rows = [
        [
            Cell(one.reference or str(one.ticket), ticket=str(one.ticket)),
            _severity(told, one.severity),
            Cell(one.clock),
            Cell(show.whole(one.late_from, one.zone)),
            Cell(show.whole(one.escalated_at, one.zone) if one.escalated_at else say("report.escalation.never")),
        ]
        for one in section.late
    ]
    names = _names("ticket", "severity", "clock", "escalation.late_since", "escalation.escalated")
    clause = told.clauses.get("kpi", "")
    return Block(say("report.escalation.title"), clause, notes, names, rows, say("report.escalation.none"))


def _flow(told: Told, show: Formats) -> Block:
    figures = ("opened", "reopened", "closed", "still_open")
    rows = [
        [_severity(told, flow.severity), *(_number(show, getattr(flow, one)) for one in figures)]
        for flow in told.section.flows
        if any(flow[1:])
    ]
    names = [Cell(say("report.severity")), *(_head(say(f"report.flow.{one}")) for one in figures)]
    clause = told.clauses.get("kpi", "")
    notes = [say("report.flow.note")] if rows else []
    return Block(say("report.flow.title"), clause, notes, names, rows, say("report.flow.none"))


def _availability(told: Told, show: Formats) -> Iterator[Block]:
    title, clause, measured = say("report.availability.title"), told.clauses["availability"], told.availability
    if measured is None:
        yield Block(title, clause, empty=say("report.availability.not_begun"))
        return
    hours = show.number(DAILY_SECONDS[measured.reading] / 3600, 1)
    formula = {
        "hours": hours,
        "days": show.number(measured.days, 2 if measured.days % 1 else 0),
        "promised": show.percent(PROMISED, 0),
    }
    reading = f"xmpro:2-availability/base = {measured.reading}"
    notes = [
        say("report.availability.formula", **formula),
        say("report.availability.note", zone=measured.zone, reading=reading),
    ]
    since, until = show.whole(measured.since, measured.zone), show.whole(measured.until, measured.zone)
    row = [
        Cell(say("report.availability.from_to", since=since, until=until)),
        Cell(show.span(measured.agreed_seconds), is_figure=True),
        Cell(show.span(measured.outage_seconds), is_figure=True),
        Cell(show.percent(measured.share, 2), is_figure=True),
        Cell(say(f"report.availability.{'kept' if measured.is_kept else 'missed'}")),
    ]
    figures = [_head(say(f"report.availability.{one}")) for one in ("agreed", "outage", "share")]
    names = [Cell(say("report.availability.measured")), *figures, Cell(say("report.availability.verdict"))]
    yield Block(title, clause, notes, names, [row])
    outages = [
        [
            Cell(one.reference or str(one.ticket), ticket=str(one.ticket)),
            Cell(show.whole(one.since, measured.zone)),
            Cell(say("report.availability.goes_on") if one.goes_on else show.whole(one.until, measured.zone)),
            Cell(show.span(int((one.until - one.since).total_seconds())), is_figure=True),
        ]
        for one in measured.outages
    ]
    columns = [*_names("ticket", "availability.begun", "availability.ended"), _head(say("report.availability.lasted"))]
    yield Block(say("report.availability.outages"), clause, (), columns, outages, say("report.availability.none"))


def _milestones(told: Told, show: Formats) -> Iterator[Block]:
    figures = ("due", "given", "owing", "lapsed")
    rows = [
        [
            Cell(one.clause),
            *(_number(show, getattr(one, name)) for name in figures),
            Cell(show.about(one.delay), is_figure=True),
        ]
        for one in told.section.milestones
    ]
    names = [Cell(say("report.clause")), *(_head(say(f"report.milestones.{one}")) for one in (*figures, "delay"))]
    title, clause = say("report.milestones.title"), told.clauses["milestones"]
    notes = [say("report.milestones.note")] if rows else []
    yield Block(title, clause, notes, names, rows, say("report.milestones.none"))
    untold = [
        [
            Cell(one.reference or str(one.ticket), ticket=str(one.ticket)),
            Cell(one.says),
            Cell(show.whole(one.since, one.zone or told.section.zone)),
            Cell(
                show.whole(one.lapsed_at, one.zone or told.section.zone)
                if one.lapsed_at
                else say("report.milestones.owing")
            ),
        ]
        for one in told.section.untold
    ]
    if untold:
        columns = _names("ticket", "milestones.says", "milestones.since", "milestones.lapsed_at")
        yield Block(say("report.milestones.untold"), clause, (), columns, untold)


def _survey(told: Told, show: Formats) -> Block:
    answers = told.section.answers
    rows = []
    if answers:
        score = Cell(show.figure(answers.score), is_figure=True)
        rows = [[_number(show, answers.answers), _number(show, answers.scores), score]]
    names = [_head(say(f"report.survey.{one}")) for one in ("answers", "scores", "score")]
    return Block(say("report.survey.title"), told.clauses["survey"], (), names, rows, say("report.survey.none"))


def _names(*keys: str) -> list[Cell]:
    return [Cell(say(f"report.{key}")) for key in keys]


def _head(text: str) -> Cell:
    return Cell(text, is_figure=True)


def _number(show: Formats, figure: Any) -> Cell:
    return Cell(show.number(figure), is_figure=True)


def _severity(told: Told, severity: int | None) -> Cell:
    """Its number, and what the agreement calls it."""
    term = told.agreement.severities.get(str(severity))
    if severity is None:
        return Cell("–")
    title = term.title if term else ""
    return Cell(title if title.startswith(str(severity)) else f"{severity} {title}".rstrip())
