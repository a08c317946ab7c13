"""
Goal: the board is nothing but the fold of the ledger: redelivery changes nothing, a snapshot is as
good as the events, and whoever asks learns what stands and as of where.

Method: properties over histories made by the room, then single cases.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.histories import histories, recorded_events
from tests.alerts.sayings import MILITARY, Room, begin, minute, sound

from tocsin.alerts.alert import CALM
from tocsin.alerts.board import Board
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import GENESIS, REPLAY_MARKED, NewEvent, seal


def board_of(events):
    board = Board()
    for event in events:
        board.apply(event)
    return board


def view(board):
    return (board.position, board.replay, board.standing(), set(board.alerted_areas), board.sources)


@given(histories(), st.data())
def test_an_event_delivered_again_changes_nothing(events, data):
    board = Board()
    for position, event in enumerate(events, start=1):
        assert board.apply(event) is not None
        before = view(board)
        again = data.draw(st.sampled_from(events[:position]))
        assert board.apply(again) is None
        assert view(board) == before


@given(histories())
def test_a_board_from_a_snapshot_is_the_board_and_goes_on_as_it(events):
    middle = len(events) // 2
    first = board_of(events[:middle])
    loaded = Board.load(first.dump())
    assert view(loaded) == view(first)
    for event in events[middle:]:
        assert loaded.apply(event) == first.apply(event)
    assert view(loaded) == view(first)
    assert all(loaded.area(e.area) == first.area(e.area) for e in events)


@given(histories())
def test_the_areas_named_are_those_with_an_alert_of_their_own(events):
    board = Board()
    for event in events:
        board.apply(event)
        standing = board.standing()
        assert board.alerted_areas == {alert.area for alert in standing}
        assert board.drilled_areas == {alert.area for alert in standing if alert.status.drill}
        assert [a.area for a in standing] == sorted(a.area for a in standing)


@given(histories())
def test_what_is_applied_is_told_with_its_area_before_and_after(events):
    board = Board()
    for event in events:
        before = board.area(event.area)
        applied = board.apply(event)
        assert (applied.before, applied.after) == (before, board.area(event.area))
        assert applied.after.version == applied.before.version + 1 == event.version
        assert applied.position == event.position == board.position


def test_an_area_never_heard_of_is_calm_at_version_0():
    assert Board().area(AreaCode("NOWHERE")) == CALM
    assert CALM.version == 0


def marked(position, room="ledger", kind=REPLAY_MARKED):
    new = NewEvent(room, AreaCode("LAND"), 1, kind, "Actual", MILITARY[0], minute(0), "{}")
    return seal(position, "0123abcd", "mark", new, minute(0), GENESIS)


def test_a_replay_says_so_from_its_first_event_on_and_after_a_restart():
    board = Board()
    assert board.apply(marked(1)) is None
    assert board.replay
    assert Board.load(board.dump()).replay
    for event in recorded_events(Room().tell(sound()), after=1):
        board.apply(event)
    assert board.replay


def test_other_rooms_events_move_the_board_on_and_change_nothing():
    board = Board()
    assert board.apply(marked(1, room="authority", kind="TokenIssued")) is None
    assert (board.position, board.replay, board.standing()) == (1, False, ())


def test_the_board_knows_who_is_heard_where():
    room = Room()
    room.tell(begin(MILITARY, "SOUTH", at=4))
    board = board_of(recorded_events(room.events))
    ((source,),) = board.sources.values()
    assert (source.sender, source.since, source.until) == ("military", minute(4), None)
    assert Board.load(board.dump()).sources == board.sources
