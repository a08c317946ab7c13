"""
Goal: calm is never shown where an alert stands or where nobody is heard, and danger comes first.

Method: properties over boards drawn with any alerts and gaps in real areas at all levels.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.page_source import Day, alert, ukraine

from tocsin.web.face import DANGER, Scene

NOW = datetime(2023, 1, 26, 6, 15, tzinfo=UTC)
CODES = [area.code for area in ukraine() if area.level > 0][:220]
SOME = sorted({*CODES, *(area.code for area in ukraine() if area.level in {1, 2})})


@st.composite
def boards(draw):
    alerts = [
        alert(
            draw(st.sampled_from(SOME)),
            NOW - timedelta(minutes=draw(st.integers(0, 3000))),
            level=draw(st.sampled_from(["warning", "watch"])),
            status=draw(st.sampled_from(["Actual", "Actual", "Exercise", "Test"])),
            hazard=draw(st.sampled_from(["air_raid", "artillery", "flood"])),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    gaps = draw(st.lists(st.sampled_from(SOME), max_size=3, unique=True))
    since = draw(st.sampled_from([None, "2023-01-26T05:00:00.000Z"]))
    source = Day(NOW.isoformat(), alerts=alerts, unknown=[(code, since) for code in gaps])
    return source.board()


def related(code):
    return {code, *ukraine().lineage(code), *ukraine().descendants(code)}


@given(boards(), st.sampled_from(SOME))
def test_calm_means_that_nothing_stands_and_somebody_is_heard(board, code):
    face = Scene(ukraine(), board).face(code)
    touching = [a for a in board["alerts"] if a["area"]["code"] in related(code)]
    silent = [u for u in board["unknown"] if u["area"]["code"] in related(code)]

    assert (face.state == "calm") == (not touching and not silent)


@given(boards(), st.sampled_from(SOME))
def test_an_alert_that_covers_an_area_is_never_hidden(board, code):
    face = Scene(ukraine(), board).face(code)
    whole = {code, *ukraine().lineage(code)}
    actual = [a for a in board["alerts"] if a["status"] == "Actual"]
    covering = [a for a in actual if a["area"]["code"] in whole]
    inside = [a for a in actual if a["area"]["code"] in related(code) - whole]

    assert (face.state == "warning") == any(a["level"] == "warning" for a in covering)
    if any(a["level"] == "warning" for a in inside):
        assert face.state in {"warning", "part"}
    if covering or inside:
        assert face.state in {"warning", "part", "watch", "part_watch"}


@given(boards(), st.sampled_from(SOME))
def test_a_drill_never_stands_in_front_of_what_is_real_or_unknown(board, code):
    face = Scene(ukraine(), board).face(code)
    touching = [a for a in board["alerts"] if a["area"]["code"] in related(code)]
    silent = [u for u in board["unknown"] if u["area"]["code"] in related(code)]

    if face.state == "drill":
        assert not silent
        assert all(a["status"] != "Actual" for a in touching)


@given(boards(), st.sampled_from(SOME))
def test_the_state_began_with_the_earliest_alert_that_makes_it(board, code):
    face = Scene(ukraine(), board).face(code)

    assert face.since == (face.leading[0].since if face.leading else face.silent_since)
    assert list(face.leading) == sorted(face.leading, key=lambda one: one.since)


@given(boards())
def test_every_area_has_exactly_one_of_the_known_states(board):
    scene = Scene(ukraine(), board)

    assert len(scene.regions()) == 27
    assert all(face.state in DANGER for face in scene.regions())


@pytest.mark.parametrize("level", ["warning", "red", ""])
def test_a_level_we_do_not_know_is_taken_for_the_graver_one(level):
    board = Day(NOW.isoformat(), alerts=[alert("UA-30", NOW, level=level)]).board()

    assert Scene(ukraine(), board).face(ukraine().get("UA-30").code).state == "warning"


def test_an_alert_in_an_area_we_do_not_know_breaks_nothing():
    foreign = alert("UA-30", NOW)
    foreign["area"] = foreign["area"] | {"code": "XX1"}
    scene = Scene(ukraine(), Day(NOW.isoformat(), alerts=[foreign]).board())

    assert scene.face(ukraine().root.code).state == "calm"


def test_the_whole_country_on_the_morning():
    scene = Scene(ukraine(), Day("2023-01-26T06:15:00+00:00").board())

    # 24 by the record and the two permanent ones; Sevastopol alone is not told of.
    assert sum(1 for face in scene.regions() if face.state == "warning") == 26
