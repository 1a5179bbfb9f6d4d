"""A dossier in short: where each clock stands, what became known since, what the rulings changed."""

from collections.abc import Iterator

from api.dossier.parts import Cell, Part, Row, Says
from api.dossier.told import Told, table
from api.pages.on_ticket.owing import ClockLine, clock_lines
from api.pages.texts import say
from domain.instants import SECOND
from domain.ledger import VERDICTS
from domain.terms.durations import elapsed

BEFORE_RULING = "replays/before-ruling.json"


def summary(told: Told) -> Iterator[Part]:
    replay = told.now.replay
    if replay.severity is None:
        yield Says(say("dossier.summary.never_opened"))
    else:
        opened = next((one.at for one in told.now.hindsight.recorded if one.event.event == "opened"), 0)
        told_of = {"opened": told.time(opened // SECOND), "as_of": told.time(replay.as_of)}
        yield Says(say("dossier.summary.stands", **told_of, status=replay.status, severity=replay.severity))
    columns = ("clock", "verdict", "used", "due", "decided", "clause")
    rows = [_clock(line, told) for line in clock_lines(told.now) if line.clock.started_at is not None]
    if rows:
        yield table("summary", columns, rows, (3, 2, 3, 3, 3, 3))
    known = told.comparisons[0]["difference"]
    if known["clocks"]:
        yield Says(say("dossier.summary.known"))
        yield from (Says(one["says"], "indented") for one in known["clocks"])
    elif told.replays[0].case.known_at is not None:
        yield Says(say("dossier.summary.same"))
    for one in told.comparisons:
        if one["before"] == BEFORE_RULING:
            yield Says(say("dossier.summary.ruled"))
            yield from (Says(clock["says"], "indented") for clock in one["difference"]["clocks"])
    yield from _irregular(told)


def _clock(line: ClockLine, told: Told) -> Row:
    clock = line.clock
    verdict = clock.verdict(told.now.replay.excused)
    used = elapsed(clock.used)
    if clock.allowance is not None:
        limit = {"limit": line.limit, "allowance": elapsed(clock.allowance)}
        used = say("dossier.summary.used_says", used=used, **limit)
    decided = [
        say(f"dossier.summary.{how}", at=told.time(second))
        for how, second in (("breached", clock.breached_at), ("stopped", clock.stopped_at))
        if second is not None
    ]
    return Row(
        [
            Cell(line.title),
            Cell(VERDICTS[verdict], {"breached": "late", "met": "good"}.get(verdict.value, "")),
            Cell(used),
            Cell("–" if clock.due_at is None else told.time(clock.due_at)),
            Cell("\n".join(decided) or "–"),
            Cell(line.clause, "clause"),
        ],
        f"c-{line.id}",
    )


def _irregular(told: Told) -> Iterator[Part]:
    if told.now.irregularities:
        yield Says(say("dossier.summary.irregular"))
    for one in told.now.irregularities:
        key = "irregular_undone" if one.event is None else "irregular_says"
        says = say(f"dossier.summary.{key}", event=one.event, says=one.says, detail=one.detail)
        yield Says(f"{says} [{one.clause}]", "indented")
