"""Every stretch of every clock's life with its clause, and what the clauses say."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.dossier.parts import Cell, Part, Row, Says
from api.dossier.told import Told, table
from api.pages.on_ticket.wording import event_name, waits_for
from api.pages.pictures.story import Line
from api.pages.texts import say
from domain.terms.durations import elapsed

MOST_LINES = 600
"""So many lines of a clock's ledger are shown; the answers have all."""


def ledger(told: Told) -> Iterator[Part]:
    if not told.chapters:
        yield Says(say("dossier.ledger.none"))
        return
    yield Says(say("dossier.ledger.lead"))
    for chapter in told.chapters:
        clock = chapter.clock
        name = clock.terms.title if clock.cycle == 1 else f"{clock.terms.title} {clock.cycle}"
        caption = say("dossier.ledger.caption", clock=name, state=say(f"common.state.{chapter.state}"))
        rows = [_stretch(line, told) for line in chapter.lines[:MOST_LINES]]
        yield table("ledger", ("from", "to", "what", "span", "event", "clause"), rows, (4, 4, 4, 2, 3, 4), caption)
        if len(chapter.lines) > MOST_LINES:
            yield Says(say("dossier.ledger.cut", most=MOST_LINES, all=len(chapter.lines)), "soft")


def _stretch(line: Line, told: Told) -> Row:
    segment = line.segment
    what = say(f"ticket.picture.{line.kind}", waits=waits_for(segment.waits), calendar=segment.calendar)
    return Row(
        [
            Cell(told.time(line.start)),
            Cell(told.time(line.end)),
            Cell(what, "late" if line.kind == "late" else ""),
            Cell(elapsed(line.end - line.start), "figure"),
            _event(segment.event, told),
            Cell(segment.clause, "clause", f"k-{segment.clause}"),
        ],
        line.id,
    )


def _event(number: int, told: Told) -> Cell:
    if not number:
        return Cell(say("dossier.ledger.contract"))
    return Cell(f"{number} {event_name(told.now.case.history[number - 1].event.event)}", to=f"e-{number}")


def clauses(told: Told) -> Iterator[Part]:
    """Those that any part of the answer names, in the words of the agreement's own document."""
    known, named = told.now.replay.terms.agreement.clauses, _named(told.replays[1].document(told.now.case.contract))
    rows = [
        Row([Cell(clause, "clause"), Cell(says)], f"k-{clause}")
        for clause, says in sorted(known.items())
        if clause in named
    ]
    if rows:
        yield Says(say("dossier.clauses.lead"))
        yield table("clauses", ("clause", "says"), rows, (2, 6))


def _named(document: Any) -> set[str]:
    """Every clause that a document names."""
    match document:
        case Mapping():
            own = {document["clause"]} if isinstance(document.get("clause"), str) else set()
            return own.union(*map(_named, document.values()))
        case list():
            return set().union(*map(_named, document))
        case _:
            return set()
