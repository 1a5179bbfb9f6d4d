"""What a command leads to: an event, nothing where it says nothing new, or a refusal.

Only what the lifecycle of a ticket demands under every agreement stands here, in three questions: is there a ticket, does this say
anything new, is the ticket still open for it? What one agreement demands stands in its rows, and `domain.door` asks them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from pydantic import BaseModel

from domain.conduct.knowledge import Knowledge, Past, is_blank, plain
from domain.refusals import AlreadyOpened, NotReopenable, TicketNotOpen, TicketNotOpened
from domain.ticket.commands import (
    Accept,
    AddInformation,
    AgreeActionPlan,
    AgreeTimeline,
    AnswerComplaint,
    AnswerSurvey,
    Assess,
    Assign,
    CancelAppointment,
    ChangeSeverity,
    ClearCondition,
    Close,
    Command,
    Comment,
    Complain,
    Correct,
    Decline,
    EndWait,
    Escalate,
    FileBug,
    Find,
    GiveClosureNotice,
    HoldSession,
    LogCorrectly,
    Merge,
    Move,
    Notify,
    NotifyByPhone,
    NotifyPriority,
    Open,
    ProvideWorkaround,
    RaiseAlarm,
    ReceiveLog,
    Reopen,
    ReportPhoneUnanswered,
    RequestLog,
    Resolve,
    Respond,
    ResumeWork,
    Rule,
    ScheduleAppointment,
    ScheduleForRelease,
    SendSurvey,
    SendUpdate,
    SplitOff,
    StartWork,
    SuspendWork,
    TicketCommand,
    Unassign,
    Wait,
    Withdraw,
)
from domain.ticket.events import (
    Accepted,
    ActionPlanAgreed,
    AlarmRaised,
    AppointmentCancelled,
    AppointmentScheduled,
    Assessed,
    Assigned,
    ClosureNotice,
    Complained,
    ComplaintAnswered,
    ConditionCleared,
    Corrected,
    CorrectlyLogged,
    Declined,
    Escalated,
    Event,
    LogReceived,
    LogRequested,
    Merged,
    Moved,
    NotifiedByPhone,
    Opened,
    PriorityNotified,
    Refused,
    Reopened,
    Responded,
    Ruled,
    ScheduledForRelease,
    SeverityChanged,
    SurveyAnswered,
    SurveySent,
    TicketEvent,
    Unassigned,
    WaitEnded,
    Waiting,
    WorkaroundProvided,
    WorkResumed,
    WorkStarted,
    WorkSuspended,
)
from domain.ticket.history import EVENT

_ALWAYS: frozenset[type[Command]] = frozenset(
    (Notify, Complain, AnswerComplaint, Comment, CancelAppointment, ClearCondition, Correct, Rule)
)
"""What is said about a ticket whatever became of it, and what goes on outside it."""

_ONCE_CLOSED: frozenset[type[Command]] = _ALWAYS.union(
    (Reopen, AddInformation, EndWait, ReceiveLog, Unassign, Find, FileBug, SplitOff, SendSurvey, AnswerSurvey)
)
_ONCE_RESOLVED: frozenset[type[Command]] = _ONCE_CLOSED.union((Close, SendUpdate, GiveClosureNotice))

_STILL_POSSIBLE: Mapping[str, frozenset[type[Command]]] = {"resolved": _ONCE_RESOLVED, "closed": _ONCE_CLOSED}

_WORK = (WorkStarted, WorkSuspended, WorkResumed)


def decide(known: Knowledge, command: TicketCommand, at: datetime) -> list[TicketEvent]:
    """Decide on a command that counts from `at`, by what was known then; no event where it says nothing new.

    What already holds needs no permission: a repetition is silent whatever became of the ticket.
    Raises AlreadyOpened, TicketNotOpened, TicketNotOpen or NotReopenable.
    """
    _refuse_without_ticket(known, command)
    if _says_nothing_new(known, command):
        return []
    _refuse_once_ended(known, command)
    return [_event(command, at)]


def _event(command: TicketCommand, at: datetime) -> TicketEvent:
    said = {name: getattr(command, name) for name in command.model_fields_set}
    return EVENT.validate_python({"event": _kind(command.records), "effective_at": at, **said})


def _kind(event: type[Event]) -> str:
    return str(event.model_fields["event"].default)


# --- is there a ticket, and is it open? -----------------------------------------------------------------------------------


def _refuse_without_ticket(known: Knowledge, command: TicketCommand) -> None:
    is_opened = _happened(known, Opened)
    if isinstance(command, Open) and is_opened:
        raise AlreadyOpened("the ticket is there already; a ticket is opened once", remedy="open a new ticket")
    if not isinstance(command, Open) and not is_opened:
        raise _not_opened(known)


def _not_opened(known: Knowledge) -> TicketNotOpened:
    """An opening that was refused stands on record, and is no ticket."""
    refused = _last(known, Refused)
    if not isinstance(refused, Refused):
        return TicketNotOpened("there is no ticket yet", remedy="open it first")
    clause = refused.clause or ""
    says = f"the ticket was refused when it was to be opened{f', by {clause}' if clause else ''}"
    return TicketNotOpened(says, clause=clause, remedy="open a new one that the agreement covers")


def _refuse_once_ended(known: Knowledge, command: TicketCommand) -> None:
    """Work needs an open ticket; a resolved or closed one can be reopened, one that is void cannot (semantics 3.9)."""
    progress = known.progress
    if progress == "open" or type(command) in _STILL_POSSIBLE.get(progress, _ALWAYS):
        return
    says = f"the ticket is {progress}"
    if isinstance(command, Reopen):
        raise NotReopenable(f"{says}; nothing leads back from there", remedy="open a new ticket")
    raise TicketNotOpen(says, remedy="reopen it first" if progress in _STILL_POSSIBLE else "open a new ticket")


# --- does it say anything new? --------------------------------------------------------------------------------------------


def _says_nothing_new(known: Knowledge, command: TicketCommand) -> bool:
    """Whether a command repeats what holds already; its event would move no clock and tell nobody anything."""
    match command:
        case (
            Open()
            | ReportPhoneUnanswered()
            | SendUpdate()
            | Notify()
            | RaiseAlarm()
            | HoldSession()
            | ReceiveLog()
            | Comment()
        ):
            return False  # each of these happens anew; a log may come unasked
        case LogCorrectly():
            return _happened(known, CorrectlyLogged) and not _tells_more(known, command)
        case AddInformation():
            return not _tells_more(known, command)
        case NotifyByPhone():
            return _is_last_word(known, command, NotifiedByPhone, Reopened)
        case Accept():
            return _is_last_word(known, command, Accepted, SeverityChanged, Ruled)
        case NotifyPriority():
            return _is_last_word(known, command, PriorityNotified, SeverityChanged, Reopened)
        case Assign():
            return _is_last_word(known, command, Assigned, Unassigned, Escalated, Moved)
        case Unassign():
            return not any(_means(command, one) for one in _standing(known, Assigned, Unassigned))
        case Assess():
            return _is_last_word(known, command, Assessed, Reopened)
        case StartWork():
            return isinstance(_last(known, *_WORK, Reopened), WorkStarted | WorkResumed)
        case SuspendWork():
            return _is_last_word(known, command, *_WORK, Reopened)
        case ResumeWork():
            return not isinstance(_last(known, *_WORK), WorkSuspended)
        case Respond():
            return _happened(known, Responded)  # the first response is given once (semantics 3.10)
        case Wait():
            return _is_waited_for(known, command)
        case EndWait():
            return not _is_waited_for_it(known, command)
        case ChangeSeverity():
            return _is_in_force(known, command.severity)
        case Escalate():
            return bool(known.past) and _says(known.past[-1].recorded.event, command)
        case AgreeActionPlan():
            return _is_last_word(known, command, ActionPlanAgreed, Escalated, Reopened)
        case ClearCondition():
            return not _was_alarmed(known) or _is_last_word(known, command, ConditionCleared, Reopened)
        case ScheduleAppointment():
            return any(_says(one, command) for one in _standing(known, AppointmentScheduled, AppointmentCancelled))
        case CancelAppointment():
            return not any(_means(command, one) for one in _standing(known, AppointmentScheduled, AppointmentCancelled))
        case RequestLog():
            return _is_last_word(known, command, LogRequested, LogReceived)
        case Find():
            return any(one.tier == known.tier and _says(one.recorded.event, command) for one in known.past)
        case AgreeTimeline():
            return False  # an agreed date is counted anew from its event, the same date too (semantics 3.2)
        case ScheduleForRelease():
            return command.due is None and _is_last_word(known, command, ScheduledForRelease)
        case ProvideWorkaround():
            return _is_last_word(known, command, WorkaroundProvided, Reopened)
        case FileBug():
            return _was_said(known, command)
        case Move():
            return _is_last_word(known, command, Moved)
        case Resolve():
            return known.progress == "resolved"
        case GiveClosureNotice():
            return _is_last_word(known, command, ClosureNotice, WaitEnded, Reopened)
        case Close():
            return known.progress == "closed"
        case Reopen():
            return known.progress == "open"
        case Decline():
            return known.progress == "declined" and _is_last_word(known, command, Declined)
        case Withdraw():
            return known.progress == "withdrawn"
        case Merge():
            return known.progress == "merged" and _is_last_word(known, command, Merged)
        case SplitOff():
            return command.ticket is not None and _was_said(known, command)
        case Complain():
            return _is_last_word(known, command, Complained, ComplaintAnswered)
        case AnswerComplaint():
            return not isinstance(_last(known, Complained, ComplaintAnswered), Complained)
        case SendSurvey() | AnswerSurvey():  # often another program asks: an answer needs no question on file
            return _is_last_word(known, command, SurveySent, SurveyAnswered, Reopened)
        case Correct():
            return _is_corrected_so(known, command)
        case Rule():
            return _is_ruled_so(known, command)
        case _:
            assert_never(command)


def _tells_more(known: Knowledge, command: LogCorrectly | AddInformation) -> bool:
    return any(
        known.told.get(str(plain(name))) != value for name, value in command.fields.items() if not is_blank(value)
    )


def _was_alarmed(known: Knowledge) -> bool:
    """Whether there is a condition that could be over: an alert opened the ticket, or an alarm was raised since."""
    opening = _last(known, Opened)
    by_alert = isinstance(opening, Opened) and (opening.alert is not None or opening.channel == "alert")
    return by_alert or _happened(known, AlarmRaised)


def _is_waited_for(known: Knowledge, command: Wait) -> bool:
    """A reason does not stack (semantics 3.4); a further task for whoever has to act is news all the same."""
    wait = known.waits.get(command.on)
    if wait is None or command.task is None:
        return wait is not None
    return plain(command.task) in _tasks(known, command.on, wait.since)


def _is_waited_for_it(known: Knowledge, command: EndWait) -> bool:
    """Where a task is named, for that one, or for none in particular; with the wait all its tasks end (semantics 3.4)."""
    wait = known.waits.get(command.on)
    if wait is None or command.task is None:
        return wait is not None
    tasks = _tasks(known, command.on, wait.since)
    return not tasks or plain(command.task) in tasks


def _tasks(known: Knowledge, on: str, since: int) -> set[object]:
    """The tasks that are waited for since then."""
    events = (one.recorded.event for one in known.past if one.recorded.at >= since)
    return {plain(one.task) for one in events if isinstance(one, Waiting) and one.on == on and one.task is not None}


def _is_in_force(known: Knowledge, severity: int) -> bool:
    """One that the vendor alone accepted may not be in force yet (numonix-ixcloud:initial-severity/disagreement)."""
    return known.severity == severity and not isinstance(
        _last(known, Opened, Accepted, SeverityChanged, Ruled), Accepted
    )


def _is_corrected_so(known: Knowledge, command: Correct) -> bool:
    """Whether the last word on an event is the same, and stands: it may have been corrected itself."""
    standing: Past | None = None
    for one in known.past:
        event = one.recorded.event
        if isinstance(event, Corrected):
            if event.number == command.number:
                standing = one
            elif standing and event.number == standing.recorded.number:
                standing = None
    return standing is not None and _says(standing.recorded.event, command)


def _is_ruled_so(known: Knowledge, command: Rule) -> bool:
    """A wait is struck and a breach excused once; a severity or a reading may be ruled back after another one."""
    if command.excuse is not None or command.strike_wait is not None:
        return _was_said(known, command)
    return _is_last_word(known, command, Ruled, SeverityChanged, Accepted)


# --- looking back ---------------------------------------------------------------------------------------------------------


def _happened(known: Knowledge, kind: type[Event]) -> bool:
    return any(isinstance(one.recorded.event, kind) for one in known.past)


def _last(known: Knowledge, *kinds: type[Event]) -> Event | None:
    return next((one.recorded.event for one in reversed(known.past) if isinstance(one.recorded.event, kinds)), None)


def _is_last_word(known: Knowledge, command: TicketCommand, *kinds: type[Event]) -> bool:
    """Whether the last event of these kinds says what the command says; any other of them makes it news again."""
    return _says(_last(known, *kinds), command)


def _was_said(known: Knowledge, command: TicketCommand) -> bool:
    return any(_says(one.recorded.event, command) for one in known.past)


def _says(event: Event | None, command: TicketCommand) -> bool:
    return isinstance(event, command.records) and all(getattr(event, name) == value for name, value in command)


def _standing(known: Knowledge, begins: type[Event], ends: type[Event]) -> list[Event]:
    """What began and was not ended by an event that means it."""
    standing: list[Event] = []
    for event in (one.recorded.event for one in known.past):
        if isinstance(event, begins):
            standing.append(event)
        elif isinstance(event, ends):
            standing = [one for one in standing if not _means(event, one)]
    return standing


def _means(ending: BaseModel, begun: Event) -> bool:
    """Whether an ending is about what began: they differ in no field that both of them give."""
    given = ((value, getattr(begun, name)) for name, value in ending if name not in ("event", "effective_at"))
    return all(None in pair or pair[0] == pair[1] for pair in given)
