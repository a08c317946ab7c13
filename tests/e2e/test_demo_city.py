"""
Goal: whoever looks at the demo finds the way into its invented city, and is never misled there.

Method: the demo's own server at 08:15 in Kyiv, a browser that goes from the page of the country
into the city and stands in two of its places; axe over what it shows.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.e2e.test_reach import RULES


def test_from_the_page_of_kyiv_one_gets_into_the_city_and_stands_somewhere_else_in_it(
    morning, open_page
):
    page = open_page(f"{morning.url}/?area=UA-30&lang=en")
    page.get_by_role("link", name="An invented city").click()
    cards = page.locator("#list .card")

    expect(cards.first).to_contain_text("Market Square station")
    expect(page.locator("#invented")).to_contain_text("INVENTED CITY")
    expect(page.locator(".ribbon")).to_contain_text("Invented city, past time")

    page.get_by_role("link", name="North bank").click()
    expect(page.get_by_role("link", name="North bank")).to_have_attribute("aria-current", "true")
    expect(cards.first).to_contain_text("Lighthouse Works shelter")


def test_what_somebody_reports_there_is_refused_in_words(morning, open_page):
    page = open_page(f"{morning.url}/shelter?lat=0.010&lon=-29.989&lang=en")
    page.get_by_role("button", name="It is closed").first.click()

    expect(page.locator(".reported").first).to_contain_text("replay")


@pytest.mark.parametrize(("scheme", "language"), [("light", "uk"), ("dark", "en")])
def test_axe_finds_nothing_in_the_city(morning, open_page, scheme, language):
    address = f"{morning.url}/shelter?lat=0.008&lon=-29.980&lang={language}"
    page = open_page(address, color_scheme=scheme)
    expect(page.locator("#list .card").first).to_be_visible()
    found = Axe().run(page, options=RULES)

    assert [one["id"] for one in found.response["violations"]] == []
