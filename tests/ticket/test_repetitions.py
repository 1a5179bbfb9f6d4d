"""Asked twice, a ticket records once; what happens anew, or says more, is recorded again."""

import pytest

from domain.ticket.commands import (
    Accept,
    AddInformation,
    AgreeTimeline,
    AnswerComplaint,
    AnswerSurvey,
    Assign,
    CancelAppointment,
    ChangeSeverity,
    ClearCondition,
    Close,
    Correct,
    Decline,
    EndWait,
    Escalate,
    Find,
    GiveClosureNotice,
    LogCorrectly,
    Merge,
    NotifyPriority,
    ReceiveLog,
    Reopen,
    Resolve,
    Respond,
    ResumeWork,
    Rule,
    ScheduleAppointment,
    ScheduleForRelease,
    StartWork,
    SuspendWork,
    TicketCommand,
    Unassign,
    Wait,
    Withdraw,
)
from tests.conduct.told import Told, at, opened, told
from tests.ticket.asked import ASKED
from tests.ticket.desk import execute, given

ANEW = {
    "phone-unanswered": "each call in vain is one",
    "send-update": "each update stops a cycle of its clock",
    "notify": "each notice went out",
    "raise-alarm": "each alarm rings",
    "hold-session": "each session was held",
    "receive-log": "each log is another one",
    "agree-timeline": "a date is counted from its agreement, the same date too",
    "schedule-for-release": "so is the date of a release",
    "comment": "each remark was made",
}
"""What is recorded each time it is asked, and why."""

WAITING = told("10:00", "waiting", on="customer")
SCHEDULED = told("10:00", "appointment_scheduled", for_="wed 09:00", kind="visit")

Sample = tuple[tuple[Told, ...], TicketCommand]


def asked_twice(sample: Sample) -> int:
    """How many events a ticket records when it is asked the same again an hour later."""
    before, command = sample
    first, done = execute(given(opened(), *before).case, command, at("12:00"), "agent")
    _, again = execute(first, command, at("13:00"), "agent")
    return len(done) + len(again)


@pytest.mark.parametrize("name", [name for name in ASKED if name not in ANEW])
def test_a_ticket_records_once_what_is_asked_twice(name: str):
    assert 1 == asked_twice(ASKED[name])


@pytest.mark.parametrize("name", ANEW)
def test_what_happens_anew_is_recorded_each_time(name: str):
    assert 2 == asked_twice(ASKED[name])


def test_a_ticket_reopened_twice_is_reopened_once():
    given(opened(), told("10:00", "closed"), told("11:00", "reopened")).when(Reopen()).then()


