"""What may be asked of a ticket, from its opening to whatever became of it, under every agreement."""

import pytest

from domain.refusals import AlreadyOpened, BadInstant, CommandRefused, NotReopenable, TicketNotOpen, TicketNotOpened
from domain.ticket.commands import COMMANDS, Assign, Comment, Correct, Open, Reopen, Rule, TicketCommand
from domain.ticket.events import Assigned, Commented, Opened, Reopened
from tests.conduct.told import Told, opened, told
from tests.ticket.asked import ASKED
from tests.ticket.desk import given

ALWAYS = {
    "notify",
    "complain",
    "answer-complaint",
    "comment",
    "cancel-appointment",
    "clear-condition",
    "correct",
    "rule",
}
ONCE_CLOSED = ALWAYS | {
    "add-information",
    "end-wait",
    "receive-log",
    "unassign",
    "find",
    "file-bug",
    "split-off",
    "send-survey",
    "answer-survey",
}
ONCE_RESOLVED = ONCE_CLOSED | {"close", "send-update", "give-closure-notice"}

STILL_POSSIBLE = {
    "resolved": ONCE_RESOLVED,
    "closed": ONCE_CLOSED,
    "declined": ALWAYS,
    "withdrawn": ALWAYS,
    "merged": ALWAYS,
}
HOLDS_ALREADY = {("resolved", "resolve"), ("closed", "close"), ("withdrawn", "withdraw")}

Sample = tuple[tuple[Told, ...], TicketCommand]
samples = pytest.mark.parametrize("sample", ASKED.values(), ids=list(ASKED))
endings = pytest.mark.parametrize("ending", STILL_POSSIBLE)


def test_every_command_is_tried_here():
    assert set(COMMANDS) == {*ASKED, "open", "reopen"}


# --- what is recorded -----------------------------------------------------------------------------------------------------


def test_an_issue_reported_opens_a_ticket():
    given().when(Open(severity=2, channel="web", fields={"site": "Waco"})).then(
        Opened, severity=2, channel="web", fields={"site": "Waco"}
    )


@samples
def test_an_open_ticket_records_what_is_asked_of_it(sample: Sample):
    before, command = sample

    given(opened(), *before).when(command).is_recorded()


@samples
def test_a_waiting_ticket_is_an_open_one(sample: Sample):
    before, command = sample

    given(opened(), told("09:30", "waiting", on="fees"), *before).when(command).is_recorded()


@pytest.mark.parametrize("ending", ["resolved", "closed"])
def test_a_resolved_or_closed_ticket_is_reopened(ending: str):
    given(opened(), told("10:00", ending)).when(Reopen()).then(Reopened)


@samples
def test_a_reopened_ticket_is_an_open_one(sample: Sample):
    before, command = sample

    given(opened(), *before, told("11:00", "closed"), told("11:30", "reopened")).when(command).is_recorded()


def test_what_counts_from_before_the_resolution_is_done_on_an_open_ticket():
    resolved = given(opened(), told("11:00", "resolved"))

    resolved.when(Assign(to="kim"), "10:00").then(Assigned, to="kim")


# --- what is refused ------------------------------------------------------------------------------------------------------


@samples
def test_nothing_is_done_on_a_ticket_that_never_opened(sample: Sample):
    given().when(sample[1]).refused(TicketNotOpened)


def test_whoever_asks_something_of_a_ticket_that_was_refused_hears_that_it_was():
    refused = given(told("10:00", "refused", command="open", clause="xima-care:2"))

    refused.when(Comment(text="hello")).refused(TicketNotOpened, "xima-care:2", "was refused when it was to be opened")


def test_a_ticket_that_never_opened_is_not_reopened():
    given().when(Reopen()).refused(TicketNotOpened)


def test_a_ticket_is_opened_once():
    given(opened()).when(Open(severity=2)).refused(AlreadyOpened)


def test_a_ticket_is_not_opened_again_by_a_report_from_before():
    given(opened("10:00")).when(Open(severity=2), "09:00").refused(AlreadyOpened)


def test_nothing_counts_from_before_the_opening():
    given(opened("10:00")).when(Comment(text="early"), "09:00").refused(TicketNotOpened)


def test_an_opening_that_was_corrected_to_later_still_begins_the_history():
    later = given(opened(), told("10:00", "corrected", "agent", number=1, why="typo", moved_to="2024-03-04T11:00:00Z"))

    later.when(Comment(text="early"), "10:30").refused(TicketNotOpened)
    later.when(Comment(text="in time"), "11:30").then(Commented, text="in time")


def test_an_opening_that_was_corrected_to_earlier_lets_nothing_in_before_its_first_instant():
    earlier = given(
        opened("10:00"), told("11:00", "corrected", "agent", number=1, why="typo", moved_to="2024-03-04T08:00:00Z")
    )

    earlier.when(Comment(text="early"), "09:00").refused(BadInstant)


@endings
@samples
def test_what_an_ended_ticket_still_lets_be_done(ending: str, sample: Sample):
    before, command = sample
    asked = given(opened(), *before, told("11:00", ending))
    if command.name in STILL_POSSIBLE[ending]:
        asked.when(command).is_recorded()
    elif (ending, command.name) in HOLDS_ALREADY:
        asked.when(command).then()
    else:
        asked.when(command).refused(TicketNotOpen, "", f"the ticket is {ending}")


@pytest.mark.parametrize("ending", ["declined", "withdrawn", "merged"])
def test_nothing_leads_back_from_a_ticket_declined_withdrawn_or_merged(ending: str):
    given(opened(), told("10:00", ending)).when(Reopen()).refused(NotReopenable)


def test_a_refusal_says_what_to_do_instead():
    def remedy(*facts: Told) -> str:
        try:
            given(*facts).when(Assign(to="kim")).then()
        except CommandRefused as refusal:
            return refusal.remedy
        return ""

    assert "open it first" == remedy()
    assert "reopen it first" == remedy(opened(), told("10:00", "closed"))
    assert "open a new ticket" == remedy(opened(), told("10:00", "merged"))


@pytest.mark.parametrize("about", [Correct(number=1, why="typo", data={"severity": 3}), Rule(why="agreed", severity=3)])
def test_a_correction_or_ruling_may_say_that_it_counts_from_before_the_end(about: TicketCommand):
    given(opened(), told("11:00", "closed")).when(about, "10:00").is_recorded()
