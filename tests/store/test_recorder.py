"""Events and the command they answer: both are stored, or neither, whatever happens on the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, NotSupportedError, OperationalError, StoredEvent

from domain.refusals import Refusal
from projections.store.pool import Pool, open_pool
from projections.store.recorder import FEW, LogRecorder
from projections.store.stock import StockRecorder
from tests.store.line import Line
from tests.store.told import command, events


@pytest.fixture(params=["ours", "stock"])
def log(request: pytest.FixtureRequest, recorder: LogRecorder) -> LogRecorder | StockRecorder:
    if request.param == "ours":
        return recorder
    stock: StockRecorder = request.getfixturevalue("stock_recorder")
    return stock


@pytest.fixture
def line(database_url: str) -> Iterator[Line]:
    with closing(Line(database_url)) as line:
        yield line


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1, 500])
def test_events_recorded_together_stand_in_the_log_in_their_order(log, count):
    told = events(count)

    assert [*range(1, count + 1)] == log.insert_events(told)
    assert told == log.select_events(told[0].originator_id)
    assert [*range(1, count + 1)] == [event.originator_version for event in log.select_notifications(None, count)]


@pytest.mark.parametrize("count", [1, 2, FEW + 1])
def test_a_command_is_kept_with_the_place_of_its_last_event(log, count):
    places = log.insert_events(events(count), command=command("wait-1"))

    assert count == places[-1]
    assert replace(command("wait-1"), position=count) == log.find_command("key:anna", "wait-1")


def test_a_command_that_records_nothing_is_kept_all_the_same(log):
    assert log.insert_events([], command=command("wait-again")) is None
    assert command("wait-again") == log.find_command("key:anna", "wait-again")


def test_a_key_is_its_principals_own(log):
    log.insert_events(events(), command=command("1"))

    assert log.find_command("key:ben", "1") is None
    assert log.find_command("key:anna", "2") is None


def test_a_version_that_is_taken_leaves_no_command_behind(log):
    told = events()
    log.insert_events(told)

    with pytest.raises(IntegrityError):
        log.insert_events(told, command=command("late"))

    assert log.find_command("key:anna", "late") is None
    assert 1 == len(log.select_notifications(None, 10))


@pytest.mark.parametrize("count", [0, 1, 2, FEW + 1])
def test_a_command_that_was_done_records_nothing_more(log, count):
    log.insert_events(events(), command=command("1", b"first"))

    with pytest.raises(IntegrityError):
        log.insert_events(events(count), command=command("1", b"second"))

    assert replace(command("1", b"first"), position=1) == log.find_command("key:anna", "1")
    assert 1 == len(log.select_notifications(None, 10))


def test_of_many_who_do_the_same_command_at_once_one_does_it(recorder):
    def act(_: int) -> bool:
        try:
            recorder.insert_events(events(3), command=command("1"))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(8) as everyone:
        done = list(everyone.map(act, range(40)))

    assert 1 == sum(done)
    assert 3 == len(recorder.select_notifications(None, 200))


def test_a_ticket_is_read_from_a_version_to_a_version(recorder):
    told = events(5)
    ticket = told[0].originator_id
    recorder.insert_events(told)

    assert told[2:4] == recorder.select_events(ticket, gt=2, lte=4)
    assert [told[4]] == recorder.select_events(ticket, desc=True, limit=1)
    assert [] == recorder.select_events(uuid4())


def test_two_logs_stand_side_by_side_in_one_database(recorder, pool, schema):
    other = LogRecorder(pool, f"{schema}_b")
    other.create_tables()
    told = events(2)

    assert [1, 2] == recorder.insert_events(told, command=command("1"))
    assert [1, 2] == other.insert_events(told, command=command("1"))
    assert 2 == len(other.select_notifications(None, 10))

    with pool.connection() as connection:
        connection.execute(f'DROP SCHEMA "{schema}_b" CASCADE')


def test_programs_that_start_at_once_make_the_tables_once(pool, schema):
    with ThreadPoolExecutor(8) as everyone:
        list(everyone.map(lambda _: LogRecorder(pool, schema).create_tables(), range(8)))

    assert [1] == LogRecorder(pool, schema).insert_events(events())


def test_tables_made_again_keep_what_they_hold(recorder):
    recorder.insert_events(events())
    recorder.create_tables()

    assert 1 == recorder.max_notification_id()


@pytest.mark.parametrize("name", ["", "x" * 64, "ü" * 32])
def test_a_name_that_postgresql_would_cut_short_names_no_log(pool, name):
    with pytest.raises(Refusal, match="the name of a schema has 1 to 63 bytes"):
        LogRecorder(pool, name).create_tables()


def test_nobody_subscribes_to_a_log_that_notifies_nobody(recorder):
    with pytest.raises(NotSupportedError):
        recorder.subscribe()


def test_an_event_whose_answer_got_lost_is_stored_and_its_command_tells(recorder, line, schema):
    told = events()
    with open_pool(line.url, size=1) as pool:
        cut_off = LogRecorder(pool, schema)
        cut_off.insert_events(events(), command=command("before"))
        line.lose_answers()

        with pytest.raises(OperationalError):
            cut_off.insert_events(told, command=command("1"))

    assert told == recorder.select_events(told[0].originator_id)
    assert replace(command("1"), position=2) == recorder.find_command("key:anna", "1")
    with pytest.raises(IntegrityError):
        recorder.insert_events(told, command=command("1"))
    assert 2 == len(recorder.select_notifications(None, 10))


def test_an_event_that_got_lost_on_its_way_is_not_stored_nor_is_its_command(recorder, line, schema):
    told = events()
    with open_pool(line.url, size=1) as pool:
        cut_off = LogRecorder(pool, schema)
        cut_off.insert_events(events(), command=command("before"))
        line.lose_requests()

        with pytest.raises(OperationalError):
            cut_off.insert_events(told, command=command("1"))

    assert recorder.find_command("key:anna", "1") is None
    assert [2] == recorder.insert_events(told, command=command("1"))


def test_a_log_whose_connections_were_cut_goes_on_at_once(recorder, database_url):
    with ThreadPoolExecutor(8) as everyone:
        list(everyone.map(lambda _: recorder.insert_events(events()), range(50)))
    hang_up(database_url)

    for _ in range(10):
        recorder.insert_events(events())

    assert 60 == len(recorder.select_notifications(None, 100))


def hang_up(database_url: str) -> None:
    """As a server does that is restarted."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def test_a_log_without_a_database_says_so_soon(schema):
    nowhere = "postgresql://postgres@127.0.0.1:1/postgres"
    with open_pool(nowhere, wait_seconds=0.1) as pool, pytest.raises(OperationalError):
        LogRecorder(pool, schema).insert_events(events())


