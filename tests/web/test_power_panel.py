"""
Goal: the largest word is what the company says, and never better than that.

Method: whatever the room can say of a moment is put into words, in both languages.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.power.grids import NOON
from tests.views.power_town import PowerTown

from tocsin.kernel.time import rfc3339
from tocsin.power.messages import Power
from tocsin.web.power_panel import Wall, panel, span, zone_panel
from tocsin.web.wording import Wording

KYIV = "Europe/Kyiv"


def wall(language="en"):
    return Wall(Wording(language), NOON, KYIV)


def said(**changed):
    shape = {
        "power": "on", "regime": "hourly", "group": "1.1",
        "since": None, "until": None, "next": None,
    }  # fmt: skip
    return panel(shape | changed, wall())


def later(**time):
    return rfc3339(NOON + timedelta(**time))


@pytest.mark.parametrize("power", [power for power in Power if power is not Power.ON])
@pytest.mark.parametrize("language", ["uk", "en"])
def test_nothing_but_on_has_the_word_for_on(power, language):
    on = Wording(language).lines("lit.on")

    assert panel({**_shape(), "power": power}, wall(language)).word != on


def _shape():
    return {"regime": "unknown", "group": "1.1", "since": None, "until": None, "next": None}


def test_when_it_changes_and_how_long_that_is_stand_together():
    shown = said(power="off", until=later(hours=2, minutes=30), next="on")

    assert shown.then == "until 14:30, then it is to be on"
    assert shown.left == "2 h 30 min left"


def test_a_plan_that_cannot_be_read_anew_is_told_as_a_plan():
    failing = {"since": later(hours=-1), "source": "site", "reason": "no answer"}

    assert said(failing=failing).word == ("Planned:", "power on")
    assert said(power="off", failing=failing).word == ("Power", "off")


def test_an_emergency_has_no_end():
    shown = said(power="emergency", regime="emergency", since=later(hours=-3))

    assert (shown.then, shown.left) == ("Until further notice", "")
    assert shown.since == "since 09:00"


def test_a_promise_of_a_schedule_is_no_promise_of_power():
    assert "does not mean" in said(power="unknown", regime="waiting").hint
    assert "does not mean" in said(power="unknown", regime="unknown").hint
    assert "not a measurement" in said().hint


@pytest.mark.parametrize(
    ("hours", "end", "told"),
    [
        (3, False, "15:00"),
        (12, True, "24:00"),
        (12, False, "00:00 tomorrow"),
        (20, False, "08:00 tomorrow"),
        (-13, False, "23:00 yesterday"),
        (60, False, "00:00 29.01"),
    ],
)
def test_a_moment_is_told_with_its_day_where_that_is_another(hours, end, told):
    assert wall().moment(NOON + timedelta(hours=hours), end=end) == told


def test_a_duration_is_told_in_hours_and_minutes():
    assert [span(count, Wording("en")) for count in (0, 45, 60, 150)] == [
        "0 min", "45 min", "1 h", "2 h 30 min",
    ]  # fmt: skip
    assert wall().span(timedelta(seconds=61)) == "2 min"


def test_what_the_room_answers_has_all_that_is_put_into_words():
    town = PowerTown()
    shown = panel(town.power.group("grid", "1.1"), wall())

    assert (shown.state, shown.since) == ("unknown", "")


@pytest.mark.parametrize(
    ("regime", "state"),
    [
        ("emergency", "emergency"),
        ("none", "on"),
        ("hourly", "unknown"),
        ("waiting", "unknown"),
        ("unknown", "unknown"),
    ],
)
def test_of_a_zone_no_more_is_said_than_what_all_its_groups_share(regime, state):
    stands = {"since": later(hours=-1), "reason": "", "source": ""}
    zone = {
        "name": "East",
        "regime": regime,
        "emergency": stands if regime == "emergency" else None,
    }
    shown = zone_panel(zone, wall())

    assert shown.state == state
    assert (shown.since, shown.then) == (
        ("since 11:00", "Until further notice") if regime == "emergency" else ("", "")
    )
    assert ("take turns" in shown.hint) is (regime == "hourly")
