import json
from typing import Any

import pytest

from domain.answer import answer
from domain.casefile import read_case
from domain.desk.importing import Arrival, Importer
from domain.judgement import judge
from domain.refusals import CaseFileError
from domain.terms.lookup import find
from domain.terms.publication import library_publications
from domain.ticket.commands import Comment
from tests.conformance.test_cases import CASES
from tests.desk.given import Clerk, clerk, hour

OPENED = {"at": "2024-03-04T09:00:00Z", "event": "opened", "severity": 2, "channel": "web", "by": "customer"}
WAITING = {"at": "2024-03-04T10:00:00Z", "event": "waiting", "on": "access", "by": "agent"}
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


def test_a_history_that_differs_from_the_one_on_file_is_refused(desk):
    importer = Importer(desk.desk)
    importer.file([arrival(OPENED, WAITING)])

    with pytest.raises(CaseFileError, match="differs"):
        importer.file([arrival(OPENED, RESPONDED)])


def test_an_agreement_given_in_place_is_published_and_judged_by(desk):
    document = json.loads(json.dumps(library_publications().agreements["xmpro"]).replace("xmpro", "ours"))
    filed = arrival(OPENED, agreement=document, contract={"plan": "subscription"})

    Importer(desk.desk).file([filed])

    assert ("ours", "ours") == (
        desk.desk.ticket(filed.ticket).filed.agreement,
        desk.desk.case(desk.desk.ticket(filed.ticket), 0).selector.agreement.id,
    )
