"""
Goal: without a network the page shows the last it knew, with its age, and never as calm now.

Method: the service worker is let in, the network taken away, the page loaded anew.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import until, word_of

READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"


def visited(open_page, url):
    page = open_page(url)
    until(page, READY)
    page.reload()  # The first page was loaded before the worker: the second is kept.
    expect(page.locator("#link")).to_contain_text("Connected")
    until(page, "localStorage.getItem('tocsin.last') !== null")
    return page


def test_a_calm_page_is_not_calm_offline(live, open_page):
    page = visited(open_page, f"{live.url}/?area=UA-74&lang=en")
    assert word_of(page) == "No alert"

    page.context.set_offline(True)
    page.reload()

    expect(page.locator(".panel")).to_have_attribute("data-state", "lost")
    assert word_of(page) == "Link lost"
    expect(page.locator("#link")).to_contain_text("You are offline. Last known: ")
    expect(page.locator(".notes")).to_contain_text("At that time: no alert")
    expect(page.locator(".since")).to_contain_text("Kyiv time, just now")
    assert page.locator(".raions path.calm").count() == 0


def test_an_alert_is_still_shown_offline_and_marked(live, open_page):
    raised = live.raise_alert("UA-71").json()["accepted"][0]["id"]
    page = visited(open_page, f"{live.url}/?area=UA-71&lang=en")

    page.context.set_offline(True)
    page.reload()

    assert word_of(page) == "Alert"
    expect(page.locator("#link")).to_contain_text("You are offline. Last known: ")
    live.clear(raised)


def test_a_page_that_comes_back_online_is_live_again(live, open_page):
    page = visited(open_page, f"{live.url}/?area=UA-74&lang=en")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".panel")).to_have_attribute("data-state", "lost")

    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".panel")).to_have_attribute("data-state", "calm", timeout=15_000)


@pytest.mark.parametrize("path", ["/?area=UA-12&lang=en", "/?lang=en"])
def test_another_page_offline_is_the_last_one_kept(live, open_page, path):
    page = visited(open_page, f"{live.url}/?area=UA-74&lang=en")

    page.context.set_offline(True)
    page.goto(f"{live.url}{path}")

    expect(page.locator("#link")).to_contain_text("You are offline. Last known: ")
    assert page.locator('.panel[data-state="calm"]').count() == 0
