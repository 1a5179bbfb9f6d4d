"""Every event but a refusal has its command, and says what the command said."""

import pytest
from pydantic import ValidationError

from domain.instants import micros
from domain.ticket.commands import (
    COMMANDS,
    LONGEST_TEXT,
    AddInformation,
    AnswerSurvey,
    Assign,
    Comment,
    Correct,
    Resolve,
    Rule,
    ScheduleAppointment,
    TicketCommand,
    Wait,
)
from domain.ticket.events import KINDS, Assigned, Commented, Corrected, Event, Refused, Resolved, Ruled, SurveyAnswered
from tests.conduct.told import at

SAID_BY_THE_EVENT_ALONE = {"event", "effective_at"}
ASKED_OF_THE_COMMAND_ALONE = {("comment", "text"), ("merge", "into")}
"""What an event may lack, since some were recorded without, and a command may not."""


def test_whatever_a_ticket_records_was_asked_of_it_except_a_refusal():
    assert set(KINDS.values()) - {Refused} == {command.records for command in COMMANDS.values()}


def test_every_event_has_one_command():
    assert len(COMMANDS) == len({command.records for command in COMMANDS.values()})


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_has_the_fields_of_its_event_in_their_types(command: type[TicketCommand]):
    told = {name: field for name, field in command.records.model_fields.items() if name not in SAID_BY_THE_EVENT_ALONE}
    asks = command.model_fields

    assert told.keys() == asks.keys()
    for name in told.keys() - {field for one, field in ASKED_OF_THE_COMMAND_ALONE if one == command.name}:
        said, asked = told[name], asks[name]
        assert (said.annotation, said.metadata, said.alias, said.default) == (
            asked.annotation,
            asked.metadata,
            asked.alias,
            asked.default,
        )


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_remark_of_nothing_is_refused(text: str):
    with pytest.raises(ValidationError, match="write a remark"):
        Comment(text=text)


def test_a_remark_has_a_text():
    with pytest.raises(ValidationError, match="Field required"):
        Comment.model_validate({})


def test_a_remark_that_nobody_can_read_to_the_end_is_refused():
    Comment(text="x" * LONGEST_TEXT)

    with pytest.raises(ValidationError, match="is longer than 20,000 characters"):
        Comment(text="x" * (LONGEST_TEXT + 1))


def test_what_was_remarked_before_at_any_length_can_be_read():
    assert 200_000 == len(Commented(text="x" * 200_000, effective_at=at("10:00")).text or "")


def test_the_limit_holds_for_named_values_too():
    with pytest.raises(ValidationError, match="is longer than 20,000 characters"):
        AddInformation(fields={"log": ["x" * (LONGEST_TEXT + 1)]})


@pytest.mark.parametrize("score", [-5, -0.1, 10.1, 1_000_000])
def test_a_survey_is_answered_on_its_scale_but_what_others_recorded_stays(score: float):
    with pytest.raises(ValidationError, match="a score is from 0 to 10"):
        AnswerSurvey(score=score)

    assert score == SurveyAnswered(score=score, effective_at=at("10:00")).score


@pytest.mark.parametrize("score", [None, 0, 4.5, 10])
def test_a_survey_is_answered_with_a_score_or_without(score: float | None):
    assert score == AnswerSurvey(score=score).score


def test_what_was_measured_is_a_share_of_days_in_their_order():
    days = {"from": "2024-03-11T00:00:00Z", "to": "2024-03-04T00:00:00Z"}

    with pytest.raises(ValidationError, match="end before they begin"):
        Resolve.model_validate({"measurement": {"value": 99.9, **days}})
    with pytest.raises(ValidationError, match="not below 0"):
        Resolve.model_validate({"measurement": {"value": -1}})

    recorded = Resolved.model_validate({"effective_at": at("10:00"), "measurement": {"value": -1, **days}}).measurement
    assert recorded
    assert -1 == recorded.value


@pytest.mark.parametrize("field", ["to", "role"])
def test_whom_a_ticket_is_given_to_has_a_name_that_can_be_shown(field: str):
    Assign.model_validate({field: "n" * 200})

    with pytest.raises(ValidationError, match="is longer than 200 characters"):
        Assign.model_validate({field: "n" * 201})


@pytest.mark.parametrize(
    ("given", "whom"),
    [
        ({"to": "ben", "role": "senior-technician"}, "ben"),
        ({"role": "senior-technician"}, "senior technician (role)"),
        ({"tier": 2}, None),
    ],
)
def test_a_ticket_is_with_whoever_is_named_else_with_the_role(given: dict[str, object], whom: str | None):
    assert whom == Assigned.model_validate({"effective_at": at("10:00"), **given}).whom


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
