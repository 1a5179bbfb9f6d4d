"""Disputes over HTTP: who may do what, on which version, and what comes of reopening one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.office import Office
from api.security.principal import Principal
from domain.disputes.commands import IssueDossier
from projections.store.pool import Pool
from tests.api.house import ACME, Town, told
from tests.disputes.scripts import (
    AGENT,
    CUSTOMER,
    MANAGER,
    THE_PHONE_RANG,
    WAITING_ON_THE_CUSTOMER,
    Cast,
    argued,
    lived,
    played,
    says,
    verdicts,
)


@pytest.fixture
def cast(town: Town) -> Cast:
    return Cast(town)


@pytest.fixture
def ticket(town: Town, cast: Cast) -> str:
    return lived(WAITING_ON_THE_CUSTOMER, town, cast)


@pytest.fixture
def dispute(ticket: str, cast: Cast) -> str:
    """Argued, and not ruled yet."""
    return argued(WAITING_ON_THE_CUSTOMER, ticket, cast)


RULING = {"claim": 2, "upheld": True, "why": "the upload is dated an hour before the question"}


def test_a_dispute_is_opened_on_the_version_of_the_ticket_that_was_looked_at(ticket: str, cast: Cast):
    opening = {"clocks": [{"clock": "response"}], "reason": "late"}
    path = f"/v1/tickets/{ticket}/disputes"

    told(cast[CUSTOMER].post(path, opening), 428)
    assert 5 == told(cast[CUSTOMER].post(path, opening, version=4), 412)["version"]
    answer = cast[CUSTOMER].post(path, opening, version=5, key="once")
    again = cast[CUSTOMER].post(path, opening, version=5, key="once")

    done = told(answer, 201)
    assert (f"/v1/disputes/{done['dispute']}", '"1"') == (answer.headers["Location"], answer.headers["ETag"])
    assert {**done, "repeated": True} == told(again, 201)
    assert 5 == told(cast[CUSTOMER].get(answer.headers["Location"]))["ticket_version"]


def test_who_may_not_rule_does_not_rule_nor_does_the_customer_through_who_may(dispute: str, cast: Cast):
    for role in (AGENT, CUSTOMER):
        told(cast[role].post(f"/v1/disputes/{dispute}/rule", RULING, version="*"), 403)

    for_the_customer = cast[MANAGER].post(f"/v1/disputes/{dispute}/rule", RULING | {"by": "customer"}, version="*")

    assert "rule is the vendor's" in told(for_the_customer, 403)["detail"]


def test_who_answered_a_claim_does_not_rule_it(town: Town, dispute: str, cast: Cast):
    says(cast[MANAGER], dispute, "answer", claim=1, accepts=True)
    ruling = {"claim": 1, "upheld": False, "why": "no"}

    refused = told(cast[MANAGER].post(f"/v1/disputes/{dispute}/rule", ruling, version="*"), 409)
    says(town.caller(MANAGER, person="another"), dispute, "rule", **ruling)

    assert ("claim 1 was made or answered by the same person", "have somebody else rule it who may") == (
        refused["detail"],
        refused["remedy"],
    )


def test_a_ruling_is_made_on_the_version_that_was_read_and_a_repetition_is_told_the_same(dispute: str, cast: Cast):
    path = f"/v1/disputes/{dispute}/rule"

    assert 6 == told(cast[MANAGER].post(path, RULING, version=5), 412)["version"]
    first = told(cast[MANAGER].post(path, RULING, version=6, key="ruling"))
    again = told(cast[MANAGER].post(path, RULING, version=6, key="ruling"))
    silent = told(cast[MANAGER].post(path, RULING, version=7))

    assert {**first, "repeated": True} == again
    assert ([], [], None) == (silent["recorded"], silent["ticket_recorded"], silent["difference"])
    (clock,) = (one for one in first["difference"]["clocks"] if one["clock"] == "response")
    assert ("met", "breached") == (clock["before"]["verdict"], clock["after"]["verdict"])


def test_a_dispute_reopened_for_new_evidence_can_undo_its_ruling_and_both_stay_on_record(town: Town, cast: Cast):
    told_of = played(WAITING_ON_THE_CUSTOMER, town)
    ruled_at = town.clock().isoformat()
    town.clock.goes_on(days=3)
    says(cast[AGENT], told_of.dispute, "reopen", why="the upload was of another log", claims=[2])
    evidence = {"claim": 2, "name": "log.txt", "media_type": "text/plain", "digest": "0f" * 32, "size": 12}
    says(cast[AGENT], told_of.dispute, "attach-evidence", **evidence)
    town.clock.goes_on(days=14)

    undone = says(cast[MANAGER], told_of.dispute, "rule", claim=2, upheld=False, why="it was another log")

    assert [("corrected", 6, True)] == [
        (one["event"], one["number"], one["struck"]) for one in undone["ticket_recorded"]
    ]
    assert ("breached", "met") == (told_of.after["response"], verdicts(cast[AGENT], told_of.ticket)["response"])
    assert "breached" == verdicts(cast[AGENT], told_of.ticket, known_at=ruled_at)["response"]
    history = cast[CUSTOMER].get(f"/v1/disputes/{told_of.dispute}/history").json()
    assert [(1, False), (2, True), (2, False)] == [
        (one["claim"], one["upheld"]) for one in history if one["event"] == "claim_ruled"
    ]


def test_a_dispute_opened_for_an_earlier_instant_gives_the_customer_its_whole_time_to_answer(
    town: Town, ticket: str, cast: Cast
):
    opening: dict[str, Any] = {"clocks": [{"clock": "response"}], "reason": "q", "answer_days": 1, "ruling_days": 1}
    opening["effective_at"] = (town.clock() - timedelta(days=1)).isoformat()
    answer = cast[MANAGER].post(f"/v1/tickets/{ticket}/disputes", opening, version="*")
    dispute = told(answer, 201)["dispute"]
    says(cast[AGENT], dispute, "make-claim", claim={"kind": "excuse", "clock": "response"})
    ruling = {"claim": 1, "upheld": True, "why": "nobody answered"}

    refused = told(cast[MANAGER].post(f"/v1/disputes/{dispute}/rule", ruling, version="*"), 409)
    (claim,) = told(cast[CUSTOMER].get(f"/v1/disputes/{dispute}"))["claims"]
    town.clock.goes_on(days=1)

    assert "the customer has not answered claim 1, and may until 2026-03-07T15:00:00+00:00" == refused["detail"]
    assert ("customer", "2026-03-07T15:00:00Z") == (claim["awaited"], claim["answer_by"])
    assert says(cast[MANAGER], dispute, "rule", **ruling)["ticket_recorded"]


def test_after_a_reopening_the_claim_is_answered_again_before_it_is_ruled_anew(town: Town, cast: Cast):
    dispute = played(WAITING_ON_THE_CUSTOMER, town).dispute
    says(cast[CUSTOMER], dispute, "reopen", why="the clause was amended", claims=[1])
    ruling = {"claim": 1, "upheld": True, "why": "so it was"}

    refused = told(cast[MANAGER].post(f"/v1/disputes/{dispute}/rule", ruling, version="*"), 409)
    says(cast[AGENT], dispute, "answer", claim=1, accepts=False)

    assert refused["detail"].startswith("the vendor has not answered claim 1 since the dispute was reopened")
    assert says(cast[MANAGER], dispute, "rule", **ruling)["ticket_recorded"]


def test_a_claim_that_nobody_made_is_named_also_where_the_dispute_is_open(dispute: str, cast: Cast):
    again = {"why": "found", "claims": [1, 99]}

    refused = told(cast[MANAGER].post(f"/v1/disputes/{dispute}/reopen", again, version="*"), 422)

    assert "there is no claim 99; the dispute has 2" == refused["detail"]


def test_the_fact_that_a_ruling_found_stands_on_the_ticket_as_it_happened(town: Town):
    told_of = played(THE_PHONE_RANG, town)

    history = Cast(town)[AGENT].get(f"/v1/tickets/{told_of.ticket}/history").json()

    assert ["opened", "responded", "notified_by_phone", "corrected"] == [one["event"] for one in history]
    found = history[2]
    assert ("2026-03-02T10:05:00-08:00", "technical-contact") == (found["at"], found["by"])
    assert f"sha256:{'5b' * 32}" not in str(history[3])


@pytest.mark.parametrize(
    ("command", "changed", "says"),
    [
        ("attach-evidence", {"digest": "zz"}, '"zz" is no SHA-256 digest; write 64 hexadecimal digits'),
        ("attach-evidence", {"media_type": "mail"}, '"mail" is no media type; write one such as text/plain'),
        ("make-claim", {"claim": {"kind": "wait-unjustified", "wait": 1}}, "wait: event 1 (opened) is no `waiting`"),
    ],
)
def test_what_does_not_fit_is_refused_in_the_words_of_whoever_sent_it(
    dispute: str, cast: Cast, command: str, changed: dict[str, Any], says: str
):
    evidence = {"name": "log.txt", "media_type": "text/plain", "digest": "0f" * 32, "size": 12}
    sent = {**evidence, **changed} if command == "attach-evidence" else changed
    problem = told(cast[CUSTOMER].post(f"/v1/disputes/{dispute}/{command}", sent, version="*"), 422)

    assert says in problem["detail"]
    assert "strike_wait" not in problem["detail"]


def test_what_people_said_in_a_dispute_is_stored_sealed(town: Town, pool: Pool, ticket: str, cast: Cast):
    opening = {"clocks": [{"clock": "response"}], "reason": "secret-reason"}
    dispute = told(cast[CUSTOMER].post(f"/v1/tickets/{ticket}/disputes", opening, version="*"), 201)["dispute"]
    fact = {"event": "commented", "at": town.clock().isoformat(), "text": "secret-fact"}
    says(cast[CUSTOMER], dispute, "make-claim", claim={"kind": "happened", "fact": fact}, says="secret-claim")
    correction = {"kind": "happened-otherwise", "number": 3, "data": {"evidence": "secret-data"}}
    says(cast[CUSTOMER], dispute, "make-claim", claim=correction)
    evidence = {"name": "secret-name", "media_type": "text/plain", "digest": "0f" * 32, "size": 12}
    says(cast[CUSTOMER], dispute, "attach-evidence", **evidence, says="secret-evidence")
    says(cast[AGENT], dispute, "answer", claim=1, accepts=False, says="secret-answer")

    stored = b"".join(event.state for event in town.house.desk.recorder.select_events(UUID(dispute)))

    assert b"secret" not in stored
    assert 7 == str(cast[AGENT].get(f"/v1/disputes/{dispute}").json()).count("secret-")


def test_who_was_given_the_dossier_of_a_dispute_is_recorded_once(town: Town, dispute: str, cast: Cast):
    principal = Principal.admitted("ada", "auditor", None, via="key:abc")
    office = Office(town.house, principal, town.clock(), "request")
    issued = IssueDossier(to="ada", digest="ab" * 32, as_of=town.clock(), redacted=True)

    first, again = (office.dossier_issued(UUID(dispute), issued) for _ in range(2))

    assert (1, True) == (len(first.events), again.repeated)
    (dossier,) = told(cast[MANAGER].get(f"/v1/disputes/{dispute}"))["dossiers"]
    assert ("ada", "ab" * 32, True) == (dossier["to"], dossier["digest"], dossier["redacted"])


def test_lists_of_disputes_are_narrowed_and_go_on_in_parts(town: Town, ticket: str, cast: Cast):
    opening: dict[str, Any] = {"clocks": [{"clock": "response"}], "reason": "late"}
    path = f"/v1/tickets/{ticket}/disputes"
    made = [told(cast[CUSTOMER].post(path, opening, version="*"), 201) for _ in range(3)]
    asked = {"ticket": ticket, "state": "open", "customer": ACME, "after": made[-1]["position"]}

    first = told(cast[CUSTOMER].get("/v1/disputes", limit=2, **asked))
    rest = told(cast[CUSTOMER].get("/v1/disputes", limit=2, cursor=first["next"], **asked))

    assert (2, 1, None) == (len(first["disputes"]), len(rest["disputes"]), rest["next"])
    found = {one["dispute"] for one in (*first["disputes"], *rest["disputes"])}
    assert {one["dispute"] for one in made} == found
    assert [] == told(cast[CUSTOMER].get("/v1/disputes", **{**asked, "state": "settled"}))["disputes"]


def test_a_ruling_dated_back_leaves_the_customer_its_time_to_reopen_the_dispute(town: Town, dispute: str, cast: Cast):
    town.clock.goes_on(days=40)
    long_ago = (town.clock() - timedelta(days=29)).isoformat()
    for number in (1, 2):
        says(cast[MANAGER], dispute, "rule", claim=number, upheld=False, why="no", effective_at=long_ago)
    town.clock.goes_on(days=29)

    says(cast[CUSTOMER], dispute, "reopen", why="the upload was found", claims=[2])

    assert "open" == told(cast[CUSTOMER].get(f"/v1/disputes/{dispute}"))["state"]
