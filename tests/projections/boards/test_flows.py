"""How many tickets were opened, reopened and ended in a month stays as it was, whatever happens to them later."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from domain.ticket.events import Event
from projections.as_of.snapshots import Snapshots
from projections.as_of.view import View
from projections.as_of.views import Views
from projections.boards.service_report import Flow, ServiceReports
from projections.store.pool import open_pool
from tests.projections.log import Log, happened, opened

IN_FEBRUARY = datetime(2024, 2, 28, 9, tzinfo=UTC)
IN_MARCH = datetime(2024, 3, 30, 9, tzinfo=UTC)
IN_APRIL = datetime(2024, 4, 2, 9, tzinfo=UTC)
IN_MAY = datetime(2024, 5, 2, 9, tzinfo=UTC)
MONTHS = ("2024-02", "2024-03", "2024-04", "2024-05")
PATIENT = 60.0


def reports(log: Log) -> ServiceReports:
    log.runner.catch_up()
    return ServiceReports(View(log.pool, log.schema, IN_MAY))


def flows(log: Log, month: str) -> list[Flow]:
    return told(reports(log), month)


def told(reports: ServiceReports, month: str, customer: str = "acme") -> list[Flow]:
    return [flow for section in reports.report(customer, month, lambda _: "UTC").sections for flow in section.flows]


@pytest.fixture
def empty(log: Log) -> Log:
    log.publish("numonix-ixcloud")
    return log


def saas(log: Log, *events: Event, customer: str = "acme") -> None:
    log.ticket(log.contract("numonix-ixcloud", plan="saas", customer=customer), *events)


@pytest.fixture
def numonix(empty: Log) -> Log:
    """A ticket opened in February and closed in April."""
    saas(empty, opened(IN_FEBRUARY, severity=2), happened("closed", IN_APRIL))
    return empty


def test_a_ticket_is_still_open_in_every_month_until_it_ends(numonix: Log):
    assert [[], [Flow(2, 1, 0, 0, 1)], [Flow(2, 0, 0, 0, 1)], [Flow(2, 0, 0, 1, 0)], []] == [
        flows(numonix, month) for month in ("2024-01", *MONTHS)
    ]


def test_a_ticket_that_is_reopened_had_ended_in_the_month_before(empty: Log):
    saas(empty, opened(IN_FEBRUARY), happened("resolved", IN_MARCH), happened("reopened", IN_APRIL))

    assert [[Flow(1, 1, 0, 0, 1)], [Flow(1, 0, 0, 1, 0)], [Flow(1, 0, 1, 0, 1)], [Flow(1, 0, 0, 0, 1)]] == [
        flows(empty, month) for month in MONTHS
    ]


def test_a_ticket_ends_when_it_is_resolved_and_not_again_when_it_is_closed(empty: Log):
    saas(empty, opened(IN_FEBRUARY), happened("resolved", IN_MARCH), happened("closed", IN_APRIL))

    assert [Flow(1, 0, 0, 1, 0)] == flows(empty, "2024-03")
    assert [] == flows(empty, "2024-04")


def test_a_ticket_that_is_withdrawn_stays_ended(empty: Log):
    saas(empty, opened(IN_FEBRUARY), happened("withdrawn", IN_MARCH), happened("reopened", IN_APRIL))

    assert [Flow(1, 0, 0, 1, 0)] == flows(empty, "2024-03")
    assert [] == flows(empty, "2024-04")


def test_a_ticket_that_becomes_more_severe_stays_what_it_was_in_the_months_before(empty: Log):
    saas(
        empty,
        opened(IN_FEBRUARY, severity=3),
        happened("severity_changed", IN_APRIL, severity=1),
        happened("closed", IN_MAY),
    )

    assert [[Flow(3, 1, 0, 0, 1)], [Flow(3, 0, 0, 0, 1)], [Flow(1, 0, 0, 0, 1), Flow(3, 0, 0, 0, 0)]] == [
        flows(empty, month) for month in MONTHS[:3]
    ]
    assert [Flow(1, 0, 0, 1, 0)] == flows(empty, "2024-05")


def test_a_ticket_whose_severity_changes_while_it_is_resolved_is_reopened_at_the_new_one(empty: Log):
    changed = happened("severity_changed", IN_APRIL, severity=1)
    saas(
        empty,
        opened(IN_FEBRUARY, severity=3),
        happened("resolved", IN_MARCH),
        changed,
        happened("reopened", IN_MAY),
    )

    assert [Flow(3, 0, 0, 1, 0)] == flows(empty, "2024-03")
    assert [] == flows(empty, "2024-04")
    assert [Flow(1, 0, 1, 0, 1)] == flows(empty, "2024-05")


def test_a_ticket_whose_severity_was_ruled_had_it_all_along(numonix: Log):
    saas(numonix, opened(IN_FEBRUARY, severity=3), happened("ruled", IN_MAY, severity=1, why="all stood still"))

    assert [Flow(1, 1, 0, 0, 1), Flow(2, 1, 0, 0, 1)] == flows(numonix, "2024-02")


def test_an_ending_that_was_struck_never_was(empty: Log):
    struck = happened("corrected", IN_MAY, number=2, struck=True, why="another ticket was meant")
    saas(empty, opened(IN_FEBRUARY), happened("closed", IN_MARCH), struck)

    assert [Flow(1, 0, 0, 0, 1)] == flows(empty, "2024-03")


def test_an_ending_that_was_moved_before_the_opening_counts_from_the_opening(empty: Log):
    moved = happened("corrected", IN_MAY, number=2, moved_to=IN_FEBRUARY, why="it was written down late")
    saas(empty, opened(IN_MARCH), happened("closed", IN_APRIL), moved)

    assert [[], [Flow(1, 1, 0, 1, 0)], []] == [flows(empty, month) for month in MONTHS[:3]]


def test_a_ticket_that_was_refused_was_never_open(empty: Log):
    saas(empty, happened("refused", IN_MAY, command="open"))

    assert [] == flows(empty, "2024-05")


# --- which months there are -------------------------------------------------------------------------------------------


def test_a_month_is_listed_as_long_as_a_ticket_was_open_in_it(numonix: Log):
    assert ["2024-04", "2024-03", "2024-02"] == reports(numonix).months("acme")


def test_what_is_open_now_makes_every_month_until_now_one_of_those_listed(empty: Log):
    saas(empty, opened(IN_FEBRUARY))

    assert ["2024-05", "2024-04", "2024-03", "2024-02"] == reports(empty).months("acme")


def test_a_month_in_which_nothing_was_open_is_in_no_list(empty: Log):
    saas(empty, opened(IN_FEBRUARY), happened("closed", IN_FEBRUARY + timedelta(hours=1)))
    saas(empty, opened(IN_APRIL), happened("closed", IN_APRIL + timedelta(hours=1)))

    assert ["2024-04", "2024-02"] == reports(empty).months("acme")


def test_a_year_ends_between_two_months(empty: Log):
    saas(empty, opened(datetime(2023, 11, 5, tzinfo=UTC)), happened("closed", datetime(2024, 2, 1, tzinfo=UTC)))

    assert ["2024-02", "2024-01", "2023-12", "2023-11"] == reports(empty).months("acme")


def test_nothing_of_another_customers_is_counted(numonix: Log):
    numonix.runner.catch_up()
    other = ServiceReports(View(numonix.pool, numonix.schema, IN_MAY, customer="other"))

    assert [] == other.months("acme")


# --- a month that is over ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def years(database_url: str) -> Iterator[Log]:
    name = f"test_{uuid4().hex}"
    with open_pool(database_url) as pool:
        log = Log.in_(pool, name)
        log.publish("numonix-ixcloud")
        yield log
        with pool.connection() as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Of a ticket that ends, is reopened and changes its severity again and again, over four months."""
    hours_after = sorted(draw(st.lists(st.integers(1, 100 * 24), max_size=9, unique=True)))
    kinds = st.sampled_from(["resolved", "closed", "reopened", "reopened", "severity_changed", "withdrawn", "waiting"])
    told = [opened(IN_FEBRUARY, severity=draw(st.integers(1, 4)))]
    for one in hours_after:
        kind = draw(kinds)
        fields: dict[str, object] = {"severity": draw(st.integers(1, 4))} if kind == "severity_changed" else {}
        fields |= {"on": "customer"} if kind == "waiting" else {}
        told.append(happened(kind, IN_FEBRUARY + timedelta(hours=one), **fields))
    return told


