"""The runner keeps the read models up with the log, whatever happens to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.contract.events import Unpaid
from domain.terms.publication import digest_of
from projections.models import ALL_TABLES, Models
from projections.runner import Runner
from projections.store.pool import Pool, open_pool
from projections.tables import TROUBLES, Trouble
from projections.tickets import TICKETS
from tests.library import library
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

SOON_SECONDS = 60.0


def numonix(log: Log) -> UUID:
    log.publish("numonix-ixcloud")
    return log.contract("numonix-ixcloud", plan="saas")


@contextmanager
def following(*runners: Runner) -> Iterator[None]:
    stop = Event()
    threads = [Thread(target=runner.follow, args=(stop,)) for runner in runners]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def position(log: Log) -> int:
    ((reached,),) = log.execute("SELECT position FROM progress")
    return int(reached)


def test_an_event_of_a_ticket_that_is_seen_twice_changes_nothing(log: Log):
    ticket = log.ticket(numonix(log), opened(), happened("escalated", MONDAY_9, to="management"))
    log.runner.catch_up()
    rows = log.everything()

    log.execute("UPDATE progress SET position = 0")
    log.another_runner().catch_up()

    assert rows == log.everything()
    assert [(f"{ticket}/2/escalated",)] == log.execute("SELECT notice FROM deliveries")


def test_tickets_are_the_same_in_pages_of_any_size(pool: Pool, schema: str):
    log = Log.in_(pool, schema, page=2)
    contract = numonix(log)
    ticket = log.ticket(contract, *(opened(), *(happened("commented", MONDAY_9 + hours(one)) for one in range(5))))
    log.ticket(contract, opened(severity=2))
    log.on(ticket, happened("escalated", MONDAY_9 + hours(6), to="management"))
    log.runner.catch_up()
    rows = log.everything()

    log.execute("UPDATE progress SET position = 0")
    log.another_runner(page=1_000).catch_up()

    assert rows == log.everything()


def test_a_change_of_a_contract_changes_all_of_its_tickets(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="gold", region="europe")
    tickets = [log.ticket(contract, opened()) for _ in range(3)]
    other = log.ticket(log.contract("imagicle-care", plan="gold", region="europe"), opened())
    log.runner.catch_up()

    log.on_contract(contract, Unpaid(effective_at=MONDAY_9 + hours(1)))

    assert ["waiting"] * 3 == [log.row(ticket).status for ticket in tickets]
    assert "open" == log.row(other).status


def test_two_runners_bring_the_same_tickets_to_the_same_rows(log: Log):
    contract, other = numonix(log), log.another_runner(page=3)
    with following(log.runner, other):
        tickets = [log.ticket(contract, opened(), happened("commented", MONDAY_9)) for _ in range(20)]
        last = [log.on(ticket, happened("escalated", MONDAY_9, to="management")) for ticket in tickets][-1]
        assert log.runner.wait_for(last, SOON_SECONDS)
        assert other.wait_for(last, SOON_SECONDS)
    rows = log.everything()

    log.runner.rebuild()

    assert rows == log.everything()
    assert 20 == len(rows["notices"])


def test_a_runner_that_another_overtook_does_not_remember_contracts_as_they_were(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="gold", region="europe")
    log.ticket(contract, opened())
    log.runner.catch_up()

    log.on_contract(contract, Unpaid(effective_at=MONDAY_9))
    log.another_runner().catch_up()
    ticket = log.ticket(contract, opened(MONDAY_9 + hours(1)))

    assert "waiting" == log.row(ticket).status


# --- waiting for what was just recorded -------------------------------------------------------------------------------


def test_whoever_recorded_something_about_a_ticket_waits_until_it_shows(log: Log):
    ticket = log.ticket(numonix(log), opened())
    with following(log.runner):
        recorded = log.on(ticket, happened("escalated", MONDAY_9, to="management"))

        assert log.runner.wait_for(recorded, SOON_SECONDS)
        row = log.tickets.ticket(ticket)

    assert row is not None
    assert (2, recorded) == (row.version, row.position)


def test_a_ticket_is_waited_for_while_another_program_writes_the_rows(log: Log):
    ticket = log.ticket(numonix(log), opened())
    recorded = log.on(ticket, happened("closed", MONDAY_9))
    idle = log.another_runner()
    with following(log.runner):
        assert idle.wait_for(recorded, SOON_SECONDS)


def test_nobody_waits_for_ever(log: Log):
    assert not log.runner.wait_for(log.runner.lag().head + 1, 0.01)


def test_the_lag_says_how_many_events_are_still_to_come(log: Log):
    contract = numonix(log)
    reached = log.runner.catch_up()
    log.ticket(contract, opened(), happened("closed", MONDAY_9))

    behind = log.runner.lag()

    assert (reached, reached + 2, 2) == (behind.position, behind.head, behind.events)

    log.runner.catch_up()

    assert 0 == log.runner.lag().events


# --- gaps, ends, and errors -------------------------------------------------------------------------------------------


def test_tickets_after_a_gap_in_the_log_wait_for_whoever_is_late(log: Log, database_url: str):
    contract = numonix(log)
    log.runner.catch_up()
    with psycopg.connect(database_url) as late:
        late.execute(f'LOCK TABLE "{log.schema}".events IN ROW EXCLUSIVE MODE')
        late.execute(f"SELECT nextval('\"{log.schema}\".events_notification_id_seq')")
        ticket = log.ticket(contract, opened())
        log.runner.catch_up()

        assert log.tickets.ticket(ticket) is None
        late.rollback()

    assert 1 == log.row(ticket).version


@contextmanager
def refusing(log: Log, table: str) -> Iterator[None]:
    """A table that takes no rows: the database stops in the middle of a page, after its first rows."""
    log.execute(f"ALTER TABLE {table} ADD CONSTRAINT full_up CHECK (false) NOT VALID")
    yield
    log.execute(f"ALTER TABLE {table} DROP CONSTRAINT full_up")


def test_a_page_of_tickets_that_came_to_nothing_is_written_whole_the_next_time(log: Log):
    contract = numonix(log)
    before = log.runner.catch_up()
    ticket = log.ticket(contract, opened())

    with refusing(log, "deadlines"), pytest.raises(psycopg.IntegrityError):
        log.runner.catch_up()

    assert before == position(log)
    assert [] == log.rows(TICKETS)
    assert 1 == log.row(ticket).version
    assert log.due(ticket)


def test_a_runner_that_follows_goes_on_after_an_error(log: Log, caplog: pytest.LogCaptureFixture):
    contract = numonix(log)
    with following(log.runner):
        with refusing(log, "tickets"):
            recorded = log.on(log.ticket(contract, opened()), happened("closed", MONDAY_9))
            ends = monotonic() + SOON_SECONDS
            while "the read models stand still" not in caplog.text and monotonic() < ends:
                assert not log.runner.wait_for(recorded, 0.05)

        assert log.runner.wait_for(recorded, SOON_SECONDS)
    assert "the read models stand still" in caplog.text


def test_a_runner_that_follows_survives_the_loss_of_its_connections(database_url: str, schema: str):
    with open_pool(database_url) as pool:
        log = Log.in_(pool, schema)
        contract = numonix(log)
        with following(log.runner):
            assert log.runner.wait_for(
                log.on(log.ticket(contract, opened()), happened("closed", MONDAY_9)), SOON_SECONDS
            )
            with psycopg.connect(database_url, autocommit=True) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND backend_type = 'client backend' AND query LIKE %s",
                    (f"%{schema}%",),
                )
            with open_pool(database_url) as fresh:
                ticket = Log.in_(fresh, schema).ticket(contract, opened())
                assert log.runner.wait_for(log.desk.events.recorder.max_notification_id() or 0, SOON_SECONDS)  # type: ignore[attr-defined]

            assert log.tickets.ticket(ticket) is not None


# --- troubles ---------------------------------------------------------------------------------------------------------


def damage(log: Log, ticket: UUID) -> None:
    """Somebody changed what is stored of its first event: a space more, and the digest is another."""
    log.execute("UPDATE events SET state = state || ' ' WHERE originator_id = %s AND originator_version = 1", ticket)


def test_a_ticket_that_was_tampered_with_stops_no_other(log: Log):
    contract = numonix(log)
    damaged = log.ticket(contract, opened(), happened("commented", MONDAY_9))
    damage(log, damaged)
    other = log.ticket(contract, opened())

    assert 1 == log.row(other).version
    assert log.tickets.ticket(damaged) is None
    (trouble,) = log.runner.troubles()
    assert (damaged, f"BrokenChain: event 2 of {damaged} does not follow event 1 as it was stored") == (
        trouble.stream,
        trouble.problem,
    )


def test_a_ticket_in_trouble_loses_its_rows_and_has_them_again_with_its_next_event(log: Log):
    contract = numonix(log)
    ticket = log.ticket(contract, opened(), happened("commented", MONDAY_9))
    log.runner.catch_up()
    ((sound,),) = log.execute("SELECT state FROM events WHERE originator_id = %s AND originator_version = 1", ticket)
    other = log.another_runner()
    log.on(ticket, happened("commented", MONDAY_9))

    damage(log, ticket)
    other.catch_up()

    assert [ticket] == [trouble.stream for trouble in other.troubles()]
    assert [] == log.rows(TICKETS)

    log.execute("UPDATE events SET state = %s WHERE originator_id = %s AND originator_version = 1", sound, ticket)
    log.on(ticket, happened("commented", MONDAY_9))
    log.another_runner().catch_up()

    assert [] == log.runner.troubles()
    assert 4 == log.row(ticket).version


def test_a_ticket_under_terms_that_nobody_published_is_in_trouble_until_somebody_does(log: Log):
    contract = numonix(log)
    version = {**library().agreements["numonix-ixcloud"], "version": "2", "valid_from": "2023-01-01"}
    digest = digest_of(version)
    ticket = uuid4()
    log.on(ticket, opened(), filed=log.filed(contract, opened()).model_copy(update={"digest": digest}))
    log.runner.catch_up()

    assert [
        (ticket, contract, f"UnknownStream: no version of numonix-ixcloud with digest {digest[:12]} is published")
    ] == [(one.stream, one.contract, one.problem) for one in log.runner.troubles()]

    log.desk.publish_agreement(log.publishing(version))

    assert "open" == log.row(ticket).status
    assert [] == log.runner.troubles()


def test_a_ticket_whose_contract_is_not_there_is_in_trouble_until_it_is(log: Log):
    contract = numonix(log)
    missing = uuid4()
    ticket = uuid4()
    log.on(ticket, opened(), filed=log.filed(contract, opened()).model_copy(update={"contract": missing}))
    log.runner.catch_up()

    assert [f"UnknownStream: there is no contract {missing}"] == [one.problem for one in log.runner.troubles()]

    log.on_contract(missing, *(one.event for one in log.desk.stream(contract)))

    assert "open" == log.row(ticket).status
    assert [] == log.runner.troubles()


def test_a_ticket_that_the_database_cannot_hold_stops_no_other(log: Log):
    contract = numonix(log)
    unfit = log.ticket(contract, opened(category="a\0b"))
    other = log.ticket(contract, opened())

    assert 1 == log.row(other).version
    assert [(unfit, contract, "CharacterNotInRepertoire")] == [
        (one.stream, one.contract, one.problem.split()[0]) for one in log.runner.troubles()
    ]


def test_a_trouble_that_the_database_cannot_hold_is_told_without_its_words(log: Log):
    contract = numonix(log)
    unknown = log.filed(contract, opened()).model_copy(update={"agreement": "a\0b", "digest": "a\0b"})
    ticket = uuid4()
    log.on(ticket, opened(), filed=unknown)
    log.runner.catch_up()

    assert [(ticket, contract)] == [(one.stream, one.contract) for one in log.runner.troubles()]


def test_troubles_say_nothing_about_people(log: Log):
    contract = numonix(log)
    ticket = log.ticket(contract, opened(fields={"name": "Ada Lovelace"}))
    log.execute("UPDATE events SET state = state || '{}' WHERE originator_id = %s", ticket)
    log.runner.catch_up()

    (row,) = log.rows(TROUBLES)

    assert "Ada" not in str(row)
    assert "ValidationError" in Trouble(*row).problem


def test_every_table_of_read_models_can_be_made_twice(log: Log):
    log.runner.create_tables()

    assert 0 == log.runner.lag().position
    assert {table.name: [] for table in ALL_TABLES} == log.everything()


def test_read_models_that_were_never_made_say_so(pool: Pool, log: Log):
    log.execute("DELETE FROM progress")

    with pool.connection() as connection, pytest.raises(LookupError, match="never created"):
        Models(log.schema).progress(connection)
