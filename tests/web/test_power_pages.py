"""
Goal: from an address to an answer in two actions, and no page that says more than is known.

Method: the routers as a server has them, over a town in which the desk decided what was said.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.power.grids import approves, cuts, day, publishes
from tests.web.power_page_door import TODAY, PageDoor

from tocsin.web.power_pages import SPOKEN
from tocsin.web.power_phrases import POWER_PHRASES

STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
GROUP = "/power?operator=grid&group=1.1"


@pytest.fixture
def door():
    door = PageDoor()
    door.town.say(publishes(day(TODAY), day("y" * 24, "1.2"), seconds=-3600))
    return door


def word(page):
    return " ".join(re.findall(r'<span class="line">(.*?)</span>', page.text))


def test_a_house_leads_on_to_an_address_that_does_not_name_it(door):
    answer = door.get("/power?street=Шевченка вул&house=3")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/power?operator=grid&group=1.1&mine=1"
    assert answer.headers["cache-control"] == "no-store"


def test_a_group_has_the_word_the_strip_and_the_stretches(door):
    page = door.get(GROUP)

    assert (page.status_code, word(page)) == (200, "Power on")
    assert page.text.count('class="half ') == 96 + 5
    assert "until 14:00, then off" in page.text
    assert "<b>14:00–16:00</b> without power" in page.text
    assert "/api/v1/outages/groups/grid/1.1/calendar.ics" in page.text
    assert "6 h without power in all" in page.text


def test_what_nobody_said_is_unknown_and_so_is_tomorrow(door):
    page = door.get("/power?operator=grid&group=2.1")

    assert word(page) == "Unknown"
    assert "does not mean that there will be power" in page.text
    assert 'class="half on"' not in page.text.split('class="key"')[0]


def test_an_emergency_is_its_own_state_in_its_zone_alone(door):
    door.town.say(publishes(day("y" * 24, "2.1"), code="west", area="SOUTH", command=20))
    door.town.say(cuts())
    east, west = door.get(GROUP), door.get("/power?operator=grid&group=2.1")

    assert word(east) == "Emergency shutdown"
    assert "Until further notice" in east.text
    assert "Reason: imminent danger" in east.text
    assert word(west) == "Power on"


def test_a_zone_has_its_page_and_its_groups_to_choose_from(door):
    door.town.say(cuts())
    page = door.get("/power?operator=grid&zone=east")

    assert word(page) == "Emergency shutdown"
    assert "Choose your group" in page.text
    assert 'class="strip"' not in page.text
    west = door.get("/power?operator=grid&zone=west")
    assert word(west) == "Unknown"
    assert door.get("/power?operator=grid&zone=north").status_code == 404


def test_the_table_of_the_city_has_every_group(door):
    page = door.get("/power")

    assert re.findall(r'<th scope="row"><a [^>]*>(.*?)</a>', page.text) == ["1.1", "1.2", "2.1"]
    row = page.text.split('group=1.1">1.1</a>')[1].split("</tr>")[0]
    assert sum(map(int, re.findall(r'colspan="(\d+)"', row))) == 48
    assert "14:00–16:00 without power" in row


def test_whoever_holds_an_answer_is_told_only_until_when_it_holds(door):
    page = door.get(GROUP)
    tag = page.headers["etag"]
    again = door.get(GROUP, **{"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")
    door.town.goes_on(minutes=5)
    later = door.get(GROUP, **{"if-none-match": tag})
    assert later.status_code == 304
    assert later.headers["as-of"] > page.headers["as-of"]
    door.town.goes_on(minutes=30)
    assert door.get(GROUP, **{"if-none-match": tag}).status_code == 200
    fresh = door.get(GROUP).headers["etag"]
    door.town.say(cuts(2400))
    assert door.get(GROUP, **{"if-none-match": fresh}).status_code == 200


def test_a_page_that_is_asked_for_again_says_as_of_when_it_was_asked(door):
    door.get(GROUP)
    door.town.goes_on(minutes=7)

    assert "As of 12:07" in door.get(GROUP).text


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_script_is_given_every_phrase_that_it_says(door, language):
    page = door.get(f"{GROUP}&lang={language}")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page.text)[1])
    scripts = "".join((STATIC / name).read_text() for name in ("power.js", "power-now.js"))
    said = set(re.findall(r'"([a-z]+\.[a-z_]+)"', scripts)) & set(POWER_PHRASES)

    assert len(said) > 15
    assert said <= set(data["words"])
    assert {key.split(".")[0] for key in data["words"]} == SPOKEN
    assert page.headers["content-language"] == language


def test_who_is_not_known_is_told_so(door):
    assert door.get("/power?group=9.9").status_code == 404
    unknown = door.get("/power?street=Невідома&house=1")
    assert unknown.status_code == 404
    assert "That house is in no list here" in unknown.text
    assert "Невідома" not in unknown.text


def test_an_approved_plan_has_its_page(door):
    door.town.say(approves(day("n" * 2 + "y" * 22), sha="ab" * 32, seconds=-60))
    page = door.get(f"/power/plan/{'ab' * 32}")

    assert page.status_code == 200
    assert "<td>00:00–02:00</td>" in page.text
    assert f"/power/plan/{'ab' * 32}" in door.get("/power").text
    assert door.get("/power/plan/cd").status_code == 404


def test_nobody_having_said_anything_is_no_power_on():
    town = PageDoor()
    page = town.get("/power")

    assert "no schedule is known" in page.text
    assert 'class="lit' not in page.text


def test_the_style_of_these_pages_knows_no_left_or_right():
    style = (STATIC / "power.css").read_text(encoding="utf-8")

    assert not re.search(r"\b(margin|padding|border)-(left|right)\b|\b(left|right)\s*:", style)
    assert not re.search(r"text-align:\s*(left|right)", style)
