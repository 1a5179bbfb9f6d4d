"""What happened, event by event, and who knew what when."""

from collections.abc import Iterator

from api.dossier.parts import Cell, Part, Row, Says
from api.dossier.told import Told, table
from api.pages.on_ticket.chronicle import Detail, Entry, entries
from api.pages.texts import say


def history(told: Told) -> Iterator[Part]:
    yield Says(say("dossier.history.lead"))
    columns = ("number", "at", "recorded", "what", "who")
    rows = [_entry(entry, told) for entry in entries(told.now, told.wording)]
    yield table("history", columns, rows, (0, 3, 3, 8, 3))


def _entry(entry: Entry, told: Told) -> Row:
    return Row(
        [
            Cell(str(entry.number), "figure"),
            Cell(told.time(entry.at)),
            Cell("" if entry.recorded_at is None else told.time(entry.recorded_at)),
            Cell("\n".join([entry.name, *map(_detail, entry.details), *_since(entry, told)])),
            Cell(entry.by),
        ],
        f"e-{entry.number}",
    )


def _detail(one: Detail) -> str:
    was = "" if one.was is None else f" ({say('dossier.history.was', was=one.was.striptags())})"
    return f"{one.label}: {one.value.striptags()}{was}"


def _since(entry: Entry, told: Told) -> Iterator[str]:
    """What was said about an event afterwards."""
    if entry.is_struck:
        number = entry.corrected_by[-1] if entry.corrected_by else "–"
        yield say("dossier.history.struck", number=number)
    elif entry.moved_from is not None:
        yield say("dossier.history.moved", at=told.time(entry.moved_from))
    yield from (say("dossier.history.corrected", number=one) for one in entry.corrected_by if not entry.is_struck)
    if entry.is_wait_struck:
        yield say("dossier.history.wait_struck")
    if entry.is_later:
        yield say("dossier.history.later")
    yield from (f"{one.says} {one.detail} [{one.clause}]" for one in entry.irregular)


def knowledge(told: Told) -> Iterator[Part]:
    yield Says(say("dossier.knowledge.lead"))
    for one in told.moments or [say("dossier.knowledge.none")]:
        yield _line(one)
    if told.answered:
        yield Says(say("dossier.knowledge.answered"))
        yield from map(_line, told.answered)


def _line(one: str) -> Says:
    return Says(one.strip(), "indented" if one.startswith(" ") else "")
