"""
A real browser for the tests of the pages, and real servers for it to look at.

Every page that a test opens is watched: an error in its script, or anything that its content
policy had to stop, fails the test that opened it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.serving import Served, replaying, started

# A busy machine takes its time; bounds that matter are measured by the browser itself.
expect.set_options(timeout=20_000)

ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
]

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}
WALL = {"width": 1920, "height": 1080}


def pytest_collection_modifyitems(items):
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    Debian's Chromium, without a window; one for each file of tests.

    Not one for the session: while Playwright runs, no other test in the process can `asyncio.run`.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("There is no Chromium on this machine: apt install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, chromium_sandbox=False, args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser):
    """Open a page in a context of its own: `open_page(url, **context)`; all end with the test."""
    contexts, faults = [], []

    def opened(url: str, **wanted) -> Page:
        context = browser.new_context(
            **{"viewport": PHONE, "locale": "uk-UA", "timezone_id": "Europe/Kyiv"} | wanted
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if _fault(said) else None)
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _fault(said) -> bool:
    # A link that is cut on purpose, and pages of 404, are noise; a refused style or script is not.
    return said.type == "error" and "Failed to load resource" not in said.text


@pytest.fixture(scope="module")
def live(tmp_path_factory) -> Iterator[Served]:
    """A server of its own for the tests of one file."""
    with started(tmp_path_factory.mktemp("e2e") / "tocsin.db") as served:
        yield served


@pytest.fixture(scope="session")
def morning() -> Iterator[Served]:
    """26 January 2023, standing still at 08:15 in Kyiv."""
    with replaying("2023-01-26T06:15:00Z") as served:
        yield served


def until(page: Page, expression: str, within_s: float = 20.0) -> None:
    """Wait until an expression is true; the pages' policy forbids Playwright's own way (eval)."""
    for _ in range(int(within_s * 20)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def word_of(page: Page, number: int = 0) -> str:
    """Read the large word of a panel as one line."""
    return " ".join(page.locator(".panel .word").nth(number).inner_text().split())
