"""An estate as it stood: its tickets have the rows that they had, though the log has gone on since."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from domain.contract.events import Paid, Unpaid
from domain.contract.papers import Amended
from domain.terms.library import agreement_ids
from domain.terms.selection import Selector
from projections.as_of.snapshots import MARK, BeingBuilt, Snapshots, suffix_of
from projections.as_of.views import Views
from projections.contracts import CONTRACTS
from projections.models import ALL_TABLES, Models
from projections.store.pool import Pool, open_pool
from projections.store.schema import LONGEST_NAME_BYTES
from projections.tables import TROUBLES, Table
from projections.tickets import TICKETS, TicketRow
from tests.clocks.test_every_history import tickets
from tests.projections.log import LONG_AGO, MONDAY_9, Log, happened, hours, opened
from tests.projections.test_rebuild import CONTRACT_EVENT, told

PATIENT = 60.0


def snapshots(log: Log, **more: Any) -> Snapshots:
    return Snapshots(log.pool, log.schema, log.desk.mapper, log.desk.shelf, **more)


def rows(log: Log, table: Table, suffix: str = "") -> list[Any]:
    order = SQL(", ").join(map(Identifier, table.key))
    select = SQL("SELECT * FROM {} ORDER BY {}").format(table.at(log.schema, suffix), order)
    with log.pool.connection() as connection:
        return connection.execute(select).fetchall()


def everything(log: Log, suffix: str = "") -> dict[str, list[Any]]:
    return {table.name: rows(log, table, suffix) for table in ALL_TABLES}


def stood(log: Log, at: datetime) -> dict[str, list[Any]]:
    return everything(log, snapshots(log).suffix(at, PATIENT))


def ticket_then(log: Log, ticket: UUID, at: datetime) -> TicketRow | None:
    found = (TicketRow(*row) for row in stood(log, at)[TICKETS.name])
    return next((row for row in found if row.ticket == ticket), None)


@contextmanager
def another_builds(pool: Pool, schema: str) -> Iterator[None]:
    """Another program is at it."""
    lock = "(hashtext('ticketclock snapshots'), hashtext(%s))"
    with pool.connection() as connection:
        connection.execute(f"SELECT pg_advisory_lock{lock}", (schema,))
        yield
        connection.execute(f"SELECT pg_advisory_unlock{lock}", (schema,))


def suffixes(log: Log) -> set[str]:
    """Of the tables that are there."""
    found = log.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename LIKE 'tickets%%'", log.schema
    )
    return {name.removeprefix("tickets") for (name,) in found} - {""}


def numonix(log: Log) -> UUID:
    log.publish("numonix-ixcloud")
    return log.contract("numonix-ixcloud", plan="saas")


def test_a_ticket_stands_as_it_stood_whatever_has_become_of_it(log: Log):
    ticket = log.ticket(numonix(log), opened(severity=2))
    before = log.row(ticket)
    log.on(
        ticket, happened("escalated", MONDAY_9 + hours(2), to="management"), happened("resolved", MONDAY_9 + hours(3))
    )
    assert "resolved" == log.row(ticket).status

    assert before == ticket_then(log, ticket, MONDAY_9 + hours(1))


def test_a_ticket_that_has_not_changed_since_has_the_rows_that_it_has(log: Log):
    contract = numonix(log)
    quiet = log.ticket(contract, opened())
    log.ticket(contract, opened(MONDAY_9 + hours(2)))
    log.runner.catch_up()

    assert [one for one in rows(log, TICKETS) if one[0] == quiet] == stood(log, MONDAY_9 + hours(1))[TICKETS.name]


def test_a_ticket_that_was_opened_later_was_not_there(log: Log):
    ticket = log.ticket(numonix(log), opened())
    log.runner.catch_up()

    assert ticket_then(log, ticket, MONDAY_9 - timedelta(seconds=1)) is None
    assert ticket_then(log, ticket, MONDAY_9) is not None


def test_what_was_learned_of_a_ticket_later_was_not_known_then(log: Log):
    ticket = log.ticket(numonix(log), opened())
    before = log.row(ticket)
    log.on(ticket, happened("waiting", MONDAY_9 + hours(1), on="customer"), recorded_at=MONDAY_9 + hours(5))

    assert before == ticket_then(log, ticket, MONDAY_9 + hours(4))
    assert "waiting" == log.row(ticket).status


def test_a_ticket_is_judged_by_what_was_known_of_its_contract(log: Log):
    contract = numonix(log)
    ticket = log.ticket(contract, opened())
    before = log.row(ticket)
    log.on_contract(contract, Unpaid(effective_at=MONDAY_9 + hours(2)))
    assert before != log.row(ticket)

    assert before == ticket_then(log, ticket, MONDAY_9 + hours(1))


def test_what_was_known_to_come_of_a_contract_had_not_come_yet(log: Log):
    contract = numonix(log)
    ticket = log.ticket(contract, opened(severity=1))
    before = log.row(ticket)
    log.on_contract(contract, Unpaid(effective_at=MONDAY_9 + hours(24)), recorded_at=MONDAY_9)
    assert log.row(ticket).breached  # judged as of the day after

    then = ticket_then(log, ticket, MONDAY_9 + timedelta(minutes=30))

    assert then is not None
    assert (False, before.late_from) == (then.breached, then.late_from)


def test_a_ticket_filed_before_its_contract_goes_by_what_that_said_first(log: Log):
    contract = numonix(log)
    early = log.ticket(contract, opened(LONG_AGO - hours(24 * 30)), recorded_at=LONG_AGO - hours(24 * 30))
    at = LONG_AGO - hours(24)

    found = stood(log, at)
    assert [early] == [row[0] for row in found[TICKETS.name]]
    assert [] == found[CONTRACTS.name] + found[TROUBLES.name]


def test_a_contract_stands_as_it_stood(log: Log):
    contract = numonix(log)
    log.on_contract(contract, Unpaid(effective_at=MONDAY_9))
    log.runner.catch_up()
    before = rows(log, CONTRACTS)
    log.on_contract(contract, Paid(effective_at=MONDAY_9 + hours(2)))
    log.runner.catch_up()

    assert before == stood(log, MONDAY_9 + hours(1))[CONTRACTS.name]
    assert before != rows(log, CONTRACTS)


def test_of_the_last_instant_the_rows_are_those_of_now(log: Log):
    contract = numonix(log)
    for _ in range(3):
        log.ticket(contract, opened(), happened("escalated", MONDAY_9, to="management"))
    log.ticket(contract, opened(category="a\0b"))
    damaged = log.ticket(contract, opened(), happened("commented", MONDAY_9))
    log.execute("UPDATE events SET state = state || ' ' WHERE originator_id = %s AND originator_version = 1", damaged)
    log.another_runner().catch_up()

    assert everything(log) == stood(log, MONDAY_9)
    assert 2 == len(rows(log, TROUBLES))


def test_what_comes_into_the_log_later_and_was_recorded_by_then_is_added(log: Log):
    contract = numonix(log)
    first = log.ticket(contract, opened())
    asked = snapshots(log)
    assert [first] == [row[0] for row in rows(log, TICKETS, asked.suffix(MONDAY_9 + hours(1), PATIENT))]

    late = log.ticket(contract, opened())
    log.on(first, happened("commented", MONDAY_9 + hours(2)))

    found = rows(log, TICKETS, asked.suffix(MONDAY_9 + hours(1), PATIENT))
    assert sorted([first, late]) == sorted(row[0] for row in found)
    log.runner.catch_up()
    assert found == stood(log, MONDAY_9 + hours(1))[TICKETS.name]


def test_rows_that_lag_behind_the_log_keep_nothing_from_being_known(log: Log):
    ticket = log.ticket(numonix(log), opened())

    assert ticket_then(log, ticket, MONDAY_9) is not None


def test_a_customer_sees_no_ticket_of_another_as_it_stood_either(log: Log):
    own = log.ticket(numonix(log), opened())
    log.ticket(log.contract("numonix-ixcloud", plan="saas", customer="globex"), opened())

    view = Views(log.pool, log.schema, snapshots(log)).past(MONDAY_9 + timedelta(seconds=0.9), "acme")
    found = view.rows(SQL("SELECT ticket FROM {tickets} AS tickets"), tickets=view.table(TICKETS))

    assert MONDAY_9 == view.at
    assert [own] == [ticket for (ticket,) in found]


def test_nothing_personal_of_a_ticket_is_in_the_rows(log: Log):
    said = "Ada Lovelace, 5 St James's Square"
    contract = numonix(log)
    opens = opened(summary=said) if "summary" in type(opened()).model_fields else opened()
    ticket = log.ticket(contract, opens, happened("commented", MONDAY_9, text=said), customer="acme")
    log.on(ticket, happened("commented", MONDAY_9 + hours(2), text=said), customer="acme")

    assert said not in str(stood(log, MONDAY_9))


# --- how long they are kept -------------------------------------------------------------------------------------------


def test_a_snapshot_is_built_once_and_looked_up_after_that(log: Log):
    log.ticket(numonix(log), opened())
    suffix = snapshots(log).suffix(MONDAY_9, PATIENT)
    log.execute("UPDATE {} SET status = 'as it was built'".format("tickets" + suffix))

    assert suffix == snapshots(log).suffix(MONDAY_9, 0)
    assert {"as it was built"} == {TicketRow(*row).status for row in rows(log, TICKETS, suffix)}


def test_no_more_snapshots_are_kept_than_a_few(log: Log):
    log.ticket(numonix(log), opened())
    asked = snapshots(log, kept=2)
    for number in range(4):
        asked.suffix(MONDAY_9 + hours(number), PATIENT)
        log.execute("UPDATE snapshots SET used_at = used_at - interval '1 h'")

    asked.suffix(MONDAY_9 + hours(4), PATIENT)

    assert {suffix_of(MONDAY_9 + hours(number)) for number in (3, 4)} == suffixes(log)


def test_a_snapshot_that_somebody_looks_at_stays_while_there_are_not_too_many(log: Log):
    log.ticket(numonix(log), opened())
    asked = snapshots(log, kept=1)

    for number in range(3):
        asked.suffix(MONDAY_9 + hours(number), PATIENT)

    assert {suffix_of(MONDAY_9 + hours(number)) for number in (1, 2)} == suffixes(log)


@pytest.mark.parametrize("left", ["UPDATE snapshots SET position = NULL", "TRUNCATE snapshots"])
def test_what_was_left_half_built_gives_way(log: Log, left: str):
    ticket = log.ticket(numonix(log), opened())
    suffix = snapshots(log).suffix(MONDAY_9, PATIENT)
    log.execute(f"TRUNCATE tickets{suffix}")
    log.execute(left)

    assert ticket_then(log, ticket, MONDAY_9) is not None
    assert {suffix} == suffixes(log)


def test_snapshots_of_another_version_of_the_program_give_way(log: Log):
    ticket = log.ticket(numonix(log), opened())
    suffix = snapshots(log).suffix(MONDAY_9, PATIENT)
    log.execute(f"ALTER TABLE tickets{suffix} DROP COLUMN tier")
    log.execute("UPDATE snapshots SET form = 'the form of yesterday'")

    assert ticket_then(log, ticket, MONDAY_9) is not None


def test_a_rebuild_has_snapshots_made_anew(log: Log):
    ticket = log.ticket(numonix(log), opened())
    before = log.row(ticket)
    suffix = snapshots(log).suffix(MONDAY_9, PATIENT)
    log.execute(f"UPDATE tickets{suffix} SET status = 'spoilt'")

    log.runner.rebuild()

    assert before == ticket_then(log, ticket, MONDAY_9)


def test_two_programs_that_want_the_same_instant_build_it_once(log: Log):
    contract = numonix(log)
    for _ in range(20):
        log.ticket(contract, opened())
    found: list[str] = []
    askers = [Thread(target=lambda: found.append(snapshots(log).suffix(MONDAY_9, PATIENT))) for _ in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert [suffix_of(MONDAY_9)] * 3 == found
    assert [(20,)] == log.execute(f"SELECT count(*) FROM tickets{found[0]}")


def test_whoever_will_not_wait_is_told_how_many_tickets_are_there(log: Log):
    log.ticket(numonix(log), opened())
    asked = snapshots(log)
    with another_builds(log.pool, log.schema), pytest.raises(BeingBuilt):
        asked.suffix(MONDAY_9, 0.05)

    assert suffix_of(MONDAY_9) == asked.suffix(MONDAY_9, PATIENT)


def test_a_snapshot_that_cannot_be_built_says_why_and_is_tried_again(log: Log):
    ticket = log.ticket(numonix(log), opened())
    asked = snapshots(log)
    log.execute("ALTER TABLE tickets RENAME TO hidden")
    with pytest.raises(psycopg.errors.UndefinedTable):
        asked.suffix(MONDAY_9, PATIENT)
    log.execute("ALTER TABLE hidden RENAME TO tickets")

    assert ticket_then(log, ticket, MONDAY_9) is not None


def test_the_names_of_indexes_fit_whatever_the_instant(log: Log):
    latest = suffix_of(datetime(2199, 12, 31, tzinfo=UTC))
    names = [
        statement.as_string().partition(" ON ")[0].rpartition(" ")[2].strip('"')
        for statement in Models(log.schema, latest).indexed()
    ]

    assert all(name.endswith(latest) and len(name.encode()) <= LONGEST_NAME_BYTES for name in names), names
    assert MARK in latest


# --- any history ------------------------------------------------------------------------------------------------------

FIRST_HOUR, HOURS = datetime(2150, 1, 1, tzinfo=UTC), count()
"""When things are recorded in the estate of all histories: each after all that was recorded before."""


@pytest.fixture(scope="module")
def estate(database_url: str) -> Iterator[Log]:
    """One log for all histories: each is added to those before."""
    name = f"test_{uuid4().hex}"
    with open_pool(database_url) as pool:
        log = Log.in_(pool, name)
        log.publish(*agreement_ids())
        yield log
        with pool.connection() as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(case=tickets(most=8), data=st.data())
def test_whatever_happened_to_tickets_they_stand_as_their_rows_stood_when_no_more_was_known(
    estate: Log, case: tuple[Selector, dict[str, Any]], data: st.DataObject
):
    """Each step is recorded an hour after the one before, after all of them took effect: what is to come judges no past."""
    selector, document = case
    facts = dict(document["contract"])
    entries = [CONTRACT_EVENT.validate_python(entry) for entry in facts.pop("events", ())]
    entries.append(Amended(effective_at=LONG_AGO, plan=data.draw(st.sampled_from(sorted(selector.agreement.plans)))))
    contract = estate.contract(selector.agreement.id, readings=document["readings"], **facts)
    first, *rest = [told(line) for line in document["events"]]
    ticket = uuid4()
    filed = estate.filed(contract, first)

    steps: list[Callable[[datetime], Any]] = [lambda at: estate.on(ticket, first, filed=filed, recorded_at=at)]
    steps += [partial(_happens, estate, ticket, event) for event in rest]
    for entry in entries:
        place = data.draw(st.integers(0, len(steps)))
        steps.insert(place, partial(_is_agreed, estate, contract, entry))
    kept: dict[datetime, dict[str, list[Any]]] = {}
    for step in steps:
        at = FIRST_HOUR + hours(next(HOURS))
        step(at)
        if data.draw(st.booleans()):
            estate.runner.catch_up()
            kept[at] = everything(estate)
    estate.runner.catch_up()

    for at, rows_then in kept.items():
        assert rows_then == stood(estate, at + timedelta(minutes=30))


def _happens(estate: Log, ticket: UUID, event: Any, at: datetime) -> None:
    estate.on(ticket, event, recorded_at=at)


def _is_agreed(estate: Log, contract: UUID, entry: Any, at: datetime) -> None:
    estate.on_contract(contract, entry, recorded_at=at)
