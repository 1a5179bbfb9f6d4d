"""What a ticket refuses because it fits nothing here, and what holds for whatever it lets in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.door import admit
from domain.instants import micros
from domain.judgement import Case, judge
from domain.refusals import AlreadyOpened, BadInstant, CommandRefused, DoesNotFit
from domain.ticket.commands import Correct, Open, Reopen, Rule, TicketCommand
from domain.ticket.events import Commented, Opened
from domain.ticket.history import Actor, recorded
from tests.conduct.told import at, opened, told
from tests.ticket.asked import ASKED
from tests.ticket.desk import Desk, execute, under

SAAS = under("numonix-ixcloud", "saas")
WAITING = told("10:00", "waiting", "agent", on="customer")
GOAL = "numonix-ixcloud:response/goal"

DOES_NOT_FIT = {
    "there is no event 9; the history has 3": Correct(number=9, why="typo", struck=True),
    "number: an event cannot correct itself": Correct(number=3, why="typo", struck=True),
    "data: at: an event is moved with `moved_to`": Correct(number=2, why="typo", data={"at": "2024-03-04T10:00:00Z"}),
    'data: does not fit event 2 (waiting): on: unknown value "rain"': Correct(
        number=2, why="typo", data={"on": "rain"}
    ),
    "severity: 7 is out of range; the severities are 1, 2, 3 and 4 (as corrected)": Correct(
        number=1, why="typo", data={"severity": 7}
    ),
    "strike_wait: event 1 (opened) is no `waiting`": Rule(why="agreed", strike_wait=1),
    "strike_wait: there is no event 9": Rule(why="agreed", strike_wait=9),
    "severity: 7 is out of range": Rule(why="agreed", severity=7),
    "reading: unknown reading": Rule(why="agreed", reading={"numonix-ixcloud:moon/phase": "full"}),
    f'reading: {GOAL} has no option "moon"': Rule(why="agreed", reading={GOAL: "moon"}),
    'excuse: unknown clock "answer"': Rule(why="agreed", excuse="answer"),
}

FITS = [
    Correct(number=1, why="typo", data={"severity": 3}),
    Correct(number=2, why="typo", moved_to=at("09:30")),
    Rule(why="agreed", strike_wait=2),
    Rule(why="agreed", severity=1, since=at("09:30"), misassigned_by="customer"),
    Rule(why="agreed", reading={GOAL: "goal"}),
    Rule(why="agreed", excuse="response"),
]


@pytest.mark.parametrize(("says", "command"), DOES_NOT_FIT.items(), ids=list(DOES_NOT_FIT))
def test_what_nobody_knows_here_does_not_fit(says: str, command: TicketCommand):
    SAAS.given(opened(), WAITING).when(command).refused(DoesNotFit, "", says)


@pytest.mark.parametrize("command", FITS)
def test_a_correction_or_ruling_that_fits_is_recorded(command: TicketCommand):
    SAAS.given(opened(), WAITING).when(command).is_recorded()


def test_the_message_does_not_number_the_event_that_never_was():
    with pytest.raises(DoesNotFit) as refusal:
        SAAS.given(opened()).when(Rule(why="agreed", severity=7)).then()

    assert refusal.value.says.startswith("severity: 7")


def test_a_second_opening_is_refused_at_the_door():
    case = SAAS.given(opened()).case

    with pytest.raises(AlreadyOpened, match="event 1 opened the ticket"):
        admit(case, recorded(2, Opened(severity=2, effective_at=at("12:00"))))


def test_an_event_from_before_the_opening_is_refused_at_the_door():
    case = SAAS.given(opened("10:00")).case

    with pytest.raises(BadInstant, match="2024-03-04T09:00:00Z lies before the opening at 2024-03-04T10:00:00Z"):
        admit(case, recorded(2, Commented(effective_at=at("09:00"))))


def test_a_correction_that_would_move_an_event_before_the_opening_is_refused():
    SAAS.given(opened(), WAITING).when(Correct(number=2, why="typo", moved_to=at("08:30"))).refused(
        BadInstant, "", "event 2 (waiting) would lie before the opening"
    )


def test_an_opening_is_not_moved_past_what_happened_after_it():
    moved = Correct(number=1, why="typo", moved_to=at("10:30"))

    SAAS.given(opened(), WAITING).when(moved).refused(BadInstant, "", "event 2 (waiting) would lie before the opening")
    SAAS.given(opened()).when(moved).is_recorded()


def test_an_event_may_lie_before_where_the_opening_was_once_that_was_corrected():
    earlier = told("11:00", "corrected", "agent", number=1, moved_to="2024-03-04T08:00:00Z", why="typo")

    SAAS.given(opened(), WAITING, earlier).when(Correct(number=2, why="typo", moved_to=at("08:30"))).is_recorded()
    SAAS.given(opened(), WAITING, earlier, told("11:30", "commented", "agent")).when(
        Correct(number=3, why="so it was not", struck=True)
    ).is_recorded()


# --- whatever is asked ----------------------------------------------------------------------------------------------------

DESKS = [
    under("xima-care", "premium", "na"),
    under("imagicle-care", "gold", "europe"),
    SAAS,
    under("eschat", "cloud-hosted"),
    under("xmpro", "subscription"),
]
ROLES: list[Actor] = ["customer", "technical-contact", "end-user", "agent", "service-manager"]
REQUESTS = [*(command for _, command in ASKED.values() if command.name not in ("correct", "rule")), Reopen()]
LEFT_UNDONE = {"eschat:3"}

acts = st.lists(st.tuples(st.sampled_from(REQUESTS), st.sampled_from(ROLES), st.integers(1, 5_000)), max_size=12)


def asked_one_after_another(desk: Desk, requests: list[tuple[TicketCommand, Actor, int]]) -> Case:
    """A ticket of which all this was asked, each so many minutes after the last; what was refused is left out."""
    now = at("09:00")
    case, _ = execute(desk.given().case, Open(severity=2, channel="web"), now, "technical-contact")
    for command, by, minutes in requests:
        now += timedelta(minutes=minutes)
        try:
            case, _ = execute(case, command, now, by)
        except CommandRefused:
            continue
    return replace(case, as_of=micros(now))


@any_of(st.sampled_from(DESKS), acts)
def test_no_act_that_was_let_in_is_irregular_afterwards(desk: Desk, requests: list[tuple[TicketCommand, Actor, int]]):
    case = asked_one_after_another(desk, requests)

    assert [] == [one for one in judge(case).irregularities if one.clause not in LEFT_UNDONE]
