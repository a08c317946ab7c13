"""
Goal: what stood at any moment of the past is what the record says, also where it was recorded
late, and every alert has its span.

Method: properties over histories whose moments are in no order. `standing_at` is held against a
fold of all events with `happened_at` at or before the moment; spans and counts against definitions
written out naively here.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES
from tests.alerts.histories import AROUND_THE_HOUR, histories, recorded_events
from tests.alerts.sayings import (
    RADIO,
    RESCUERS,
    VOLUNTEERS,
    Room,
    all_clear,
    begin,
    correct,
    end,
    minute,
    sound,
    update,
)

from tocsin.alerts import coverage
from tocsin.alerts.alert import CALM, evolve
from tocsin.alerts.codec import decode
from tocsin.alerts.history import History
from tocsin.alerts.messages import AlertRaised, Hazard, Threat
from tocsin.kernel.ids import AreaCode

ENDINGS = ("AllClearGiven", "AlertCorrected", "DrillGaveWay")


def remembered(events):
    history = History()
    for event in events:
        history.apply(event.position, decode(event))
    return history


def reader(events):
    """Read an area's events by version, as a ledger would, and by no other way."""

    def read(area, first, last):
        return [
            event
            for event in events
            if event.area == area
            and event.version >= first
            and (last is None or event.version <= last)
        ]

    return read


def folded(events, at):
    """The definition: all events that had happened by then, in the order of the ledger."""
    areas = {}
    for event in events:
        if event.happened_at <= at:
            area = areas.get(event.area, CALM)
            areas[event.area] = evolve(area, decode(event))
    return tuple(alert for code in sorted(areas) for alert in areas[code].standing)


def lives(events):
    """Each alert's id, area, start and end (None while it stands), read off the events."""
    found = {}
    for event in map(decode, events):
        if isinstance(event.fact, AlertRaised):
            found[event.id] = [event.area, event.at, None]
        elif type(event.fact).__name__ in ENDINGS:
            found[event.fact.alert][2] = event.at
    return found


@given(histories(), AROUND_THE_HOUR)
def test_what_stood_at_a_moment_is_the_fold_of_all_that_had_happened_by_then(events, number):
    at = minute(number)
    assert remembered(events).standing_at(at, reader(events)) == folded(events, at)


@given(histories(), AROUND_THE_HOUR)
def test_an_alert_stood_from_its_start_until_just_before_its_end(events, number):
    at = minute(number)
    stood = {alert.id for alert in remembered(events).standing_at(at, reader(events))}
    assert stood == {
        name
        for name, (_, started, ended) in lives(events).items()
        if started <= at and (ended is None or at < ended)
    }


@given(histories(), AROUND_THE_HOUR, AROUND_THE_HOUR)
def test_the_spans_of_an_area_are_its_alerts_that_stood_in_between(events, one, other):
    since, until = minute(min(one, other)), minute(max(one, other))
    history, read = remembered(events), reader(events)
    for code in CODES:
        spans = history.spans(code, since, until, read)
        assert {(s.alert.id, s.alert.since, s.ended_at) for s in spans} == {
            (name, started, ended)
            for name, (area, started, ended) in lives(events).items()
            if area == code and started < until and (ended is None or ended > since)
        }
        assert [s.alert.since for s in spans] == sorted(s.alert.since for s in spans)
        assert all(
            (s.ended_at is None) is (s.ending is None) is (s.ended_by is None) for s in spans
        )


@given(histories(), AROUND_THE_HOUR, AROUND_THE_HOUR, st.frozensets(st.sampled_from(CODES)))
def test_counts_are_how_many_areas_had_an_alert_of_their_own(events, one, other, wanted):
    low, high = sorted((one, other))
    counts = remembered(events).counts(minute(low), minute(high), wanted)
    assert counts[0][0] == minute(low)
    assert [at for at, _ in counts] == sorted({at for at, _ in counts})
    for number in range(low, high):
        at = minute(number)
        told = [count for moment, count in counts if moment <= at][-1]
        assert told == len({alert.area for alert in folded(events, at)} & wanted)


@given(histories(), AROUND_THE_HOUR)
def test_the_sources_of_a_moment_are_those_said_to_be_heard_by_then(events, number):
    at = minute(number)
    wanted = {}
    for event in map(decode, events):
        change = coverage.change(event)
        if change is not None and change.at <= at:
            wanted[change.area] = coverage.evolve(wanted.get(change.area, ()), change)
    assert remembered(events).sources_at(at) == wanted


