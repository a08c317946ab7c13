"""
A board on a terminal: the gravest first, nothing left out, and readable without colour.

Method: boards drawn at random over real areas; every alert and every unknown area must be found
in what is written, under its own word.
"""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from tocsin.cli import places, roster
from tocsin.cli.tongue import speak

GAZETTEER = places.load_country("UA")
AREAS = [area for area in GAZETTEER if area.level in {1, 2}]
SINCE = "2023-01-26T05:45:43.000Z"

alerts = st.builds(
    lambda area, hazard, level, status, sender: {
        "id": f"{area.code}-1-00000000",
        "area": area.public(),
        "hazard": hazard,
        "level": level,
        "threat": None,
        "status": status,
        "since": SINCE,
        "version": 1,
        "sender": sender,
        "confirmations": [],
        "shelter_within_s": None,
        "text": {},
    },
    st.sampled_from(AREAS),
    st.sampled_from(["air_raid", "flood", "meteor"]),
    st.sampled_from(["watch", "warning"]),
    st.sampled_from(["Actual", "Exercise", "Test"]),
    st.sampled_from(["kmva", "etryvoga"]),
)
gaps = st.builds(
    lambda area, since: {"area": area.public(), "since": since},
    st.sampled_from(AREAS),
    st.sampled_from([None, SINCE]),
)
boards = st.builds(
    lambda found, unknown, replay: {
        "epoch": "e",
        "position": 7,
        "as_of": "2023-01-26T06:15:00.000Z",
        "replay": replay,
        "alerts": found,
        "unknown": unknown,
    },
    st.lists(alerts, max_size=8, unique_by=lambda a: a["id"]),
    st.lists(gaps, max_size=3, unique_by=lambda g: g["area"]["code"]),
    st.booleans(),
)


def written(board, wanted=(), width=200):
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    roster.draw(console, GAZETTEER, board, wanted, past=False)
    return file.getvalue()


@settings(max_examples=60)
@given(boards, st.sampled_from(["uk", "en"]), st.sampled_from([80, 120]))
def test_every_alert_and_every_unknown_area_is_there(board, language, width):
    speak(language)
    text = written(board, width=width)
    plain = " ".join(text.split())
    for found in (*board["alerts"], *board["unknown"]):
        assert found["area"]["name"][language] in plain
    assert max(map(len, text.splitlines())) <= width
    assert ("REPLAY" in text or "ПОВТОР" in text) is board["replay"]


@given(boards)
def test_drills_stand_under_their_own_word_after_the_alerts(board):
    speak("en")
    words = [line.split()[1] for line in written(board).splitlines() if line.startswith(" ■")]
    words += [line.split()[1] for line in written(board).splitlines() if line.startswith(" ◇")]
    kinds = {a["status"] == "Actual" and a["level"] == "warning" for a in board["alerts"]}
    assert ("ALERT" in words) is (True in kinds)
    drills = any(a["status"] != "Actual" for a in board["alerts"])
    assert ("EXERCISE" in words) is drills


@given(boards)
def test_who_sees_no_colour_reads_the_same(board):
    assert "\x1b" not in written(board)


@pytest.mark.parametrize(("language", "word"), [("uk", "НЕМАЄ ТРИВОГИ"), ("en", "NO ALERT")])
def test_what_is_unknown_is_never_listed_as_calm(language, word):
    speak(language)
    everywhere = [{"area": GAZETTEER.root.public(), "since": None}]
    board = {"epoch": "e", "position": 0, "as_of": SINCE, "replay": False}
    assert word not in written(board | {"alerts": [], "unknown": everywhere})
