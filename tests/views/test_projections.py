"""
Goal: a start from snapshots shows exactly what a fold of the whole ledger shows.

Method: any history, cut anywhere, saved and loaded in any order, against a fold from the first
event; then snapshots that are of another shape, of another moment, or not there at all.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.histories import histories, recorded_events
from tests.alerts.sayings import Room
from tests.views.shown import add, ledger_of, of_another_room

from tocsin.alerts import board as boards
from tocsin.alerts import history as alert_history
from tocsin.authority import register as registers
from tocsin.ledger.event import REPLAY_MARKED
from tocsin.power import grid as grids
from tocsin.shelters import map as maps
from tocsin.views import projections as kept
from tocsin.views.projections import Projections

NAMES = (boards.SNAPSHOT, alert_history.SNAPSHOT, registers.SNAPSHOT, maps.SNAPSHOT, grids.SNAPSHOT)


def state(projections):
    """Everything that projections hold, in a form that compares."""
    return (
        projections.position,
        projections.board.dump(),
        projections.history.dump(),
        projections.register.dump(),
        projections.shelters.dump(),
        projections.grid.dump(),
        projections.board.standing(),
    )


def one_alert():
    room = Room()
    room.sound()
    return recorded_events(room.events)


@given(histories(), st.data())
def test_a_start_from_any_snapshot_equals_a_fold_of_everything(events, data):
    ledger = ledger_of()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(events)), max_size=4)))
    for start, end in zip([0, *cuts], [*cuts, len(events)], strict=True):
        add(ledger, events[start:end])
        if data.draw(st.booleans()):
            Projections.load(ledger).save(ledger)
    started = Projections.load(ledger)
    ledger.shelf.snapshots.clear()

    assert state(started) == state(Projections.load(ledger))
    assert started.position == len(events)


@given(histories(), st.lists(st.sampled_from(NAMES), max_size=3))
def test_snapshots_that_do_not_fit_together_are_left_aside(events, older):
    """A process that died between two saves leaves such."""
    ledger = ledger_of(events[: len(events) // 2])
    Projections.load(ledger).save(ledger)
    before = dict(ledger.shelf.snapshots)
    add(ledger, events[len(events) // 2 :])
    Projections.load(ledger).save(ledger)
    ledger.shelf.snapshots |= {name: before[name] for name in older}
    started = Projections.load(ledger)
    ledger.shelf.snapshots.clear()

    assert state(started) == state(Projections.load(ledger))


@given(histories(), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
def test_a_snapshot_of_an_older_shape_only_means_that_more_is_read(events, older):
    ledger = ledger_of(events)
    Projections.load(ledger).save(ledger)
    for name in older:
        _, position, packed = ledger.shelf.snapshots[name]
        ledger.shelf.snapshots[name] = (0, position, b"\xc1" + packed)
    started = Projections.load(ledger)
    ledger.shelf.snapshots.clear()

    assert state(started) == state(Projections.load(ledger))


@given(histories())
def test_an_event_handed_over_again_changes_nothing(events):
    projections = Projections.load(ledger_of(events))
    before = state(projections)
    for event in events:
        assert projections.apply(event) is None

    assert state(projections) == before


def test_another_rooms_event_moves_all_of_them_on():
    ledger = ledger_of(one_alert())
    projections = Projections.load(ledger)
    of_another_room(ledger)
    of_another_room(ledger, REPLAY_MARKED, "ledger")
    projections.catch_up(ledger)

    assert (
        projections.position == projections.history.position == projections.register.position == 3
    )
    assert projections.board.replay
    projections.save(ledger)
    assert state(Projections.load(ledger)) == state(projections)


def test_snapshots_are_due_after_so_many_events(monkeypatch):
    monkeypatch.setattr(kept, "SNAPSHOT_EVERY", 2)
    ledger = ledger_of(one_alert())
    projections = Projections.load(ledger)
    assert not projections.due()
    of_another_room(ledger)
    projections.catch_up(ledger)
    assert projections.due(), "those read at the start count"
    projections.save(ledger)
    assert not projections.due()
