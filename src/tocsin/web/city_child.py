"""
The child process that counts a city: questions by standard input, answers by standard output.

It has the streets and the people in memory and knows of shelters only what each question says, so
nothing that is told to it can be out of date. A plan alone outlives a question: it is repaired for
the next one, and made anew between them. The process ends when nobody asks any more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from tocsin.kernel.errors import Malformed, TocsinError
from tocsin.walking.network import Network, no_geo
from tocsin.walking.profile import PROFILES, WALK, Profile
from tocsin.web.city import CityAnswer, CityQuestion, read_frame, write_frame

if TYPE_CHECKING:  # What counts is loaded when it is needed: a machine may not have it.
    from tocsin.planning.cells import Cells
    from tocsin.planning.coverage import AreaCoverage
    from tocsin.planning.demand import Demand, Points
    from tocsin.planning.places import Doors, Place
    from tocsin.planning.streets import Streets
    from tocsin.planning.table import Ints, Metres
    from tocsin.web.city_plan import Planner

NICE: Final = 5
"""Whoever answers people goes first."""

SWEEPS_KEPT: Final = 4
"""Of 200,000 nodes each: 6 MB."""

GAPS_MOST: Final = 500
SHELTERS_MOST: Final = 5_000


class Counter:
    """
    Count one city.

    Args:
        network: A file of `tocsin shelters network`.
        people: A table of people, CSV.

    Raises:
        Malformed: `walking.…` or `planning.people_malformed`.
        Unavailable: `walking.no_geo`.
    """

    def __init__(self, network: Path, people: Path) -> None:
        try:
            from tocsin.planning.demand import read_points  # noqa: PLC0415  # As above.
        except ImportError as error:
            raise no_geo() from error
        self._network = Network.open(network)
        self._points: Points = read_points(people)
        self._streets: dict[int, tuple[Streets, Demand]] = {}
        self._cells: dict[int, Cells] = {}
        self._sweeps: OrderedDict[tuple[int, bytes], tuple[Metres, Ints]] = OrderedDict()

    @property
    def invented(self) -> bool:
        """Whether there is no such city."""
        return self._network.about.invented

    def answer(self, question: CityQuestion) -> dict[str, Any]:
        """Answer a question in plain values; metres are whole, unknown is None."""
        from tocsin.planning.places import Place, doors, shut  # noqa: PLC0415

        profile = PROFILES[question.profile]
        places = tuple(
            Place(id=one.id, nodes=one.nodes, capacity=one.capacity, open=one.open)
            for one in question.places
        )
        after = shut(places, question.closed)
        opened = doors(after)
        metres, owner = self._sweep(profile, opened)
        shape: dict[str, Any] = {"invented": self.invented}
        match question.what:
            case "coverage":
                shape |= self._coverage(question, profile, metres)
                if question.closed:
                    before, _ = self._sweep(profile, doors(places))
                    shape["change"] = self._change(question, profile, before, metres)
            case "load":
                shape |= self._load(profile, after, owner, opened)
            case "gaps":
                shape |= self._gaps(question, profile, metres)
            case "plan" | "plans":
                raise AssertionError("a planner answers these")
        return shape

    def planner(self) -> Planner:
        """Make what keeps the plans of this city, for whoever walks."""
        from tocsin.web.city_plan import Planner  # noqa: PLC0415

        return Planner(lambda: self._on(WALK))

    def _on(self, profile: Profile) -> tuple[Streets, Demand]:
        from tocsin.planning.demand import place_on  # noqa: PLC0415
        from tocsin.planning.streets import on_foot  # noqa: PLC0415

        if profile.avoid not in self._streets:
            streets, _ = on_foot(self._network, profile)
            self._streets[profile.avoid] = (streets, place_on(streets, self._points))
        return self._streets[profile.avoid]

    def _sweep(self, profile: Profile, opened: Doors) -> tuple[Metres, Ints]:
        from tocsin.planning.streets import nearest  # noqa: PLC0415

        key = (profile.avoid, opened.nodes.tobytes())
        if key not in self._sweeps:
            self._sweeps[key] = nearest(self._on(profile)[0], opened.nodes)
            if len(self._sweeps) > SWEEPS_KEPT:
                self._sweeps.popitem(last=False)
        self._sweeps.move_to_end(key)
        return self._sweeps[key]

    def _coverage(self, question: CityQuestion, profile: Profile, metres: Metres) -> dict[str, Any]:
        from tocsin.planning.coverage import coverage  # noqa: PLC0415

        _, demand = self._on(profile)
        found = coverage(
            demand,
            metres,
            metres_per_minute=profile.metres_per_minute,
            minutes=question.minutes,
        )
        return {
            "minutes": list(found.minutes),
            "whole": _area(found.whole),
            "areas": [_area(one) for one in found.areas],
        }

    def _change(
        self, question: CityQuestion, profile: Profile, before: Metres, after: Metres
    ) -> dict[str, Any]:
        from tocsin.planning.whatif import change  # noqa: PLC0415

        limit_m = min(question.minutes) * profile.metres_per_minute
        found = change(self._on(profile)[1], before, after, limit_m)
        return {
            "minutes": min(question.minutes),
            "lost": found.lost,
            "gained": found.gained,
            "cut_off": found.cut_off,
            "farther_m": round(found.farther_m),
        }

    def _load(
        self, profile: Profile, places: tuple[Place, ...], owner: Ints, opened: Doors
    ) -> dict[str, Any]:
        from tocsin.planning.load import loads, to_nearest  # noqa: PLC0415

        _, demand = self._on(profile)
        found = loads(places, to_nearest(demand, owner, opened, len(places)))
        told = found.places[:SHELTERS_MOST]
        return {
            "over": found.over,
            "of_unknown_capacity": found.unknown,
            "no_way": demand.total - sum(one.people for one in found.places),
            "shelters": [
                {
                    "id": one.place,
                    "people": one.people,
                    "capacity": one.capacity,
                    "over": one.over,
                }
                for one in told
            ],
        }

    def _gaps(self, question: CityQuestion, profile: Profile, metres: Metres) -> dict[str, Any]:
        from tocsin.planning.cells import cells  # noqa: PLC0415
        from tocsin.planning.coverage import gaps  # noqa: PLC0415

        streets, demand = self._on(profile)
        if profile.avoid not in self._cells:
            self._cells[profile.avoid] = cells(streets, demand)
        limit_m = min(question.minutes) * profile.metres_per_minute
        found = gaps(streets, demand, self._cells[profile.avoid], metres, limit_m)
        return {
            "minutes": min(question.minutes),
            "people": sum(one.people for one in found) + demand.off_network,
            "off_network": demand.off_network,
            "cells": len(found),
            "gaps": [
                {
                    "lat": round(one.lat, 5),
                    "lon": round(one.lon, 5),
                    "people": one.people,
                    "metres": None if one.metres is None else round(one.metres),
                }
                for one in found[:GAPS_MOST]
            ],
        }


def _area(one: AreaCoverage) -> dict[str, Any]:
    return {
        "area": one.area,
        "people": one.people,
        "within": list(one.within),
        "shares": [round(share, 4) for share in one.shares],
        "no_way": one.no_way,
        "median_m": None if one.median_m is None else round(one.median_m),
        "worst_m": None if one.worst_m is None else round(one.worst_m),
    }


def failed(error: TocsinError) -> CityAnswer:
    """Say what went wrong, to the parent."""
    return CityAnswer(None, error.code, error.sentence, isinstance(error, Malformed))


class Child:
    """Answer one question after the other; plans go on being made between them."""

    def __init__(self, network: Path, people: Path) -> None:
        self._files = (network, people)
        self._counter: Counter | None = None
        self._planner: Planner | None = None

    async def serve(self, asked: BinaryIO, answers: BinaryIO) -> None:
        """Answer until there are no more questions."""
        try:
            while (frame := await asyncio.to_thread(read_frame, asked)) is not None:
                try:
                    answer = CityAnswer(self._answer(frame))
                except TocsinError as error:
                    answer = failed(error)
                write_frame(answers, msgspec.msgpack.encode(answer))
        finally:
            if self._planner is not None:
                await self._planner.close()

    def _answer(self, frame: bytes) -> dict[str, Any]:
        self._counter = self._counter or Counter(*self._files)
        question = msgspec.msgpack.decode(frame, type=CityQuestion)
        match question.what:
            case "plan":
                self._planner = self._planner or self._counter.planner()
                shape = self._planner.answer(question)
                return shape | {"invented": self._counter.invented}
            case "plans":
                return {"plans": 0 if self._planner is None else self._planner.made}
            case _:
                return self._counter.answer(question)


def main() -> None:
    """Answer questions until there are no more."""
    os.nice(NICE)
    child = Child(*(Path(name) for name in sys.argv[1:3]))
    asyncio.run(child.serve(sys.stdin.buffer, sys.stdout.buffer))


if __name__ == "__main__":
    main()
