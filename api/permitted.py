"""What could be done with a ticket now: each command tried on what is known, and nothing recorded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, get_args

from typing_extensions import TypedDict

from api.office import Office
from api.ordering import RIGHTS, check_act
from api.problems import Forbidden
from domain.door import admitted
from domain.foreknown import Known, known_before
from domain.instants import micros
from domain.judgement import Case
from domain.refusals import CommandRefused
from domain.ticket.commands import COMMANDS, SplitOff, TicketCommand
from domain.ticket.events import Measurement, WaitReason
from domain.ticket.history import Person

SOON = timedelta(days=30)
"""How far off a date is that a command asks for."""

WEEK = timedelta(days=7)


class Permission(TypedDict):
    """A command with the least that it needs to say, and what would become of it. `changes`: whether it says anything new."""

    command: str
    fields: dict[str, Any]
    permitted: bool
    changes: bool
    reason: str
    clause: str
    remedy: str


def permissions(case: Case, office: Office) -> list[Permission]:
    """Every command from this principal, one that has to name something once for each thing it can name."""
    trial = Trial(case, office.at, office.myself)
    return [
        _permission(name, fields, office, trial)
        for name in COMMANDS
        if name != "open"
        for fields in _least(name, case, office.at)
    ]


@dataclass(frozen=True)
class Trial:
    """Commands tried on one ticket at one instant."""

    case: Case
    at: datetime
    by: Person

    def records(self, command: TicketCommand) -> bool:
        """Whether it would record anything. Raises CommandRefused where it would be refused."""
        recorded_at = max(micros(self.at), self.case.history[-1].recorded_at)
        return bool(admitted(self.case, command, self.at, recorded_at, self.by, self._known))

    def records_with_one_more(self, one: Permission) -> bool:
        """Whether it would record something with one more of its fields filled in: what is refused lacks only that."""
        command = _command(one["command"], one["fields"])
        left = type(command).model_fields.keys() - command.model_fields_set
        return any(self._records_as(command, name) for name in sorted(left))

    def _records_as(self, command: TicketCommand, name: str) -> bool:
        value = _something(type(command).model_fields[name].annotation, self.at)
        try:
            return value is not None and self.records(command.model_copy(update={name: value}))
        except CommandRefused:
            return False

    @cached_property
    def _known(self) -> Known:
        return known_before(self.case, micros(self.at))


def _permission(name: str, fields: dict[str, Any], office: Office, trial: Trial) -> Permission:
    told = Permission(command=name, fields=fields, permitted=True, changes=True, reason="", clause="", remedy="")
    try:
        office.principal.must(RIGHTS.get(name, "tickets:act"))
        check_act(name, office.myself)
        told["changes"] = trial.records(_command(name, fields))
    except Forbidden as forbidden:
        told |= {"permitted": False, "changes": False, "reason": forbidden.says, "remedy": forbidden.remedy}
    except CommandRefused as refused:
        told |= {"permitted": False, "changes": False, "reason": refused.says}
        told |= {"clause": refused.clause, "remedy": refused.remedy}
    return told


def _command(name: str, fields: dict[str, Any]) -> TicketCommand:
    """A split is asked for with what the new ticket is about; the old one records its name."""
    return SplitOff(ticket="new") if name == SplitOff.name else COMMANDS[name].model_validate(fields)


def _something(annotation: Any, at: datetime) -> str | Measurement | None:
    """What could stand in a field: a word, or a measurement of the last whole week; nothing in those that take neither."""
    kinds = get_args(annotation)
    if Measurement in kinds:
        monday = at.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=at.weekday())
        return Measurement.model_validate({"value": 100, "from": monday - WEEK, "to": monday})
    return "told" if str in kinds or any(str in get_args(one) for one in kinds) else None


def _least(name: str, case: Case, at: datetime) -> Iterator[dict[str, Any]]:
    """The fields without which a command says nothing, with each value that they can have here."""
    match name:
        case "waiting" | "end-wait":
            yield from ({"on": reason} for reason in get_args(WaitReason))
        case "change-severity":
            yield from ({"severity": number} for number in case.selector.agreement.severity_numbers)
        case "hold-session":
            yield from ({"kind": kind} for kind in ("remote", "on-site"))
        case "split-off":
            yield {"severity": case.selector.agreement.severity_numbers[-1]}
        case "schedule-appointment":
            yield {"for": at + SOON}
        case "agree-timeline":
            yield {"due": at + SOON}
        case "find":
            yield {"cause": "unknown"}
        case "correct":
            yield {"number": len(case.history), "why": "a mistake", "struck": True}
        case "merge":
            yield {"into": "another ticket"}
        case "comment":
            yield {"text": "a remark"}
        case "rule":
            yield {"why": "settled", "excuse": case.selector.agreement.clocks[0].name}
        case _:
            yield {}
