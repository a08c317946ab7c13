"""
A strip has a cell for each half-hour, each state its own sign, and is never green.

Method: days of 46, 48 and 50 half-hours laid out by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.power.grids import NOON, after, cuts, day, publishes

from tocsin.cli import paper, power_strip
from tocsin.cli.power_strip import PLAIN, SIGNS, STYLES, lines, shown
from tocsin.power.messages import GroupCode
from tocsin.views.schedule_days import schedule_json

KYIV = "Europe/Kyiv"
ONE = GroupCode("1.1")


def strip(state, at=NOON + timedelta(hours=1)):
    return [line.plain for line in lines(schedule_json(state, ONE, at), "The grid", KYIV)]


@pytest.fixture(autouse=True)
def _signs(monkeypatch):
    monkeypatch.setattr(power_strip, "_signs", lambda: SIGNS)


def test_every_state_has_a_sign_of_its_own_also_in_ascii_and_none_is_green():
    assert len(set(SIGNS.values())) == len(set(PLAIN.values())) == len(SIGNS) == 5
    assert all(sign.isascii() for sign in PLAIN.values())
    assert not any("green" in style for style in STYLES.values())


def test_a_day_is_drawn_under_its_hours_with_a_key_and_its_cuts_in_words():
    state = after(publishes(day("nnmmyy" + "?" * 6 + "y" * 12)), cuts(4_500))
    head, hours, cells, key, *said, source = strip(state, NOON + timedelta(hours=2))

    assert head == "Group 1.1 · The grid · 26 January 2026"
    assert hours == "  00    03    06    09    12    15    18    21"
    assert cells == "  ████▒▒▒▒····????????????··" + "!" * 22
    assert key == ("  · power on  █ power off  ▒ may be off  ! emergency shutdown  ? unknown")
    assert said == [
        "  00:00–02:00 power off, 2 h",
        "  02:00–04:00 may be off, 2 h",
        "  06:00–12:00 unknown, 6 h",
        "  13:00–24:00 emergency shutdown, 11 h",
    ]
    assert "(site)" in source


def test_days_of_23_and_25_hours_have_their_own_hours():
    for on, count, hours in (("2026-03-29", 46, "00    04"), ("2026-10-25", 50, "00    03    05")):
        at = datetime.fromisoformat(f"{on}T10:00:00+00:00")
        plan = day("y" * 22 + "nn", date=on)
        state = after(publishes(plan, seconds=(at - NOON).total_seconds() - 60))
        told = strip(state, at)

        assert len(told[2].strip()) == count
        assert told[1].strip().startswith(hours)
        assert "22:00–24:00 power off, 2 h" in told[4]


def test_a_terminal_without_these_signs_gets_those_it_has(monkeypatch):
    monkeypatch.undo()
    sheet = paper.sheet()
    monkeypatch.setattr(paper, "sheet", lambda: sheet)
    told = schedule_json(after(publishes(day("n" + "y" * 23))), ONE, NOON)
    for encoding, cells in (("ascii", "##" + "." * 46), ("utf-8", "██" + "·" * 46)):
        monkeypatch.setattr(type(sheet), "encoding", encoding)
        written = [line.plain for line in shown(told, "Обленерго", KYIV)]
        assert written[2].strip() == cells
        assert all(line.encode(encoding) for line in written)
