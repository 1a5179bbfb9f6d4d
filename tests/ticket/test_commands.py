"""Every event but a refusal has its command, and says what the command said."""

import pytest
from pydantic import ValidationError

from domain.instants import micros
from domain.ticket.commands import COMMANDS, Correct, Rule, ScheduleAppointment, TicketCommand, Wait
from domain.ticket.events import KINDS, Corrected, Event, Refused, Ruled
from tests.conduct.told import at

SAID_BY_THE_EVENT_ALONE = {"event", "effective_at"}


def test_whatever_a_ticket_records_was_asked_of_it_except_a_refusal():
    assert set(KINDS.values()) - {Refused} == {command.records for command in COMMANDS.values()}


def test_every_event_has_one_command():
    assert len(COMMANDS) == len({command.records for command in COMMANDS.values()})


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_has_the_fields_of_its_event_in_their_types(command: type[TicketCommand]):
    told = {name: field for name, field in command.records.model_fields.items() if name not in SAID_BY_THE_EVENT_ALONE}

    assert {name: (field.annotation, field.metadata, field.alias, field.default) for name, field in told.items()} == {
        name: (field.annotation, field.metadata, field.alias, field.default)
        for name, field in command.model_fields.items()
    }


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_is_described_in_one_line(command: type[TicketCommand]):
    assert command.__doc__
    assert "\n" not in command.__doc__


def test_the_public_names_of_commands():
    assert {
        "open",
        "waiting",
        "end-wait",
        "change-severity",
        "respond",
        "escalate",
        "resolve",
        "close",
        "reopen",
    } <= set(COMMANDS)
    assert all(name == command.name for name, command in COMMANDS.items())


def test_a_command_with_an_unknown_field_is_refused_by_its_name():
    with pytest.raises(ValidationError, match="until\n  Extra inputs are not permitted"):
        Wait.model_validate({"on": "customer", "until": "tomorrow"})


def test_a_command_with_a_bare_number_for_an_instant_is_refused():
    with pytest.raises(ValidationError, match="an instant with its offset"):
        ScheduleAppointment.model_validate({"for": 1711641600})


def test_an_appointment_is_asked_for_under_its_public_name():
    asked = ScheduleAppointment.model_validate({"for": "2024-03-06T09:00:00Z", "kind": "visit"})

    assert micros(at("wed 09:00")) == micros(asked.for_)


BADLY_SAID = [
    (Correct, Corrected, {"number": 1, "why": "typo"}),
    (Correct, Corrected, {"number": 1, "why": "typo", "struck": True, "data": {"severity": 2}}),
    (Rule, Ruled, {"why": "agreed"}),
    (Rule, Ruled, {"why": "agreed", "severity": 2, "excuse": "response"}),
    (Rule, Ruled, {"why": "agreed", "excuse": "response", "misassigned_by": "customer"}),
]


@pytest.mark.parametrize(("command", "event", "said"), BADLY_SAID)
def test_a_correction_or_ruling_is_refused_as_its_event_would_be(
    command: type[TicketCommand], event: type[Event], said: dict[str, object]
):
    with pytest.raises(ValidationError) as asked:
        command.model_validate(said)
    with pytest.raises(ValidationError) as recorded:
        event.model_validate({**said, "effective_at": at("09:00")})

    assert [error["msg"] for error in recorded.value.errors()] == [error["msg"] for error in asked.value.errors()]
