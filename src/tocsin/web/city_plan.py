"""
The plan of a city, kept up in the process that counts it: who goes where, and who instead.

What closed or filled since the plan was made is repaired before a question is answered; the new
plan is made meanwhile in a process of its own, and the next answer has it. This module needs numpy
and scipy and is loaded when somebody asks for a plan.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final

from tocsin.kernel.errors import TocsinError
from tocsin.planning.demand import Demand
from tocsin.planning.kept_plan import KeptPlan
from tocsin.planning.places import Place
from tocsin.planning.plan import CELLS_LIMIT_S, City, Plan
from tocsin.planning.repair import Move
from tocsin.planning.streets import Streets
from tocsin.planning.upkeep import Upkeep
from tocsin.web.city import CityQuestion

PLANS_KEPT: Final = 2
"""Of what is open and of what is listed, or with and without a figure for what is unknown."""

AGAIN_S: Final = 30.0
"""After a plan that could not be made at all."""


class Planner:
    """
    Keep the plans of one city. One event loop owns it.

    Args:
        ground: Gives the streets and who lives along them.
        limit_s: Seconds for a new plan; after that a greedy one is made, and said to be.

    Attributes:
        made: How many plans were made, or could not be; another number is another answer.
    """

    def __init__(
        self, ground: Callable[[], tuple[Streets, Demand]], limit_s: float = CELLS_LIMIT_S
    ) -> None:
        self._ground = ground
        self._limit_s = limit_s
        self._plans: OrderedDict[tuple[bool, int | None], _Kept] = OrderedDict()
        self.made = 0

    def answer(self, question: CityQuestion) -> dict[str, Any]:
        """Repair the plan for the shelters as the question has them, and tell it as it stands."""
        places = [
            Place(id=one.id, nodes=one.nodes, capacity=one.capacity, open=one.open)
            for one in question.places
        ]
        kept = self._plan(question, places)
        kept.take(places, question.at)
        if kept.wants_another():
            kept.task = asyncio.get_running_loop().create_task(self._renew(kept))
        return kept.shape() | {"plans": self.made}

    async def close(self) -> None:
        """Give up what is being planned."""
        tasks = [kept.task for kept in self._plans.values() if kept.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _plan(self, question: CityQuestion, places: list[Place]) -> _Kept:
        key = (question.listed, question.assumed)
        if key not in self._plans:
            streets, demand = self._ground()
            city = City(streets, demand, tuple(places))
            self._plans[key] = _Kept(Upkeep(city, assumed=question.assumed, limit_s=self._limit_s))
            if len(self._plans) > PLANS_KEPT:
                _, oldest = self._plans.popitem(last=False)
                if oldest.task is not None:
                    oldest.task.cancel()
        self._plans.move_to_end(key)
        return self._plans[key]

    async def _renew(self, kept: _Kept) -> None:
        """Plan until the plan is of the shelters as they are."""
        while kept.upkeep.due:
            at = kept.at
            try:
                await kept.upkeep.renew()
            except TocsinError as error:
                kept.failed(error.code, asyncio.get_running_loop().time() + AGAIN_S)
                return
            finally:
                self.made += 1
            kept.renewed(at)


class _Kept:
    """One plan, and what is told of it."""

    def __init__(self, upkeep: Upkeep) -> None:
        self.upkeep = upkeep
        self.task: asyncio.Task[None] | None = None
        self.at = ""
        self._made_at: str | None = None
        self._moves: list[dict[str, Any]] = []
        self._failed = ""
        self._again = 0.0

    def take(self, places: list[Place], at: str) -> None:
        self.at = at
        repaired = self.upkeep.take(places)
        if repaired.moves:
            self._moves = moved(repaired.moves, self.upkeep.city.places)

    def wants_another(self) -> bool:
        busy = self.task is not None and not self.task.done()
        now = asyncio.get_running_loop().time()
        return self.upkeep.due and not busy and now >= self._again

    def renewed(self, at: str) -> None:
        self._made_at, self._moves, self._failed = at, [], ""

    def failed(self, code: str, again: float) -> None:
        self._failed, self._again = code, again

    def shape(self) -> dict[str, Any]:
        demand = self.upkeep.city.demand
        told: dict[str, Any] = {
            "made_at": self._made_at,
            "replanning": self.task is not None and not self.task.done(),
            "failed": self._failed or None,
            "people": demand.total,
            "off_network": demand.off_network,
            "of_unknown_capacity": sum(
                one.open and one.capacity is None for one in self.upkeep.city.places
            ),
        }
        plan, kept = self.upkeep.plan, self.upkeep.kept
        if plan is None or kept is None:
            return told | _NO_PLAN
        return told | _standing(plan, kept) | {"moves": self._moves, "shelters": self._loads(kept)}

    def _loads(self, kept: KeptPlan) -> list[dict[str, Any]]:
        """Tell who is sent where, the fullest first."""
        room = self.upkeep.room().tolist()
        loads = [
            {
                "id": place.id,
                "people": kept.load(number),
                "capacity": place.capacity,
                "room": room[number] - kept.load(number),
            }
            for number, place in enumerate(self.upkeep.city.places)
            if place.open
        ]
        return sorted(loads, key=lambda one: (one["room"], -one["people"], one["id"]))


_NO_PLAN: Final[dict[str, Any]] = {
    "method": None, "proven": False, "because": None, "repaired": 0, "placed": None,
    "beyond": None, "unplaced": None, "mean_m": None, "moves": [], "shelters": [],
}  # fmt: skip


def _standing(plan: Plan, kept: KeptPlan) -> dict[str, Any]:
    return {
        "method": plan.method.value,
        "proven": plan.within.proven or (plan.cells is not None and plan.cells.proven),
        "because": plan.because or None,
        "repaired": len(kept.lowered),
        "placed": kept.placed,
        "beyond": kept.beyond,
        "unplaced": kept.unplaced,
        "mean_m": round(kept.mean_m) or None,
    }


def moved(moves: Iterable[Move], places: tuple[Place, ...]) -> list[dict[str, Any]]:
    """
    Say from which place to which people go now, most people first; None is nowhere.

    Whoever was moved on twice is told once, from where they were to where they are.
    """
    change: dict[int, dict[int | None, int]] = {}
    for move in moves:
        of = change.setdefault(move.row, {})
        of[move.was] = of.get(move.was, 0) - move.people
        of[move.now] = of.get(move.now, 0) + move.people
    sums: dict[tuple[int | None, int | None], int] = {}
    for of in change.values():
        come = [[place, many] for place, many in of.items() if many > 0]
        for place, many in of.items():
            left = -many
            while left > 0:
                to, room = come[-1]
                people = min(left, room or 0)
                sums[place, to] = sums.get((place, to), 0) + people
                left -= people
                come[-1][1] = (room or 0) - people
                if not come[-1][1]:
                    come.pop()
    return [
        {"from": None if was is None else places[was].id,
         "to": None if now is None else places[now].id, "people": people}
        for (was, now), people in sorted(sums.items(), key=lambda one: -one[1])
    ]  # fmt: skip