HOLDS_ALREADY: dict[str, tuple[list[Told], TicketCommand]] = {
    "waiting for the same, without a word about the task": (
        [told("10:00", "waiting", on="customer", task="backup")],
        Wait(on="customer"),
    ),
    "waiting for the same task in other letters": (
        [told("10:00", "waiting", on="customer", task="PBX admin")],
        Wait(on="customer", task="pbx-admin"),
    ),
    "ending a wait that nobody began": ([], EndWait(on="customer")),
    "ending a wait on somebody else": ([WAITING], EndWait(on="access")),
    "ending the wait for a task that nobody waits for": (
        [WAITING, told("10:10", "waiting", on="customer", task="backup")],
        EndWait(on="customer", task="log files"),
    ),
    "the severity of the opening": ([], ChangeSeverity(severity=2, evidence="graph")),
    "the severity that was ruled": (
        [told("10:00", "ruled", why="agreed", severity=3)],
        ChangeSeverity(severity=3, evidence="graph"),
    ),
    "a second first response": ([told("10:00", "responded")], Respond()),
    "a first response after a reopening": (
        [told("10:00", "responded"), told("10:30", "resolved"), told("11:00", "reopened")],
        Respond(),
    ),
    "information told at the opening": (
        [told("10:00", "information_added", fields={"Site": "Waco"})],
        AddInformation(fields={"site": "Waco"}),
    ),
    "no information at all": ([], AddInformation(fields={"site": " "})),
    "correctly logged with nothing to add": (
        [told("10:00", "correctly_logged", fields={"site": "Waco"})],
        LogCorrectly(fields={"site": "Waco"}),
    ),
    "starting work that was resumed": (
        [told("10:00", "work_suspended"), told("10:30", "work_resumed")],
        StartWork(),
    ),
    "resuming work that goes on": ([told("10:00", "work_started")], ResumeWork()),
    "taking the ticket from somebody who never had it": (
        [told("10:00", "assigned", to="kim")],
        Unassign(to="lee"),
    ),
    "taking the ticket from nobody": ([], Unassign()),
    "calling off an appointment that was called off": (
        [SCHEDULED, told("10:30", "appointment_cancelled")],
        CancelAppointment(),
    ),
    "answering a complaint that nobody made": ([], AnswerComplaint()),
    "clearing a condition that nothing reported": ([], ClearCondition(condition="disk")),
    "the same finding at the same tier": (
        [told("10:00", "found", cause="bug")],
        Find(cause="bug"),
    ),
    "a release without a date": (
        [told("10:00", "scheduled_for_release", release="spring")],
        ScheduleForRelease(release="spring"),
    ),
    "resolving what is resolved, with a measurement": ([told("10:00", "resolved")], Resolve()),
    "declining for the same": (
        [told("10:00", "declined", clause="contract:1", cause="scope")],
        Decline(clause="contract:1", cause="scope"),
    ),
    "merging into the same": ([told("10:00", "merged", into="T-2")], Merge(into="T-2")),
    "withdrawing twice": ([told("10:00", "withdrawn")], Withdraw()),
    "closing twice": ([told("10:00", "closed")], Close()),
    "a notice of closing before the answer": (
        [WAITING, told("11:00", "closure_notice")],
        GiveClosureNotice(),
    ),
    "striking the same wait, after another ruling": (
        [
            WAITING,
            told("10:30", "ruled", why="agreed", strike_wait=2),
            told("11:00", "ruled", why="kind", excuse="resolution"),
        ],
        Rule(why="agreed", strike_wait=2),
    ),
}

