"""
Goal: whom an edge cannot hand on it serves to the end, and sends away a few at a time.

Method: a fan-out of ten lines that notes what it was asked, and a retirement of a fifth of a second
in place of half a minute; `tests/edge/test_successor.py` does the rest with real connections.
"""

from __future__ import annotations

import asyncio
import socket

import pytest
from tests.edge.hall import EPOCH

from tocsin.edge.groups import Group, Held
from tocsin.edge.predecessor import Predecessor, Retirement
from tocsin.edge.websocket import SERVICE_RESTART, close_frame
from tocsin.kernel.wire import Form, Place

PLACE = Place(EPOCH, 7)


class Tls:
    """A sink whose keys are in this process."""


class House:
    """Hub, fan-out and door of an edge that was succeeded."""

    place = PLACE

    def __init__(self, *forms):
        self.groups = {form: Group(lambda: b"") for form in Form}
        self.sinks = [(self.groups[form], Tls()) for form in forms]
        self.said, self.parted, self.done = [], [], []

    def home(self, group):
        return frozenset(), next(form for form, one in self.groups.items() if one is group)

    def held(self):
        return [Held(group, sink, False, b"", False) for group, sink in self.sinks]

    def send(self, group, _sink, data):
        self.said.append((self.home(group)[1], data))

    def close(self, group, sink):
        if (group, sink) in self.sinks:
            self.sinks.remove((group, sink))
            self.parted.append(asyncio.get_running_loop().time())

    def answer_polls(self):
        self.done.append("answer_polls")


class Door:
    """The front of that edge, and who is there."""

    def __init__(self, done, links=()):
        self._done = done
        self.links = set(links)

    def __getattr__(self, name):
        return lambda: self._done.append(name)


class Tunnel:
    """A connection to the core, through this edge."""

    idle, tunnel = False, True

    def __init__(self):
        self.transport = self
        self.closed_at = []

    def close(self):
        self.closed_at.append(asyncio.get_running_loop().time())


def retire(house, draw, *links):
    async def scene():
        here, there = socket.socketpair()
        there.close()  # The successor is dead.
        with here:
            loop = asyncio.get_running_loop()
            front = Door(house.done, links)
            predecessor = Predecessor(house, house, (), lambda _: None)
            retirement = Retirement(loop, predecessor, house, house, front, draw)
            began = loop.time()
            await retirement.run(here, finishing_s=0.05, parting_s=0.5)
            return began

    return asyncio.run(scene())


@pytest.mark.parametrize(
    ("form", "word"),
    [
        (Form.SSE, [(Form.SSE, b"retry: 100\n\n")]),
        (Form.WEBSOCKET, [(Form.WEBSOCKET, close_frame(SERVICE_RESTART))]),
        (Form.NDJSON, []),
        (Form.FEED, []),
    ],
)
def test_each_is_asked_to_come_back_as_its_form_has_it(form, word):
    house = House(form)
    retire(house, lambda low, _: low)
    assert (house.said, house.sinks) == (word, [])


def test_they_are_sent_away_one_by_one_at_moments_of_their_own():
    house, moments = House(*[Form.NDJSON] * 4), iter([400, 100, 300, 200])
    asked = []

    def draw(low, high):
        asked.append((low, high))
        return next(moments)

    began = retire(house, draw)
    assert asked == [(0, 500)] * 4
    for number, moment in enumerate(house.parted, 1):
        assert moment - began >= number * 0.1 - 0.001


def test_the_door_closes_in_order_and_polls_are_answered():
    house = House()
    retire(house, lambda low, _: low)
    assert house.done == ["leave", "answer_polls", "end"]


def test_tunnels_end_at_moments_of_their_own():
    moments, tunnels = iter([100, 300]), [Tunnel(), Tunnel()]
    began = retire(House(), lambda _, __: next(moments), *tunnels)
    ended = sorted(moment - began for one in tunnels for moment in one.closed_at)
    assert len(ended) == 2
    assert ended[0] >= 0.1 - 0.001
    assert ended[1] >= 0.3 - 0.001


def test_what_is_plain_is_handed_over_at_the_end_and_not_sent_away():
    house = House()
    house.sinks = [(house.groups[Form.SSE], 5)]
    drawn = []
    retire(house, lambda low, _: drawn.append(low) or low)
    # Nobody took it: it is sent away with the last, and has drawn only when to come back.
    assert house.said == [(Form.SSE, b"retry: 100\n\n")]
    assert drawn == [100]
