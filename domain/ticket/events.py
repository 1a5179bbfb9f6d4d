"""Every fact a ticket can record: the table of contents of the whole system.

The names in `event` and the fields are the public form of the case file. `effective_at` (in a case file: `at`) is the instant from
which the fact counted; who recorded it, and when, stands in the envelope (`history.Recorded`). A severity is the agreement's
number, 1 is the worst. What is `Personal` about a person is stored sealed.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.instants import Instant
from domain.personal import CorrectedFields, Personal, PersonalFields

Severity = Annotated[int, Field(ge=1, le=99, strict=True)]
Tier = Annotated[int, Field(ge=1, le=9, strict=True)]
EventNumber = Annotated[int, Field(ge=1, strict=True)]
Figure = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Channel = Literal["web", "email", "phone", "chat", "alert", "api"]
WaitReason = Literal["customer", "third-party", "access", "authorization", "fees", "contact"]
Role = Literal[
    "customer",
    "end-user",
    "technical-contact",
    "primary-contact",
    "stand-in-contact",
    "administrator",
    "partner",
    "agent",
    "service-manager",
    "escalation-manager",
    "client-services-manager",
    "support-expert",
    "on-call-technician",
    "system",
]


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Event(Fact):
    effective_at: Instant


class Alert(Fact):
    """What a monitored system reported: its event code and the condition that goes on until it is cleared."""

    code: str
    condition: str | None = None


class Origin(Fact):
    """The ticket that a split-off issue came from, and when it was first reported there."""

    ticket: str
    opened_at: Instant | None = None


class Measurement(Fact):
    """A measured share, in percent, over the days from `from` to `to`."""

    value: Figure
    threshold: Figure | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None


# --- reported, logged, accepted -------------------------------------------------------------------------------------------


class Opened(Event):
    """The issue was reported; from here on there is a ticket."""

    event: Literal["opened"] = "opened"
    severity: Severity
    channel: Channel | None = None
    category: str | None = None
    fields: PersonalFields = {}
    product: str | None = None
    server: str | None = None
    alert: Alert | None = None
    origin: Origin | str | None = None


class CorrectlyLogged(Event):
    """All required information is there."""

    event: Literal["correctly_logged"] = "correctly_logged"
    fields: PersonalFields = {}


class InformationAdded(Event):
    event: Literal["information_added"] = "information_added"
    fields: PersonalFields = {}


class NotifiedByPhone(Event):
    """The customer's telephone notification was received."""

    event: Literal["notified_by_phone"] = "notified_by_phone"


class PhoneUnanswered(Event):
    """The customer tried to notify by telephone in vain."""

    event: Literal["phone_unanswered"] = "phone_unanswered"


class Accepted(Event):
    """The vendor accepted the request, at this severity where one is named."""

    event: Literal["accepted"] = "accepted"
    severity: Severity | None = None
    agreed_by: str | list[str] | None = None


class Refused(Event):
    """A command was refused; on record, without effect on clocks."""

    event: Literal["refused"] = "refused"
    command: str
    clause: str | None = None


class PriorityNotified(Event):
    """The customer was told when the request will be processed."""

    event: Literal["priority_notified"] = "priority_notified"
    channel: str | None = None
    expected_at: Instant | None = None


# --- work -----------------------------------------------------------------------------------------------------------------


class Assigned(Event):
    event: Literal["assigned"] = "assigned"
    to: str | None = None
    tier: Tier | None = None
    role: str | None = None

    @property
    def whom(self) -> str | None:
        """The person or team that is named, else the role: `senior technician (role)`."""
        return self.to or (f"{self.role.replace('-', ' ')} (role)" if self.role else None)


class Unassigned(Event):
    event: Literal["unassigned"] = "unassigned"
    to: str | None = None
    tier: Tier | None = None
    role: str | None = None


class Assessed(Event):
    """The technical assessment is complete."""

    event: Literal["assessed"] = "assessed"
    course_of_action: Personal | None = None


