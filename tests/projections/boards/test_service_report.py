"""What a service report names of an agreement does not hang on how much another agreement of the customer has."""

from uuid import UUID

import pytest

from projections.as_of.view import View
from projections.boards import service_report
from projections.boards.service_report import Section, ServiceReports
from tests.projections.log import MONDAY_9, Log, happened, hours, opened


def sections(log: Log) -> dict[str, Section]:
    log.runner.catch_up()
    reports = ServiceReports(View(log.pool, log.schema, MONDAY_9 + hours(48)))
    return {one.agreement: one for one in reports.report("acme", "2024-03", lambda _: "UTC").sections}


def untold(section: Section) -> list[tuple[UUID, str]]:
    return [(one.ticket, one.clause) for one in section.untold]


@pytest.fixture
def two_agreements(log: Log) -> tuple[UUID, UUID]:
    """Tickets of which nobody was told anything: three notices under the agreement that comes first, and one under the other."""
    log.publish("imagicle-care", "xmpro")
    platinum = log.contract("imagicle-care", plan="platinum", region="europe")
    subscription = log.contract("xmpro", plan="subscription", hosting="vendor")
    first = log.ticket(platinum, opened(channel="alert"))
    other = log.ticket(
        subscription, opened(MONDAY_9 + hours(1)), happened("correctly_logged", MONDAY_9 + hours(1)), case="INC-7"
    )
    return first, other


def test_what_nobody_was_told_is_named_in_the_order_in_which_it_fell_due(log: Log, two_agreements: tuple[UUID, UUID]):
    first, other = two_agreements

    found = sections(log)

    clauses = ["imagicle-care:proactive", "imagicle-care:on-call-alarm", "imagicle-care:support-expert"]
    assert [(first, one) for one in clauses] == untold(found["imagicle-care"])
    assert [(other, "xmpro:5-milestones")] == untold(found["xmpro"])
    assert "INC-7" == found["xmpro"].untold[0].reference


def test_of_each_agreement_so_many_are_named_however_many_another_has(
    log: Log, two_agreements: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
):
    first, other = two_agreements
    monkeypatch.setattr(service_report, "LISTED", 1)

    found = sections(log)

    assert [(first, "imagicle-care:proactive")] == untold(found["imagicle-care"])
    assert [(other, "xmpro:5-milestones")] == untold(found["xmpro"])
