"""
Goal: the history of an area shows what stood over it and when nobody was heard, and no more.

Method: over any history, gaps against a definition that asks about single moments, and alerts
against the spans of the area and of all it lies in.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import GAZETTEER, areas
from tests.alerts.histories import histories, recorded_events
from tests.alerts.sayings import VOLUNTEERS, Room, all_clear, begin, correct, end, minute, sound
from tests.views.shown import ledger_of, view_of

from tocsin.kernel.ids import AreaCode
from tocsin.views.history import gaps, history_shape

spans = st.tuples(st.integers(-70, 69), st.integers(1, 40)).map(lambda s: (s[0], s[0] + s[1]))


def shown(events, code, since, until):
    live, projections = view_of(ledger_of(events))
    between = (minute(since), minute(until))
    return history_shape(
        projections.history, GAZETTEER, AreaCode(code), between, live.read_area
    ), projections.history


@given(histories(), areas, spans)
def test_a_moment_lies_in_a_gap_exactly_when_nobody_was_heard_about_the_area(events, code, span):
    """Definition: of the last said of each sender, authorities before observers, one is heard."""
    shape, _ = shown(events, code, *span)
    over = {code, *GAZETTEER.lineage(code)}
    for number in range(*span):
        at = minute(number)
        assert heard_by_definition(events, over, at) != any(
            gap["from"] <= at < gap["to"] for gap in shape["gaps"]
        ), number


def heard_by_definition(events, over, at):
    last, official = {}, set()
    for event in events:
        if event.area in over and event.happened_at <= at and event.kind.startswith("Coverage"):
            key = (event.area, event.sender)
            last[key] = event.kind == "CoverageBegan"
            if '"authority"' in event.body:
                official.add(key)
    return any(heard for key, heard in last.items() if key in official or not official)


@given(histories(), areas, spans)
def test_gaps_lie_within_the_time_asked_about_and_apart(events, code, span):
    shape, _ = shown(events, code, *span)
    edges = [edge for gap in shape["gaps"] for edge in (gap["from"], gap["to"])]

    assert edges == sorted(set(edges))
    assert all(minute(span[0]) <= edge <= minute(span[1]) for edge in edges)


@given(histories(), areas, spans)
def test_what_stood_over_an_area_is_its_own_and_what_it_lies_in(events, code, span):
    shape, _ = shown(events, code, *span)
    lineage = GAZETTEER.lineage(code)

    for alert in shape["alerts"]:
        where = alert["area"]["code"]
        assert where == code or where in lineage
        assert alert["relation"] == ("here" if where == code else "around")
        assert alert["since"] < minute(span[1])
        assert alert["until"] is None or alert["until"] > minute(span[0])
    order = [(alert["since"], alert["id"]) for alert in shape["alerts"]]
    assert order == sorted(order)


def test_an_end_says_who_gave_it_and_how():
    room = Room()
    room.tell(all_clear(room.sound(area="SOUTH", at=0), at=10, estimated=True))
    room.tell(correct(room.sound(area="COAST", at=2), at=3))
    room.sound(VOLUNTEERS, area="PORT", at=5)
    shape, _ = shown(recorded_events(room.events), "PORT", -5, 60)

    said = [
        (alert["relation"], alert["until"], alert["ending"], alert["ended_by"], alert["estimated"])
        for alert in shape["alerts"]
    ]
    assert said == [
        ("around", minute(10), "AllClearGiven", "military", True),
        ("around", minute(3), "AlertCorrected", "military", False),
        ("here", None, None, None, False),
    ]


def test_a_gap_goes_on_while_one_silence_follows_another():
    room = Room()
    room.tell(begin(area="LAND", at=0))
    room.tell(end(area="LAND", at=10))
    room.tell(begin(VOLUNTEERS, area="NORTH", at=15))
    room.tell(begin(area="LAND", at=20))
    _, history = shown(recorded_events(room.events), "PORT", -5, 60)

    found = gaps(history, GAZETTEER, AreaCode("PORT"), (minute(-5), minute(60)))
    assert found == [
        {"from": minute(-5), "to": minute(0)},
        {"from": minute(10), "to": minute(20)},
    ]


def test_nothing_ever_heard_is_one_gap():
    shape, _ = shown([], "PORT", 0, 9)

    assert shape["gaps"] == [{"from": minute(0), "to": minute(9)}]
    assert shape["alerts"] == []
    room = Room()
    room.tell(sound(area="PORT", at=1))
    shape, _ = shown(recorded_events(room.events), "PORT", 0, 9)
    assert len(shape["alerts"]) == len(shape["gaps"]) == 1, "an alert is no coverage"
