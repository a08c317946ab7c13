"""
Goal: every rule of the design that an alert must keep has a test that says the rule.

Method: single cases by name, on the room alone; a wrong answer here names the rule that broke.
`test_room.py` then lets Hypothesis look for what nobody thought of.
"""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, related
from tests.alerts.sayings import (
    RADIO,
    RESCUERS,
    VOLUNTEERS,
    Room,
    all_clear,
    correct,
    drill,
    facts,
    own_all_clear,
    said,
    sound,
    update,
)

from tocsin.alerts import alert
from tocsin.alerts.messages import GiveOwnAllClear, Hazard, Level, RaiseAlert, Threat
from tocsin.kernel.errors import Refused
from tocsin.kernel.words import Status

PAIRS = [(one, other) for one in CODES for other in CODES]


@pytest.fixture
def room():
    return Room()


# --- Silence is not safety ------------------------------------------------------------------------


@given(st.lists(st.sampled_from(CODES), max_size=8), st.integers(0, 10_000_000))
def test_whatever_else_is_raised_and_however_late_an_alert_stands(others, minutes):
    room = Room()
    first = room.sound(area="COAST")
    for area in others:
        room.sound(area=area, hazard=Hazard.FLOOD, at=minutes)
        room.tell(all_clear(room.standing(area, Hazard.FLOOD).id, at=minutes))
    assert room.standing().id == first


