"""Read models can be built anew at any time, and then say what they said before."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event as Signal
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier
from pydantic import TypeAdapter

from domain.contract.events import ContractEvent
from domain.contract.papers import Amended
from domain.refusals import Refusal
from domain.terms.library import agreement_ids
from domain.terms.selection import Selector
from domain.ticket.events import Event
from domain.ticket.history import EVENT
from projections.models import ALL_TABLES
from projections.rebuild import STREAMS_AT_FIRST, rebuild
from projections.store.pool import open_pool
from projections.tables import NEXT
from projections.tickets import TICKETS
from tests.clocks.test_every_history import tickets
from tests.projections.log import LONG_AGO, MONDAY_9, Log, happened, opened

SOON_SECONDS = 60.0


def numonix(log: Log) -> UUID:
    log.publish("numonix-ixcloud")
    return log.contract("numonix-ixcloud", plan="saas")


def beside(log: Log) -> list[str]:
    """The tables that are being built, or were left."""
    found = log.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_name LIKE %s",
        log.schema,
        f"%\\{NEXT}",
    )
    return [name for (name,) in found]


def test_rebuilt_tickets_are_what_they_were(log: Log):
    contract = numonix(log)
    for _ in range(3):
        log.ticket(contract, opened(), happened("escalated", MONDAY_9, to="management"))
    position = log.runner.catch_up()
    rows = log.everything()

    rebuilt = log.runner.rebuild()

    assert (position, position, rebuilt.streams) == (rebuilt.position, rebuilt.events, rebuilt.streams)
    assert rows == log.everything()
    assert [] == beside(log)


@pytest.mark.parametrize("jobs", [1, 2])
def test_tickets_rebuilt_in_parts_by_one_process_or_several_are_what_they_were(log: Log, jobs: int):
    contract = numonix(log)
    for _ in range(5):
        log.ticket(contract, opened(), happened("escalated", MONDAY_9, to="management"))
    log.runner.catch_up()
    rows = log.everything()

    rebuild(log.pool, log.schema, log.desk.mapper, log.desk.shelf, jobs=jobs, streams_at_once=2)

    assert rows == log.everything()
    assert 5 == len(rows["tickets"])


@pytest.mark.parametrize("streams_at_once", [STREAMS_AT_FIRST - 1, STREAMS_AT_FIRST, STREAMS_AT_FIRST + 1])
def test_every_ticket_is_in_one_part(log: Log, streams_at_once: int):
    contract = numonix(log)
    for _ in range(STREAMS_AT_FIRST + 1):
        log.ticket(contract, opened())

    streams = rebuild(log.pool, log.schema, log.desk.mapper, log.desk.shelf, streams_at_once=streams_at_once).streams

    assert streams == log.execute("SELECT count(DISTINCT originator_id) FROM events")[0][0]
    assert STREAMS_AT_FIRST + 1 == log.execute("SELECT count(*) FROM tickets")[0][0]


def test_tickets_are_built_where_there_was_nothing_before(log: Log):
    ticket = log.ticket(numonix(log), opened())

    log.another_runner().rebuild()

    assert log.tickets.ticket(ticket) is not None
    assert 0 == log.runner.lag().events


def test_a_rebuild_brings_back_tickets_whose_rows_were_spoilt(log: Log):
    ticket = log.ticket(numonix(log), opened())
    row = log.row(ticket)
    log.execute("UPDATE tickets SET status = 'closed'")
    log.execute("DELETE FROM clocks")

    log.runner.rebuild()

    assert row == log.row(ticket)
    assert "open" == log.clock(ticket, "response").verdict


def test_a_rebuild_can_follow_a_rebuild(log: Log):
    ticket = log.ticket(numonix(log), opened())
    for number in range(3):
        log.runner.rebuild()
        log.on(ticket, happened("commented", MONDAY_9))

        assert number + 2 == log.row(ticket).version
    assert {"tickets_key", "clocks_key", "deadlines_key"} <= {
        name for (name,) in log.execute("SELECT indexname FROM pg_indexes WHERE schemaname = %s", log.schema)
    }


class Killed(Exception):
    pass


def test_a_rebuild_that_was_killed_leaves_the_tickets_as_they_are_and_the_next_one_ends(log: Log):
    contract = numonix(log)
    ticket = log.ticket(contract, opened())
    log.runner.catch_up()
    rows = log.everything()

    def kill(_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        log.runner.rebuild(kill)

    assert set(beside(log)) == {table.name + NEXT for table in ALL_TABLES}
    assert rows == log.everything()

    log.runner.rebuild()

    assert rows == log.everything()
    assert [] == beside(log)
    assert 1 == log.row(ticket).version


def test_tickets_are_not_rebuilt_twice_at_once(log: Log):
    log.ticket(numonix(log), opened())
    problems = []

    def try_too(_: int) -> None:
        with pytest.raises(Refusal, match="are being rebuilt already") as refused:
            log.another_runner().rebuild()
        problems.append(refused)

    log.runner.rebuild(try_too)

    assert 1 == len(problems)


def test_what_happens_to_tickets_during_a_rebuild_is_not_lost(log: Log):
    contract = numonix(log)
    known = log.ticket(contract, opened())
    late: list[UUID] = []

    def happen(_: int) -> None:
        log.on(known, happened("commented", MONDAY_9))
        late.append(log.ticket(contract, opened()))
        log.runner.catch_up()

    position = log.runner.rebuild(happen).position

    assert position == log.runner.lag().head
    assert 2 == log.row(known).version
    assert 1 == log.row(late[0]).version


def test_whoever_waits_for_a_ticket_during_a_rebuild_is_served(log: Log):
    contract = numonix(log)
    log.ticket(contract, opened())
    stop = Signal()
    follower = Thread(target=log.runner.follow, args=(stop,))
    follower.start()
    try:
        rebuilds = Thread(target=lambda: [log.another_runner().rebuild() for _ in range(2)])
        rebuilds.start()
        while rebuilds.is_alive():
            ticket = log.ticket(contract, opened())
            assert log.runner.wait_for(log.on(ticket, happened("commented", MONDAY_9)), SOON_SECONDS)
            row = log.tickets.ticket(ticket)
            assert row is not None
            assert 2 == row.version
        rebuilds.join()
    finally:
        stop.set()
        follower.join()
    rows = log.everything()

    log.runner.rebuild()

    assert rows == log.everything()


def test_a_reader_of_tickets_that_does_not_go_away_delays_the_switch_only(log: Log, database_url: str):
    ticket = log.ticket(numonix(log), opened())
    with psycopg.connect(database_url) as reader:
        reader.execute(SQL("SELECT * FROM {}").format(TICKETS.at(log.schema)))
        rebuilding = Thread(target=log.runner.rebuild)
        rebuilding.start()
        while not log.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'tickets'::regclass"):
            assert rebuilding.is_alive()
        reader.rollback()
        rebuilding.join()

    assert log.tickets.ticket(ticket) is not None
    assert [] == beside(log)


def test_a_ticket_in_trouble_is_in_trouble_after_a_rebuild(log: Log):
    contract = numonix(log)
    damaged = log.ticket(contract, opened(), happened("commented", MONDAY_9))
    unfit = log.ticket(contract, opened(category="a\0b"))
    log.execute("UPDATE events SET state = state || ' ' WHERE originator_id = %s AND originator_version = 1", damaged)
    sound = log.ticket(contract, opened())
    log.another_runner().catch_up()
    rows = log.everything()

    log.runner.rebuild()

    assert rows == log.everything()
    assert sorted([damaged, unfit]) == sorted(row[0] for row in rows["troubles"])
    assert [sound] == [row[0] for row in rows[TICKETS.name]]


# --- any history ------------------------------------------------------------------------------------------------------

CONTRACT_EVENT: TypeAdapter[Any] = TypeAdapter(ContractEvent)


@pytest.fixture(scope="module")
def estate(database_url: str) -> Iterator[Log]:
    """One log for all histories: each is added to those before."""
    name = f"test_{uuid4().hex}"
    with open_pool(database_url) as pool:
        log = Log.in_(pool, name, page=7)
        log.publish(*agreement_ids())
        yield log
        with pool.connection() as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


@st.composite
def afterthoughts(draw: st.DrawFn, most: int) -> Event:
    """What is said afterwards about one of the first events, or is ruled about them."""
    at = draw(st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    number = draw(st.integers(1, most))
    said: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"event": "corrected", "number": number, "struck": True},
                {"event": "corrected", "number": number, "moved_to": at - timedelta(hours=5)},
                {"event": "corrected", "number": number, "data": {"severity": 2}},
                {"event": "ruled", "severity": 2},
                {"event": "ruled", "strike_wait": number},
                {"event": "ruled", "excuse": "response"},
            ]
        )
    )
    return EVENT.validate_python({"effective_at": at, "why": "it was otherwise", **said})


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(case=tickets(most=8), data=st.data())
def test_whatever_happened_to_tickets_and_in_whatever_pages_it_was_read_a_rebuild_changes_no_row(
    estate: Log, case: tuple[Selector, dict[str, Any]], data: st.DataObject
):
    selector, document = case
    facts = dict(document["contract"])
    entries = [CONTRACT_EVENT.validate_python(entry) for entry in facts.pop("events", ())]
    entries.append(Amended(effective_at=LONG_AGO, plan=data.draw(st.sampled_from(sorted(selector.agreement.plans)))))
    contract = estate.contract(selector.agreement.id, readings=document["readings"], **facts)
    first, *rest = [told(line) for line in document["events"]]
    rest += data.draw(st.lists(afterthoughts(len(rest) + 1), max_size=3))
    ticket = estate.ticket(contract, first)

    steps = [lambda event=event: estate.on(ticket, event) for event in rest]
    for entry in entries:
        steps.insert(data.draw(st.integers(0, len(steps))), lambda entry=entry: estate.on_contract(contract, entry))
    for step in steps:
        step()
        if data.draw(st.booleans()):
            estate.runner.catch_up()
    estate.runner.catch_up()
    rows = estate.everything()

    estate.runner.rebuild()

    assert rows == estate.everything()
    assert [] == rows["troubles"]


def told(line: dict[str, Any]) -> Event:
    return EVENT.validate_python({"effective_at" if name == "at" else name: value for name, value in line.items()})
