import json
from typing import Any

import pytest

from domain.answer import answer
from domain.casefile import read_case
from domain.contract.commands import Amend
from domain.desk.importing import Arrival, Importer
from domain.desk.otherwise import still_to_come
from domain.instants import micros
from domain.judgement import judge
from domain.refusals import CaseFileError
from domain.terms.lookup import find
from domain.terms.publication import library_publications
from domain.ticket.commands import Comment
from tests.conformance.test_cases import CASES
from tests.desk.given import Clerk, clerk, hour

OPENED = {"at": "2024-03-04T09:00:00Z", "event": "opened", "severity": 2, "channel": "web", "by": "customer"}
WAITING = {"at": "2024-03-04T10:00:00Z", "event": "waiting", "on": "access", "by": "agent"}
PAID = {"at": "2024-03-01T11:00:00Z", "event": "paid"}
READING = "imagicle-care:extended-time/business-hours"
RESPONDED = {"at": "2024-03-04T11:00:00Z", "event": "responded", "by": "agent"}


@pytest.fixture
def desk() -> Clerk:
    return clerk()


def arrival(*events: dict[str, Any], **rest: Any) -> Arrival:
    document = {"case": "case-7", "agreement": "imagicle-care", "contract": {"plan": "gold", "region": "europe"}}
    case = read_case({**document, "events": list(events), **rest}, find)
    given = rest.get("agreement")
    return Arrival(case, "acme", agreement=given if isinstance(given, dict) else None)


def test_every_published_case_is_judged_from_the_log_as_from_its_file(desk):
    importer = Importer(desk.desk)
    for document in CASES:
        case = read_case(document, find)
        filed = Arrival(case, "acme")
        importer.file([filed])
        stored = desk.desk.case(desk.desk.ticket(filed.ticket), case.as_of, case.known_at)

        assert answer(judge(case)) == answer(judge(stored))


def test_a_case_that_comes_again_changes_nothing(desk):
    filed = arrival(OPENED, WAITING)

    assert [2, 0] == [Importer(desk.desk).file([filed]), Importer(desk.desk).file([filed])]
    assert ["opened", "waiting"] == desk.history(filed.ticket)


def test_a_longer_history_of_the_same_beginning_adds_what_is_new(desk):
    importer = Importer(desk.desk)
    importer.file([arrival(OPENED, WAITING)])

    assert 1 == importer.file([arrival(OPENED, WAITING, RESPONDED)])


def test_a_ticket_that_went_on_at_the_desk_is_no_contradiction(desk):
    filed = arrival(OPENED, WAITING)
    importer = Importer(desk.desk)
    importer.file([filed])
    desk.does(filed.ticket, Comment(text="still here"), hour(4))

    assert 0 == importer.file([filed])


def test_a_ticket_that_went_on_at_the_desk_does_not_go_on_by_import(desk):
    filed = arrival(OPENED, WAITING)
    importer = Importer(desk.desk)
    importer.file([filed])
    desk.does(filed.ticket, Comment(text="still here"), hour(4))

    with pytest.raises(CaseFileError, match=r"event 3 \(responded\): on file stands `commented`"):
        importer.file([arrival(OPENED, WAITING, RESPONDED)])


def test_a_history_that_differs_from_the_one_on_file_is_refused(desk):
    importer = Importer(desk.desk)
    importer.file([arrival(OPENED, WAITING)])

    with pytest.raises(CaseFileError, match=r"event 2 \(responded\): differs"):
        importer.file([arrival(OPENED, RESPONDED)])


def test_one_that_is_refused_keeps_no_other_out(desk):
    importer = Importer(desk.desk)
    importer.file([arrival(OPENED, WAITING)])
    refused, others = arrival(OPENED, RESPONDED), [arrival(OPENED, case=f"case-{number}") for number in (8, 9)]

    told = importer.each([others[0], refused, others[1]])

    assert [1, CaseFileError, 1] == [one if isinstance(one, int) else type(one) for one in told]


@pytest.mark.parametrize(
    ("otherwise", "says"),
    [
        (
            {"contract": {"plan": "platinum", "region": "europe"}},
            r'contract.plan is "platinum" here and "gold" on file',
        ),
        ({"contract": {"plan": "gold", "region": "europe", "events": [PAID]}}, "contract.events are others"),
        ({"contract": {"plan": "gold", "region": "europe", "products": ["fax"]}}, "contract.products is another"),
        (
            {"agreement": "xmpro", "contract": {"plan": "subscription"}},
            r'agreement is "xmpro" here and "imagicle-care"',
        ),
        (
            {"readings": {READING: "standard-period"}},
            f'readings.{READING} is "standard-period" here and not said on file',
        ),
    ],
)
def test_other_terms_than_those_on_file_are_refused_and_named(desk, otherwise, says):
    importer = Importer(desk.desk)
    importer.file([arrival(OPENED, WAITING)])

    with pytest.raises(CaseFileError, match=f"differs from what is on file: .*{says}"):
        importer.file([arrival(OPENED, WAITING, **otherwise)])


def test_the_contract_of_a_refused_case_does_not_come_on_file(desk):
    importer = Importer(desk.desk)
    importer.file([arrival(OPENED, WAITING)])
    other = arrival(OPENED, WAITING, contract={"plan": "platinum", "region": "europe"})

    importer.each([other])

    assert [] == list(desk.desk.stream(other.contract))


def test_a_contract_that_was_amended_since_is_no_contradiction(desk):
    filed = arrival(OPENED, WAITING)
    importer = Importer(desk.desk)
    importer.file([filed])
    desk.desk.on_contract(desk.order(filed.contract, Amend(plan="platinum"), hour(4), "service-manager"))

    assert 0 == importer.file([filed])


def test_what_is_still_to_come_is_told_with_its_place():
    renewed = {"event": "renewed", "at": RESPONDED["at"], "recorded_at": "2024-03-04T13:00:00Z", "until": "2025-01-01"}
    contract = {"plan": "gold", "region": "europe", "events": [renewed]}
    moved = {
        "at": WAITING["at"],
        "event": "corrected",
        "number": 2,
        "why": "a slip",
        "moved_to": "2024-03-04T12:00:00Z",
    }
    case = arrival(OPENED, WAITING, moved, RESPONDED, contract=contract).case

    assert [
        "event 3 (corrected): moved_to: 2024-03-04T12:00:00Z is still to come; file it when it has happened",
        "contract.events[1] (renewed): recorded_at: 2024-03-04T13:00:00Z is still to come; file it when it has happened",
    ] == list(still_to_come(case, micros(hour(2))))


def test_an_agreement_given_in_place_is_published_and_judged_by(desk):
    document = json.loads(json.dumps(library_publications().agreements["xmpro"]).replace("xmpro", "ours"))
    filed = arrival(OPENED, agreement=document, contract={"plan": "subscription"})

    Importer(desk.desk).file([filed])

    assert ("ours", "ours") == (
        desk.desk.ticket(filed.ticket).filed.agreement,
        desk.desk.case(desk.desk.ticket(filed.ticket), 0).selector.agreement.id,
    )
