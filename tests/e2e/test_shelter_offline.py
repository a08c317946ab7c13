"""
Goal: with the area saved and the network gone, the page finds the nearest five and the way to them.

Method: the small invented city behind a real server; its pack is saved by a button, the network is
taken away and the view opened anew; three places, each compared with what the server said there.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import until
from tests.e2e.invented_city import invented_city
from tests.e2e.test_offline import READY

MIDDLE = {"latitude": 0.009, "longitude": -29.989}
PLACES = [
    {"latitude": 0.0072, "longitude": -29.9914},
    {"latitude": 0.0114, "longitude": -29.9871},
    {"latitude": 0.0048, "longitude": -29.9862},
]


CORNERS = "document.querySelector('.plan .course').getAttribute('d').split('L').length"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    with invented_city(tmp_path_factory.mktemp("city")) as (served, drawn):
        yield served, drawn


@pytest.fixture
def saved(city, open_page):
    """A page whose area is saved; online still."""
    served, _ = city
    page = open_page(
        f"{served.url}/shelter?lang=en", geolocation=MIDDLE, permissions=["geolocation"]
    )
    until(page, READY)
    expect(page.locator(".cards > li").first).to_be_visible()
    button = page.locator("#save")
    expect(button).to_have_text(re.compile(r"Save for offline: 0\.\d MB"))
    button.click()
    expect(page.locator("#pack-told")).to_contain_text("40 shelters")
    return page


def found(page):
    """Read the list: each shelter's id, minutes, distance and way in words."""
    return page.locator(".cards > li").evaluate_all(
        """cards => cards.map((card) => ({
          id: card.dataset.id,
          minutes: card.querySelector(".minutes").textContent,
          where: card.querySelector(".where").textContent,
          way: card.querySelector(".directions").textContent,
        }))"""
    )


def test_offline_the_nearest_five_and_the_way_are_those_of_the_server(city, saved):
    served, _ = city
    page = saved
    page.context.set_offline(True)
    for place in PLACES:
        page.context.set_geolocation(place)
        lat, lon = place["latitude"], place["longitude"]
        theirs = served.get(f"/api/v1/shelters/nearest?lat={lat}&lon={lon}&k=5").json()

        page.goto(f"{served.url}/shelter")
        expect(page.locator("#told")).to_contain_text("static facts only; nobody knows whether")
        page.locator("#locate").click()
        until(
            page, f"document.querySelector('.card').dataset.id === {theirs['shelters'][0]['id']!r}"
        )
        ours = found(page)

        assert [one["id"] for one in ours] == [one["id"] for one in theirs["shelters"]]
        for mine, server in zip(ours, theirs["shelters"], strict=True):
            assert abs(int(mine["minutes"].split()[0]) - server["seconds"] / 60) <= 1
            assert mine["way"]
        assert page.locator(".plan .lines").get_attribute("d").count("M") > 100
        for number in range(5):
            page.locator(".cards .show").nth(number).click()
            corners = len(theirs["shelters"][number]["path"])
            until(page, f"Math.abs({CORNERS} - {corners}) <= 2")
        expect(page.locator(".door").first).to_have_text("not known")


def test_under_alert_the_public_page_has_the_list_also_without_a_network(city, saved):
    served, _ = city
    page = saved
    page.goto(f"{served.url}/?area=UA-30&lang=en")
    expect(page.locator("#link")).to_contain_text("Connected")
    alert = served.raise_alert("UA-30").json()["accepted"][0]["id"]
    expect(page.locator(".take li.card").first).to_be_visible()
    page.reload()
    expect(page.locator("#link")).to_contain_text("Connected")

    page.context.set_offline(True)
    page.reload()

    expect(page.locator("#take-told")).to_contain_text("static facts only; nobody knows whether")
    expect(page.locator(".take li.card")).to_have_count(3)
    served.clear(alert)


def test_nobody_is_told_that_a_door_is_open_by_what_was_saved(city, saved):
    page = saved
    kept = page.evaluate(
        "caches.open('shelter-pack').then((c) => c.match('/kept/pack')).then((r) => r.text())"
    )

    assert not re.search(r'"(state|closed_reports|occupancy|doubted)"', kept)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".said").first).to_have_text("Nobody knows whether it is open")


def test_what_was_saved_can_be_deleted_and_then_nothing_is_known(city, saved):
    page = saved
    page.get_by_role("button", name="Delete what is saved").click()
    expect(page.locator("#pack-told")).to_have_text("Deleted.")

    page.context.set_offline(True)
    page.goto(f"{city[0].url}/shelter")

    expect(page.locator("#told")).to_contain_text("this area was not saved")
    assert page.locator(".cards > li").count() == 0
