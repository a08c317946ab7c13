"""
Goal: at one point, what stands over it comes first, and nothing known is told from nothing there.

Method: over any history, what is over an area and what is in a part of it are held against the
board; then what to do, by example.
"""

from __future__ import annotations

from hypothesis import given
from tests.alerts.country import GAZETTEER, areas, areas_around
from tests.alerts.histories import histories, recorded_events
from tests.alerts.sayings import Room, begin, drill, end, sound
from tests.views.shown import ledger_of, view_of

from tocsin.alerts.messages import Hazard, Level
from tocsin.views.place import place_shape


def shown(events, code):
    live, _ = view_of(ledger_of(events))
    return place_shape(live, GAZETTEER.get(code)), live.board()


@given(histories(), areas)
def test_every_alert_is_over_the_place_or_in_a_part_of_its_area_or_none_of_its_business(
    events, code
):
    place, board = shown(events, code)

    def listed(alerts):
        return sorted(alert["id"] for alert in alerts)

    over = [a for a in board["alerts"] if a["area"]["code"] in {code, *areas_around(code)}]
    part = [a for a in board["alerts"] if code in areas_around(a["area"]["code"])]
    assert listed(place["alerts"]) == listed(over)
    assert listed(place["part"]) == listed(part)


@given(histories(), areas)
def test_the_most_urgent_comes_first_and_says_what_to_do(events, code):
    place, _ = shown(events, code)
    urgency = [(a["status"] != "Actual", a["level"] != "warning") for a in place["alerts"]]

    assert urgency == sorted(urgency)
    first = place["alerts"][0] if place["alerts"] else None
    assert place["instructions"] == (first and first["text"])


def test_a_warning_comes_before_a_watch_and_a_drill_last():
    room = Room()
    room.tell(sound(area="PORT", hazard=Hazard.FIRE, level=Level.WATCH))
    room.tell(sound(area="SOUTH", hazard=Hazard.STORM))
    place, _ = shown(recorded_events(room.events), "PORT")
    assert [alert["hazard"] for alert in place["alerts"]] == ["storm", "fire"]

    room = Room()
    room.tell(drill(area="PORT"))
    place, _ = shown(recorded_events(room.events), "PORT")
    assert place["instructions"]["en"].startswith("EXERCISE")


def test_a_place_is_unknown_when_nobody_is_heard_about_it():
    room = Room()
    assert shown(recorded_events(room.events), "PORT")[0]["unknown"]
    room.tell(begin(area="SOUTH"))
    assert not shown(recorded_events(room.events), "PORT")[0]["unknown"]
    assert shown(recorded_events(room.events), "NORTH")[0]["unknown"]
    assert shown(recorded_events(room.events), "LAND")[0]["unknown"], "a part alone is heard"
    room.tell(end(area="SOUTH"))
    assert shown(recorded_events(room.events), "PORT")[0]["unknown"]


def test_no_area_is_unknown_and_nothing_else():
    live, _ = view_of(ledger_of())

    assert place_shape(live, None) == {
        "area": None, "alerts": [], "part": [], "unknown": True, "shelter_within_s": None,
        "instructions": None, "shelters": None, "power": None,
    }  # fmt: skip