class WorkStarted(Event):
    event: Literal["work_started"] = "work_started"
    reason: str | None = None


class WorkSuspended(Event):
    event: Literal["work_suspended"] = "work_suspended"
    reason: str | None = None


class WorkResumed(Event):
    event: Literal["work_resumed"] = "work_resumed"
    reason: str | None = None


class Responded(Event):
    """The first response was given; where the terms say so, the assessment is complete."""

    event: Literal["responded"] = "responded"


class UpdateSent(Event):
    """A periodic report reached the customer."""

    event: Literal["update_sent"] = "update_sent"


class Notified(Event):
    """Any other notice went out."""

    event: Literal["notified"] = "notified"
    milestone: str | None = None
    to: str | None = None
    channel: str | None = None
    reference: str | None = None


class Waiting(Event):
    """From here on somebody else has to act; clocks that this wait pauses stop counting."""

    event: Literal["waiting"] = "waiting"
    on: WaitReason
    task: str | None = None
    evidence: Personal | None = None


class WaitEnded(Event):
    """Whoever had to act has acted."""

    event: Literal["wait_ended"] = "wait_ended"
    on: WaitReason
    task: str | None = None
    evidence: Personal | None = None


class SeverityChanged(Event):
    event: Literal["severity_changed"] = "severity_changed"
    severity: Severity
    cause: str | None = None
    evidence: Personal | None = None
    requested_by: str | None = None


class Escalated(Event):
    """The ticket was raised to a role, or to `tier-2` or `tier-3`."""

    event: Literal["escalated"] = "escalated"
    to: str | None = None
    cause: str | None = None
    level: int | str | None = None
    manager: str | None = None
    counterpart: Personal | None = None


class ActionPlanAgreed(Event):
    event: Literal["action_plan_agreed"] = "action_plan_agreed"
    text: Personal | None = None


class AlarmRaised(Event):
    event: Literal["alarm_raised"] = "alarm_raised"
    to: str | None = None
    acknowledged_at: Instant | None = None


class ConditionCleared(Event):
    event: Literal["condition_cleared"] = "condition_cleared"
    condition: str | None = None


class AppointmentScheduled(Event):
    event: Literal["appointment_scheduled"] = "appointment_scheduled"
    for_: Instant = Field(alias="for")
    kind: str | None = None


class AppointmentCancelled(Event):
    event: Literal["appointment_cancelled"] = "appointment_cancelled"
    for_: Instant | None = Field(default=None, alias="for")
    kind: str | None = None


class SessionHeld(Event):
    event: Literal["session_held"] = "session_held"
    kind: Literal["remote", "on-site"]
    authorized_by: Personal | None = None


class LogRequested(Event):
    """A debug log was asked for."""

    event: Literal["log_requested"] = "log_requested"
    full: bool | None = None


class LogReceived(Event):
    event: Literal["log_received"] = "log_received"
    full: bool | None = None


class Found(Event):
    """A finding that decides scope or resolution."""

    event: Literal["found"] = "found"
    cause: str
    clause: str | None = None


class TimelineAgreed(Event):
    """Both sides agreed a date of resolution."""

    event: Literal["timeline_agreed"] = "timeline_agreed"
    due: Instant


class ScheduledForRelease(Event):
    event: Literal["scheduled_for_release"] = "scheduled_for_release"
    release: str | None = None
    due: Instant | None = None


class WorkaroundProvided(Event):
    event: Literal["workaround_provided"] = "workaround_provided"


class BugFiled(Event):
    event: Literal["bug_filed"] = "bug_filed"
    reference: str | None = None


class Moved(Event):
    event: Literal["moved"] = "moved"
    queue: str | None = None


# --- the end, and after it ------------------------------------------------------------------------------------------------


class Resolved(Event):
    event: Literal["resolved"] = "resolved"
    measurement: Measurement | None = None


class ClosureNotice(Event):
    """The customer was told that the ticket will be closed."""

    event: Literal["closure_notice"] = "closure_notice"