@given(histories(), AROUND_THE_HOUR)
def test_a_history_from_a_snapshot_is_the_history_and_goes_on_as_it(events, number):
    middle, at, read = len(events) // 2, minute(number), reader(events)
    loaded = History.load(remembered(events[:middle]).dump())
    for event in events:
        loaded.apply(event.position, decode(event))
    whole = remembered(events)
    assert loaded.dump() == whole.dump()
    assert len(loaded) == len(whole) == len(lives(events))
    assert loaded.standing_at(at, read) == whole.standing_at(at, read)


@given(histories(), st.data())
def test_an_event_remembered_again_changes_nothing(events, data):
    history = remembered(events)
    before = history.dump()
    for event in data.draw(st.lists(st.sampled_from(events))) if events else ():
        history.apply(event.position, decode(event))
    assert history.dump() == before


@given(histories(), AROUND_THE_HOUR)
def test_the_last_end_is_the_latest_by_then(events, number):
    at = minute(number)
    for code in CODES:
        ends = [
            ended for area, _, ended in lives(events).values() if area == code and ended is not None
        ]
        wanted = max((ended for ended in ends if ended <= at), default=None)
        assert remembered(events).last_end(frozenset([code]), at) == wanted


def told(*commands_of):
    """Let a room answer commands, each made from the id of the first alert."""
    room = Room()
    raid = room.sound(at=0)
    for make in commands_of:
        room.tell(make(raid))
    events = recorded_events(room.events)
    return raid, events, remembered(events)


def test_what_an_alert_said_at_a_moment_is_what_it_said_then():
    _, events, history = told(
        lambda raid: update(raid, threat=Threat.MISSILES, at=10),
        lambda _: sound(VOLUNTEERS, at=20),
    )
    said = [history.standing_at(minute(at), reader(events))[0] for at in (0, 10, 20)]
    assert [alert.threat for alert in said] == [None, Threat.MISSILES, Threat.MISSILES]
    assert [len(alert.holders) for alert in said] == [1, 1, 2]
    assert [alert.version for alert in said] == [1, 2, 3]


def test_a_span_tells_who_ended_it_how_and_whether_that_was_assumed():
    _, events, history = told(
        lambda raid: all_clear(raid, at=30, estimated=True),
        lambda _: sound(RESCUERS, at=40),
    )
    first, second = history.spans(AreaCode("COAST"), minute(-60), minute(60), reader(events))
    assert first[1:] == (minute(30), "military", "AllClearGiven", True)
    assert second[1:] == (None, None, None, False)


def test_a_corrected_alert_says_so():
    _, events, history = told(lambda raid: correct(raid, at=2))
    (span,) = history.spans(AreaCode("COAST"), minute(-60), minute(60), reader(events))
    assert span[1:] == (minute(2), "military", "AlertCorrected", False)


def test_an_end_before_its_start_leaves_a_time_in_which_nothing_is_made_up():
    # A server clock that was an hour fast raised it; it was set right before the all-clear.
    _, events, history = told(lambda raid: all_clear(raid, at=-30))
    for at in (-60, -30, -15, 0, 30):
        assert history.standing_at(minute(at), reader(events)) == ()
    counts = history.counts(minute(-60), minute(60), frozenset(CODES))
    assert {count for _, count in counts} == {0}


def test_an_area_alerted_twice_over_and_again_counts_once_each_time():
    room = Room()
    for start in (0, 20):
        raid = room.sound(at=start)
        flood = room.sound(hazard=Hazard.FLOOD, at=start + 5)
        room.tell(all_clear(raid, at=start + 10))
        room.tell(all_clear(flood, at=start + 15))
    history = remembered(recorded_events(room.events))
    counts = dict(history.counts(minute(-5), minute(60), frozenset(CODES)))
    assert [counts[minute(at)] for at in (-5, 0, 10, 15, 20, 30, 35)] == [0, 1, 1, 0, 1, 1, 0]


def test_the_moments_at_which_an_areas_coverage_changed_are_listed_once():
    room = Room()
    for command in (
        begin(area="NORTH", at=3),
        begin(RADIO, "NORTH", at=3),
        end(area="NORTH", at=9),
    ):
        room.tell(command)
    history = remembered(recorded_events(room.events))
    assert history.coverage_changes([AreaCode("NORTH")]) == (minute(3), minute(9))
    assert history.coverage_changes([AreaCode("SOUTH")]) == ()
    assert history.spans(AreaCode("NORTH"), minute(0), minute(60), reader([])) == ()
