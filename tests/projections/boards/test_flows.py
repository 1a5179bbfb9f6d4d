"""How many tickets came in and ended in a month is counted as tickets go on."""

from datetime import UTC, datetime

import pytest

from projections.as_of.view import View
from projections.boards.service_report import Flow, ServiceReports
from tests.projections.log import Log, happened, opened

IN_FEBRUARY = datetime(2024, 2, 28, 9, tzinfo=UTC)
IN_APRIL = datetime(2024, 4, 2, 9, tzinfo=UTC)
IN_MAY = datetime(2024, 5, 2, 9, tzinfo=UTC)


def reports(log: Log) -> ServiceReports:
    log.runner.catch_up()
    return ServiceReports(View(log.pool, log.schema, IN_MAY))


def flows(log: Log, month: str) -> list[Flow]:
    return [flow for section in reports(log).report("acme", month, lambda _: "UTC").sections for flow in section.flows]


@pytest.fixture
def numonix(log: Log) -> Log:
    """A ticket opened in February and closed in April."""
    log.publish("numonix-ixcloud")
    contract = log.contract("numonix-ixcloud", plan="saas")
    log.ticket(contract, opened(IN_FEBRUARY, severity=2), happened("closed", IN_APRIL))
    return log


def test_a_ticket_is_still_open_in_every_month_until_it_ends(numonix: Log):
    months = ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]

    assert [[], [Flow(2, 1, 0, 1)], [Flow(2, 0, 0, 1)], [Flow(2, 0, 1, 0)], []] == [
        flows(numonix, month) for month in months
    ]


def test_a_ticket_that_is_judged_anew_moves_with_its_severity(numonix: Log):
    ticket = numonix.ticket(numonix.contract("numonix-ixcloud", plan="saas"), opened(IN_APRIL, severity=3))
    assert Flow(3, 1, 0, 1) in flows(numonix, "2024-04")

    numonix.on(ticket, happened("severity_changed", IN_MAY, severity=1))

    assert [Flow(1, 1, 0, 1), Flow(2, 0, 1, 0)] == flows(numonix, "2024-04")


def test_a_ticket_that_was_refused_came_in_and_was_never_open(numonix: Log):
    numonix.ticket(numonix.contract("numonix-ixcloud", plan="saas"), happened("refused", IN_MAY, command="open"))

    assert not any(flow.opened or flow.still_open for flow in flows(numonix, "2024-05"))
    assert ["2024-05", "2024-02"] == reports(numonix).months("acme")


def test_nothing_of_another_customers_is_counted(numonix: Log):
    numonix.runner.catch_up()
    other = ServiceReports(View(numonix.pool, numonix.schema, IN_MAY, customer="other"))

    assert [] == other.months("acme")
