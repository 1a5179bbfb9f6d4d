"""Whoever follows the log sees every event once and in order, however late its writer is."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import sleep

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from psycopg.sql import SQL, Identifier

from projections.store.pool import open_pool
from projections.store.reader import Reader
from projections.store.recorder import LogRecorder
from tests.store.told import events


class Writer:
    """Somebody who takes ids now and commits them when it pleases them."""

    def __init__(self, database_url: str, schema: str) -> None:
        self.connection = psycopg.connect(database_url)
        self.connection.execute(SQL("SET search_path TO {}").format(Identifier(schema)))
        self.connection.commit()

    def write(self, count: int = 1) -> None:
        for event in events(count):
            self.connection.execute(
                "INSERT INTO events (originator_id, originator_version, topic, state) VALUES (%s, %s, %s, %s)",
                (event.originator_id, event.originator_version, event.topic, event.state),
            )

    def commit(self) -> None:
        self.connection.commit()

    def roll_back(self) -> None:
        self.connection.rollback()


@pytest.fixture
def writers(database_url: str, schema: str, recorder: LogRecorder) -> Iterator[list[Writer]]:
    with ExitStack() as connections:
        writers = [Writer(database_url, schema) for _ in range(6)]
        for writer in writers:
            connections.enter_context(writer.connection)
        yield writers


@pytest.fixture
def reader(recorder: LogRecorder, pool, schema) -> Reader:
    return Reader(pool, schema)


def follow(reader: Reader, after: int = 0, limit: int = 1_000) -> list[int]:
    """The places of all events that can be had now."""
    places: list[int] = []
    while page := reader.page(places[-1] if places else after, limit).events:
        places += [event.id for event in page]
    return places


def test_an_empty_log_has_an_empty_page(reader):
    page = reader.page(0)

    assert [] == page.events
    assert not page.held_back
    assert 0 == reader.head()


def test_events_come_in_pages_as_they_were_recorded(reader, recorder):
    told = events(5)
    recorder.insert_events(told)
    first, second = reader.page(0, limit=3), reader.page(3, limit=3)

    assert told == [StoredEvent(*fields(event)) for event in (*first.events, *second.events)]
    assert [1, 2, 3] == [event.id for event in first.events]
    assert [4, 5] == [event.id for event in second.events]


def test_whoever_pauses_in_the_middle_of_the_whole_log_can_read_on(recorder, database_url, schema):
    recorder.insert_events(events(5))
    with open_pool(database_url, idle_seconds=0.05) as pool:
        reader = Reader(pool, schema)
        for told in (reader.in_order(0, 5), reader.streams(5)):
            first = next(told)
            sleep(0.2)
            assert [1, 2, 3, 4, 5] == sorted(event.id for event in (first, *told))


def fields(event):
    return event.originator_id, event.originator_version, event.topic, event.state


def test_an_event_waits_for_one_that_took_its_place_before_it(reader, recorder, writers):
    writers[0].write()
    recorder.insert_events(events())
    page = reader.page(0)

    assert [] == page.events
    assert page.held_back

    writers[0].commit()

    assert [1, 2] == follow(reader)


def test_a_place_that_was_given_back_holds_nobody_up(reader, recorder, writers):
    writers[0].write(3)
    recorder.insert_events(events())
    writers[1].write(2)
    recorder.insert_events(events())
    writers[1].roll_back()

    assert [] == follow(reader)

    writers[0].roll_back()

    assert [4, 7] == follow(reader)


def test_what_stands_before_a_gap_does_not_wait(reader, recorder, writers):
    recorder.insert_events(events(2))
    writers[0].write()
    recorder.insert_events(events())
    page = reader.page(0)

    assert [1, 2] == [event.id for event in page.events]
    assert page.held_back


def test_a_late_writer_is_waited_for_though_its_transaction_is_younger_than_every_committed_one(
    reader, recorder, writers
):
    """So young that a snapshot's xmax does not count it among those that are running."""
    writers[1].connection.execute("SELECT pg_current_xact_id()")
    writers[0].write()
    writers[1].write()
    writers[1].commit()

    assert [] == follow(reader)

    writers[0].commit()

    assert [1, 2] == follow(reader)


