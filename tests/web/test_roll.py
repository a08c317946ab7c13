"""
Goal: the list says what the map shows, region by region, and the graph what the day was.

Method: the list of drawn boards against the faces of its regions; the graph of the real day.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.web.page_source import Day, alert, ukraine

from tocsin.web.face import Scene
from tocsin.web.roll import graph, roll
from tocsin.web.times import Times
from tocsin.web.wording import Wording

NOW = datetime(2023, 1, 26, 6, 15, tzinfo=UTC)
TIMES = Times(Wording("uk"), NOW)


def listed(source):
    scene = Scene(ukraine(), source.board())
    return scene, roll(scene.regions(), scene, TIMES)


def test_every_region_stands_once_under_its_own_state():
    scene, groups = listed(Day(NOW.isoformat()))
    told = {entry.code: group.state for group in groups for entry in group.entries}

    assert told == {face.code: face.state for face in scene.regions()}
    assert sum(len(group.entries) for group in groups) == 27
    assert [group.state for group in groups] == ["warning", "calm"]
    assert groups[0].count == "26 регіонів"


def test_a_region_names_the_places_inside_that_differ():
    district = ukraine().children(ukraine().get("UA-32").code)[0]
    drill = ukraine().children(ukraine().get("UA-32").code)[1]
    source = Day(
        NOW.isoformat(),
        alerts=[alert(district, NOW), alert(drill, NOW, status="Exercise")],
        unknown=[("UA-05", None)],
    )
    _, groups = listed(source)

    assert [group.state for group in groups] == ["part", "unknown", "calm"]
    (region,) = groups[0].entries
    assert region.parts[0] == ukraine().get(district).name["uk"]
    assert region.parts[1] == f"{ukraine().get(drill).name['uk']} (НАВЧАННЯ)"


def test_the_graph_of_the_day_tops_out_where_the_day_did():
    source = Day(NOW.isoformat())
    drawn = graph(source.changes(TIMES.today), NOW, 27, TIMES)

    assert drawn.now == 8 * 60 + 15
    assert "найбільше 26 о 08:13" in drawn.sentence
    assert drawn.path.startswith("M0 120V")
    assert drawn.path.endswith("H1440V120z")


def test_the_graph_of_a_day_without_change_is_level():
    start = datetime(2023, 1, 25, 20, tzinfo=UTC)

    assert graph([(start, 2)], NOW, 27, TIMES).path == "M0 120V112H1440V120z"
