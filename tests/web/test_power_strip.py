"""
Goal: a day is shown whole: as many half-hours as it has, and stretches that add up to it.

Method: a zone in which the room itself decided what was said; days on which the clock is changed
are counted against what a wall's clock shows.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.power.grids import NOON, after, cuts, day, publishes, restores

from tocsin.power.messages import GroupCode, GroupDay, Power, Regime, Slot
from tocsin.web.power_strip import day_shown, days_of, table, tables

TODAY = NOON.date()


def shown(state, day_=TODAY, group="1.1", now=NOON):
    return day_shown(state, GroupCode(group), day_, now)


def halves(found):
    return [cell for quarter in found.quarters for cell in quarter]


@pytest.mark.parametrize(
    ("date_", "count", "rows"),
    [
        (date(2026, 1, 26), 48, [12, 12, 12, 12]),
        (date(2026, 3, 29), 46, [10, 12, 12, 12]),
        (date(2026, 10, 25), 50, [14, 12, 12, 12]),
    ],
)
def test_a_day_has_the_half_hours_that_the_clock_makes(date_, count, rows):
    found = shown(after(), date_, now=datetime(2026, 1, 1, tzinfo=UTC))

    assert [len(quarter) for quarter in found.quarters] == rows
    assert len(halves(found)) == count
    assert sum(band.minutes for band in found.bands) == 30 * count
    assert not found.known


def test_stretches_say_what_the_cells_show():
    found = shown(after(publishes(day("n" * 4 + "y" * 8 + "m" * 2 + "y" * 10))))

    assert [(band.told, band.state) for band in found.bands] == [
        ("00:00–04:00", "off"),
        ("04:00–12:00", "on"),
        ("12:00–14:00", "maybe"),
        ("14:00–24:00", "on"),
    ]
    assert [cell.state for cell in halves(found)].count("off") == 8
    assert found.minutes == {"off": 240, "on": 1080, "maybe": 120}


def test_a_slot_to_the_minute_is_told_to_the_minute_and_drawn_as_the_worst_of_its_half_hour():
    cut = (Slot(0, 250, Power.ON), Slot(250, 265, Power.OFF), Slot(265, 1440, Power.ON))
    said = GroupDay(group=GroupCode("1.1"), date="2026-01-26", regime=Regime.HOURLY, slots=cut)
    found = shown(after(publishes(said)))

    assert [band.told for band in found.bands if band.state == "off"] == ["04:10–04:25"]
    assert [cell.told for cell in halves(found) if cell.state == "off"] == ["04:00–04:30"]


def test_an_emergency_covers_what_is_left_of_a_day_and_all_of_the_next():
    state = after(publishes(day(), day(date="2026-01-27")), cuts())

    assert [band.state for band in shown(state).bands] == ["on", "emergency"]
    tomorrow = shown(state, date(2026, 1, 27))
    assert [(band.told, band.state) for band in tomorrow.bands] == [("", "emergency")]


def test_an_emergency_that_is_over_leaves_its_minutes_and_no_more():
    state = after(publishes(day()), cuts(-3600), restores(-600))
    found = shown(state)

    assert [(band.told, band.state) for band in found.bands] == [
        ("00:00–11:00", "on"),
        ("11:00–11:50", "emergency"),
        ("11:50–24:00", "on"),
    ]
    assert [cell.told for cell in halves(found) if cell.state == "emergency"] == [
        "11:00–11:30",
        "11:30–12:00",
    ]


def test_a_table_has_every_group_and_as_many_cells_as_the_day():
    state = after(publishes(day("n" * 24), day(group="1.2")))
    found = table([state], TODAY, NOON)

    assert [row.group for row in found.rows] == ["1.1", "1.2"]
    assert all(sum(run.cells for run in row.runs) == 48 for row in found.rows)
    assert len(found.hours) == 24
    assert len(found.rows[0].runs) == 1


def test_a_day_of_which_nothing_is_said_has_no_table():
    state = after(publishes(day()))

    assert table([state], days_of(state, NOON)[1], NOON) is None
    assert [one.date for one in tables([state], NOON)] == [TODAY]
    assert tables([], NOON) == ()
