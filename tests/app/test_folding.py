"""
What waits to be recorded is told without a place, and from then on boards alone until it is.

Method: a real view and a real feed; the record says what the test lets it say.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

from tests.alerts.sayings import MILITARY, sound
from tests.channels.abroad import Abroad
from tests.shelters.sayings import says

from tocsin.alerts.board import Applied, Board
from tocsin.app.folding import Folding
from tocsin.channels.feed import Feed
from tocsin.kernel.ids import CommandId
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Status
from tocsin.ledger.event import seal
from tocsin.shelters import codec
from tocsin.shelters.messages import SheltersShown, TimeToShelterSet
from tocsin.shelters.shelter import event
from tocsin.views.time_to_shelter import times_to_shelter


class Waiting:
    """A record on which something may wait, shown over the board by the test's own hand."""

    boards_alone = False
    shown = None

    def passes(self, recorded):
        pass

    def over(self, board):
        return board if self.shown is None else self.shown


def of_kind(lines):
    return [line.kind for line in lines if line.kind != "tick"]


def test_what_waits_is_told_without_a_place_then_boards_alone_then_messages_again():
    there = Abroad()
    record, board = Waiting(), there.projections.board
    feed = Feed(
        lambda _: "-", hello={}, topics={}, shown=lambda: there.live.place,
        board=lambda: there.live.board_bytes(frozenset()), now=lambda: rfc3339(there.now()),
    )  # fmt: skip
    folding = Folding(
        there.ledger, record, there.projections, there.live, feed,
        SimpleNamespace(changed=lambda _: None),
    )  # fmt: skip
    heard = []
    feed.subscribe(heard.append)
    before = there.live.place
    record.shown = over = Board.load(board.dump())
    (answer,) = [there.record(sound(MILITARY, "UA80000000000093317"))]
    (recorded,) = there.ledger.read(board.position)
    change = over.apply(recorded)
    over.position = board.position
    folding.tell_unplaced([Applied(0, change.event, change.before, change.after)])
    record.boards_alone = True
    told = heard[-1]
    assert (told.kind, json.loads(told.body)["position"]) == ("alert", None)
    assert len(json.loads(there.live.board_bytes(frozenset()))["alerts"]) == 1
    assert "board" in of_kind(feed.opening(before))

    folding._left.append(recorded)
    record.shown = None
    folding._take_left()
    assert of_kind(heard) == ["alert", "board"]
    assert feed.unplaced() == []
    record.boards_alone = False
    folding.tell_board()
    assert feed.place == there.live.place
    assert answer is not None


def test_a_time_to_shelter_that_is_set_is_told_as_a_board_and_a_word_on_a_shelter_is_not():
    there = Abroad()
    within_s = times_to_shelter(there.projections.shelters, there.live.gazetteer)
    there.live._within_s = within_s
    feed = Feed(
        lambda _: "-", hello={}, topics={}, shown=lambda: there.live.place,
        board=lambda: there.live.board_bytes(frozenset()), now=lambda: rfc3339(there.now()),
    )  # fmt: skip
    folding = Folding(
        there.ledger, Waiting(), there.projections, there.live, feed,
        SimpleNamespace(changed=lambda _: None),
    )  # fmt: skip
    kyiv = "UA80000000000093317"
    there.record(sound(MILITARY, kyiv))
    events = list(there.ledger.read(there.projections.position))
    place, prev = events[-1].position, events[-1].hash
    for fact in (SheltersShown(shown=True), TimeToShelterSet(within_s=90)):
        place += 1
        new = codec.encode(event(says(), place, fact, Status.ACTUAL, kyiv))
        events.append(seal(place, "00000000", CommandId("-"), new, rfc3339(there.now()), prev))
        prev = events[-1].hash
    heard = []
    feed.subscribe(heard.append)
    folding._left.extend(events)
    folding._take_left()

    assert of_kind(heard) == ["alert", "board"]
    (alert,) = json.loads(there.live.board_bytes(frozenset()))["alerts"]
    assert alert["shelter_within_s"] == 90