def walked(history: Sequence[Event], month: str) -> dict[int, list[int]]:
    """What was opened, reopened, closed and still open of a month, by severity, as one reads it event by event."""
    figures: dict[int, list[int]] = {}
    severity, is_open, is_void = 0, False, False
    after = f"{month}-99"
    for one in history:
        when, name = f"{one.effective_at:%Y-%m-%d}", one.event  # type: ignore[attr-defined]
        if is_void or when > after:
            break
        severity = one.severity if name in ("opened", "severity_changed") else severity  # type: ignore[attr-defined]
        was_open = is_open
        is_open = (is_open or name in ("opened", "reopened")) and name not in ("resolved", "closed", "withdrawn")
        is_void = name == "withdrawn"
        if is_open != was_open and when.startswith(month):
            place = {"opened": 0, "reopened": 1}.get(name, 2)
            figures.setdefault(severity, [0, 0, 0, 0])[place] += 1
    if is_open:
        figures.setdefault(severity, [0, 0, 0, 0])[3] += 1
    return figures


@settings(
    max_examples=5,
    phases=(Phase.generate,),  # what is recorded stays recorded: trying smaller ones adds to it
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tickets=st.lists(histories(), min_size=3, max_size=8))
def test_the_report_of_a_month_that_is_over_is_the_one_that_was_made_at_its_end(years: Log, tickets: list[list[Event]]):
    customer = f"customer-{uuid4().hex}"
    for history in tickets:
        saas(years, *history, customer=customer)
    years.runner.catch_up()
    live = ServiceReports(View(years.pool, years.schema, datetime(2024, 8, 1, tzinfo=UTC), customer))
    snapshots = Snapshots(years.pool, years.schema, years.desk.mapper, years.desk.shelf)

    for month, after in zip(MONTHS, (3, 4, 5, 6), strict=True):
        end = datetime(2024, after, 1, tzinfo=UTC)
        snapshots.suffix(end, PATIENT)
        then = ServiceReports(Views(years.pool, years.schema, snapshots).past(end, customer))
        found = told(live, month, customer)

        assert told(then, month, customer) == found
        read: dict[int | None, list[int]] = {}
        for history in tickets:
            for severity, figures in walked(history, month).items():
                held = read.setdefault(severity, [0, 0, 0, 0])
                read[severity] = [one + more for one, more in zip(held, figures, strict=True)]
        assert read == {one.severity: list(one[1:]) for one in found if any(one[1:])}
