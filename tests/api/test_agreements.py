"""Agreements and holiday lists over HTTP: what is published, and what a new version changes and what it leaves."""

import json
from typing import Any

import pytest

from tests.api.house import Caller, Town, told


def of_our_own(caller: Caller, name: str, **changes: Any) -> dict[str, Any]:
    """The document of imagicle-care under another name, with its clauses."""
    document = told(caller.get("/v1/agreements/imagicle-care"))["document"]
    told_anew: dict[str, Any] = json.loads(json.dumps(document).replace("imagicle-care", name))
    return told_anew | changes


def test_an_agreement_is_told_in_words_and_as_a_document(town: Town):
    agreement = told(town.caller("auditor").get("/v1/agreements/xmpro"))

    assert agreement["words"].startswith("XMPro Support eService\n")
    assert "xmpro:6-closing" in agreement["words"]
    assert ["2022-11-10"] == [one["version"] for one in agreement["versions"]]
    assert "xmpro" == agreement["document"]["id"]
    assert agreement["readings"]
    assert agreement["assumptions"]


def test_an_agreement_is_told_for_one_plan(town: Town):
    auditor = town.caller("auditor")

    whole = told(auditor.get("/v1/agreements/imagicle-care"))["words"]
    gold = told(auditor.get("/v1/agreements/imagicle-care", plan="gold"))["words"]

    assert "Shown: gold only" in gold
    assert len(gold) < len(whole)


def test_an_agreement_or_version_that_nobody_published_is_not_found(town: Town):
    auditor = town.caller("auditor")

    told(auditor.get("/v1/agreements/unheard-of"), 404)
    told(auditor.get("/v1/agreements/xmpro", version="1.0"), 404)
    told(auditor.get("/v1/holidays/nowhere"), 404)


def test_a_published_agreement_is_listed_and_can_be_agreed_on(town: Town):
    admin = town.caller("admin")

    done = told(admin.post("/v1/agreements", of_our_own(admin, "listed")))

    assert ["agreement_published"] == [event["event"] for event in done["recorded"]]
    listed = admin.get("/v1/agreements", after=done["position"]).json()
    assert "listed" in [one["agreement"] for one in listed]
    assert admin.draws_up(agreement="listed")


def test_the_same_document_again_says_nothing_new(town: Town):
    admin = town.caller("admin")
    document = of_our_own(admin, "twice")
    told(admin.post("/v1/agreements", document))

    assert [] == told(admin.post("/v1/agreements", document))["recorded"]


def test_the_same_request_to_publish_gets_the_same_answer(town: Town):
    admin = town.caller("admin")
    document = of_our_own(admin, "repeated")

    first = told(admin.post("/v1/agreements", document, key="publish-repeated"))

    assert first | {"repeated": True} == told(admin.post("/v1/agreements", document, key="publish-repeated"))


@pytest.mark.clause("numonix-ixcloud:policy-changes")
def test_a_new_version_leaves_the_tickets_of_before_as_they_are(town: Town):
    admin, agent = town.caller("admin"), town.caller("agent")
    document = of_our_own(admin, "changed")
    told(admin.post("/v1/agreements", document))
    contract = admin.draws_up(agreement="changed")
    before = agent.opens(contract)
    told(admin.post("/v1/agreements", document | {"version": "5.0", "valid_from": "2026-03-03"}))
    town.clock.goes_on(days=2)
    after = agent.opens(contract)

    def version(ticket: str) -> str:
        return str(told(agent.get(f"/v1/tickets/{ticket}"))["agreement_version"])

    assert ("4.1", "5.0") == (version(before), version(after))
    assert "4.1" == told(agent.get("/v1/agreements/changed", version="4.1"))["version"]
    assert "5.0" == told(agent.get("/v1/agreements/changed"))["version"]


def test_a_published_version_never_changes(town: Town):
    admin = town.caller("admin")
    document = of_our_own(admin, "fixed")
    told(admin.post("/v1/agreements", document))

    problem = told(admin.post("/v1/agreements", document | {"title": "Another"}), 409)

    assert "/problems/publication-refused" == problem["type"]


@pytest.mark.parametrize(
    "document", [{}, {"id": "nothing-else"}, {"id": 7}, {"id": "x", "clock": "none"}, {"id": None, "plans": []}]
)
def test_what_is_no_agreement_is_refused(town: Town, document: dict[str, Any]):
    assert told(town.caller("admin").post("/v1/agreements", document), 422)["detail"]


@pytest.mark.parametrize("body", ["[]", '"xmpro"', "null", "7"])
def test_what_is_no_document_is_refused(town: Town, body: str):
    headers = {"Idempotency-Key": "no-document", "Content-Type": "application/json"}
    for path in ("/v1/agreements", "/v1/holidays"):
        told(town.caller("admin").send("POST", path, content=body, headers=headers), 422)


def test_a_holiday_list_is_published_with_further_years(town: Town):
    admin = town.caller("admin")
    document = told(admin.get("/v1/holidays/uae"))["document"]
    document["last_year"] += 1

    done = told(admin.post("/v1/holidays", document))

    assert ["holidays_published"] == [event["event"] for event in done["recorded"]]
    assert 2 == len(told(admin.get("/v1/holidays/uae"))["editions"])
    assert "uae" in [one["holidays"] for one in admin.get("/v1/holidays", after=done["position"]).json()]


def test_a_holiday_list_keeps_the_years_it_had(town: Town):
    admin = town.caller("admin")
    document = told(admin.get("/v1/holidays/italy"))["document"]

    told(admin.post("/v1/holidays", document | {"first_year": document["first_year"] + 1, "dates": []}), 409)
    told(admin.post("/v1/holidays", {"name": "nothing"}), 409)
