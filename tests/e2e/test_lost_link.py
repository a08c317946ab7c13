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
from tests.serving import started

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


@pytest.fixture
def cut(live, wires, open_page):
    """Three pages whose links were cut: a calm one, one under alert, one alerted after the cut."""
    standing = live.raise_alert("UA-18").json()["accepted"][0]["id"]
    shown = {}
    for name, area in (("calm", "UA-05"), ("alert", "UA-18"), ("later", "UA-35")):
        wire = wires()
        page = open_page(f"{wire.url}/?area={area}&lang=en", service_workers="block")
        expect(page.locator("#link")).to_contain_text("Connected")
        shown[name] = (wire, page)
    for wire, _ in shown.values():
        wire.freeze()
    later = live.raise_alert("UA-35").json()["accepted"][0]["id"]
    for _, page in shown.values():
        expect(page.locator("#link")).to_have_class(re.compile("lost"))
    yield shown
    live.clear(standing)
    live.clear(later)


def test_a_lost_page_says_what_it_last_knew_and_comes_back_with_what_it_missed(cut):
    _, page = cut["calm"]
    panel = page.locator(".panel")
    expect(panel).to_have_attribute("data-state", "lost")
    expect(page.locator(".since")).to_contain_text("Link lost. Last confirmed ")
    expect(page.locator(".notes")).to_contain_text("At that time: no alert")
    expect(page.locator("#link")).to_contain_text("Last confirmed")
    assert page.locator(".raions path.calm").count() == 0

    # What stood when the link was lost still stands, as far as anybody knows.
    assert word_of(cut["alert"][1]) == "Alert"

    for one, _ in cut.values():
        one.thaw()
    page.get_by_role("button", name="Try again").click()
    expect(panel).to_have_attribute("data-state", "calm")
    expect(page.locator("#link")).not_to_have_class(re.compile("lost"))
    expect(cut["later"][1].locator(".panel")).to_have_attribute("data-state", "warning")


def test_a_page_whose_server_has_lost_its_core_says_so_and_goes_on_when_the_core_is_back(
    tmp_path, open_page
):
    """The edge is there, the link stands, and still nobody vouches for what the page shows."""
    db = tmp_path / "tocsin.db"
    with started(db) as server:
        page = open_page(f"{server.url}/?area=UA-18&lang=en", service_workers="block")
        expect(page.locator("#link")).to_contain_text("Connected")
        page.evaluate(NOTE_WHEN_AMBER)
        killed = page.evaluate("performance.now()")
        server.kill_core()
        expect(page.locator("#link")).to_have_class(re.compile("lost"))
        assert page.evaluate("window.amberAt") - killed <= 8_000, "sooner than by silence"
        assert word_of(page) == "Link lost"
        with started(db, token=server.token) as again:
            alert = again.raise_alert("UA-18").json()["accepted"][0]["id"]
            expect(page.locator(".panel")).to_have_attribute("data-state", "warning")
            expect(page.locator("#link")).not_to_have_class(re.compile("lost"))
            again.clear(alert)
