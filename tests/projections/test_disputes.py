"""Disputes in the read models: their rows, who is told, and what the timekeeper finds due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg.sql import SQL

from api.timekeeper import Timekeeper
from domain.desk.disputing import Disputing
from domain.disputes.commands import (
    AnswerClaim,
    DisputeCommand,
    ExtendDeadline,
    MakeClaim,
    OpenDispute,
    RuleClaim,
)
from domain.disputes.events import DisputedClock
from domain.ticket.commands import Wait
from domain.ticket.history import Actor
from projections.as_of.snapshots import Snapshots
from projections.as_of.view import View
from projections.deadlines import Deadlines
from projections.disputes import DISPUTES, DisputeRow, Disputes, Newest, Wanted
from projections.notices import NOTICES
from projections.store.pool import open_pool
from projections.tables import Table
from tests.desk.given import hour
from tests.disputes.hearing import claim
from tests.timekeeper.house import House, house_in

NOW = hour(11)
ANSWER_BY, RULING_BY = hour(10 + 14 * 24), hour(10 + 30 * 24)
OPENING = OpenDispute(clocks=(DisputedClock(clock="response"),), reason="late")


class Arguing:
    """A gold P2 whose access was waited for, and a dispute about it that the customer opened ten hours after it came."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ticket = house.clerk.opened(house.clerk.contract("imagicle-care", plan="gold", region="europe"))
        house.clerk.does(self.ticket, Wait(on="access"), hour(1))
        self.dispute = uuid4()
        order = house.clerk.order(self.dispute, OPENING, hour(10), "customer")
        Disputing(house.desk).open(order, self.ticket)
        self.asks(MakeClaim(claim=claim("wait-unjustified", wait=2)), hour(10), "customer")

    def asks(self, command: DisputeCommand, at: datetime, by: Actor) -> None:
        Disputing(self.house.desk).execute(self.house.clerk.order(self.dispute, command, at, by))

    def view(self, at: datetime = NOW, customer: str | None = None, suffix: str = "") -> View:
        return View(self.house.pool, self.house.schema, at, customer, suffix)

    def row(self) -> DisputeRow:
        self.house.runner.catch_up()
        (row,) = Disputes(self.view()).newest(Wanted())
        return row

    def rows(self, table: Table, suffix: str = "") -> list[tuple[object, ...]]:
        with self.house.pool.connection() as connection:
            found = connection.execute(SQL("SELECT * FROM {}").format(table.at(self.house.schema, suffix)))
            return sorted(found.fetchall(), key=repr)

    def told(self) -> list[tuple[str, str]]:
        """Who is told what of the dispute, in order."""
        self.house.runner.catch_up()
        notices = [one for one in self.rows(NOTICES) if one[0] == self.dispute]
        number, to, milestone = (NOTICES.columns.index(name) for name in ("event", "to_role", "milestone"))
        return [(str(one[to]), str(one[milestone])) for one in sorted(notices, key=lambda one: (one[number], one[to]))]


@pytest.fixture
def arguing(pool, schema) -> Arguing:
    return Arguing(house_in(pool, schema))


def test_a_disputes_row_says_how_far_it_has_come(arguing):
    row = arguing.row()

    assert (arguing.dispute, arguing.ticket, "acme", "imagicle-care") == row[:4]
    assert ("open", "customer", ["response"], hour(10)) == (row.state, row.party, row.clocks, row.opened_at)
    assert ("answer", ANSWER_BY) == (row.next_deadline, row.next_at)
    assert (1, 1, 1, 0) == (row.claims, row.unanswered, row.unruled, row.upheld)

    arguing.asks(AnswerClaim(claim=1, accepts=True), hour(12), "agent")
    assert ("ruling", RULING_BY - timedelta(hours=1)) == arguing.row()[10:12]  # the clocks went forward meanwhile

    arguing.asks(RuleClaim(claim=1, upheld=True, why="so"), hour(13), "service-manager")
    row = arguing.row()
    assert ("settled", None, None, hour(13)) == (row.state, row.next_deadline, row.next_at, row.settled_at)
    assert (1, 0, 0, 1) == (row.claims, row.unanswered, row.unruled, row.upheld)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), True),
        (Wanted(state="open", party="customer", clock="response", agreement="imagicle-care", customer="acme"), True),
        (Wanted(opened_from=hour(10), opened_to=hour(11)), True),
        (Wanted(late=False), True),
        (Wanted(late=True), False),
        (Wanted(state="settled"), False),
        (Wanted(clock="escalation"), False),
        (Wanted(ticket=UUID(int=1)), False),
        (Wanted(opened_to=hour(10)), False),
    ],
)
def test_disputes_are_found_by_what_is_asked_for(shared, wanted, found):
    assert found == bool(Disputes(shared.view()).newest(wanted))


