"""
Goal: the map draws every raion once, small enough for a bad link, and says in a file what it shows.

Method: the real outlines; the picture parsed as XML; the PNG by its own head.
"""

from __future__ import annotations

import gzip
import struct
from xml.etree import ElementTree as ET

import pytest
from tests.web.page_source import Day, alert, outlines, ukraine

from tocsin.kernel.errors import Unavailable
from tocsin.web import map as country_map
from tocsin.web.face import Scene
from tocsin.web.map import Drawing, headline, png
from tocsin.web.times import Times
from tocsin.web.wording import Wording

SVG = "{http://www.w3.org/2000/svg}"
DRAWING = Drawing(ukraine(), outlines())
MORNING = Day("2023-01-26T06:15:00+00:00")
WORDS = Wording("uk")


def states():
    return DRAWING.states(Scene(ukraine(), MORNING.board()))


def test_136_raions_and_two_cities_are_drawn():
    assert len(DRAWING.shapes) == 138
    assert {"UA80000000000093317", "UA85000000000065278"} <= set(DRAWING.shapes)
    assert all(path.startswith("M") and path.endswith("z") for path in DRAWING.shapes.values())


def test_the_inline_map_is_small_on_the_wire():
    inline = DRAWING.inline(states(), WORDS, "")

    assert len(gzip.compress(inline.encode(), 5)) < 26_000


def test_every_raion_is_a_link_with_a_name_and_only_one_stops_the_tab_key():
    svg = ET.fromstring(DRAWING.inline(states(), WORDS, ""))
    links = svg.findall(".//a")

    assert len(links) == 138
    assert [link.get("tabindex") for link in links].count("0") == 1
    titles = [link.findtext("path/title") for link in links]
    assert all(": " in title for title in titles)
    assert "Київ: тривога" in titles


def test_states_differ_by_pattern_and_not_only_by_colour():
    source = Day("2023-01-26T06:15:00+00:00", alerts=[], unknown=[("UA-05", None)])
    drawn = DRAWING.inline(DRAWING.states(Scene(ukraine(), source.board())), WORDS, "")

    assert 'class="unknown" fill="url(#p-unknown)"' in drawn
    assert all(f'id="p-{state}"' in drawn for state in country_map.PATTERNED)


def test_the_picture_carries_its_key_its_time_and_the_replays_mark():
    scene = Scene(ukraine(), MORNING.board())
    picture = DRAWING.picture(scene, Times(WORDS, MORNING.now()), mark="ПОВТОР")
    svg = ET.fromstring(picture)
    said = " ".join(text.text for text in svg.iter(f"{SVG}text"))

    assert "Тривога: 26 регіонів" in said
    assert "26 січня 2023, 08:15:00 за Києвом" in said
    assert "ПОВТОР" in said
    assert "невідомо" in said
    assert "OpenStreetMap" in said
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_the_headline_names_what_is_in_part_and_unknown():
    district = ukraine().children(ukraine().get("UA-32").code)[0]
    source = Day(
        "2023-01-26T06:15:00+00:00",
        alerts=[alert(district, MORNING.now())],
        unknown=[("UA-05", None)],
    )

    assert (
        headline(Scene(ukraine(), source.board()), WORDS)
        == "Місцями: 1 регіон · Невідомо: 1 регіон"
    )
    assert (
        headline(Scene(ukraine(), Day("2023-01-26T06:15:00+00:00", alerts=[]).board()), WORDS)
        == "Тривог немає"
    )


def test_the_png_has_the_width_that_was_asked_for():
    scene = Scene(ukraine(), MORNING.board())
    drawn = png(DRAWING.picture(scene, Times(WORDS, MORNING.now()), mark=None), 320)

    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", drawn[16:20]) == (320,)


def test_without_a_font_there_is_no_picture_rather_than_one_without_its_time(monkeypatch, tmp_path):
    monkeypatch.setattr(country_map, "_FONT_PLACES", (tmp_path,))
    with pytest.raises(Unavailable) as refused:
        png("<svg/>", 320)

    assert refused.value.code == "web.no_font"
