"""The page of a dispute says who sent a word in whose name, and offers nobody to answer what they claimed themselves."""

import pytest

from tests.api.house import ACME, Caller
from tests.api.test_disputes_in_name import ANSWER, BOB, CLAIM, SAME, ada, carl, dispute
from tests.disputes.scripts import AGENT, CUSTOMER, says
from tests.pages.site import Site

__all__ = ["ada", "carl", "dispute"]


@pytest.fixture
def answered(dispute: str, ada: Caller, carl: Caller) -> str:
    """A claim of Ada's, which Carl answered in the name of the customer's Bob."""
    says(ada, dispute, "make-claim", **CLAIM)
    says(carl, dispute, "answer", **ANSWER)
    return dispute


@pytest.mark.parametrize(
    ("role", "customer", "said"),
    [
        (AGENT, None, "carl (agent) for bob (technical contact)"),
        (CUSTOMER, ACME, "our people for bob (technical contact)"),
    ],
)
def test_an_answer_that_was_sent_for_somebody_says_by_whom(
    site: Site, answered: str, role: str, customer: str | None, said: str
):
    page = site.visitor(role, customer).get(f"/disputes/{answered}").text

    assert f"({said})</dt>" in page
    assert f"<span>{said}</span> accepted claim 1" in page
    assert ("carl" in page) == (customer is None)


def test_who_sent_a_claim_for_the_other_party_is_told_that_they_do_not_answer_it(
    site: Site, dispute: str, ada: Caller, carl: Caller
):
    says(ada, dispute, "make-claim", **CLAIM, by=BOB)

    hers, his = (site.signed_in(one).get(f"/disputes/{dispute}").text for one in (ada, carl))

    assert "(ada (agent) for bob (technical contact))</dt>" in hers
    assert (True, False) == (SAME in hers, SAME in his)
