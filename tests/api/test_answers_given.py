"""Who asked a ticket's clocks is on record with what they were told, and what the same question is answered now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api import timely
from domain.comparison.given import clocks_said
from domain.judgement import judge
from domain.personal import Seal
from projections.answers_given import MOST_WAITING, TABLE, AnswersGiven, Note
from projections.store.sealing import CustomerSeals
from tests.api.house import ACME, MONDAY_9, Caller, Town, told

ADA = "ada@acme.example"


def at(**time: float) -> str:
    return (MONDAY_9 + timedelta(**time)).isoformat()


def answered(caller: Caller, ticket: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(caller.get(f"/v1/tickets/{ticket}/revisions"))["answered"]
    return found


def said(one: dict[str, Any], clock: str = "response") -> dict[str, Any]:
    (found,) = (each for each in one["clocks"] if each["clock"] == clock)
    return dict(found)


@pytest.fixture
def ada(town: Town) -> Caller:
    return town.caller("technical-contact", ACME, ADA)


@pytest.fixture
def ticket(town: Town, ada: Caller) -> str:
    """A gold ticket of priority 3, whose answer is due at 13:00."""
    return ada.opens(town.caller("service-manager").draws_up())


def looks(caller: Caller, ticket: str, **asked: Any) -> dict[str, Any]:
    return told(caller.get(f"/v1/tickets/{ticket}/clocks", **asked))


def test_who_was_told_of_a_breach_that_a_correction_undid_is_named_with_both_answers(
    town: Town, ada: Caller, ticket: str
):
    manager = town.caller("service-manager")
    town.clock.goes_on(hours=4.5)
    town.caller("agent").does(ticket, "respond")
    looks(ada, ticket)
    town.clock.goes_on(days=7)
    manager.does(ticket, "correct", number=2, moved_to=at(hours=1), why="the log of the telephone says 10:00")

    (one,) = answered(manager, ticket)

    assert (ADA, "technical-contact", "2026-03-02T12:30:00Z", 2) == tuple(
        one[name] for name in ("who", "to", "asked_at", "version")
    )
    assert "breached" == said(one)["verdict"]
    ((before, now),) = ((pair["said"], pair["now"]) for pair in one["otherwise"] if pair["said"]["clock"] == "response")
    assert ("breached", "met") == (before["verdict"], now["verdict"])
    assert not one["holds"]
    head, *apart = one["words"]
    assert head.startswith(
        "Mon 2 Mar 2026 13:30: ada@acme.example (technical-contact) asked as of Mon 2 Mar 2026 13:30, and was"
    )
    assert "  response: said breached, due Mon 2 Mar 2026 13:00; known now: met, due Mon 2 Mar 2026 13:00" in apart


def test_who_asked_for_the_head_of_an_answer_was_told_nothing(town: Town, ada: Caller, ticket: str):
    for path in (f"/v1/tickets/{ticket}/clocks", f"/v1/tickets/{ticket}"):
        assert 200 == ada.send("HEAD", path).status_code

    assert [] == answered(town.caller("service-manager"), ticket)


def test_who_was_told_that_it_takes_too_long_was_told_nothing_else(
    town: Town, ada: Caller, ticket: str, monkeypatch: pytest.MonkeyPatch
):
    is_late, goes_on = Event(), Event()

    def slowly(*_: Any) -> Any:
        goes_on.wait(10)
        told = case_of(*_)
        is_late.set()
        return told

    case_of = town.house.desk.case
    monkeypatch.setattr(town.house.desk, "case", slowly)
    monkeypatch.setattr(timely, "READING_SECONDS", 0.05)

    told(ada.get(f"/v1/tickets/{ticket}/clocks"), 503)
    goes_on.set()
    is_late.wait(10)
    monkeypatch.undo()

    assert [] == answered(town.caller("service-manager"), ticket)


def test_the_same_answer_again_is_no_further_answer_and_a_changed_one_is(town: Town, ada: Caller, ticket: str):
    manager = town.caller("service-manager")
    for _ in range(3):
        looks(ada, ticket)
        town.clock.goes_on(minutes=10)
    town.caller("agent").does(ticket, "waiting", on="access")
    looks(ada, ticket)
    looks(ada, ticket)

    first, later = answered(manager, ticket)

    assert ("running", "paused") == (said(first)["state"], said(later)["state"])
    assert "2026-03-02T08:00:00Z" == first["asked_at"]


def test_each_of_several_people_was_told_for_themselves(town: Town, ada: Caller, ticket: str):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    looks(ada, ticket)
    looks(agent, ticket)
    told(manager.get(f"/v1/tickets/{ticket}"))

    assert {ADA, "agent", "service-manager"} == {one["who"] for one in answered(manager, ticket)}


def test_a_customer_learns_of_the_answers_to_its_own_side_alone(town: Town, ada: Caller, ticket: str):
    looks(town.caller("agent"), ticket)
    looks(ada, ticket)

    assert [ADA] == [one["who"] for one in answered(ada, ticket)]


@pytest.fixture
def elsewhere(town: Town) -> AnswersGiven:
    """Those of another program that answers about the same log."""
    views = town.house.views
    return AnswersGiven(views.pool, views.schema, CustomerSeals(town.house.customers))


def noted(town: Town, caller: Caller, ticket: str) -> Note:
    """What a look has put before the one who writes, who has not yet."""
    looks(caller, ticket)
    return town.house.answers._waiting[-1]


def test_another_service_that_was_asked_the_same_adds_nothing(
    town: Town, ada: Caller, ticket: str, elsewhere: AnswersGiven
):
    note = noted(town, ada, ticket)
    town.house.answers.write()
    elsewhere.note(note._replace(asked_at=note.asked_at + timedelta(minutes=5)))
    elsewhere.write()

    assert 1 == len(answered(ada, ticket))


def test_what_another_service_said_in_between_does_not_stay_the_last_word(
    town: Town, ada: Caller, ticket: str, elsewhere: AnswersGiven
):
    first = noted(town, ada, ticket)
    other = tuple(one._replace(state="paused") for one in first.said)
    for minutes, service, words in ((0, town.house.answers, first.said), (1, elsewhere, other)):
        service.note(first._replace(asked_at=first.asked_at + timedelta(minutes=minutes), said=words))
        service.write()
    town.clock.goes_on(minutes=2)
    looks(ada, ticket)

    assert ["running", "paused", "running"] == [said(one)["state"] for one in answered(ada, ticket)]


def test_an_answer_that_changes_and_changes_back_before_anybody_writes_is_on_record_each_time(
    town: Town, ada: Caller, ticket: str
):
    first = noted(town, ada, ticket)
    for minutes, state in enumerate(["running", "paused", "paused", "running", "running"]):
        told = tuple(one._replace(state=state) for one in first.said)
        town.house.answers.note(first._replace(asked_at=first.asked_at + timedelta(minutes=minutes), said=told))

    assert 3 == len(town.house.answers._waiting)
    assert ["running", "paused", "running"] == [said(one)["state"] for one in answered(ada, ticket)]


class SealsAway:
    """The seals of a database that is away for a while."""

    def __init__(self, there: CustomerSeals) -> None:
        self._there = there
        self.is_away = True

    def of(self, customer: str) -> Seal:
        if self.is_away:
            raise psycopg.OperationalError("away")
        return self._there.of(customer)


def test_what_is_looked_at_again_while_the_database_is_away_waits_once(town: Town, ada: Caller, ticket: str):
    note = noted(town, ada, ticket)
    town.house.answers.write()
    views, seals = town.house.views, SealsAway(CustomerSeals(town.house.customers))
    answers = AnswersGiven(views.pool, views.schema, seals)
    other = tuple(one._replace(state="paused") for one in note.said)
    for minutes in (1, 2, 3):
        answers.note(note._replace(asked_at=note.asked_at + timedelta(minutes=minutes), said=other))
        with pytest.raises(psycopg.OperationalError):
            answers.write()
    seals.is_away = False

    assert 1 == answers.write()
    assert ["running", "paused"] == [said(one)["state"] for one in answered(ada, ticket)]


def test_questions_about_the_past_that_come_again_and_again_are_on_record_once(town: Town, ada: Caller, ticket: str):
    town.clock.goes_on(hours=5)
    for _ in range(3):
        looks(ada, ticket, as_of=at(hours=1))
        looks(ada, ticket, as_of=at(hours=5))
        told(ada.get(f"/v1/tickets/{ticket}/difference", as_of=at(hours=1)))
        town.clock.goes_on(minutes=1)

    assert 3 == len(answered(ada, ticket))


def test_every_answer_can_be_judged_again_from_what_is_on_record_of_it(town: Town, ada: Caller, ticket: str):
    manager, agent = town.caller("service-manager"), town.caller("agent")
    reading = "imagicle-care:reaction/limit"
    options = {one["id"]: one for one in told(manager.get("/v1/agreements/imagicle-care"))["document"]["reading"]}
    (other,) = (one for one in options[reading]["options"] if one != options[reading]["default"])
    life: tuple[tuple[Caller, str, dict[str, Any]], ...] = (
        (agent, "waiting", {"on": "access"}),
        (agent, "respond", {"effective_at": at(hours=1)}),
        (manager, "correct", {"number": 3, "struck": True, "why": "it was another ticket"}),
        (manager, "rule", {"strike_wait": 2, "why": "nothing was awaited"}),
        (agent, "respond", {}),
    )
    for who, command, fields in life:
        town.clock.goes_on(hours=1.5)
        who.does(ticket, command, **fields)
        looks(ada, ticket)
        looks(agent, ticket, reading=f"{reading}={other}")
        looks(manager, ticket, as_of=at(hours=3), known_at=at(hours=2))
    desk = town.house.desk

    given = town.house.answers.of(UUID(ticket), ACME)

    assert len(given) > len(life)
    for one in given:
        case = desk.case(desk.ticket(UUID(ticket)), one.as_of, one.known_at)
        assert one.clocks == clocks_said(judge(one.asked_of(case)))


def test_whom_a_customer_sent_is_told_from_others_but_not_named_once_it_is_forgotten(town: Town):
    nadir, manager = town.caller("technical-contact", "Nadir", "sam@nadir.example"), town.caller("service-manager")
    ticket = nadir.opens(manager.draws_up(customer="Nadir"))
    looks(nadir, ticket)
    assert ["sam@nadir.example"] == [one["who"] for one in answered(manager, ticket)]
    opened = manager.get(f"/v1/tickets/{ticket}/history").json()[0]

    town.house.customers.forget("Nadir")
    town.clock.goes_on(minutes=1)
    looks(town.caller("agent"), ticket)

    by_sam, by_agent = answered(manager, ticket)
    assert "agent" == by_agent["who"]
    assert by_sam["who"].startswith("forgotten-")
    assert manager.get(f"/v1/tickets/{ticket}/history").json()[0]["by"]["id"] == by_sam["who"]
    assert "sam@nadir.example" == opened["by"]["id"]


def test_nobody_of_a_forgotten_customer_is_named_any_more(town: Town):
    orbit, manager = town.caller("technical-contact", "Orbit", "kim@orbit.example"), town.caller("service-manager")
    ticket = orbit.opens(manager.draws_up(customer="Orbit"))
    town.house.customers.forget("Orbit")
    looks(orbit, ticket)

    (one,) = answered(manager, ticket)

    assert (None, "technical-contact") == (one["who"], one["to"])


def test_no_answer_is_kept_from_anybody_where_it_cannot_be_put_on_record(town: Town, ada: Caller, ticket: str):
    answers = town.house.answers
    with missing(town):
        assert "running" == said(looks(ada, ticket))["state"]
        answers.write()

    problems = [one["problem"] for one in told(town.caller("admin").get("/v1/operations"))["troubles"]]
    assert "1 answer given to people is not on record" in problems
    looks(ada, ticket)
    assert 1 == len(answered(ada, ticket))
    answers.missing = 0


def test_what_is_noted_faster_than_it_is_written_is_missing_and_said_to_be(town: Town, ada: Caller, ticket: str):
    answers = town.house.answers
    looks(ada, ticket)
    (note,) = answers._waiting
    for number in range(MOST_WAITING):
        answers.note(note._replace(who=f"caller {number}"))

    assert (MOST_WAITING, "1 answer given to people is not on record") == (len(answers._waiting), answers.problem)
    answers._waiting.clear()
    answers.missing = 0


@contextmanager
def missing(town: Town) -> Iterator[None]:
    """Somebody took the table away, and puts it back."""
    views = town.house.views
    here, away = Identifier(views.schema, TABLE), Identifier("away")
    rename = SQL("ALTER TABLE {} RENAME TO {}")
    with views.pool.connection() as connection:
        connection.execute(rename.format(here, away))
    try:
        yield
    finally:
        with views.pool.connection() as connection:
            connection.execute(rename.format(Identifier(views.schema, "away"), Identifier(TABLE)))