SAYS_MORE: dict[str, tuple[list[Told], TicketCommand]] = {
    "a further task": ([told("10:00", "waiting", on="customer", task="backup")], Wait(on="customer", task="a log")),
    "the task of a wait that is over": (
        [
            told("10:00", "waiting", on="customer", task="backup"),
            told("10:30", "wait_ended", on="customer"),
            told("11:00", "waiting", on="customer", task="a log"),
        ],
        Wait(on="customer", task="backup"),
    ),
    "a wait that was struck": (
        [WAITING, told("11:00", "corrected", number=2, why="typo", struck=True)],
        Wait(on="customer"),
    ),
    "a wait that a ruling struck": (
        [WAITING, told("11:00", "ruled", why="agreed", strike_wait=2)],
        Wait(on="customer"),
    ),
    "a severity that only the vendor accepted, made sure of": (
        [told("10:00", "accepted", severity=3)],
        ChangeSeverity(severity=3),
    ),
    "the severity from before a ruling": (
        [told("10:00", "ruled", why="agreed", severity=3)],
        ChangeSeverity(severity=2),
    ),
    "accepted again after a change": (
        [told("10:00", "accepted", severity=2), told("10:30", "severity_changed", severity=3)],
        Accept(severity=2),
    ),
    "another time at which the request will be processed": (
        [told("10:00", "priority_notified", channel="email")],
        NotifyPriority(channel="email", expected_at=at("16:00")),
    ),
    "information that changed": (
        [told("10:00", "information_added", fields={"site": "Waco"})],
        AddInformation(fields={"site": "Dallas"}),
    ),
    "correctly logged with more information": (
        [told("10:00", "correctly_logged", fields={"site": "Waco"})],
        LogCorrectly(fields={"urgency": "high"}),
    ),
    "handed back to who had it before": (
        [told("10:00", "assigned", to="kim"), told("10:30", "assigned", to="lee")],
        Assign(to="kim"),
    ),
    "taking the ticket from whoever has it": ([told("10:00", "assigned", to="kim", tier=2)], Unassign()),
    "suspending for another reason": (
        [told("10:00", "work_suspended", reason="night")],
        SuspendWork(reason="no useful progress"),
    ),
    "resuming after a reopening": (
        [told("10:00", "work_suspended"), told("10:30", "closed"), told("11:00", "reopened")],
        ResumeWork(),
    ),
    "escalating again after something else": (
        [told("10:00", "escalated", to="lee"), told("10:30", "commented", text="no news")],
        Escalate(to="lee"),
    ),
    "the same finding at the next tier": (
        [told("10:00", "found", cause="bug"), told("10:30", "assigned", to="lee", tier=2)],
        Find(cause="bug"),
    ),
    "the same date, agreed again": (
        [told("10:00", "timeline_agreed", due="fri 12:00")],
        AgreeTimeline(due=at("fri 12:00")),
    ),
    "another visit": ([SCHEDULED], ScheduleAppointment(for_=at("thu 09:00"), kind="visit")),
    "calling off any visit": ([SCHEDULED], CancelAppointment(kind="visit")),
    "a notice of closing after an answer": (
        [WAITING, told("10:30", "closure_notice"), told("11:00", "wait_ended", on="customer")],
        GiveClosureNotice(),
    ),
    "a correction that was taken back": (
        [
            told("10:00", "corrected", number=1, why="typo", data={"severity": 3}),
            told("10:30", "corrected", number=2, why="it was right", struck=True),
        ],
        Correct(number=1, why="typo", data={"severity": 3}),
    ),
    "a correction after another one": (
        [
            told("10:00", "corrected", number=1, why="typo", data={"severity": 3}),
            told("10:30", "corrected", number=1, why="typo", data={"severity": 4}),
        ],
        Correct(number=1, why="typo", data={"severity": 3}),
    ),
    "a severity ruled back": (
        [told("10:00", "ruled", why="agreed", severity=3), told("10:30", "ruled", why="agreed", severity=1)],
        Rule(why="agreed", severity=3),
    ),
    "a severity ruled again after a change": (
        [told("10:00", "ruled", why="agreed", severity=3), told("10:30", "severity_changed", severity=1)],
        Rule(why="agreed", severity=3),
    ),
    "a ruling that was struck": (
        [
            told("10:00", "ruled", why="agreed", excuse="resolution"),
            told("10:30", "corrected", number=2, why="not agreed", struck=True),
        ],
        Rule(why="agreed", excuse="resolution"),
    ),
}


@pytest.mark.parametrize("sample", HOLDS_ALREADY.values(), ids=list(HOLDS_ALREADY))
def test_what_holds_already_is_not_recorded_again(sample: tuple[list[Told], TicketCommand]):
    before, command = sample

    given(opened(), *before).when(command).then()


@pytest.mark.parametrize("sample", SAYS_MORE.values(), ids=list(SAYS_MORE))
def test_what_says_more_is_recorded(sample: tuple[list[Told], TicketCommand]):
    before, command = sample

    given(opened(), *before).when(command).is_recorded()


def test_a_condition_that_an_alert_reported_is_over_once():
    by_alert = opened(channel="alert", alert={"code": "voip-stack-crash", "condition": "pbx-1"})
    cleared = told("10:00", "condition_cleared", condition="pbx-1")

    given(by_alert).when(ClearCondition(condition="pbx-1")).is_recorded()
    given(by_alert, cleared).when(ClearCondition(condition="pbx-1")).then()


def test_a_log_that_nobody_asked_for_is_recorded():
    given(opened()).when(ReceiveLog()).is_recorded()


def test_an_answer_to_a_survey_that_another_program_sent_is_recorded():
    given(opened(), told("10:00", "closed")).when(AnswerSurvey(score=4)).is_recorded()


def test_the_wait_for_a_task_ends_once_that_task_is_done():
    waiting = told("10:00", "waiting", on="customer", task="PBX admin")

    given(opened(), waiting).when(EndWait(on="customer", task="pbx-admin")).is_recorded()
    given(opened(), waiting).when(EndWait(on="customer")).is_recorded()
    given(opened(), WAITING).when(EndWait(on="customer", task="backup")).is_recorded()
