"""
Goal: an open page says what is raised, changed and ended, the moment it is.

Method: a real server; alerts are raised over HTTP as a control room would; the page is watched.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect
from tests.e2e.conftest import until, word_of
from tests.serving import replaying
from tests.web.page_source import ukraine

SUMY, LVIV, ODESA, POLTAVA, RIVNE, VOLYN = "UA-59", "UA-46", "UA-51", "UA-53", "UA-56", "UA-07"


def test_a_page_turns_red_when_its_area_is_alerted_and_calm_after_the_all_clear(live, open_page):
    page = open_page(f"{live.url}/?area={SUMY}")
    panel = page.locator(".panel")
    expect(page.locator("#link")).to_contain_text("На зв’язку")
    expect(panel).to_have_attribute("data-state", "calm")

    raised = live.raise_alert(SUMY, threat="drones").json()["accepted"][0]["id"]

    expect(panel).to_have_attribute("data-state", "warning")
    assert word_of(page) == "Тривога"
    expect(page.locator(".act")).to_have_text("Негайно прямуйте в укриття.")
    expect(page.locator(".what")).to_have_text("Повітряна тривога (дрони)")
    expect(page).to_have_title(re.compile("^Тривога · Сумська область"))
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("icon-warning"))
    expect(page.locator("#loud")).to_contain_text("Тривога. Сумська область. Негайно")
    assert live.clear(raised).status_code == 200
    expect(panel).to_have_attribute("data-state", "calm")
    assert word_of(page) == "Немає тривоги"
    expect(page.locator(".since")).to_contain_text("Відбій тривоги о ")


def test_a_district_hears_of_its_region_and_a_region_of_its_district(live, open_page):
    district = ukraine().children(ukraine().get(LVIV).code)[0]
    inside = open_page(f"{live.url}/?area={district}")
    around = open_page(f"{live.url}/?area={LVIV}")
    expect(inside.locator("#link")).to_contain_text("На зв’язку")
    expect(around.locator("#link")).to_contain_text("На зв’язку")

    raised = live.raise_alert(district).json()["accepted"][0]["id"]
    expect(around.locator(".panel")).to_have_attribute("data-state", "part")
    expect(inside.locator(".panel")).to_have_attribute("data-state", "warning")
    live.clear(raised)
    raised = live.raise_alert(LVIV).json()["accepted"][0]["id"]

    expect(around.locator(".panel")).to_have_attribute("data-state", "warning")
    expect(inside.locator(".panel")).to_have_attribute("data-state", "warning")
    expect(inside.locator(".notes")).to_contain_text("Оголошено для: Львівська область")
    live.clear(raised)
    expect(inside.locator(".panel")).to_have_attribute("data-state", "calm")


def test_the_country_counts_and_its_map_and_list_change_with_it(live, open_page):
    page = open_page(f"{live.url}/?lang=en")
    expect(page.locator("#link")).to_contain_text("Connected")
    assert word_of(page) == "No alerts"

    raised = live.raise_alert(ODESA, POLTAVA).json()["accepted"]

    expect(page.locator(".panel .word")).to_have_text("2 of 27")
    group = page.locator('.group[data-state="warning"]')
    expect(group.locator("h4")).to_have_text("alert: 2 regions")
    expect(group).to_contain_text("Odesa Oblast")
    assert page.locator(".raions path.warning").count() >= 11
    for one in raised:
        live.clear(one["id"])
    expect(page.locator(".panel .word")).to_have_text("No alerts")
    assert page.locator(".raions path.warning").count() == 0


def test_of_several_areas_the_most_dangerous_comes_first(live, open_page):
    page = open_page(f"{live.url}/?area={RIVNE},{VOLYN}")
    expect(page.locator("#link")).to_contain_text("На зв’язку")

    raised = live.raise_alert(VOLYN).json()["accepted"][0]["id"]

    first = page.locator(".panel").first
    expect(first.locator(".place")).to_have_text("Волинська область")
    expect(first).to_have_attribute("data-state", "warning")
    live.clear(raised)


def test_a_drill_says_so_and_an_actual_alert_takes_its_place(live, open_page):
    page = open_page(f"{live.url}/?area={RIVNE}&lang=en")
    expect(page.locator("#link")).to_contain_text("Connected")

    live.raise_alert(RIVNE, status="Exercise")
    expect(page.locator(".panel")).to_have_attribute("data-state", "drill")
    assert word_of(page) == "EXERCISE"
    raised = live.raise_alert(RIVNE).json()["accepted"][0]["id"]

    expect(page.locator(".panel")).to_have_attribute("data-state", "warning")
    live.clear(raised)


def test_a_false_alarm_is_called_one(live, open_page):
    page = open_page(f"{live.url}/?area={VOLYN}&lang=en")
    expect(page.locator("#link")).to_contain_text("Connected")
    raised = live.raise_alert(VOLYN).json()["accepted"][0]["id"]
    expect(page.locator(".panel")).to_have_attribute("data-state", "warning")

    answer = live.post(
        f"/api/v1/alerts/{raised}/correction",
        {"command_id": "8f9c7f0e-0d5b-4a7e-9a36-0f6f4cf0a001", "reason": "wrong button"},
    )

    assert answer.status_code == 200
    expect(page.locator(".panel")).to_have_attribute("data-state", "calm")
    expect(page.locator(".notes")).to_contain_text("False alarm, withdrawn at")


def test_one_pulse_when_the_state_changes_and_none_with_reduced_motion(live, open_page):
    moving = open_page(f"{live.url}/?area={VOLYN}")
    still = open_page(f"{live.url}/?area={VOLYN}", reduced_motion="reduce")
    for page in (moving, still):
        expect(page.locator("#link")).to_contain_text("На зв’язку")
    raised = live.raise_alert(VOLYN).json()["accepted"][0]["id"]
    style = "getComputedStyle(document.querySelector('.field'))"

    for page, name in ((moving, "pulse"), (still, "none")):
        expect(page.locator(".panel")).to_have_class("panel pulse")
        assert page.evaluate(f"{style}.animationName") == name
    assert moving.evaluate(f"{style}.animationIterationCount") == "1"
    live.clear(raised)


def test_sound_is_made_only_on_request_and_can_be_stopped(live, open_page):
    page = open_page(f"{live.url}/?area={RIVNE}&lang=en")
    expect(page.locator("#link")).to_contain_text("Connected")
    button = page.locator("#sound")

    button.click()
    expect(button).to_have_text("Turn sound off")
    raised = live.raise_alert(RIVNE).json()["accepted"][0]["id"]
    expect(button).to_have_text("Stop the sound")
    button.click()

    expect(button).to_have_text("Turn sound off")
    live.clear(raised)


def test_a_replay_plays_on_its_own_clock(open_page):
    with replaying("2023-01-26T05:45:20Z", speed=2) as day:
        page = open_page(f"{day.url}/?area=UA-30")
        expect(page.locator(".ribbon")).to_contain_text("ПОВТОР")
        shown = page.inner_text(".ribbon time")

        expect(page.locator(".panel")).to_have_attribute("data-state", "warning")
        expect(page.locator(".since")).to_contain_text("з 07:45:43 за Києвом")
        until(page, f"document.querySelector('.ribbon time').textContent > {shown!r}")