class Closed(Event):
    event: Literal["closed"] = "closed"


class Reopened(Event):
    event: Literal["reopened"] = "reopened"


class Declined(Event):
    """Out of scope, with the clause that says so."""

    event: Literal["declined"] = "declined"
    clause: str | None = None
    cause: str | None = None


class Withdrawn(Event):
    event: Literal["withdrawn"] = "withdrawn"


class Merged(Event):
    event: Literal["merged"] = "merged"
    into: str | None = None


class SplitOff(Event):
    """A secondary issue became a ticket of its own."""

    event: Literal["split_off"] = "split_off"
    ticket: str | None = None


class Complained(Event):
    event: Literal["complained"] = "complained"
    reason: Personal | None = None
    impact: Personal | None = None


class ComplaintAnswered(Event):
    event: Literal["complaint_answered"] = "complaint_answered"


class Commented(Event):
    event: Literal["commented"] = "commented"
    text: Personal | None = None


class SurveySent(Event):
    event: Literal["survey_sent"] = "survey_sent"


class SurveyAnswered(Event):
    event: Literal["survey_answered"] = "survey_answered"
    score: Figure | None = None


# --- said afterwards about what went before -------------------------------------------------------------------------------


def exactly_one(fact: BaseModel, choices: tuple[str, ...]) -> None:
    given = [choice for choice in choices if getattr(fact, choice) not in (None, False)]
    if len(given) != 1:
        raise ValueError(f"give exactly one of {', '.join(choices)}; here: {', '.join(given) or 'none'}")


class Corrected(Event):
    """Event `number` was otherwise: it happened at another instant, carried other data, or did not happen (semantics 4.1)."""

    event: Literal["corrected"] = "corrected"
    number: EventNumber
    why: Personal
    evidence: Personal | None = None
    moved_to: Instant | None = None
    data: CorrectedFields | None = None
    struck: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_correction(self) -> Self:
        exactly_one(self, ("moved_to", "data", "struck"))
        return self


class Ruled(Event):
    """A dispute was settled: a wait struck, a severity set, a reading chosen, or a clock's breaches excused (semantics 4.1)."""

    event: Literal["ruled"] = "ruled"
    why: Personal
    strike_wait: EventNumber | None = None
    severity: Severity | None = None
    since: Instant | None = None
    misassigned_by: str | None = None
    reading: dict[str, str] | None = None
    excuse: str | None = None

    @model_validator(mode="after")
    def _one_ruling(self) -> Self:
        exactly_one(self, ("strike_wait", "severity", "reading", "excuse"))
        if self.severity is None and (self.since is not None or self.misassigned_by is not None):
            raise ValueError("since and misassigned_by go with severity")
        return self


TicketEvent = Annotated[
    Opened
    | CorrectlyLogged
    | InformationAdded
    | NotifiedByPhone
    | PhoneUnanswered
    | Accepted
    | Refused
    | PriorityNotified
    | Assigned
    | Unassigned
    | Assessed
    | WorkStarted
    | WorkSuspended
    | WorkResumed
    | Responded
    | UpdateSent
    | Notified
    | Waiting
    | WaitEnded
    | SeverityChanged
    | Escalated
    | ActionPlanAgreed
    | AlarmRaised
    | ConditionCleared
    | AppointmentScheduled
    | AppointmentCancelled
    | SessionHeld
    | LogRequested
    | LogReceived
    | Found
    | TimelineAgreed
    | ScheduledForRelease
    | WorkaroundProvided
    | BugFiled
    | Moved
    | Resolved
    | ClosureNotice
    | Closed
    | Reopened
    | Declined
    | Withdrawn
    | Merged
    | SplitOff
    | Complained
    | ComplaintAnswered
    | Commented
    | SurveySent
    | SurveyAnswered
    | Corrected
    | Ruled,
    Field(discriminator="event"),
]

KINDS: dict[str, type[Event]] = {kind.model_fields["event"].default: kind for kind in Event.__subclasses__()}
"""Each event's public name and its class."""
