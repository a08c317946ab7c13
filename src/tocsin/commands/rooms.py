"""
The rooms beside the alerts, as the desk knows them, and what the requests at hand change in them.

The rooms know nothing of one another; what they have in common is that they are folded from one
ledger, decided on together, and settled by one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from tocsin.commands.power_draft import PowerDraft
from tocsin.commands.shelter_draft import ShelterDraft
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import NewEvent, Recorded, command_mark, event_id
from tocsin.power import codec as power
from tocsin.power.grid import Grid
from tocsin.power.messages import (
    ListCompany,
    PowerCommand,
    ReportOutage,
    ReportRestoration,
)
from tocsin.shelters import codec as shelters
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import (
    ReplaceRegister,
    SetTimeToShelter,
    ShelterCommand,
    ShowShelters,
)

RoomCommand = ShelterCommand | PowerCommand

ROOMS: Final = frozenset({shelters.ROOM, power.ROOM})
COMMANDS: Final = frozenset[type[RoomCommand]](get_args(RoomCommand))
NAME_AN_AREA: Final = frozenset[type[RoomCommand]](
    {ReplaceRegister, ShowShelters, SetTimeToShelter, ListCompany}
)
"""Commands in whose area nothing has to be known before."""


class Rooms:
    """The state of the rooms, at one position. Not thread-safe: the writer's thread owns it."""

    def __init__(self, known: ShelterMap | None = None, grid: Grid | None = None) -> None:
        self.shelters = ShelterMap() if known is None else known
        self.grid = Grid() if grid is None else grid

    @property
    def position(self) -> int:
        """Tell the position up to which everything is folded."""
        return min(self.shelters.position, self.grid.position)

    def apply(self, recorded: Recorded) -> None:
        """Fold one recorded event, whichever room's."""
        self.shelters.apply(recorded)
        self.grid.apply(recorded)

    def settle(self, position: int) -> None:
        """Take note that nothing up to a position is left to fold."""
        self.shelters.position = self.grid.position = position

    def copy(self) -> Rooms:
        """Make a copy that shares nothing with this one."""
        return Rooms(ShelterMap.load(self.shelters.dump()), Grid.load(self.grid.dump()))


class RoomsDraft:
    """One group of requests in the making, over rooms that stay untouched."""

    def __init__(self, known: Rooms) -> None:
        self._shelters = ShelterDraft(known.shelters)
        self._power = PowerDraft(known.grid)

    def keep(self) -> None:
        """Let what the request at hand has changed stand."""
        self._shelters.keep()
        self._power.keep()

    def forget(self) -> None:
        """Take back what the request at hand has changed."""
        self._shelters.forget()
        self._power.forget()

    def decide(self, command: RoomCommand) -> list[NewEvent]:
        """Have the room that a command is for decide it, and write that for the ledger."""
        if isinstance(command, PowerCommand):
            return self._power.decide(command)
        return self._shelters.decide(command)


def more_areas(command: object) -> frozenset[AreaCode]:
    """List the areas that a command names beside its own."""
    match command:
        case ReplaceRegister():
            return frozenset(command.areas.values())
        case ListCompany():
            zones = command.company.zones
            return frozenset(code for zone in zones for code in (zone.area, *zone.areas))
        case _:
            return frozenset()


def subject(command: RoomCommand, written: Sequence[NewEvent]) -> str:
    """Name what a command is about, or what it has made: what its sender is answered with."""
    match command:
        case ReplaceRegister():
            return command.register
        case ShowShelters() | SetTimeToShelter():
            return command.area
        case ListCompany():
            return command.company.operator
        case ReportOutage():
            (made,) = written
            return event_id(made.area, made.version, command_mark(command.command_id))
        case ReportRestoration():
            return command.outage
        case _ if isinstance(command, PowerCommand):
            return f"{command.operator}/{command.zone}"
        case _:
            return command.shelter
