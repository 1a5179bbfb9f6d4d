"""Everything one can ask of a ticket, each request named for what it does; the bodies of the HTTP commands.

A command carries what its event will carry, in the same fields and types: who asks, and from when it counts, stand beside it. Only
`refused` has no command, the desk records it. The docstrings are the descriptions in the API.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.instants import Instant
from domain.personal import CorrectedFields, Personal, PersonalFields
from domain.ticket import events
from domain.ticket.events import (
    Alert,
    Channel,
    Event,
    EventNumber,
    Figure,
    Measurement,
    Origin,
    Severity,
    Tier,
    WaitReason,
    exactly_one,
)

LONGEST_TEXT = 20_000
"""So many characters a text may have; what was recorded before is not asked."""

LONGEST_NAME = 200

GREATEST_SCORE = 10
"""No agreement sets a scale; what other programs recorded on a wider one is taken as it is."""


def _not_blank(text: str) -> str:
    """The past is not judged otherwise for a reason that says nothing."""
    if not text.strip():
        raise ValueError("say why")
    return text


def _no_longer_than_a_name(text: str | None) -> str | None:
    if text is not None and len(text) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return text


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("write a remark; one of nothing but spaces says nothing")
    return text


def _on_the_scale(score: float | None) -> float | None:
    if score is not None and not 0 <= score <= GREATEST_SCORE:
        raise ValueError(f"a score is from 0 to {GREATEST_SCORE}")
    return score


def _could_be_measured(measurement: Measurement | None) -> Measurement | None:
    """A share of some days; which days and how much of them an agreement asks for is its own rule."""
    if measurement is None:
        return None
    if measurement.value < 0:
        raise ValueError("a measured share is not below 0 %")
    if measurement.from_ and measurement.to and measurement.from_ > measurement.to:
        raise ValueError("the measured days end before they begin: `from` is later than `to`")
    return measurement


def _texts(value: object) -> Iterator[str]:
    """Every text in the value of a field."""
    match value:
        case str():
            yield value
        case dict():
            for name, one in value.items():
                yield from _texts(name)
                yield from _texts(one)
        case list() | tuple():
            for one in value:
                yield from _texts(one)
        case BaseModel():
            for _, one in value:
                yield from _texts(one)
        case _:
            pass


class Command(BaseModel):
    """A request to a ticket: `name` is its public name, as URLs have it; `records` is the event that it leads to."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: ClassVar[str]
    records: ClassVar[type[Event]]

    @field_validator("*")
    @classmethod
    def _is_not_too_long(cls, value: Any) -> Any:
        if any(len(text) > LONGEST_TEXT for text in _texts(value)):
            raise ValueError(f"is longer than {LONGEST_TEXT:,} characters; name a file that holds it")
        return value


# --- reported, logged, accepted -------------------------------------------------------------------------------------------


class Open(Command):
    """Report an issue: from here on there is a ticket, if the contract covers it."""

    name = "open"
    records = events.Opened
    severity: Severity
    channel: Channel | None = None
    category: str | None = None
    fields: PersonalFields = {}
    product: str | None = None
    server: str | None = None
    alert: Alert | None = None
    origin: Origin | str | None = None


class LogCorrectly(Command):
    """State that all required information is there."""

    name = "log-correctly"
    records = events.CorrectlyLogged
    fields: PersonalFields = {}


class AddInformation(Command):
    """Add to what is told about the issue."""

    name = "add-information"
    records = events.InformationAdded
    fields: PersonalFields = {}


class NotifyByPhone(Command):
    """Record that the customer's telephone notification was received."""

    name = "notify-by-phone"
    records = events.NotifiedByPhone


class ReportPhoneUnanswered(Command):
    """Record that the customer tried to notify by telephone in vain."""

    name = "phone-unanswered"
    records = events.PhoneUnanswered


class Accept(Command):
    """Accept the request for the vendor, at this severity where one is named."""

    name = "accept"
    records = events.Accepted
    severity: Severity | None = None
    agreed_by: str | list[str] | None = None


class NotifyPriority(Command):
    """Record that the customer was told when the request will be processed."""

    name = "notify-priority"
    records = events.PriorityNotified
    channel: str | None = None
    expected_at: Instant | None = None


# --- work -----------------------------------------------------------------------------------------------------------------


class Assign(Command):
    """Give the ticket to a person, a team or a tier."""

    name = "assign"
    records = events.Assigned
    to: str | None = None
    tier: Tier | None = None
    role: str | None = None

    _is_a_name = field_validator("to", "role")(_no_longer_than_a_name)


class Unassign(Command):
    """Take the ticket from a person, a team or a tier; fields left out mean whoever has it."""

    name = "unassign"
    records = events.Unassigned
    to: str | None = None
    tier: Tier | None = None
    role: str | None = None


