"""A dispute on the page of a dossier: what was claimed, what the other side said, what each claim would change, what was ruled."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.dossier.parts import Cell, Facts, Part, Row, Says, Table
from api.dossier.saying import said, who
from api.pages.texts import say
from domain.instants import seconds
from domain.ledger import at


def argued(document: Mapping[str, Any], where: ZoneInfo) -> list[Part]:
    """From the form that the dossier has of it, with instants in a zone."""
    return [*_parts(document, where)]


def _parts(document: Mapping[str, Any], where: ZoneInfo) -> Iterator[Part]:
    until = document["until"]
    facts = [
        ("state", say(f"dossier.argument.is_{document['state']}")),
        ("party", say(f"dossier.argument.{document['party']}")),
        ("reason", document["reason"]),
        ("opened_at", _time(document["effective_at"], where)),
        ("clocks", ", ".join(map(_clock, document["clocks"])) or say("dossier.argument.all_clocks")),
        *((f"{which}_by", _time(until[which], where)) for which in ("answer", "ruling") if which in until),
    ]
    yield Facts([(say(f"dossier.argument.{name}"), says) for name, says in facts])
    evaluated = {one["number"]: one for one in document["evaluation"]["claims"]}
    sent = _sent(document["history"])
    claims = [_claim(one, evaluated.get(one["number"]), sent) for one in document["claims"]]
    if claims:
        yield _table(("number", "claim", "answered", "changes", "ruled"), claims, (0, 5, 4, 4, 4))
    yield from (Says(one["says"], "indented") for one in document["evaluation"]["clocks"])
    yield said(document, where)
    evidence = [_evidence(one) for one in document["evidence"]]
    if evidence:
        yield _table(("number", "evidence", "digest", "size"), evidence, (0, 5, 6, 2))


def _sent(history: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """Who sent a claim, or the last answer to it, in whose name, by what it is and the claim's number."""
    numbers = {"claim_made": "number", "claim_answered": "claim"}
    words = {(one["event"], one[numbers[one["event"]]]): one for one in history if one["event"] in numbers}
    return {word: say("dossier.argument.sent", who=who(one)) for word, one in words.items() if one.get("sent_by")}


def _claim(one: Mapping[str, Any], evaluated: Mapping[str, Any] | None, sent: Mapping[tuple[str, int], str]) -> Row:
    by = say("dossier.argument.claimed", party=say(f"dossier.argument.{one['party']}"), claim=one["in_words"])
    answered = "" if one["accepts"] is None else say(f"dossier.argument.{'accepts' if one['accepts'] else 'denies'}")
    ruled = "" if one["upheld"] is None else say(f"dossier.argument.{'upheld' if one['upheld'] else 'dismissed'}")
    if one["is_withdrawn"]:
        ruled = say("dossier.argument.claim_withdrawn")
    return Row(
        [
            Cell(str(one["number"]), "figure"),
            Cell(_lines(by, one["says"], sent.get(("claim_made", one["number"])))),
            Cell(_lines(answered, one["answer"], sent.get(("claim_answered", one["number"])))),
            Cell(_changes(evaluated)),
            Cell(_lines(ruled, one["why"])),
        ]
    )


def _changes(evaluated: Mapping[str, Any] | None) -> str:
    """What a claim alone would make of the clocks in dispute."""
    if evaluated is None:
        return ""
    if evaluated["misfit"]:
        return str(evaluated["misfit"])
    if not evaluated["changes"]:
        return say("dossier.argument.nothing")
    return "\n".join(f"{_clock(one)}: {one['verdict']}" for one in evaluated["alone"])


def _evidence(one: Mapping[str, Any]) -> Row:
    number = "–" if one["claim"] is None else str(one["claim"])
    about = f"{one['name']} ({one['media_type']})"
    return Row(
        [
            Cell(number, "figure"),
            Cell(_lines(about, one["says"])),
            Cell(one["digest"], "clause"),
            Cell(say("dossier.argument.bytes", size=one["size"]), "figure"),
        ]
    )


def _time(told: str, where: ZoneInfo) -> str:
    return at(seconds(datetime.fromisoformat(told)), where)


def _clock(one: Mapping[str, Any]) -> str:
    return one["clock"] if one["cycle"] in (None, 1) else f"{one['clock']} {one['cycle']}"


def _lines(*texts: str | None) -> str:
    return "\n".join(filter(None, texts))


def _table(columns: tuple[str, ...], rows: list[Row], widths: tuple[int, ...]) -> Table:
    return Table([say(f"dossier.argument.{name}") for name in columns], rows, widths)
