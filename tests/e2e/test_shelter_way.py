"""
Goal: what the browser finds in a saved pack is what the server finds, place by place.

Method: the small invented city twice: as the server's view answers about it, and as the page's own
modules do from the pack of its middle; points drawn at random, both asked alike. A pack tells
places to a metre, so a way may differ by two.
"""

from __future__ import annotations

import random
import re

import pytest
from bench.city import SMALL, make
from tests.e2e.invented_city import REGISTER, listings
from tests.shelters.sayings import edition
from tests.streets import opened
from tests.views.town import Town

from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.views.shelter_near import Asked
from tocsin.views.shelter_pack import pack_of
from tocsin.views.shelter_walks import Walks
from tocsin.views.shelters import NOWHERE
from tocsin.walking.profile import SLOW, WALK, WHEELS

MIDDLE = (0.009, -29.9892)
POINTS = 30

IN_THE_BROWSER = """async ({ pack, asked, now }) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { decode, nearest } = await import(data.static + "shelter-way.js");
  pack.graph = decode(pack.network);
  return asked.map(({ here, needs }) => nearest(pack, here, needs, 5, Date.parse(now)));
}"""


@pytest.fixture(scope="module")
def town():
    city = make(SMALL)
    town = Town(Walks(opened(city.draft())))
    found = listings(city)
    areas = {one.id: AreaCode("PORT") for one in found}
    town.say(edition(*found, register=REGISTER, areas=areas))
    town.view.doors()
    return town


def packed(town):
    view = town.view
    return pack_of(list(town.projections.shelters.all()), view.gazetteer, view.walks, MIDDLE, 2_000)


def drawn(chance):
    lat, lon = (middle + chance.uniform(-0.006, 0.006) for middle in MIDDLE)
    needs = {name: chance.random() < 0.25 for name in ("step_free", "pets", "slow")}
    return {"here": {"lat": lat, "lon": lon}, "needs": needs}


def answered(town, here, needs):
    profile = WHEELS if needs["step_free"] else SLOW if needs["slow"] else WALK
    asked = Asked(here["lat"], here["lon"], 5, None, needs["step_free"], needs["pets"], profile)
    return town.view.nearest(asked, NOWHERE)


def spoken(line):
    """Give a line of directions without its metres, which may be one or two more."""
    return re.sub(r"\d+ m\b", "m", line)


def surely(shelters):
    """Name those that no other is as far as."""
    far = shelters[-1]["metres"] if shelters else 0
    return {one["id"] for one in shelters if one["metres"] < far - 4}


def test_server_and_browser_find_the_same_shelters_by_the_same_ways(morning, open_page, town):
    chance = random.Random(2026)
    asked = [drawn(chance) for _ in range(POINTS)]
    page = open_page(f"{morning.url}/shelter?lang=en")
    found = page.evaluate(
        IN_THE_BROWSER,
        {"pack": packed(town), "asked": asked, "now": rfc3339(town.clock.now())},
    )

    told = 0
    for one, mine in zip(asked, found, strict=True):
        theirs = answered(town, **one)
        assert (mine["way"], mine["speed"]) == (theirs["way"], theirs["speed"]), one
        both = list(zip(mine["shelters"], theirs["shelters"], strict=True))
        for ours, server in both:
            assert abs(ours["metres"] - server["metres"]) <= 2, one
            assert ours["because"] == server["because"]
        # Of two that are equally far either may be the one more that is told.
        assert surely(mine["shelters"]) == surely(theirs["shelters"]), one
        told += sum(
            ours["id"] == server["id"]
            and len(ours["path"]) == len(server["path"])
            and spoken(ours["directions"]["en"]) == spoken(server["directions"]["en"])
            for ours, server in both
        )
    # Of several ways that are equally long each may take another: most are the very same.
    assert told > 0.8 * sum(len(mine["shelters"]) for mine in found)
