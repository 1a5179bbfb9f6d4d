"""A hypothesis over many tickets of the log: the same verdicts as each ticket judged by itself, whatever is skipped on the way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.contract.events import Paid, Unpaid
from domain.desk.published import PublishedTerms
from domain.instants import micros
from domain.judgement import judge
from domain.refusals import DoesNotFit
from domain.whatif.hypothesis import Hypothesis
from domain.whatif.tally import MOST_SHOWN, Line, Tally
from domain.whatif.under import what_if
from projections.estates import Estates, Question
from projections.tickets import ALL, Wanted
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

NOW = MONDAY_9 + timedelta(days=20)


@pytest.fixture
def estate(log: Log) -> list[UUID]:
    """Tickets of two agreements in every shape: answered in time and late, waiting, corrected, ruled on, without fees paid."""
    log.publish("imagicle-care", "xima-care")
    tickets = []
    for plan in ("gold", "basic"):
        contract = log.contract("imagicle-care", plan=plan, region="europe")
        for severity in (1, 2, 3, 4):
            for after in (0.5, 5, 30):
                answer = happened("responded", MONDAY_9 + hours(after))
                tickets.append(
                    log.ticket(contract, opened(severity=severity), answer, happened("closed", MONDAY_9 + hours(40)))
                )
    contract = log.contract(
        "imagicle-care",
        Unpaid(effective_at=MONDAY_9 + hours(1)),
        Paid(effective_at=MONDAY_9 + hours(9)),
        plan="gold",
        region="europe",
    )
    tickets.append(log.ticket(contract, opened(severity=3), happened("responded", MONDAY_9 + hours(8))))
    contract = log.contract("xima-care", plan="premium", region="na", customer="globex")
    wait = (
        happened("waiting", MONDAY_9 + hours(1), on="customer"),
        happened("wait_ended", MONDAY_9 + hours(20), on="customer"),
    )
    tickets.append(log.ticket(contract, opened(severity=2), *wait))
    late = happened("corrected", NOW - hours(1), number=2, struck=True, why="it was not so")
    ruled = happened("ruled", NOW - hours(1), severity=2, why="misassigned")
    tickets.append(log.ticket(contract, opened(severity=2), *wait, late))
    tickets.append(log.ticket(contract, opened(severity=3), happened("responded", MONDAY_9 + hours(30)), ruled))
    log.runner.catch_up()
    return tickets


def asked(log: Log, hypothesis: dict[str, Any], tickets: list[UUID], known_at: datetime | None = None) -> Tally:
    estates = Estates(log.pool, log.schema, log.desk)
    question = Question(
        Hypothesis.model_validate(hypothesis), micros(NOW), None if known_at is None else micros(known_at)
    )
    return estates.ask(question, tickets)


def one_by_one(log: Log, hypothesis: dict[str, Any], tickets: list[UUID], known_at: datetime | None = None) -> Tally:
    """Each ticket read and judged as a whole."""
    tally, terms = Tally(), PublishedTerms(log.desk.shelf)
    for id in sorted(tickets):
        ticket = log.desk.ticket(id)
        case = log.desk.case(ticket, micros(NOW), None if known_at is None else micros(known_at))
        lookup = terms.lookup(ticket.opened_at, case.contract.region)
        try:
            told = what_if(case, Hypothesis.model_validate(hypothesis), lookup)
        except DoesNotFit as misfit:
            tally.leave_out(str(misfit))
            continue
        tally.add(id, case.name, ticket.filed.customer, ticket.opened_at, judge(case).replay, told.supposed.replay)
    return tally


HYPOTHESES: list[dict[str, Any]] = [
    {"plan": "gold"},
    {"severity": 4},
    {"severity": 1, "plan": "gold"},
    {"holidays": [{"date": "2024-03-05"}]},
    {"holidays": [{"date": "2024-03-04", "hours": ["09:00-10:00"]}, {"date": "2024-03-20"}]},
    {"holidays": [{"date": "2024-02-05"}]},
    {"agreement": "xima-care", "plan": "premium", "contract": {"region": "na"}},
    {"contract": {"events": [{"event": "unpaid", "at": "2024-03-04T10:00:00+01:00"}]}},
]


def test_many_tickets_at_once_come_out_as_each_by_itself(log: Log, estate: list[UUID]):
    for hypothesis in HYPOTHESES:
        expected, found = one_by_one(log, hypothesis, estate), asked(log, hypothesis, estate)

        assert expected.shown == found.shown, hypothesis
        assert (expected.tickets, expected.changed, expected.not_fitting) == (
            found.tickets,
            found.changed,
            found.not_fitting,
        ), hypothesis
        assert _figures(expected) == _figures(found), hypothesis


def _figures(tally: Tally) -> dict[Line, tuple[Any, int, int]]:
    return {line: (count.verdicts, count.used, count.used_supposed) for line, count in tally.lines.items()}


def test_many_tickets_are_asked_about_with_what_was_known(log: Log, estate: list[UUID]):
    known_at = NOW - hours(2)

    assert (
        one_by_one(log, {"severity": 1}, estate, known_at).shown == asked(log, {"severity": 1}, estate, known_at).shown
    )


def test_several_processes_answer_as_one_does(log: Log, estate: list[UUID]):
    estates, question = Estates(log.pool, log.schema, log.desk), Question(Hypothesis(plan="gold"), micros(NOW))
    told: list[int] = []

    shared = estates.ask(question, sorted(estate), jobs=2, at_once=4, told=told.append)

    assert asked(log, {"plan": "gold"}, estate).changed == shared.changed > 0
    assert _figures(asked(log, {"plan": "gold"}, estate)) == _figures(shared)
    assert len(estate) == told[-1]


def test_a_filter_selects_and_a_customer_sees_its_own(log: Log, estate: list[UUID]):
    estates = Estates(log.pool, log.schema, log.desk)

    assert sorted(estate) == estates.wanted(ALL, NOW)
    assert 3 == len(estates.wanted(ALL, NOW, "globex"))
    assert not estates.wanted(Wanted(customer="acme"), NOW, "globex")
    assert 2 == len(estates.wanted(ALL, NOW, most=2))


def test_what_is_about_the_events_of_one_ticket_is_not_asked_of_many(log: Log, estate: list[UUID]):
    with pytest.raises(DoesNotFit, match="events of one ticket"):
        asked(log, {"without": [2]}, estate)


def test_as_many_changed_tickets_are_listed_as_are_asked_for(log: Log):
    log.publish("imagicle-care")
    contract = log.contract("imagicle-care", plan="basic", region="europe")
    late = happened("responded", MONDAY_9 + hours(30))
    tickets = [log.ticket(contract, opened(severity=4), late) for _ in range(MOST_SHOWN + 5)]
    estates, question = Estates(log.pool, log.schema, log.desk), Question(Hypothesis(severity=1), micros(NOW))

    listed = {most: len(estates.ask(question, tickets, most_shown=most).shown) for most in (3, MOST_SHOWN, 1000)}

    assert {3: 3, MOST_SHOWN: MOST_SHOWN, 1000: MOST_SHOWN + 5} == listed
