"""
A town small enough to be counted by hand: one street, its people, and where shelters may be.

No test is here. Eleven corners 100 m apart; ten people at each, those at the first five in PORT
and the others in BEACH; a hamlet of 7 that no street leads to, and 3 people across the water.
"""

from __future__ import annotations

import msgspec
from tests.shelters.sayings import door, listing
from tests.streets import ABOUT

from tocsin.walking.build import Draft
from tocsin.walking.network import Network
from tocsin.walking.profile import STAIRS
from tocsin.web.city import CityPlace
from tocsin.web.city_child import Counter

STEP = 100 / 111_195
CORNERS = 11
WEST = -30.0
PEOPLE = CORNERS * 10 + 7 + 3


def corner(number):
    """Tell where a corner is: latitude and longitude."""
    return 0.0, WEST + number * STEP


def write(folder, *, stairs_after=None):
    """Write the network and the people; give their paths."""
    draft = Draft()
    for number in range(CORNERS):
        lat, lon = corner(number)
        draft.node(number, round(lat * 1e7), round(lon * 1e7))
    for number in range(CORNERS - 1):
        draft.edge(number, number + 1, 100.0, STAIRS if number == stairs_after else 0)
    for number, lon in ((90, WEST + 0.05), (91, WEST + 0.0509)):
        draft.node(number, 0, round(lon * 1e7))
    draft.edge(90, 91, 100.0, 0)
    network = folder / "town.walk"
    draft.write(network, ABOUT)
    rows = ["lat,lon,people,area"]
    for number in range(CORNERS):
        lat, lon = corner(number)
        rows.append(f"{lat},{lon},10,{'PORT' if number < 5 else 'BEACH'}")
    rows += [f"0.1,{WEST},7,PORT", f"0.0,{WEST + 0.05},3,NORTH"]
    people = folder / "people.csv"
    people.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return network, people


def at_corner(name, number, *, capacity=None, opened=True, nodes=None):
    """Make a place at a corner, as the city is told of it."""
    return CityPlace(name, (number,) if nodes is None else nodes, capacity, opened)


def cellar(number, at, **more):
    """List a shelter at a corner."""
    return listing(number, entrances=(door(*corner(at)),), **more)


class InThisProcess:
    """The city without a process of its own: asked as `City` is, by the same bytes."""

    def __init__(self, network, people):
        self._counter = Counter(network, people)
        self.asked = 0

    def ask(self, question):
        self.asked += 1
        packed = msgspec.msgpack.encode(question)
        answer = self._counter.answer(msgspec.msgpack.decode(packed, type=type(question)))
        return msgspec.msgpack.decode(msgspec.msgpack.encode(answer))

    def close(self):
        pass


def opened(path):
    """Map the network."""
    return Network.open(path)
