"""
Goal: what surrounds a page (title, icon, links, the script's data) follows from what is shown.

Method: one example each; pages as a whole are tested in `test_pages.py`.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from tests.web.page_source import Day, alert, ukraine

from tocsin.web.files import Files
from tocsin.web.map import Drawing
from tocsin.web.screen import Asked, Screen, icon, link

KYIV, LVIV = ukraine().get("UA-30"), ukraine().get("UA-46")
MORNING = Day("2023-01-26T06:15:00+00:00")


def asked(**changed) -> Asked:
    plain = {
        "language": "uk",
        "areas": (),
        "remembered": False,
        "at": None,
        "sought": "",
        "found": (),
        "problem": None,
        "problem_text": "",
        "rtl": False,
    }
    return Asked(**plain | changed)


def screen(source=MORNING) -> Screen:
    return Screen(source, Drawing(source.gazetteer, source.outlines), Files())


def test_a_link_remembers_areas_once_and_forgets_the_last():
    assert link([KYIV.code, LVIV.code, KYIV.code]) == f"/?area={KYIV.code},{LVIV.code}&keep=1"
    assert link([KYIV.code], without=KYIV.code) == "/?forget=1"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("warning", "warning"),
        ("part", "warning"),
        ("country", "warning"),
        ("calm", "calm"),
        ("drill", "drill"),
        ("unknown", "unknown"),
        ("watch", "unknown"),
    ],
)
def test_the_icon_tells_calm_from_everything_else(state, name):
    assert icon(state) == name


def test_the_title_begins_with_the_word():
    page = screen().render("page.html", asked(areas=(KYIV,))).plain.decode()

    assert "<title>Тривога · Київ</title>" in page


def test_the_script_is_given_the_same_board_clock_and_areas():
    at = datetime(2023, 1, 26, 5, tzinfo=UTC)
    html = screen().render("page.html", asked(areas=(KYIV,), at=at)).plain.decode()
    data = json.loads(html.partition('id="data">')[2].partition("</script>")[0])

    assert data["at"] == data["now"] == data["board"]["as_of"] == "2023-01-26T05:00:00.000Z"
    assert data["areas"] == [KYIV.code]
    assert data["tree"][KYIV.code] == ["UA", "Київ"]
    assert len(data["tree"]) == 1 + 27 + 136
    assert data["replay"] is True


def test_the_map_is_drawn_once_for_equal_states():
    shown = screen(Day("2023-01-26T06:15:00+00:00", alerts=[alert(KYIV.code, MORNING.at)]))
    shown.render("page.html", asked())
    shown.render("page.html", asked(areas=(LVIV,)))

    assert shown._inline.cache_info().hits == 1


def test_a_page_is_rendered_once_a_second_and_anew_after_a_change():
    source = Day("2023-01-26T06:15:00.100+00:00")
    shown = screen(source)
    first = shown.render("page.html", asked())
    source.at = datetime(2023, 1, 26, 6, 15, 0, 900_000, tzinfo=UTC)
    again = shown.render("page.html", asked())
    source.position += 1
    changed = shown.render("page.html", asked())
    source.at = datetime(2023, 1, 26, 6, 15, 1, tzinfo=UTC)
    later = shown.render("page.html", asked())

    assert again is first
    assert changed is not first
    assert later is not changed
    assert gzip.decompress(first.packed) == first.plain


def test_a_picture_of_the_past_is_marked_as_one():
    source = Day("2023-01-26T06:15:00+00:00", replay=False)

    assert "МИНУЛЕ" in screen(source).picture(asked(at=datetime(2023, 1, 26, 5, tzinfo=UTC)))
    assert "МИНУЛЕ" not in screen(source).picture(asked())