class Assess(Command):
    """Complete the technical assessment."""

    name = "assess"
    records = events.Assessed
    course_of_action: Personal | None = None


class StartWork(Command):
    """Begin to work on the issue."""

    name = "start-work"
    records = events.WorkStarted
    reason: str | None = None


class SuspendWork(Command):
    """Leave off working on the issue for a while, and say why."""

    name = "suspend-work"
    records = events.WorkSuspended
    reason: str | None = None


class ResumeWork(Command):
    """Go on with work that was suspended."""

    name = "resume-work"
    records = events.WorkResumed
    reason: str | None = None


class Respond(Command):
    """Give the first response; where the terms say so, the assessment is then complete."""

    name = "respond"
    records = events.Responded


class SendUpdate(Command):
    """Record that a periodic report reached the customer."""

    name = "send-update"
    records = events.UpdateSent


class Notify(Command):
    """Record any other notice that went out."""

    name = "notify"
    records = events.Notified
    milestone: str | None = None
    to: str | None = None
    channel: str | None = None
    reference: str | None = None


class Wait(Command):
    """Wait until somebody else has acted; clocks that this wait pauses stop counting."""

    name = "waiting"
    records = events.Waiting
    on: WaitReason
    task: str | None = None
    evidence: Personal | None = None


class EndWait(Command):
    """End a wait: whoever had to act has acted; where a task is named, only if that one is waited for."""

    name = "end-wait"
    records = events.WaitEnded
    on: WaitReason
    task: str | None = None
    evidence: Personal | None = None


class ChangeSeverity(Command):
    """Put another severity in force, with the cause and evidence that the agreement asks for."""

    name = "change-severity"
    records = events.SeverityChanged
    severity: Severity
    cause: str | None = None
    evidence: Personal | None = None
    requested_by: str | None = None


class Escalate(Command):
    """Raise the ticket to a role, or to `tier-2` or `tier-3`."""

    name = "escalate"
    records = events.Escalated
    to: str | None = None
    cause: str | None = None
    level: int | str | None = None
    manager: str | None = None
    counterpart: Personal | None = None


class AgreeActionPlan(Command):
    """Record the plan of action that both sides agreed."""

    name = "agree-action-plan"
    records = events.ActionPlanAgreed
    text: Personal | None = None


class RaiseAlarm(Command):
    """Call out somebody on duty."""

    name = "raise-alarm"
    records = events.AlarmRaised
    to: str | None = None
    acknowledged_at: Instant | None = None


class ClearCondition(Command):
    """Record that the condition which a monitored system reported is over."""

    name = "clear-condition"
    records = events.ConditionCleared
    condition: str | None = None


class ScheduleAppointment(Command):
    """Agree a time for an update, a visit or other work."""

    name = "schedule-appointment"
    records = events.AppointmentScheduled
    for_: Instant = Field(alias="for")
    kind: str | None = None


class CancelAppointment(Command):
    """Call an appointment off; fields left out mean any."""

    name = "cancel-appointment"
    records = events.AppointmentCancelled
    for_: Instant | None = Field(default=None, alias="for")
    kind: str | None = None


class HoldSession(Command):
    """Record a remote session or a visit on site, and who authorized it."""

    name = "hold-session"
    records = events.SessionHeld
    kind: Literal["remote", "on-site"]
    authorized_by: Personal | None = None


class RequestLog(Command):
    """Ask the customer for a debug log."""

    name = "request-log"
    records = events.LogRequested
    full: bool | None = None


class ReceiveLog(Command):
    """Record that a debug log arrived."""

    name = "receive-log"
    records = events.LogReceived
    full: bool | None = None


class Find(Command):
    """Record a finding that decides scope or resolution."""

    name = "find"
    records = events.Found
    cause: str
    clause: str | None = None


class AgreeTimeline(Command):
    """Record the date of resolution that both sides agreed; it is counted from now, also where the same date was agreed before."""

    name = "agree-timeline"
    records = events.TimelineAgreed
    due: Instant


class ScheduleForRelease(Command):
    """Put the correction into a release, due when that is."""

    name = "schedule-for-release"
    records = events.ScheduledForRelease
    release: str | None = None
    due: Instant | None = None


class ProvideWorkaround(Command):
    """Give the customer a way to go on working."""

    name = "provide-workaround"
    records = events.WorkaroundProvided


class FileBug(Command):
    """File a bug, with its reference."""

    name = "file-bug"
    records = events.BugFiled
    reference: str | None = None


class Move(Command):
    """Move the ticket to another queue."""

    name = "move"
    records = events.Moved
    queue: str | None = None


# --- the end, and after it ------------------------------------------------------------------------------------------------