def test_a_statement_that_takes_too_long_is_broken_off(database_url, recorder, schema):
    with (
        open_pool(database_url, statement_seconds=0.05) as pool,
        psycopg.connect(database_url) as other,
    ):
        other.execute(f'LOCK TABLE "{schema}".events')

        with pytest.raises(OperationalError, match="statement timeout"):
            LogRecorder(pool, schema).insert_events(events(), command=command("1"))

    assert recorder.find_command("key:anna", "1") is None


@pytest.mark.parametrize("count", [1, 2])
def test_a_command_is_kept_where_what_it_was_decided_on_has_not_moved(log, count):
    contract, told = events(2), events(count)
    log.insert_events(contract)

    places = log.insert_events(told, command=command("wait-1"), unmoved={contract[0].originator_id: 2, uuid4(): 0})

    assert [*range(3, 3 + count)] == places
    assert told == log.select_events(told[0].originator_id)
    assert replace(command("wait-1"), position=2 + count) == log.find_command("key:anna", "wait-1")


def test_a_command_decided_on_a_contract_that_has_moved_on_leaves_nothing(log):
    contract, told = events(2), events()
    log.insert_events(contract)

    with pytest.raises(IntegrityError, match="moved on"):
        log.insert_events(told, command=command("wait-1"), unmoved={contract[0].originator_id: 1})

    assert [] == log.select_events(told[0].originator_id)
    assert log.find_command("key:anna", "wait-1") is None


def test_of_two_commands_that_hang_on_each_others_streams_and_come_in_turn_one_is_kept(log):
    for _ in range(40):
        here, there = events(2), events(2)
        log.insert_events([here[0], there[0]])
        start = Barrier(2)

        def hangs(own: StoredEvent, other: StoredEvent, start: Barrier = start) -> bool:
            told, stream = command(f"{own.originator_id}"), UUID(str(other.originator_id))
            start.wait()
            try:
                log.insert_events([own], command=told, unmoved={stream: 1}, in_turn=True)
            except IntegrityError:
                return False
            return True

        with ThreadPoolExecutor(2) as both:
            kept = [*both.map(hangs, (here[1], there[1]), (there[1], here[1]))]

        assert [False, True] == sorted(kept)


def test_a_command_that_came_in_turn_and_was_there_before_keeps_no_other_from_its_turn(database_url, schema, recorder):
    recorder.insert_events(events(), command=command("wait-1"))
    with open_pool(database_url, size=1) as pool:
        log = LogRecorder(pool, schema)
        for number in range(2):
            told, other = command(f"merge-{number}"), {uuid4(): 0}
            log.insert_events(events(), command=told, unmoved=other, in_turn=True)
            with pytest.raises(IntegrityError):
                log.insert_events(events(), command=told, unmoved=other, in_turn=True)


def test_only_a_command_of_a_few_events_hangs_on_other_streams(recorder):
    with pytest.raises(NotSupportedError):
        recorder.insert_events(events(FEW + 1), command=command("wait-1"), unmoved={uuid4(): 0})
    with pytest.raises(NotSupportedError):
        recorder.insert_events(events(), unmoved={uuid4(): 0})


def test_a_connection_that_was_bid_to_forget_its_statements_is_told_them_anew(database_url, schema, recorder):
    with open_pool(database_url, size=1) as pool:
        log = LogRecorder(pool, schema)
        log.insert_events(events(), command=command("1"))
        with pool.connection() as connection:
            connection.execute("DEALLOCATE ALL")

        assert [2] == log.insert_events(events(), command=command("2"))


def test_an_event_that_hangs_on_a_stream_looks_up_that_stream_alone(recorder, database_url, schema):
    contract = events(2)
    recorder.insert_events([one for _ in range(200) for one in events(10)])
    recorder.insert_events(contract)

    with open_pool(database_url, size=1) as pool:
        with pool.connection() as connection:
            connection.execute(f'ANALYZE "{schema}".events')
        before = rows_read_one_by_one(pool, schema)
        for number in range(8):  # after five times the database settles on one plan
            told = command(f"wait-{number}")
            LogRecorder(pool, schema).insert_events(
                events(), command=told, unmoved={UUID(str(contract[0].originator_id)): 2}
            )

        assert before == rows_read_one_by_one(pool, schema)


def rows_read_one_by_one(pool: Pool, schema: str) -> int:
    """How many events were read so far by going through the whole table."""
    with pool.connection() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        ((read,),) = connection.execute(
            "SELECT seq_tup_read FROM pg_stat_user_tables WHERE schemaname = %s AND relname = 'events'", (schema,)
        )
    return int(read)