def test_disputes_are_listed_in_parts_the_last_opened_first(shared):
    disputes = Disputes(shared.view())
    (first,) = disputes.newest(Wanted(), limit=1)

    assert [] == disputes.newest(Wanted(), after=Newest(first.opened_at, first.dispute))


def test_another_customer_sees_no_dispute(shared):
    assert [] == Disputes(shared.view(customer="globex")).newest(Wanted())
    assert 1 == len(Disputes(shared.view(customer="acme")).newest(Wanted()))


@pytest.fixture(scope="module")
def shared(database_url: str) -> Iterator[Arguing]:
    """One that nothing is asked of but questions."""
    with open_pool(database_url) as pool:
        arguing = Arguing(house_in(pool, f"test_{uuid4().hex}"))
        arguing.house.runner.catch_up()
        yield arguing


def test_a_rebuild_makes_the_same_rows_and_notices(arguing):
    arguing.house.runner.catch_up()
    before = [arguing.rows(DISPUTES), arguing.rows(NOTICES)]

    arguing.house.runner.rebuild()

    assert before == [arguing.rows(DISPUTES), arguing.rows(NOTICES)]


def test_disputes_are_told_as_they_stood(arguing):
    arguing.asks(AnswerClaim(claim=1, accepts=True), hour(12), "agent")
    arguing.asks(RuleClaim(claim=1, upheld=True, why="so"), hour(13), "service-manager")
    arguing.house.runner.catch_up()
    desk = arguing.house.desk
    snapshots = Snapshots(arguing.house.pool, arguing.house.schema, desk.mapper, desk.shelf)

    suffix = snapshots.suffix(hour(12.5), 30)
    (then,) = Disputes(arguing.view(hour(12.5), suffix=suffix)).newest(Wanted())
    before = Disputes(arguing.view(hour(9), suffix=snapshots.suffix(hour(9), 30))).newest(Wanted())

    assert ("open", 0, 1) == (then.state, then.unanswered, then.unruled)
    assert [] == before


# --- what time brings -----------------------------------------------------------------------------------------------------


def test_that_nobody_answered_and_nobody_ruled_is_recorded_once_each_and_told_to_both(arguing):
    deeds = [deed for deed in arguing.house.passes(RULING_BY) if deed.deadline.kind == "dispute"]

    assert [("answer", "recorded"), ("ruling", "recorded")] == [(one.deadline.name, one.outcome) for one in deeds]
    history = Disputing(arguing.house.desk).disputed(arguing.dispute).envelopes
    assert ["opened", "claim_made", "deadline_passed", "deadline_passed"] == [one.event.event for one in history]
    assert [
        ("service-manager", "dispute opened"),
        ("customer", "time for the answer has passed"),
        ("service-manager", "time for the answer has passed"),
        ("customer", "time for the ruling has passed"),
        ("service-manager", "time for the ruling has passed"),
    ] == arguing.told()


def test_several_timekeepers_tell_of_a_deadline_once(arguing):
    house = arguing.house
    house.passes(ANSWER_BY - timedelta(seconds=1))
    keepers = [Timekeeper(house.desk, Deadlines(house.pool, house.schema), house.runner, lambda: hour(0)) for _ in "12"]

    outcomes = [deed.outcome for keeper in keepers for deed in keeper.act(ANSWER_BY) if deed.deadline.kind == "dispute"]

    assert ["recorded"] == outcomes
    assert 3 == Disputing(house.desk).disputed(arguing.dispute).version


def test_a_deadline_that_was_extended_passes_later(arguing):
    later = ANSWER_BY + timedelta(days=3)
    arguing.asks(ExtendDeadline(which="answer", until=later, why="away"), hour(11), "customer")

    deeds = [deed for deed in arguing.house.passes(RULING_BY) if deed.deadline.name == "answer"]

    assert [later] == [deed.at for deed in deeds]


def test_the_end_of_a_dispute_is_told_to_both(arguing):
    arguing.asks(AnswerClaim(claim=1, accepts=True), hour(12), "agent")
    arguing.asks(RuleClaim(claim=1, upheld=True, why="so"), hour(13), "service-manager")

    assert [("customer", "dispute settled"), ("service-manager", "dispute settled")] == arguing.told()[1:]
