"""Every page, for everybody: by axe in light and dark at two sizes, at 360 px without scrolling sideways, without JavaScript."""

from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, Page

from scripts import living_demo
from scripts.chromium import DESKTOP, PHONE, sign_in
from tests.pages.browser import Served

VENDORS = {
    "the queue": "/",
    "the queue on a wall": "/?wall=1",
    "a queue with nothing in it": "/?assignee=nobody-of-this-name",
    "all tickets": "/tickets",
    "a ticket about to breach": "/tickets/{imagicle-care}",
    "a ticket that waits": "/tickets/{numonix-ixcloud}",
    "a breached ticket": "/tickets/{eschat}",
    "a ticket as it stood": "/tickets/{eschat}?as_of={yesterday}",
    "a ticket that is not there": "/tickets/00000000-0000-0000-0000-000000000000",
    "escalations": "/escalations",
    "workload": "/workload",
    "compliance": "/compliance",
    "a service report": "/compliance/report?customer=Lone+Star+Refining&month={month}",
    "contracts": "/contracts",
    "a contract": "/contracts/{contract}",
    "agreements": "/agreements",
    "an agreement": "/agreements/imagicle-care",
    "operations": "/operations",
}
CUSTOMERS = {
    "the portal": "/portal",
    "a ticket in the portal": "/portal/tickets/{imagicle-care}",
    "agreements for a customer": "/agreements",
}
LOOKS = {"desktop": DESKTOP, "phone": PHONE}


@pytest.fixture(scope="module")
def names(estate: Served) -> Mapping[str, str]:
    """What stands for the braces in addresses: there are five living tickets, one under each agreement."""
    now = estate.clock()
    told = living_demo.tell(estate.town.house.desk, now)
    estate.settles()
    return {
        **{one.story.name: str(one.ticket) for one in told},
        "contract": str(told[0].story.contract),
        "yesterday": f"{now.date()}T00:00:00Z",
        "month": f"{now:%Y-%m}",
    }


@pytest.fixture(scope="module")
def pages(estate: Served) -> Iterator[Mapping[str, Page]]:
    """A page of each size for each side. Axe is put in by the driver, which the pages' policy would forbid."""
    keys = {
        "vendor": estate.caller("service-manager").token,
        "customer": estate.caller("administrator", "Adria Telefonia", "giulia").token,
    }
    profiles = {
        f"{side} {look}": estate.profile(viewport=size, bypass_csp=True)
        for side in keys
        for look, size in LOOKS.items()
    }
    yield {name: sign_in(profile, str(keys[name.split()[0]])) for name, profile in profiles.items()}
    estate.leave()


@pytest.fixture(
    params=[*(("vendor", name) for name in VENDORS), *(("customer", name) for name in CUSTOMERS)], ids="-".join
)
def place(request: pytest.FixtureRequest, names: Mapping[str, str]) -> tuple[str, str]:
    """Whose page it is, and its address."""
    side, name = request.param
    return side, (VENDORS if side == "vendor" else CUSTOMERS)[name].format(**names)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    pages: Mapping[str, Page], place: tuple[str, str], look: str
):
    side, address = place
    page = pages[f"{side} {look}"]
    page.goto(address)

    found: dict[str, list[str]] = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found |= _violations(page, scheme)

    assert {} == found
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def _violations(page: Page, scheme: str) -> dict[str, list[str]]:
    """By rule, the elements that break it."""
    return {
        f"{one['id']} in {scheme}": [" ".join(node["target"]) for node in one["nodes"]]
        for one in Axe().run(page).response["violations"]
    }


@pytest.fixture(scope="module")
def without_scripts(estate: Served, names: Mapping[str, str]) -> Iterator[Mapping[str, Page]]:
    profiles: dict[str, BrowserContext] = {
        side: estate.profile(java_script_enabled=False) for side in ("vendor", "customer")
    }
    yield {
        "vendor": sign_in(profiles["vendor"], str(estate.caller("service-manager").token)),
        "customer": sign_in(
            profiles["customer"], str(estate.caller("administrator", "Adria Telefonia", "giulia").token)
        ),
    }
    estate.leave()


def test_a_page_reads_without_javascript(without_scripts: Mapping[str, Page], place: tuple[str, str]):
    side, address = place
    page = without_scripts[side]
    page.goto(address)

    assert 1 == page.locator("h1").count()
    assert page.locator("main").inner_text().strip()
