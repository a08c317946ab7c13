"""
Goal: a pack is made once for a block, and again when what is listed changes; memory has a bound.

Method: a town in memory; what is made is counted by asking the view through a counter.
"""

from __future__ import annotations

import gzip
import json

import pytest
from tests.views.town import LAT, LON, Town, near

from tocsin.web.shelter_packs import KEPT, Packs


class Counting:
    """A view that counts the packs that it is asked for."""

    def __init__(self, view):
        self._view = view
        self.made = 0

    @property
    def tag(self):
        return self._view.tag

    def pack(self, *asked):
        self.made += 1
        return self._view.pack(*asked)


@pytest.fixture
def town():
    town = Town()
    town.lists(near(1, 100))
    town.view.doors()
    return town


def test_a_pack_is_made_once_for_a_block(town):
    view = Counting(town.view)
    packs = Packs(view)
    key = packs.key(LAT, LON, 500)
    assert packs.get(key) is None
    made = packs.make(key)

    assert packs.make(packs.key(LAT + 0.0003, LON, 500)) == made == packs.get(key)
    assert view.made == 1
    assert [one["id"] for one in json.loads(gzip.decompress(made))["shelters"]] == ["city.1"]
    packs.make(packs.key(LAT, LON, 600))
    assert view.made == 2


def test_one_of_an_earlier_edition_is_not_given(town):
    packs = Packs(town.view)
    packs.make(packs.key(LAT, LON, 500))
    town.lists(near(2, 100))

    assert packs.get(packs.key(LAT, LON, 500)) is None


def test_no_more_are_kept_than_may_be(town):
    packs = Packs(town.view)
    keys = [packs.key(LAT + n / 1000, LON, 500) for n in range(KEPT + 3)]
    for key in keys:
        packs.make(key)

    assert [packs.get(key) is None for key in keys] == [True] * 3 + [False] * KEPT