def test_who_began_to_write_after_a_gap_was_seen_does_not_hold_it_up(reader, recorder, writers):
    writers[0].write()
    recorder.insert_events(events())

    assert [] == follow(reader)

    writers[1].write()
    writers[0].roll_back()

    assert [2] == follow(reader)


def test_a_long_transaction_that_writes_elsewhere_holds_nobody_up(reader, recorder, writers):
    writers[2].connection.execute("SELECT pg_current_xact_id()")
    writers[0].write()
    recorder.insert_events(events())
    writers[0].roll_back()

    assert [2] == follow(reader)


def test_another_log_in_the_same_database_holds_nobody_up(reader, recorder, writers, pool, schema):
    LogRecorder(pool, f"{schema}_b").create_tables()
    with pool.connection() as connection, connection.transaction(force_rollback=True):
        connection.execute(f"INSERT INTO \"{schema}_b\".events VALUES (gen_random_uuid(), 1, 'x', '')")
        writers[0].write()
        recorder.insert_events(events())
        writers[0].roll_back()

        assert [2] == follow(reader)

    with pool.connection() as connection:
        connection.execute(f'DROP SCHEMA "{schema}_b" CASCADE')


@pytest.mark.parametrize("seed", range(25))
def test_however_writers_are_late_nothing_is_missed_doubled_or_out_of_order(reader, recorder, writers, seed):
    chance = random.Random(seed)
    seen: list[int] = []
    for _ in range(120):
        writer = chance.choice(writers)
        action = chance.choice(["write", "write", "commit", "roll back", "at once", "conflict", "read", "read"])
        match action:
            case "write":
                writer.write(chance.randint(1, 3))
            case "commit":
                writer.commit()
            case "roll back":
                writer.roll_back()
            case "at once":
                recorder.insert_events(events(chance.randint(1, 12)))
            case "conflict":
                told = events()
                with pytest.raises(IntegrityError):
                    recorder.insert_events(told + told)
            case _:
                seen += follow(reader, seen[-1] if seen else 0, limit=chance.randint(1, 20))
    for writer in writers:
        writer.commit()
    seen += follow(reader, seen[-1] if seen else 0)

    assert [event.id for event in recorder.select_notifications(None, 10_000)] == seen


def test_many_who_write_at_once_and_one_who_follows(reader, recorder, writers, database_url, schema):
    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            if chance.random() < 0.5:
                recorder.insert_events(events(chance.randint(1, 3)))
                continue
            writers[seed].write(chance.randint(1, 3))
            if chance.random() < 0.3:
                writers[seed].roll_back()
            elif chance.random() < 0.7:
                writers[seed].commit()
        writers[seed].commit()

    seen: list[int] = []
    with ThreadPoolExecutor(len(writers)) as everyone:
        writing = [everyone.submit(write, number) for number in range(len(writers))]
        while not all(one.done() for one in writing):
            seen += follow(reader, seen[-1] if seen else 0, limit=7)
    for one in writing:
        one.result()
    seen += follow(reader, seen[-1] if seen else 0)

    assert [event.id for event in recorder.select_notifications(None, 10_000)] == seen


def test_the_head_is_told_once_nothing_can_be_added_below_it(reader, recorder, writers):
    writers[0].write()
    recorder.insert_events(events(2))

    with pytest.raises(TimeoutError, match="somebody has been writing"):
        reader.head(patience_seconds=0.01)

    writers[0].commit()

    assert 3 == reader.head()


def test_a_rebuild_reads_ticket_by_ticket_and_nothing_that_came_after_it_began(reader, recorder):
    first, second = sorted((events(3), events(2)), key=lambda told: str(told[0].originator_id))
    recorder.insert_events(second[:1])
    recorder.insert_events(first)
    recorder.insert_events(second[1:])
    up_to = reader.head()
    recorder.insert_events(events())

    assert [*first, *second] == [StoredEvent(*fields(event)) for event in reader.streams(up_to)]
