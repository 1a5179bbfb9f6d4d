"""The answers side by side, and how clauses were read to come to them."""

from collections.abc import Iterator

from api.dossier.parts import Cell, Part, Row, Says, Table
from api.dossier.told import Told, table
from api.pages.texts import say
from domain.ledger import VERDICTS

MOST_CYCLES = 6
"""Of more clocks and cycles than these, the others stand in the files of the answers only."""


def answers(told: Told) -> Iterator[Part]:
    """A row an answer, a column a clock and cycle."""
    cycles = dict.fromkeys(
        (clock.terms.name, clock.cycle)
        for one in told.replays
        for clock in one.judgement.replay.clocks
        if clock.started_at is not None
    )
    columns = [name if cycle == 1 else f"{name} {cycle}" for name, cycle in cycles][:MOST_CYCLES]
    rows = []
    for one in told.replays:
        said = one.judgement.replay.verdicts()
        verdicts = [said.get(cycle) for cycle in [*cycles][:MOST_CYCLES]]
        cells = [Cell("–" if verdict is None else VERDICTS[verdict]) for verdict in verdicts]
        rows.append(Row([Cell(one.title), *cells, Cell(one.file, "clause")]))
    yield Says(say("dossier.answers.lead"))
    names = (say("dossier.answers.answer"), *columns, say("dossier.answers.file"))
    yield Table(names, rows, (4, *(2 for _ in columns), 3))


def readings(told: Told) -> Iterator[Part]:
    judgement = told.now
    relied = [judgement.relies_on(clock) for clock in judgement.replay.clocks if clock.spans]
    taken = {name for one in relied for name in one.readings} | {one.reading for one in judgement.alternatives}
    asked_by = {one["id"]: one for one in told.terms["readings"]}
    rows = [
        Row(
            [
                Cell(f"{reading.id}\n{reading.question}"),
                Cell(asked_by[reading.id]["says"]),
                Cell(asked_by[reading.id]["asked_by"]),
                Cell("\n".join(_otherwise(reading.id, told)) or say("dossier.readings.none")),
            ]
        )
        for reading in judgement.case.selector.agreement.readings
        if reading.id in taken
    ]
    if rows:
        yield Says(say("dossier.readings.lead"))
        yield table("readings", ("reading", "taken", "asked_by", "otherwise"), rows, (4, 3, 2, 4))
    else:
        yield Says(say("dossier.readings.nothing"))
    assumed = {one.id: one.says for one in judgement.replay.terms.agreement.assumptions}
    if used := sorted({name for one in relied for name in one.assumptions}):
        yield Says(say("dossier.readings.assumed"))
        yield from (Says(f"{assumed.get(one, '')} [{one}]", "indented") for one in used)


def _otherwise(reading: str, told: Told) -> Iterator[str]:
    for one in told.now.alternatives:
        if one.reading == reading:
            changes = ", ".join(
                say(
                    "dossier.readings.change",
                    clock=clock if cycle == 1 else f"{clock} {cycle}",
                    was=VERDICTS[was] if was else say("dossier.readings.no_cycle"),
                    then=VERDICTS[then] if then else say("dossier.readings.no_cycle"),
                )
                for (clock, cycle), (was, then) in one.changes.items()
            )
            yield say("dossier.readings.changes", option=one.option, changes=changes)
