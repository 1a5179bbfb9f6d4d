"""What is said in a dispute in another's name: who made a claim does not answer it so, and the dossier says who sent what."""

import json
import re

import pytest

from api.dossier.checker import check
from domain.dossier.packing import unpacked
from tests.api.house import ACME, Caller, Town, told
from tests.disputes.scripts import AGENT, CUSTOMER, WAITING_ON_THE_CUSTOMER, Cast, lived, says
from tests.dossier.given import checked, fetched
from tests.dossier.test_redaction import printed, texts

BOB = {"role": CUSTOMER, "id": "bob"}
ADA = {"role": AGENT, "id": "ada"}
ANSWER = {"claim": 1, "accepts": True, "says": "we agree", "by": BOB}
CLAIM = {"claim": {"kind": "excuse", "clock": "response"}, "says": "nobody is to blame"}
SAME = "claim 1 was made or sent by the same person"


@pytest.fixture
def ada(town: Town) -> Caller:
    return town.caller(AGENT, person="ada")


@pytest.fixture
def carl(town: Town) -> Caller:
    return town.caller(AGENT, person="carl")


@pytest.fixture
def dispute(town: Town, ada: Caller) -> str:
    """Opened by Ada of the vendor, nothing claimed yet."""
    ticket = lived(WAITING_ON_THE_CUSTOMER, town, Cast(town))
    opening = {"clocks": [{"clock": "response"}], "reason": "we were in time"}
    return str(told(ada.post(f"/v1/tickets/{ticket}/disputes", opening, version="*"), 201)["dispute"])


def test_who_made_a_claim_does_not_answer_it_in_the_name_of_the_other_party(dispute: str, ada: Caller, town: Town):
    says(ada, dispute, "make-claim", **CLAIM)

    for by in (BOB, CUSTOMER):
        refused = told(ada.post(f"/v1/disputes/{dispute}/answer", ANSWER | {"by": by}, version="*"), 409)
        assert SAME == refused["detail"]
        assert "have the other party answer it themselves, or somebody else send their answer" == refused["remedy"]
    (claim,) = told(ada.get(f"/v1/disputes/{dispute}"))["claims"]
    assert ("made", None) == (claim["state"], claim["answer"])
    says(town.caller(CUSTOMER, ACME, "bob"), dispute, "answer", claim=1, accepts=True)


def test_who_sent_a_claim_in_anothers_name_does_not_answer_it(dispute: str, ada: Caller, carl: Caller):
    says(ada, dispute, "make-claim", **CLAIM, by=BOB)

    assert (
        SAME
        == told(ada.post(f"/v1/disputes/{dispute}/answer", {"claim": 1, "accepts": True}, version="*"), 409)["detail"]
    )
    says(carl, dispute, "answer", claim=1, accepts=False)


def test_a_namesake_of_the_other_party_answers(dispute: str, ada: Caller, town: Town):
    says(ada, dispute, "make-claim", **CLAIM)

    says(town.caller(CUSTOMER, ACME, "ada"), dispute, "answer", claim=1, accepts=False)


@pytest.mark.parametrize("redact", [False, True])
def test_the_dossier_says_who_sent_a_word_in_whose_name(dispute: str, ada: Caller, carl: Caller, redact: bool):
    says(ada, dispute, "make-claim", **CLAIM)
    says(carl, dispute, "answer", **ANSWER)

    container = fetched(ada, f"/v1/disputes/{dispute}/dossier", redact=redact)

    files = unpacked(container).files
    claimed, answered = json.loads(files["dispute.json"])["history"][1:3]
    assert ("ada", None) == (claimed["by"]["id"], claimed.get("sent_by"))
    assert {"role": AGENT, "id": "carl"} == answered["sent_by"]
    said = f"carl (agent) for {answered['by']['id']} (technical contact)"
    assert redact != (BOB == answered["by"])
    assert 2 == files["page.html"].decode().count(said)
    assert "carl (agent)" in printed(container)
    assert redact != bool(re.search(r"\bbob\b", texts(container)))  # what is sealed may hold three letters by chance
    assert [] == [str(one) for one in checked(container) if not one.holds]
    assert [] == [told for holds, told in check.check(files, []) if not holds]
