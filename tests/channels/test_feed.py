"""
Goal: whoever follows a feed, however often they lose it, knows what the core has told.

Method: a follower that loses its line at any moment and comes back by the place it knows, drawn at
random against a plain list of what was told; signatures are checked by the public key alone.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.alerts.country import CODES, GAZETTEER, areas_around

from tocsin.areas.gazetteer import load_pack
from tocsin.channels.feed import Feed, topics_of
from tocsin.kernel.feed import LINES_KEPT, MESSAGES
from tocsin.kernel.wire import Place, encode
from tocsin.ledger.signing import Signer
from tocsin.views.live import Message

EPOCH = "0123456789abcdef"
signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


class Core:
    """A feed whose board is the list of all that was told."""

    def __init__(self, at=0, epoch=EPOCH):
        self.place = Place(epoch, at)
        self.told = []
        self.feed = Feed(
            signer.sign_text,
            hello={"version": "1"},
            topics=topics_of(GAZETTEER),
            shown=lambda: self.place,
            board=lambda: encode({"position": self.place.position, "told": self.told}),
            now=lambda: "2023-01-26T05:45:43.000Z",
        )

    def move(self, steps=1):
        """Record what no stream tells of, for instance a token."""
        self.place = Place(self.place.epoch, self.place.position + steps)

    def tell(self):
        self.move()
        number = self.place.position
        self.told.append(number)
        data = encode({"epoch": self.place.epoch, "position": number})
        self.feed.publish(Message(self.place, "LAND", "alert", data))

    def change_board(self):
        self.move()
        self.feed.publish_board()


class Follower:
    """Knows what lines say, and nothing else."""

    def __init__(self, core):
        self.core = core
        self.known = None
        self.place = None
        self.kinds = []
        self.leave = None
        self.join()

    def join(self):
        for line in self.core.feed.opening(self.place):
            self.take(line)
        self.leave = self.core.feed.subscribe(self.take)

    def take(self, line):
        self.kinds.append(line.kind)
        body = json.loads(line.body)
        if line.kind == "board":
            self.known, self.place = list(body["told"]), Place(EPOCH, body["position"])
        elif line.kind in MESSAGES:
            assert body["position"] > self.place.position, "told twice"
            self.known.append(body["position"])
            self.place = Place(EPOCH, body["position"])


class FollowedMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.core = Core()
        self.follower = Follower(self.core)
        self.away = False

    @rule(count=st.sampled_from([1, 2, LINES_KEPT + 1]))
    def tell(self, count):
        for _ in range(count):
            self.core.tell()

    @rule()
    def change_board(self):
        self.core.change_board()

    @rule()
    def record_what_no_stream_tells(self):
        self.core.move()

    @rule()
    def lose(self):
        self.follower.leave()
        self.away = True

    @rule()
    def come_back(self):
        if self.away:
            self.follower.join()
            self.away = False

    @rule()
    def restart(self):
        """The core dies and comes up from the record; nobody was told that."""
        told, place = self.core.told, self.core.place
        self.core = self.follower.core = Core(place.position)
        self.core.told = told
        self.away = True

    @invariant()
    def who_listens_knows_all_that_was_told(self):
        if not self.away:
            assert self.follower.known == self.core.told


TestFollowed = FollowedMachine.TestCase
TestFollowed.settings = settings(max_examples=40, stateful_step_count=20)


def kinds(lines):
    return [line.kind for line in lines]


def test_an_opening_says_who_speaks_what_lies_where_and_how_things_stand():
    core = Core()
    core.tell()
    core.feed.heartbeat({"position": 1})

    opening = core.feed.opening()

    assert kinds(opening)[:5] == ["hello", "topics", "devices", "past", "board"]
    assert kinds(opening)[5:] == ["tick", "heartbeat", "tick"]
    assert json.loads(opening[3].body) == {
        "event": "alert", "data": {"epoch": EPOCH, "position": 1},
    }  # fmt: skip


def test_who_has_missed_nothing_is_told_nothing_twice():
    core = Core(7)
    assert kinds(core.feed.opening(core.place)) == ["hello", "topics", "devices", "tick"]
    core.tell()
    assert kinds(core.feed.opening(Place(EPOCH, 7)))[3:] == ["alert", "tick"]


@pytest.mark.parametrize(
    "since", [None, Place(EPOCH, 0), Place(EPOCH, 6), Place(EPOCH, 9), Place("another", 8)]
)
def test_who_knows_a_place_that_cannot_be_gone_on_from_is_given_a_board(since):
    core = Core(7)
    core.tell()

    assert "board" in kinds(core.feed.opening(since))


def test_the_kept_messages_are_the_last_ones_and_have_no_gap():
    core = Core()
    for _ in range(LINES_KEPT + 5):
        core.tell()
    positions = [json.loads(line.body)["position"] for line in core.feed.recent()]

    assert positions == list(range(6, LINES_KEPT + 6))
    assert kinds(core.feed.opening(Place(EPOCH, 5))).count("alert") == LINES_KEPT
    assert "board" in kinds(core.feed.opening(Place(EPOCH, 4)))


def test_every_line_is_signed_by_the_ledgers_key():
    core = Core()
    core.tell()
    lines = core.feed.opening() + core.feed.recent()
    core.feed.subscribe(lines.append)
    core.tell()
    core.change_board()
    core.feed.heartbeat({})
    core.feed.publish_devices({"devices": {"0123456789ab": "f" * 64}})
    core.feed.tick()

    key = Ed25519PublicKey.from_public_bytes(signer.public_key)
    for line in lines:
        signature = urlsafe_b64decode(line.signature + "==")
        key.verify(signature, line.signed_text())
        with pytest.raises(InvalidSignature):
            key.verify(signature, line._replace(body=line.body + b" ").signed_text())
    told = {line.kind for line in lines}
    assert told >= {"hello", "topics", "devices", "board", "heartbeat", "tick", "alert"}


def test_devices_are_told_when_they_change_and_only_then():
    core = Core()
    lines = []
    core.feed.subscribe(lines.append)
    for devices in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "1"}):
        core.feed.publish_devices({"devices": devices, "edges": {}})

    told = [{"devices": {"a": "1", "b": "2"}, "edges": {}}, {"devices": {"a": "1"}, "edges": {}}]
    assert [json.loads(line.body) for line in lines] == told
    assert json.loads(core.feed.opening()[2].body) == told[1]


def test_nothing_made_from_a_token_is_in_any_other_line():
    lines = [[], []]
    for devices, told in zip(({}, {"0123456789ab": "f" * 64}), lines, strict=True):
        core = Core()
        core.feed.publish_devices({"devices": devices, "edges": {}})
        core.tell()
        told += [line for line in core.feed.opening() if line.kind != "devices"]

    assert lines[0] == lines[1]


def test_who_has_left_is_told_nothing_more_and_may_leave_twice():
    core = Core()
    lines = []
    leave = core.feed.subscribe(lines.append)
    leave()
    leave()
    core.tell()

    assert lines == []


@given(st.sampled_from(CODES))
def test_the_topics_are_the_tree(code):
    topics = topics_of(GAZETTEER)

    assert topics["root"] == "LAND"
    assert topics["above"][code] == areas_around(code)
    assert topics["known_as"][code] == code


def test_an_area_is_known_by_each_of_its_codes():
    known_as = topics_of(load_pack("UA"))["known_as"]

    assert known_as["UA-30"] == known_as["31"] == "UA80000000000093317"
