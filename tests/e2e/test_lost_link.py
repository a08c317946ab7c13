"""
Goal: a page that hears nothing says so within 15 s, and never calls it calm.

Method: the wire between page and server is frozen (no reset, no end), on 20 pages at moments spread
over a heartbeat; the browser itself notes when each turned amber. Then the wire is mended.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import word_of
from tests.e2e.wire import Wire

TRIALS = 20
NOTE_WHEN_AMBER = """() => {
  const bar = document.getElementById("link");
  window.amberAt = null;
  new MutationObserver(() => {
    if (bar.classList.contains("lost")) window.amberAt ??= performance.now();
  }).observe(bar, { attributes: true });
}"""


@pytest.fixture
def wires(live):
    made = []

    def wire() -> Wire:
        made.append(Wire(live.port))
        return made[-1]

    yield wire
    for one in made:
        one.close()


def test_twenty_pages_turn_amber_within_fifteen_seconds(wires, open_page):
    pages = []
    for number in range(TRIALS):
        wire = wires()
        page = open_page(f"{wire.url}/?area=UA-05", service_workers="block")
        expect(page.locator("#link")).to_contain_text("На зв’язку")
        page.evaluate(NOTE_WHEN_AMBER)
        pages.append((wire, page, number))
    cut = []
    for wire, page, _ in pages:
        cut.append(page.evaluate("performance.now()"))
        wire.freeze()
        time.sleep(5 / TRIALS)
    time.sleep(11)
    for _, page, _ in pages:
        expect(page.locator("#link")).to_have_class(re.compile("lost"), timeout=10_000)
    took = [
        page.evaluate("window.amberAt") - at for (_, page, _), at in zip(pages, cut, strict=True)
    ]

    print(f"amber after {min(took) / 1000:.1f} to {max(took) / 1000:.1f} s in {len(took)} trials")
    assert max(took) <= 15_000
    assert all(word_of(page) == "Немає зв’язку" for _, page, _ in pages)


def test_a_lost_page_says_when_it_last_knew_and_comes_back(wires, open_page):
    wire = wires()
    page = open_page(f"{wire.url}/?area=UA-05&lang=en", service_workers="block")
    expect(page.locator("#link")).to_contain_text("Connected")
    confirmed = page.locator("#link").inner_text().rpartition("as of ")[2]

    wire.freeze()

    panel = page.locator(".panel")
    expect(panel).to_have_attribute("data-state", "lost", timeout=15_000)
    expect(page.locator(".since")).to_contain_text("Link lost. Last confirmed ")
    expect(page.locator(".notes")).to_contain_text("At that time: no alert")
    expect(page.locator("#link")).to_contain_text("Last confirmed")
    assert page.locator(".raions path.calm").count() == 0
    assert confirmed.endswith("Kyiv time")
    wire.thaw()
    page.get_by_role("button", name="Try again").click()
    expect(panel).to_have_attribute("data-state", "calm", timeout=15_000)
    expect(page.locator("#link")).not_to_have_class(re.compile("lost"))


def test_an_alert_stays_an_alert_when_the_link_is_lost(live, wires, open_page):
    raised = live.raise_alert("UA-18").json()["accepted"][0]["id"]
    wire = wires()
    page = open_page(f"{wire.url}/?area=UA-18", service_workers="block")
    expect(page.locator("#link")).to_contain_text("На зв’язку")

    wire.freeze()

    expect(page.locator("#link")).to_have_class(re.compile("lost"), timeout=15_000)
    assert word_of(page) == "Тривога"
    live.clear(raised)


def test_what_was_raised_while_the_link_was_lost_is_there_when_it_is_back(live, wires, open_page):
    wire = wires()
    page = open_page(f"{wire.url}/?area=UA-35", service_workers="block")
    expect(page.locator("#link")).to_contain_text("На зв’язку")
    wire.freeze()
    raised = live.raise_alert("UA-35").json()["accepted"][0]["id"]
    expect(page.locator("#link")).to_have_class(re.compile("lost"), timeout=15_000)

    wire.thaw()

    expect(page.locator(".panel")).to_have_attribute("data-state", "warning", timeout=20_000)
    live.clear(raised)
