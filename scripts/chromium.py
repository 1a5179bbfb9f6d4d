"""The machine's own Chromium, driven by Playwright; no other is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from domain.refusals import Refusal

NAMES = ("chromium", "chromium-browser", "google-chrome")

DESKTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)
"""The sizes at which pages are looked at."""


class NoChromium(Refusal):
    """There is no browser to look with."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, at work. Raises NoChromium."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise NoChromium("no Chromium is installed: apt-get install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses to run as root otherwise
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program, args=sandbox) as browser:
        yield browser


def sign_in(profile: BrowserContext, key: str) -> Page:
    """A page of whoever has this key, where they land."""
    page = profile.new_page()
    page.goto("/sign-in")
    page.locator("#key").fill(key)
    page.locator("#key").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page
