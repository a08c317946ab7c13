"""
A whole screen: the word above all, then since when, what to do; never larger than the terminal.

Method: every state of an area at four sizes in both languages, drawn without colour.
"""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from tocsin.cli import places
from tocsin.cli.display import FIELDS, PATTERNS, Link, look, plain, shown_of
from tocsin.cli.tongue import speak
from tocsin.web.face import DANGER, Scene

GAZETTEER = places.load_country("UA")
KYIV = GAZETTEER.get("UA-30")
REGION = GAZETTEER.get("UA-32")
NOW = datetime(2023, 1, 26, 6, 15, 3, tzinfo=UTC)
SINCE = "2023-01-26T05:45:43.000Z"
WELL = Link("127.0.0.1:8026", lost=False, confirmed_at=NOW)
LOST = Link("127.0.0.1:8026", lost=True, confirmed_at=NOW - timedelta(seconds=14), why="silent")


def alert(area, level="warning", status="Actual"):
    return {
        "id": f"{area.code}-1-00000000",
        "area": area.public(),
        "hazard": "air_raid",
        "level": level,
        "threat": "missiles",
        "status": status,
        "since": SINCE,
        "version": 1,
        "sender": "kmva",
        "confirmations": [],
        "shelter_within_s": None,
        "text": {},
    }


def scene(*alerts, unknown=(), replay=False):
    board = {
        "epoch": "e",
        "position": 7,
        "as_of": "2023-01-26T06:15:00.000Z",
        "replay": replay,
        "alerts": list(alerts),
        "unknown": [{"area": area.public(), "since": SINCE} for area in unknown],
    }
    return Scene(GAZETTEER, board)


BUCHA = GAZETTEER.get("UA32080000000084076")
STATES = {
    "warning": (scene(alert(KYIV)), KYIV),
    "part": (scene(alert(BUCHA)), REGION),
    "watch": (scene(alert(KYIV, "watch")), KYIV),
    "part_watch": (scene(alert(BUCHA, "watch")), REGION),
    "unknown": (scene(unknown=[KYIV]), KYIV),
    "drill": (scene(alert(KYIV, status="Exercise")), KYIV),
    "calm": (scene(), KYIV),
}


def drawn(display, columns=80, rows=24):
    file = io.StringIO()
    console = Console(file=file, width=columns, height=rows, highlight=False, legacy_windows=False)
    console.print(display)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 15), (200, 60)])
@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("state", DANGER)
def test_a_screen_is_never_larger_than_the_terminal_and_fills_it(state, language, size):
    speak(language)
    seen, area = STATES[state]
    lines = drawn(look(seen, [seen.face(area.code)], NOW, WELL), *size)
    assert seen.face(area.code).state == state
    assert len(lines) <= size[1] or size == (40, 15)
    assert len(lines) >= size[1] - 2
    assert max(map(len, lines)) <= size[0]


def test_each_state_is_told_apart_by_its_pattern_alone():
    assert FIELDS.keys() == PATTERNS.keys()
    telling = {state: pattern for state, pattern in PATTERNS.items() if state != "country"}
    assert len(set(telling.values())) == len(telling)


@pytest.mark.parametrize("state", FIELDS)
def test_no_field_is_green(state):
    assert "green" not in FIELDS[state]


def test_below_the_word_stand_place_since_when_and_what_to_do():
    speak("uk")
    seen, area = STATES["warning"]
    lines = drawn(look(seen, [seen.face(area.code)], NOW, WELL))
    pattern = next(n for n, line in enumerate(lines) if line == "█" * 80)
    place, since, act, *_ = lines[pattern + 1 :]
    assert place.startswith("Київ · Повітряна тривога (ракети)")
    assert since.endswith("29 хв тому")
    assert act == "Негайно прямуйте в укриття."


def test_a_lost_link_stands_instead_of_what_was_known_which_is_told_as_past():
    speak("en")
    seen, area = STATES["warning"]
    lines = drawn(look(seen, [seen.face(area.code)], NOW, LOST))
    text = "\n".join(lines)
    assert "This terminal gets no news. Listen for sirens and the radio." in text
    assert "At that time: Alert · since" in text
    assert "Take shelter now." not in text
    assert "× × ×" in text
    assert lines[-1].startswith("Link lost. Last confirmed")


def test_before_anything_was_heard_nothing_is_called_calm():
    speak("en")
    text = "\n".join(drawn(look(None, (), NOW, Link("x", lost=True, confirmed_at=None))))
    assert "Connecting to x…" in text
    assert "alert" not in text.lower()


def test_of_several_areas_the_most_dangerous_is_large_and_the_others_are_lines():
    speak("en")
    seen = scene(alert(KYIV))
    faces = [seen.face(area.code) for area in (REGION, KYIV)]
    lines = drawn(look(seen, faces, NOW, WELL))
    assert any(line.startswith("Kyiv · Air-raid alert") for line in lines)
    assert any("NO ALERT  Kyiv Oblast" in line for line in lines)


def test_a_replay_has_its_ribbon_with_the_date():
    speak("en")
    seen = scene(alert(KYIV), replay=True)
    text = "\n".join(drawn(look(seen, [seen.face(KYIV.code)], NOW, WELL)))
    assert "REPLAY · Real data, past time · 26 January 2023" in text


def test_the_country_is_counted_with_a_stroke_and_not_with_a_letter_that_looks_like_three():
    speak("uk")
    seen = scene(*(alert(GAZETTEER.get(code)) for code in ("UA-30", "UA-32", "UA-51")))
    shown = shown_of(seen.face("UA"), seen, NOW)
    assert shown.word == ("3/27",)


def test_one_line_says_the_same():
    speak("en")
    seen, area = STATES["warning"]
    line = plain([shown_of(seen.face(area.code), seen, NOW)], NOW)
    assert line.startswith("ALERT · Kyiv · Air-raid alert (missiles) · since ")
    assert line.endswith("Take shelter now.")


def test_a_terminal_without_blocks_gets_hashes():
    seen, area = STATES["warning"]
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=80, height=24, highlight=False)
    lines = look(seen, [seen.face(area.code)], NOW, WELL)
    with console.capture() as captured:
        console.print(lines)
    assert "##" in captured.get()
    assert "█" not in captured.get()
