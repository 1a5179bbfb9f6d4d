"""The page of a dispute warns of claims that cannot be upheld beside those of another one about the same ticket."""

import pytest

from api.pages.texts import say
from tests.api.house import ACME
from tests.api.test_disputes_beside import both
from tests.disputes.scripts import CUSTOMER, MANAGER, Cast
from tests.pages.site import Site

__all__ = ["both"]


@pytest.mark.parametrize(("role", "customer"), [(MANAGER, None), (CUSTOMER, ACME)])
def test_each_side_is_told_of_the_claim_that_says_otherwise_and_led_there(
    site: Site, both: tuple[Cast, str, str], role: str, customer: str | None
):
    _, first, second = both
    visitor = site.visitor(role, customer)
    about = "what xima-care:6.5/severity-2 means"

    there, here = visitor.get(f"/disputes/{first}").text, visitor.get(f"/disputes/{second}").text

    assert say("disputes.across", number=1, about=about) in there
    assert f'<a href="/disputes/{second}#claim-1">{say("disputes.across_claim", number=1)}</a>' in there
    assert f'<a href="/disputes/{first}#claim-1">{say("disputes.across_upheld", number=1)}</a>' in here
