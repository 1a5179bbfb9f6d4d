"""A name may be as long as it is allowed to be: no board grows wider than the screen for it."""

from uuid import uuid4

import pytest

from scripts.chromium import PHONE
from tests.pages.browser import Served

NAMES = {"a formula": '=HYPERLINK("x")', "a word without end": "n" * 200}
SCREENS = {"on a phone": PHONE, "on a small screen": {"width": 1280, "height": 720}}


@pytest.fixture(scope="module")
def ticket(estate: Served) -> str:
    """Each of these has a ticket; the last one is told."""
    agent, contract = (
        estate.caller("agent"),
        estate.caller("service-manager").draws_up(customer=f"Long {uuid4().hex[:6]}"),
    )
    for name in NAMES.values():
        ticket = agent.opens(contract, severity=1)
        agent.does(ticket, "assign", to=name)
    estate.settles()
    return ticket


@pytest.mark.parametrize("screen", SCREENS)
def test_no_board_is_wider_than_the_screen(served: Served, ticket: str, screen: str):
    page = served.signed_in("service-manager", viewport=SCREENS[screen])

    for address in ("/", "/?wall=1", "/tickets", "/workload", f"/tickets/{ticket}", "/escalations"):
        page.goto(address)
        width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert width[0] <= width[1], (address, width)
