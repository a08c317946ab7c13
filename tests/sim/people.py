"""
Those who write: organisations that raise, correct and end alerts over a link that loses answers.

An operator sends a command again with the same id until it is answered or gives up; a doubled
request may arrive a minute and a half late, when the alert that it raised has long been over.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from tests.alerts.country import CODES
from tests.alerts.sayings import (
    MILITARY,
    RESCUERS,
    VOLUNTEERS,
    all_clear,
    begin,
    correct,
    end,
    own_all_clear,
    request,
    sound,
    update,
)
from tests.sim.world import World

from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.commands import Answer, Request
from tocsin.kernel.errors import Refused, TocsinError
from tocsin.kernel.ids import SenderId
from tocsin.kernel.words import Rank, Status

Ask = Callable[[Request, Callable[[Any], None]], None]

WHO = (MILITARY, RESCUERS, VOLUNTEERS)
ANSWERED_S = 3.0
PATIENCE = 8


class Neighbour:
    """Another process on the server's machine, which writes to the same ledger now and then."""

    who = (SenderId("neighbour"), Rank.AUTHORITY)

    def __init__(self, world: World, write: Callable[[Request], Any]) -> None:
        self.world = world
        self.asked: dict[str, Request] = {}
        self._write = write
        world.now_and_then(world.faults.beside_s, self.act)

    def act(self) -> None:
        """Say one thing about one area, and not wait for anybody."""
        chance = self.world.random
        command = chance.choice([begin, end, sound, own_all_clear])(self.who, chance.choice(CODES))
        name = str(UUID(int=(len(WHO) << 64) + len(self.asked)))
        asked = self.asked[name] = request(command, command_id=name)
        self._write(asked)


class Operator:
    """One organisation's desk: three screens, one keyboard, a bad line."""

    def __init__(self, world: World, ask: Ask, number: int) -> None:
        self.world = world
        self.who = WHO[number]
        self.asked: dict[str, Request] = {}
        self.told: dict[str, str] = {}
        self.refused: set[str] = set()
        self.alerts: list[str] = []
        self._ask = ask
        self._number = number
        self._sent = 0
        world.now_and_then(12.0 + 6 * number, self.act)

    def act(self) -> None:
        """Do something, or several things at once."""
        for _ in range(self.world.random.choice([1, 1, 1, 2, 5])):
            self.send(request(*self._commands(), command_id=self._an_id()))

    def send(self, asked: Request, tries: int = PATIENCE) -> None:
        """Send a request, and again where no answer comes, with the same id."""
        self.asked[asked.command_id] = asked
        self.world.send(self._ask, asked, lambda told: self.world.send(self._hear, asked, told))
        if tries > 1 and not self.world.chance(0.05):
            self.world.after(ANSWERED_S, self._insist, asked, tries - 1)

    def _insist(self, asked: Request, tries: int) -> None:
        if asked.command_id not in self.told and asked.command_id not in self.refused:
            self.send(asked, tries)

    def _hear(self, asked: Request, told: Answer | TocsinError) -> None:
        name = asked.command_id
        if isinstance(told, Answer):
            if self.told.setdefault(name, told.body) != told.body:
                self.world.violate(f"{name} was answered in two ways")
            for accepted in json.loads(told.body).get("accepted", ()):
                if accepted["id"] not in self.alerts:
                    self.alerts.append(accepted["id"])
        elif isinstance(told, Refused):
            self.refused.add(name)
            if not told.code.startswith("alert."):
                self.world.violate(f"{name} was refused with {told.code}")

    def _commands(self) -> list[Any]:
        chance = self.world.random
        at = chance.randint(-2, 12)
        hazard = chance.choice([Hazard.AIR_RAID, Hazard.FLOOD])
        kinds = ["raise"] * 4 + ["drill", "own", "coverage"]
        if self.alerts:
            kinds += ["clear"] * 6 + ["correct", "update"]
            alert = chance.choice(self.alerts[-4:])
        match chance.choice(kinds):
            case "raise":
                areas = chance.sample(CODES, chance.choice([1, 1, 3]))
                level = chance.choice([Level.WATCH, Level.WARNING])
                return [sound(self.who, area, hazard, level, at=at) for area in areas]
            case "drill":
                status = chance.choice([Status.EXERCISE, Status.TEST])
                areas = chance.sample(CODES, chance.choice([1, 3]))
                return [sound(self.who, area, hazard, status=status, at=at) for area in areas]
            case "own":
                return [own_all_clear(self.who, chance.choice(CODES), hazard, at=at)]
            case "coverage":
                saying = chance.choice([begin, end])
                return [saying(self.who, chance.choice(CODES), at=at)]
            case "clear":
                return [all_clear(alert, self.who, at=at)]
            case "correct":
                return [correct(alert, self.who, at=at)]
            case _:
                return [update(alert, self.who, threat=chance.choice(list(Threat)), at=at)]

    def _an_id(self) -> str:
        """An id of this seed's own; a counter that all share would make two runs differ."""
        self._sent += 1
        return str(UUID(int=(self._number << 64) + self._sent))
