"""
Goal: the day can be looked at moment by moment, with the keyboard, and without a script.

Method: the replay that stands still at 08:15; the slider is moved as a person would.
"""

from __future__ import annotations

from playwright.sync_api import expect
from tests.e2e.conftest import word_of


def test_the_slider_shows_what_stood_then(morning, open_page):
    page = open_page(f"{morning.url}/?lang=en")
    assert word_of(page) == "26 of 27"
    slider = page.locator("#minute")
    slider.focus()

    slider.fill("740")

    expect(page.locator(".panel .word")).to_have_text("4 of 27")
    expect(page.locator(".ribbon")).to_contain_text("12:20:00 Kyiv time")
    expect(page.locator(".ribbon")).to_contain_text("As it was then, not now")
    expect(page.locator('.group[data-state="warning"] h4')).to_have_text("alert: 4 regions")
    assert "at=2023-01-26T10" in page.url
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator(".panel .word")).to_have_text("26 of 27")


def test_the_slider_moves_by_arrow_keys(morning, open_page):
    page = open_page(f"{morning.url}/?area=UA-30&lang=en")
    page.locator("#minute").focus()

    page.keyboard.press("ArrowLeft")

    expect(page.locator("#minute-told")).to_have_text("08:14")
    expect(page.locator(".ribbon time")).to_have_text("26 January 2023, 08:14:00")
    expect(page.locator(".since")).to_contain_text("since 07:45:43 Kyiv time, 28 min ago")


def test_the_page_of_a_past_moment_is_the_same_with_and_without_a_script(morning, open_page):
    address = f"{morning.url}/?at=2023-01-26T10:20:00Z&lang=en"
    plain = open_page(address, java_script_enabled=False)
    live = open_page(address)

    for selector in (".panel .word", ".since", "#groups", "#headline", ".ribbon time"):
        assert live.inner_text(selector).split() == plain.inner_text(selector).split()


def test_the_days_form_works_without_a_script(morning, open_page):
    page = open_page(f"{morning.url}/?area=UA-30&lang=en", java_script_enabled=False)
    page.locator("#minute").fill("740")

    page.get_by_role("button", name="Show").click()

    assert word_of(page) == "No alert"
    expect(page.locator(".since")).to_contain_text("All clear at 12:08:08 Kyiv time")
    expect(page.locator(".ribbon")).to_contain_text("12:20:00")
