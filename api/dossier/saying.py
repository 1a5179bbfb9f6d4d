"""A dispute's own story on the page of a dossier: what was said, by whom and when, one event after another."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.dossier.parts import Cell, Row, Table
from api.pages.on_ticket.wording import spoken
from api.pages.texts import say
from domain.instants import seconds
from domain.ledger import at

Line = Mapping[str, Any]
COLUMNS, WIDTHS = ("version", "counted", "recorded", "who", "what"), (0, 3, 3, 3, 8)


def said(document: Mapping[str, Any], where: ZoneInfo) -> Table:
    """From the form that the dossier has of a dispute, with instants in a zone."""
    claims = {one["number"]: one["in_words"] for one in document["claims"]}
    rows = [_row(one, claims, where) for one in document["history"]]
    return Table([say(f"dossier.said.{name}") for name in COLUMNS], rows, WIDTHS, say("dossier.said.caption"))


def _row(line: Line, claims: Mapping[int, str], where: ZoneInfo) -> Row:
    return Row(
        [
            Cell(str(line["version"]), "figure"),
            Cell(_time(line["at"], where)),
            Cell(_time(line["recorded_at"], where)),
            Cell(who(line)),
            Cell("\n".join(filter(None, _what(line, claims, where)))),
        ],
        f"s-{line['version']}",
    )


def _what(line: Line, claims: Mapping[int, str], where: ZoneInfo) -> Iterator[str]:
    told = {name: line.get(name) for name in ("number", "claim", "name", "to")}
    told["which"] = say(f"disputes.which.{line['which']}") if "which" in line else ""
    told["until"] = _time(line["until"], where) if "until" in line else ""
    yield say(f"disputes.history.{_kind(line)}", **told)
    if line["event"] == "claim_made":
        yield claims[line["number"]]
    yield line.get("reason") or line.get("why") or line.get("says") or ""
    for which in ("undid", "wrote"):
        if line.get(which):
            yield say(f"dossier.said.{which}", events=", ".join(map(str, line[which])))


def _kind(line: Line) -> str:
    """The name of what was said, under which its text stands."""
    kind: str = line["event"]
    match kind:
        case "claim_answered":
            return f"{kind}_{'yes' if line['accepts'] else 'no'}"
        case "claim_ruled":
            return f"{kind}_{'yes' if line['upheld'] else 'no'}"
        case "evidence_attached" if line.get("claim") is None:
            return f"{kind}_to_all"
        case _:
            return kind


def who(line: Line) -> str:
    """Who said it, and who sent it in their name."""
    said_by, sender = _called(line["by"]), line.get("sent_by")
    return say("disputes.in_name_of", sender=_called(sender), who=said_by) if sender else said_by


def _called(by: Any) -> str:
    if by is None:
        return say("events.nobody")
    return f"{by['id']} ({spoken(by['role'])})" if isinstance(by, Mapping) else spoken(by)


def _time(told: str, where: ZoneInfo) -> str:
    return at(seconds(datetime.fromisoformat(told)), where)
