"""Every page, for everybody: by axe in light and dark at two sizes, at 360 px without scrolling sideways, without JavaScript."""

from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, Page

from scripts import living_demo
from scripts.chromium import DESKTOP, PHONE, sign_in
from tests.api.house import told as answered
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
    "disputes": "/disputes",
    "a dispute": "/disputes/{dispute}",
    "a ticket compared": "/tickets/{eschat}/compare?before={yesterday}",
    "what if": "/tickets/{eschat}/what-if?severity=2",
    "what if, over many tickets": "/what-if?severity=1",
}
CUSTOMERS = {
    "the portal": "/portal",
    "a ticket in the portal": "/portal/tickets/{imagicle-care}",
    "agreements for a customer": "/agreements",
    "a dispute of a customer's": "/disputes/{dispute}",
    "a dispute to be opened": "/disputes/new?ticket={imagicle-care}",
    "how a dispute is settled": "/disputes/how",
}
LOOKS = {"desktop": DESKTOP, "phone": PHONE}


@pytest.fixture(scope="module")
def names(estate: Served) -> Mapping[str, str]:
    """What stands for the braces in addresses: there are five living tickets, one under each agreement."""
    now = estate.clock()
    told = living_demo.tell(estate.town.house.desk, now)
    tickets = {one.story.name: str(one.ticket) for one in told}
    dispute = disputed(estate, tickets["imagicle-care"])
    estate.settles()
    return {
        **tickets,
        "dispute": dispute,
        "contract": str(told[0].story.contract),
        "yesterday": f"{now.date()}T00:00:00Z",
        "month": f"{now:%Y-%m}",
    }


def disputed(estate: Served, ticket: str) -> str:
    """A dispute with a claim of each side, one of them answered."""
    manager, customer = estate.caller("service-manager"), estate.caller("administrator", "Adria Telefonia", "giulia")
    opening = {"clocks": [{"clock": "response"}], "reason": "it was answered late"}
    dispute = answered(customer.post(f"/v1/tickets/{ticket}/disputes", opening, version="*"), 201)["dispute"]
    severity = {"kind": "severity", "severity": 1}
    for side, command, said in (
        (customer, "make-claim", {"claim": severity, "says": "everything stood still"}),
        (manager, "make-claim", {"claim": {"kind": "excuse", "clock": "response"}}),
        (manager, "answer", {"claim": 1, "accepts": False, "says": "one of nine sites"}),
        (
            customer,
            "attach-evidence",
            {"claim": 1, "name": "log.pdf", "media_type": "application/pdf", "digest": "a4" * 32, "size": 4096},
        ),
    ):
        answered(side.post(f"/v1/disputes/{dispute}/{command}", said, version="*"))
    return str(dispute)


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


@pytest.mark.parametrize("theme", ["dark", "auto"])
def test_whoever_reads_in_the_dark_prints_on_white(served: Served, theme: str):
    page = served.signed_in("agent")
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    page.emulate_media(media="print", color_scheme="dark")

    told = page.evaluate(
        "['--paper', '--ink'].map(one => getComputedStyle(document.documentElement).getPropertyValue(one).trim())"
    )

    assert ["#fff", "#000"] == told
