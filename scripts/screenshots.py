"""A picture of each board, light, dark and as on a telephone, into `screenshots/`: `python -m scripts.screenshots`.

Of the demo, started for it, or of a service that runs already: `--at ADDRESS`, a key of the vendor's side, one of a customer's.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from scripts.chromium import DESKTOP, PHONE, launched, sign_in
from scripts.endings import ended
from scripts.environment import ROOT

FOLDER = ROOT / "screenshots"
INCIDENTS = 1_500
VENDORS, CUSTOMERS = "service-manager", "administrator"

LOOKS: Mapping[str, dict[str, Any]] = {
    "light": {"viewport": DESKTOP, "color_scheme": "light"},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
}

DEEPER = ("/tickets/", "/contracts/", "/agreements/", "/compliance/report", "/portal/tickets/")
"""Of the pages that lists lead to, the first of each kind is taken."""

BESIDES = ("/?wall=1", "/tickets")

_KEY = re.compile(r"^  (tck_\S+)  (\S+)")
_TICKET = re.compile(r"^  ([0-9a-f-]{36})  (\S+):")


class Demo(NamedTuple):
    base: str
    keys: Mapping[str, str]
    tickets: Mapping[str, str]
    """The living tickets, by what they are an example of."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("--at", metavar="ADDRESS")
    parser.add_argument(
        "--key", action="append", default=[], metavar="KEY", help="the vendor's first, then a customer's"
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="only addresses with this in them")
    asked = parser.parse_args()
    return ended(lambda: _run(asked), parser.prog)


def _run(asked: argparse.Namespace) -> int:
    if asked.at:
        _shoot(Demo(asked.at, dict(zip((VENDORS, CUSTOMERS), asked.key, strict=False)), {}), asked.only)
        return 0
    with _demo() as demo:
        _shoot(demo, asked.only)
    return 0


@contextmanager
def _demo() -> Iterator[Demo]:
    command = [sys.executable, "-m", "scripts.showing", "--port", "0", "--incidents", str(INCIDENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _told(process)
        finally:
            process.terminate()


def _told(process: "subprocess.Popen[str]") -> Demo:
    """What the demo says of itself before it serves."""
    assert process.stdout
    keys, tickets, base = {}, {}, ""
    for line in process.stdout:
        if found := _KEY.match(line):
            keys[found[2]] = found[1]
        if found := _TICKET.match(line):
            tickets[found[2]] = f"/tickets/{found[1]}"
        if line.startswith("The address: "):
            base = line.split()[2]
        if line.startswith("Ctrl-C"):
            return Demo(base, keys, tickets)
    raise RuntimeError("the demo ended before it served")


def _shoot(demo: Demo, only: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with launched() as browser:
        for role, besides in ((VENDORS, [*BESIDES, *demo.tickets.values()]), (CUSTOMERS, [])):
            if role in demo.keys:
                _shoot_as(browser, demo, role, besides, only)


def _shoot_as(browser: Browser, demo: Demo, role: str, besides: list[str], only: str) -> None:
    """The boards that the role finds in its navigation, and what lies deeper."""
    names = {address: name for name, address in demo.tickets.items()}
    for look, profile in LOOKS.items():
        with closing(browser.new_context(base_url=demo.base, **profile)) as context:
            page = sign_in(context, demo.keys[role])
            addresses = [*_links(page, "nav.places a"), *besides]
            for address in [*addresses, *_deeper(page, addresses)]:
                if only in address:
                    _picture(page, address, f"{names.get(address, _name(address))}-{look}")


def _deeper(page: Page, addresses: list[str]) -> list[str]:
    links: list[str] = []
    for address in addresses:
        page.goto(address)
        links += _links(page, "main a")
    found = (next((link for link in links if link.startswith(start) and link != start), None) for start in DEEPER)
    return [link for link in found if link and link not in addresses]


def _links(page: Page, links: str) -> list[str]:
    return list(page.locator(links).evaluate_all("links => links.map(link => link.getAttribute('href') ?? '')"))


def _name(address: str) -> str:
    """`/compliance/report?…` → `compliance-report`; ids are no names."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "one", address).replace("?wall=1", "wall")
    return "-".join(filter(None, re.split(r"\W+", path.partition("?")[0]))) or "queue"


def _picture(page: Page, address: str, name: str) -> None:
    answer = page.goto(address)
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    print(
        f"  {name}.png  {answer.status if answer else ''} {address}{'  scrolls sideways' if sideways else ''}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
