"""The page of a dispute tells who is waited for, and what goes together where some of the claims contradict each other."""

import pytest

from api.pages.texts import say
from tests.api.house import ACME
from tests.disputes.scripts import AGENT, CUSTOMER, MANAGER, WAITING_ON_THE_CUSTOMER, Cast, argued, lived, says
from tests.pages.site import Site

ANY_WAIT = {"kind": "reading", "reading": "xmpro:2-suspension/customer", "option": "counts"}


@pytest.fixture
def cast(site: Site) -> Cast:
    return Cast(site.town)


@pytest.fixture
def dispute(site: Site, cast: Cast) -> str:
    """Two claims of the customer's, both answered, none ruled."""
    return argued(WAITING_ON_THE_CUSTOMER, lived(WAITING_ON_THE_CUSTOMER, site.town, cast), cast)


def test_who_is_waited_for_and_until_when_stands_at_the_claim(site: Site, cast: Cast, dispute: str):
    waits = say("disputes.awaited", party=say("disputes.party.vendor"))
    manager = site.visitor(MANAGER)
    assert waits not in manager.get(f"/disputes/{dispute}").text

    says(cast[CUSTOMER], dispute, "make-claim", claim={"kind": "severity", "severity": 1})

    assert waits in manager.get(f"/disputes/{dispute}").text
    us = say("disputes.awaited", party=say("disputes.portal_party.vendor"))
    assert us in site.visitor(CUSTOMER, ACME).get(f"/disputes/{dispute}").text


def test_where_claims_contradict_each_other_the_most_that_go_together_are_shown(site: Site, cast: Cast, dispute: str):
    together = say("disputes.table.several", claims=say("disputes.and", first="2", last="3"))
    manager = site.visitor(MANAGER)
    assert together not in manager.get(f"/disputes/{dispute}").text

    says(cast[AGENT], dispute, "make-claim", claim=ANY_WAIT)

    page = manager.get(f"/disputes/{dispute}").text
    assert together in page
    assert say("disputes.table.several", claims=say("disputes.and", first="1", last="2")) in page
    assert say("disputes.table.all_but", number=1) not in page