def test_the_room_has_no_clock_to_close_an_alert_by():
    named = {
        name.name.split(".")[0]
        for node in ast.walk(ast.parse(inspect.getsource(alert)))
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert named == {"msgspec"}


def test_an_alert_raised_long_ago_ends_by_its_all_clear_alone(room):
    first = room.sound(at=-500_000)
    assert room.tell(sound(at=0)) == ()
    assert facts(room.tell(all_clear(first, at=1))) == ["AllClearGiven"]


# --- A drill gives way ----------------------------------------------------------------------------


@pytest.mark.parametrize(("actual", "drilled"), PAIRS)
@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_a_drill_is_refused_where_an_actual_alert_stands_here_inside_or_around(
    room, actual, drilled, status
):
    room.sound(area=actual)
    if related(actual, drilled):
        with pytest.raises(Refused, match=r"alert\.drill_during_actual"):
            room.tell(sound(RESCUERS, drilled, hazard=Hazard.FLOOD, status=status))
    else:
        assert facts(room.tell(sound(area=drilled, status=status))) == ["AlertRaised"]


@pytest.mark.parametrize(("actual", "drilled"), PAIRS)
@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_an_actual_alert_ends_the_drills_here_inside_and_around(room, actual, drilled, status):
    room.sound(area=drilled, hazard=Hazard.FLOOD, status=status)
    events = room.tell(sound(RESCUERS, actual))
    if related(actual, drilled):
        assert facts(events) == ["DrillGaveWay", "AlertRaised"]
        assert (events[0].area, events[0].status) == (drilled, status)
        assert room.standing(drilled, Hazard.FLOOD, status) is None
    else:
        assert facts(events) == ["AlertRaised"]
        assert room.standing(drilled, Hazard.FLOOD, status) is not None
    assert room.standing(actual).status is Status.ACTUAL


def test_a_drill_that_stands_already_is_refused_to_a_second_sender_under_an_actual_alert(room):
    room.sound(area="PORT")
    with pytest.raises(Refused, match=r"alert\.drill_during_actual"):
        room.tell(drill(VOLUNTEERS, "LAND"))


def test_ending_a_drill_ends_no_actual_alert(room):
    exercise = room.sound(area="NORTH", status=Status.EXERCISE)
    actual = room.sound(area="SOUTH")
    assert facts(room.tell(all_clear(exercise))) == ["AllClearGiven"]
    assert room.standing("SOUTH").id == actual
    assert room.tell(own_all_clear(area="SOUTH", status=Status.EXERCISE)) == ()
    assert room.standing("SOUTH").id == actual


def test_a_drill_and_a_test_of_one_hazard_are_two_alerts(room):
    exercise = room.sound(status=Status.EXERCISE)
    test = room.sound(status=Status.TEST)
    assert exercise != test
    room.tell(all_clear(test))
    assert room.standing(status=Status.EXERCISE).id == exercise


def test_once_the_actual_alert_is_over_a_drill_may_be_raised_again(room):
    room.tell(all_clear(room.sound(area="LAND")))
    assert facts(room.tell(drill(area="PORT"))) == ["AlertRaised"]


def test_no_status_has_a_default():
    with pytest.raises(TypeError, match="status"):
        said(RaiseAlert, hazard=Hazard.AIR_RAID, level=Level.WARNING)
    with pytest.raises(TypeError, match="status"):
        said(GiveOwnAllClear, hazard=Hazard.AIR_RAID)


# --- Versions, hazards, nesting -------------------------------------------------------------------


def test_versions_of_an_area_are_dense_and_of_its_own(room):
    raid = room.sound(area="COAST")
    room.sound(area="NORTH")
    room.sound(VOLUNTEERS, "COAST", threat=Threat.DRONES)
    room.tell(all_clear(raid))
    versions = [event.version for event in room.events if event.area == "COAST"]
    assert versions == [1, 2, 3, 4]
    assert room.area("COAST").version == 4
    assert room.area("NORTH").version == 1


def test_what_stands_carries_the_version_at_which_it_last_changed(room):
    raid = room.sound()
    room.sound(hazard=Hazard.FLOOD)
    assert room.standing().version == 1
    room.tell(update(raid, threat=Threat.MISSILES))
    assert room.standing().version == 3
    assert room.standing(hazard=Hazard.FLOOD).version == 2


def test_several_hazards_stand_in_one_area_and_end_independently(room):
    ids = {hazard: room.sound(hazard=hazard) for hazard in Hazard}
    for hazard in Hazard:
        room.tell(all_clear(ids.pop(hazard)))
        assert {a.hazard: a.id for a in room.area("COAST").standing} == ids


def test_what_stands_is_ordered_by_hazard_however_it_was_raised(room):
    for hazard in (Hazard.STORM, Hazard.AIR_RAID, Hazard.FLOOD):
        room.sound(hazard=hazard)
    standing = room.area("COAST").standing
    assert all(one.hazard < other.hazard for one, other in pairwise(standing))


def test_an_alert_for_a_part_is_an_alert_of_its_own(room):
    region, port = room.sound(area="SOUTH"), room.sound(area="PORT")
    room.tell(all_clear(region))
    assert room.standing("SOUTH") is None
    assert room.standing("PORT").id == port


# --- "Already so" is success ----------------------------------------------------------------------


@pytest.mark.parametrize("ending", [all_clear, correct])
def test_ending_what_is_over_is_already_so(room, ending):
    raid = room.sound()
    room.tell(all_clear(raid))
    assert room.tell(ending(raid)) == ()
    assert room.tell(ending(raid, RADIO)) == ()


def test_changing_what_is_over_is_refused(room):
    raid = room.sound()
    room.tell(all_clear(raid))
    with pytest.raises(Refused, match=r"alert\.over"):
        room.tell(update(raid, level=Level.WATCH))


def test_an_update_that_changes_nothing_is_already_so(room):
    raid = room.sound(threat=Threat.DRONES)
    assert room.tell(update(raid)) == ()
    assert room.tell(update(raid, level=Level.WARNING, threat=Threat.DRONES, text={})) == ()


def test_an_all_clear_by_area_is_about_what_its_sender_holds_and_nothing_else(room):
    room.sound()
    assert room.tell(own_all_clear(VOLUNTEERS)) == ()
    room.sound(VOLUNTEERS)
    assert facts(room.tell(own_all_clear(VOLUNTEERS))) == ["ConfirmationWithdrawn"]
    assert room.tell(own_all_clear(VOLUNTEERS)) == ()
    assert facts(room.tell(own_all_clear(estimated=True))) == ["AllClearGiven"]
    assert room.events[-1].fact.estimated


# --- Names ----------------------------------------------------------------------------------------


def test_an_alert_is_named_by_its_area_its_version_and_its_command(room):
    command = sound()
    (raised,) = room.tell(command)
    area, version, mark = raised.id.rsplit("-", 2)
    assert (area, version, len(mark)) == ("COAST", "1", 8)
    assert room.standing().id == raised.id


def test_an_alert_raised_again_after_its_all_clear_is_another_alert(room):
    first = room.sound()
    room.tell(all_clear(first))
    second = room.sound()
    assert first != second
    assert room.tell(all_clear(first)) == (), "a late all-clear for the first leaves the second"
    assert room.standing().id == second
