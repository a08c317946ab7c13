"""
Goal: webhooks are told what began, changed and ended in each region, and never that something is
over which is not.

Method: the desk decides, and what is told is compared with what stands; histories are drawn at
random where order could matter.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.sayings import correct
from tests.channels.abroad import KYIV, LVIV, VINNYTSIA, VINNYTSIA_RAION, YALTA, Abroad

from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.channels.compat_webhook_changes import IN_ORDER_MOST, IN_ORDER_S, Changes
from tocsin.kernel.wire import Place
from tocsin.kernel.words import Status


def told_from(abroad):
    """Changes that are told what the board takes, and nothing else."""
    return Changes(abroad.answering, lambda: abroad.seconds)


def bodies(abroad, changes, after=0):
    """What was told, the oldest first; only the newest of each region and kind is left."""
    kept = sorted(changes.newest.values(), key=lambda one: one.number)
    regions = abroad.answering.regions
    return [json.loads(one.body(regions.get(one.uid))) for one in kept if one.number > after]


def brief(told):
    return [(one["regionId"], one["alarmType"], one["status"]) for one in told]


def test_a_raid_is_told_as_the_original_tells_it():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(KYIV, threat=Threat.DRONES)
    changes.take()

    reason = "Загроза дронів (жовтий рівень)"
    at = "2023-01-26T05:45:43.000Z"
    assert bodies(abroad, changes) == [
        {
            "status": "Activate",
            "regionId": 31,
            "alarmType": "AIR",
            "createdAt": at,
            "alertLevel": "Yellow",
            "reason": reason,
            "activeAlertLevels": [{"alertLevel": "Yellow", "reason": reason, "createdAt": at}],
        }
    ]


def test_an_end_says_when_and_what_is_over_and_leaves_nothing():
    abroad = Abroad()
    changes = told_from(abroad)
    (alert,) = abroad.sound(KYIV)
    changes.take()
    abroad.seconds = 600
    abroad.end(alert)
    changes.note("2023-01-26T05:55:43.000Z")
    abroad.seconds = 602
    changes.take()
    (end,) = bodies(abroad, changes)

    assert (end["status"], end["createdAt"]) == ("DEACTIVATE", "2023-01-26T05:55:43.000Z")
    assert (end["alertLevel"], end["activeAlertLevels"]) == ("Red", [])


def test_a_level_that_sinks_is_no_end():
    abroad = Abroad()
    changes = told_from(abroad)
    (alert,) = abroad.sound(KYIV, threat=Threat.BALLISTIC)
    changes.take()
    abroad.seconds = 60
    abroad.update(alert, threat=Threat.DRONES)
    changes.take()
    (told,) = bodies(abroad, changes)

    assert changes.number == 2
    assert (told["status"], told["alertLevel"]) == ("Activate", "Yellow")
    assert [one["alertLevel"] for one in told["activeAlertLevels"]] == ["Yellow"]


def test_each_kind_begins_and_ends_for_itself():
    abroad = Abroad()
    changes = told_from(abroad)
    (raid,) = abroad.sound(KYIV)
    abroad.sound(KYIV, hazard=Hazard.CHEMICAL)
    changes.take()
    abroad.end(raid)
    changes.take()

    assert brief(bodies(abroad, changes)) == [
        (31, "CHEMICAL", "Activate"),
        (31, "AIR", "DEACTIVATE"),
    ]


def test_a_change_is_told_for_its_own_region_alone():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(VINNYTSIA_RAION)
    changes.take()
    abroad.sound(VINNYTSIA)
    changes.take()

    assert brief(bodies(abroad, changes)) == [(36, "AIR", "Activate"), (4, "AIR", "Activate")]


def test_the_whole_country_is_its_regions_and_crimea_has_this_dialect_s_number():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound("UA")
    changes.take()
    told = bodies(abroad, changes)

    assert len(told) == 27
    assert 9999 in {one["regionId"] for one in told}


def test_a_place_without_a_number_is_told_for_the_region_around_it():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(YALTA)
    changes.take()

    assert brief(bodies(abroad, changes)) == [(9999, "AIR", "Activate")]


@pytest.mark.parametrize(
    "more",
    [{"status": Status.EXERCISE}, {"level": Level.WATCH}, {"hazard": Hazard.FLOOD}],
)
def test_what_has_no_word_in_the_dialect_is_not_told(more):
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(KYIV, **more)
    changes.take()

    assert changes.newest == {}


def test_a_false_alarm_is_over_when_it_is_corrected():
    abroad = Abroad()
    changes = told_from(abroad)
    (alert,) = abroad.sound(KYIV)
    changes.take()
    abroad.say(correct(alert))
    changes.take()

    assert brief(bodies(abroad, changes)) == [(31, "AIR", "DEACTIVATE")]


def test_receivers_sort_by_a_time_that_always_rises():
    abroad = Abroad()
    changes = told_from(abroad)
    seen = []
    for _ in range(3):  # All in one millisecond.
        (alert,) = abroad.sound(KYIV)
        changes.take()
        seen += [one["createdAt"] for one in bodies(abroad, changes)]
        abroad.end(alert)
        changes.note("2023-01-26T05:45:43.000Z")
        changes.take()
        seen += [one["createdAt"] for one in bodies(abroad, changes)]

    assert seen == sorted(set(seen))


def test_what_is_not_heard_any_more_is_not_over():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(KYIV)
    changes.take()
    before = changes.number
    abroad.vouched = False
    changes.take()

    assert changes.number == before


def test_an_alert_that_a_record_has_lost_is_not_over():
    before = Abroad()
    kept = told_from(before)
    before.sound(KYIV)
    kept.take()
    after = Abroad()
    changes = told_from(after)

    assert not changes.restore(Place("another", 7), kept.number, tuple(kept.newest.values()))
    changes.take()
    assert changes.newest == {}


def test_an_older_board_is_waited_out():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(KYIV)
    changes.take()
    epoch, position = abroad.live.place
    again = told_from(abroad)
    newest = tuple(changes.newest.values())
    assert again.restore(Place(epoch, position + 1), changes.number, newest)
    again.newest.clear()

    again.take()
    assert again.newest == {}
    abroad.sound(LVIV)
    again.take()
    assert {one["regionId"] for one in bodies(abroad, again)} == {31, 27}


def test_a_region_that_the_country_lacks_is_left_out_of_what_was_kept():
    abroad = Abroad()
    changes = told_from(abroad)
    abroad.sound(KYIV)
    changes.take()
    (change,) = changes.newest.values()
    again = told_from(abroad)
    from msgspec.structs import replace

    assert again.restore(abroad.live.place, 1, (replace(change, uid=99_999),))
    assert again.newest == {}


def test_changes_are_told_one_after_another_to_those_who_keep_up():
    abroad = Abroad()
    changes = told_from(abroad)
    assert changes.after(0) is None
    alerts = abroad.sound(KYIV, LVIV)
    changes.take()
    abroad.end(alerts[0])
    changes.take()

    assert [changes.after(number).number for number in (0, 1, 2)] == [1, 2, 3]
    assert changes.after(3) is None
    abroad.seconds += IN_ORDER_S + 1
    assert changes.after(0) is None


def test_who_is_far_behind_is_not_told_them_one_after_another():
    abroad = Abroad()
    changes = told_from(abroad)
    for _ in range(IN_ORDER_MOST):
        (alert,) = abroad.sound(KYIV)
        changes.take()
        abroad.end(alert)
        changes.take()

    assert changes.after(changes.number - IN_ORDER_MOST - 1) is None
    assert changes.after(changes.number - IN_ORDER_MOST).number == IN_ORDER_MOST + 1


def test_what_is_over_is_forgotten_once_everybody_knows_and_what_stands_is_not():
    abroad = Abroad()
    changes = told_from(abroad)
    (raid,) = abroad.sound(KYIV)
    abroad.sound(LVIV)
    changes.take()
    abroad.end(raid)
    changes.take()
    changes.forget(2)
    assert len(changes.newest) == 2
    changes.forget(3)

    assert brief(bodies(abroad, changes)) == [(27, "AIR", "Activate")]


steps = st.lists(st.tuples(st.sampled_from([KYIV, LVIV, VINNYTSIA_RAION]), st.booleans()))


@settings(max_examples=30, deadline=None)
@given(steps)
def test_the_newest_of_all_changes_is_what_stands(steps):
    abroad = Abroad()
    changes = told_from(abroad)
    standing = {}
    for area, take in steps:
        abroad.seconds += 1
        if area in standing:
            abroad.end(standing.pop(area))
        else:
            (standing[area],) = abroad.sound(area)
        if take:
            changes.take()
    changes.take()

    told = {uid for (uid, _), one in changes.newest.items() if not one.ends}
    assert told == {placed.region.uid for placed in abroad.table.placed}
    numbers = [one.number for one in changes.newest.values()]
    assert len(set(numbers)) == len(numbers)
