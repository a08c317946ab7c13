"""
Directions are one short line in both languages, whatever the way.

Method: random towns for what every line must be; then lines word by word.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from tests.streets import town
from tests.walking.test_nearest import questions

from tocsin.walking import directions
from tocsin.walking.directions import LEGS_MAX, plain
from tocsin.walking.doors import Doors
from tocsin.walking.nearest import nearest
from tocsin.walking.profile import BRIDGE, COVERED, STAIRS
from tocsin.walking.snap import Snapper


@given(questions())
@settings(max_examples=80)
def test_a_line_is_short_and_its_metres_are_those_of_the_way(question):
    network, doors, start = question
    for way in nearest(network, start, doors, limit_metres=10**6):
        for language, unit in (("uk", "м"), ("en", "m")):
            line = plain(network, way, language)
            assert "\n" not in line
            assert line.count(";") <= LEGS_MAX
            told = sum(int(metres) for metres in re.findall(rf"(\d+) {unit}\b", line))
            walked = way.metres - way.start.metres
            assert told == pytest.approx(walked, abs=0.1 * walked + 25 * (LEGS_MAX + 1))


def _line(nodes, edges, language="en"):
    network = town(nodes, edges)
    snapper = Snapper(network)
    doors = Doors.of([(0, snapper.at_node(len(nodes) - 1))])
    (way,) = nearest(network, snapper.at_node(0), doors, limit_metres=10**5)
    return plain(network, way, language)


CORNERS = [(0, 0), (18_000, 0), (18_000, 5_400), (27_000, 5_400), (27_000, 5_450)]
EDGES = [
    (0, 1, None, 0, "Довга вулиця"),
    (1, 2, None, STAIRS),
    (2, 3, None, BRIDGE),
    (3, 4, None, COVERED),
]


def test_a_line_says_streets_turns_stairs_and_bridges():
    assert _line(CORNERS, EDGES) == (
        "Go north, 200 m along Довга вулиця; right, 60 m by the stairs;"
        " left, 100 m over the bridge through the underpass."
    )
    assert _line(CORNERS, EDGES, "uk") == (
        "Ідіть на північ, 200 м (Довга вулиця); праворуч, 60 м сходами;"
        " ліворуч, 100 м через міст підземним переходом."
    )


def test_a_language_that_is_not_spoken_is_english():
    assert _line(CORNERS, EDGES, "pl") == _line(CORNERS, EDGES, "en")


def test_small_bends_are_left_out():
    wavy = [(n * 2_000, 900 * (n % 2)) for n in range(9)]
    assert _line(wavy, [(n, n + 1) for n in range(8)]) == "Go north, 200 m."


def test_a_street_that_keeps_its_name_may_bend():
    nodes = [(0, 0), (18_000, 0), (30_000, 12_000)]
    bent = [(0, 1, None, 0, "Ring"), (1, 2, None, 0, "Ring")]
    assert _line(nodes, bent) == "Go north, 390 m along Ring."
    assert _line(nodes, [(0, 1), (1, 2)]) == "Go north, 200 m; right, 190 m."


def test_a_turn_is_told_from_the_direction_one_has_when_one_comes_to_it():
    nodes = [(0, 0), (18_000, 0), (30_000, 12_000), (30_000, 24_000)]
    edges = [(0, 1, None, 0, "Ring"), (1, 2, None, 0, "Ring"), (2, 3)]
    assert _line(nodes, edges) == "Go north, 390 m along Ring; right, 130 m."


def test_going_back_is_said():
    assert _line([(0, 0), (18_000, 0), (0, 2_000)], [(0, 1), (1, 2)]) == (
        "Go north, 200 m; back to the right, 200 m."
    )


def test_after_a_few_turns_only_their_number_is_told():
    stairs = [((n + 1) // 2 * 9_000, n // 2 * 9_000) for n in range(10)]
    line = _line(stairs, [(n, n + 1) for n in range(9)])
    assert line.count("100 m") == directions.LEGS_MAX
    assert line.endswith("; then 3 more turns, 300 m.")


def test_the_last_turn_is_told_rather_than_counted():
    stairs = [((n + 1) // 2 * 9_000, n // 2 * 9_000) for n in range(8)]
    line = _line(stairs, [(n, n + 1) for n in range(7)])
    assert line.count("100 m") == directions.LEGS_MAX + 1
    assert "more" not in line


def test_who_stands_at_the_door_is_there():
    assert _line([(0, 0), (0, 100)], [(0, 1)]) == "You are there."
    assert _line([(0, 0), (0, 100)], [(0, 1)], "uk") == "Ви на місці."