class Resolve(Command):
    """Declare the issue resolved, with the measurement that the agreement asks for."""

    name = "resolve"
    records = events.Resolved
    measurement: Measurement | None = None

    _is_sound = field_validator("measurement")(_could_be_measured)


class GiveClosureNotice(Command):
    """Tell the customer that the ticket will be closed unless an answer comes."""

    name = "give-closure-notice"
    records = events.ClosureNotice


class Close(Command):
    """Close the ticket."""

    name = "close"
    records = events.Closed


class Reopen(Command):
    """Open a resolved or closed ticket again."""

    name = "reopen"
    records = events.Reopened


class Decline(Command):
    """Turn the ticket down as out of scope, with the clause that says so."""

    name = "decline"
    records = events.Declined
    clause: str | None = None
    cause: str | None = None


class Withdraw(Command):
    """Take the request back."""

    name = "withdraw"
    records = events.Withdrawn


class Merge(Command):
    """Let another ticket stand for this one."""

    name = "merge"
    records = events.Merged
    into: str


class SplitOff(Command):
    """Make a secondary issue a ticket of its own, and name that ticket here."""

    name = "split-off"
    records = events.SplitOff
    ticket: str | None = None


class Complain(Command):
    """Express dissatisfaction, with the reason and the impact on the business."""

    name = "complain"
    records = events.Complained
    reason: Personal | None = None
    impact: Personal | None = None


class AnswerComplaint(Command):
    """Record the written answer to a complaint."""

    name = "answer-complaint"
    records = events.ComplaintAnswered


class Comment(Command):
    """Add a remark."""

    name = "comment"
    records = events.Commented
    text: Personal

    _is_a_remark = field_validator("text")(_says_something)


class SendSurvey(Command):
    """Ask the customer to rate the service."""

    name = "send-survey"
    records = events.SurveySent


class AnswerSurvey(Command):
    """Record how the customer rated the service, from 0 to 10; of each person the last answer to a survey counts."""

    name = "answer-survey"
    records = events.SurveyAnswered
    score: Figure | None = None

    _is_on_the_scale = field_validator("score")(_on_the_scale)


# --- said afterwards about what went before -------------------------------------------------------------------------------


class Correct(Command):
    """Say that an event was otherwise: at another instant (`moved_to`), with other `data`, or not at all (`struck`)."""

    name = "correct"
    records = events.Corrected
    number: EventNumber
    why: Personal
    evidence: Personal | None = None
    moved_to: Instant | None = None
    data: CorrectedFields | None = None
    struck: Literal[True] | None = None

    _has_a_reason = field_validator("why")(_not_blank)

    @model_validator(mode="after")
    def _one_correction(self) -> Self:
        exactly_one(self, ("moved_to", "data", "struck"))
        return self


class Rule(Command):
    """Settle a dispute: strike a wait, set the severity, choose a reading, or excuse a clock's breaches."""

    name = "rule"
    records = events.Ruled
    why: Personal
    strike_wait: EventNumber | None = None
    severity: Severity | None = None
    since: Instant | None = None
    misassigned_by: str | None = None
    reading: dict[str, str] | None = None
    excuse: str | None = None

    _has_a_reason = field_validator("why")(_not_blank)

    @model_validator(mode="after")
    def _one_ruling(self) -> Self:
        exactly_one(self, ("strike_wait", "severity", "reading", "excuse"))
        if self.severity is None and (self.since is not None or self.misassigned_by is not None):
            raise ValueError("since and misassigned_by go with severity")
        return self


TicketCommand = (
    Open
    | LogCorrectly
    | AddInformation
    | NotifyByPhone
    | ReportPhoneUnanswered
    | Accept
    | NotifyPriority
    | Assign
    | Unassign
    | Assess
    | StartWork
    | SuspendWork
    | ResumeWork
    | Respond
    | SendUpdate
    | Notify
    | Wait
    | EndWait
    | ChangeSeverity
    | Escalate
    | AgreeActionPlan
    | RaiseAlarm
    | ClearCondition
    | ScheduleAppointment
    | CancelAppointment
    | HoldSession
    | RequestLog
    | ReceiveLog
    | Find
    | AgreeTimeline
    | ScheduleForRelease
    | ProvideWorkaround
    | FileBug
    | Move
    | Resolve
    | GiveClosureNotice
    | Close
    | Reopen
    | Decline
    | Withdraw
    | Merge
    | SplitOff
    | Complain
    | AnswerComplaint
    | Comment
    | SendSurvey
    | AnswerSurvey
    | Correct
    | Rule
)

COMMANDS: dict[str, type[TicketCommand]] = {command.name: command for command in get_args(TicketCommand)}
"""Each command's public name and its class."""
