"""
The power as everybody may see it: zones, groups, one group, and what holds at a point or a house.

All of it is what was known at a moment, now or then: a schedule that came later changes no earlier
answer. The point or the address that is asked about goes no further than here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Relation
from tocsin.power.grid import Grid
from tocsin.power.messages import GroupCode, OperatorId, OutageId
from tocsin.power.state import ZoneState
from tocsin.views.live import Live
from tocsin.views.power_addresses import AddressBook, Found
from tocsin.views.power_shapes import (
    changed_words,
    group_shape,
    place_power,
    row_shape,
    zone_shape,
)
from tocsin.views.power_words import Words
from tocsin.views.schedule_days import in_order

_NEAREST: Final = (Relation.HERE, Relation.AROUND, Relation.INSIDE)


class PowerView:
    """
    Show the power. Not thread-safe: the event loop owns it.

    Args:
        grid: Folded by whoever feeds `live`.
        addresses: Which house hangs on which group; None where no file is named.

    Attributes:
        whole: In a replay, all that its ledger holds, for whoever asks ahead of its clock.
    """

    def __init__(self, grid: Grid, live: Live, addresses: AddressBook | None = None) -> None:
        self.grid = grid
        self.whole: Grid | None = None
        self._live = live
        self._addresses = addresses

    def now(self) -> datetime:
        """Tell the moment that is shown."""
        return self._live.now()

    @property
    def replay(self) -> bool:
        """Say whether what is shown is a replay."""
        return self._live.replay

    def zone(self, operator: str, zone: str) -> ZoneState:
        """
        Find a zone.

        Raises:
            Refused: `power.zone_unknown`, HTTP 404.
        """
        found = self.grid.zone(operator, zone)
        if found is None:
            raise Refused(
                "power.zone_unknown", f"{operator[:32]} has no zone {zone[:32]}.", status=404
            )
        return found

    def hit(self, state: ZoneState, outage: str) -> OutageId:
        """
        Name an outage by damage in a zone.

        Raises:
            Refused: `power.outage_unknown`, HTTP 404; also for one in another zone.
        """
        if any(one.id == outage for one in state.outages):
            return OutageId(outage)
        raise Refused("power.outage_unknown", f"There is no outage {outage[:80]}.", status=404)

    def zones(self, at: datetime | None = None) -> dict[str, Any]:
        """Show all zones: by which rule power is shared out in each, and how old that is."""
        return self.all_zones(at)()

    def all_zones(self, at: datetime | None) -> Callable[[], dict[str, Any]]:
        """Make what shows all zones when it is called, from whatever thread."""
        moment, gazetteer = at or self.now(), self._live.gazetteer
        frame, zones = self.frame(moment), self._grid_of(moment).zones()
        return lambda: frame | {"zones": [zone_shape(one, gazetteer, moment) for one in zones]}

    def rows(self, operator: str | None, at: datetime | None) -> Callable[[], dict[str, Any]]:
        """
        Make what shows all groups as rows of a table when it is called, from whatever thread.

        Args:
            operator: Whose groups alone; None for those of all companies.
        """
        moment = at or self.now()
        frame, zones = self.frame(moment), self._grid_of(moment).zones(operator)

        def shown() -> dict[str, Any]:
            rows = [
                row_shape(state, group, moment)
                for state in zones
                for group in in_order(state.zone.groups)
            ]
            return frame | {"groups": rows}

        return shown

    def group(self, operator: str, group: str, at: datetime | None = None) -> dict[str, Any]:
        """
        Show all that is known of a group.

        Raises:
            Refused: `power.group_unknown`, HTTP 404.
        """
        return self.one(operator, group, at)()

    def one(
        self, operator: str, group: str, at: datetime | None = None
    ) -> Callable[[], dict[str, Any]]:
        """
        Make what shows a group when it is called, from whatever thread.

        Raises:
            Refused: `power.group_unknown`, HTTP 404.
        """
        moment = at or self.now()
        state = self._grid_of(moment).find(group, operator)
        frame, gazetteer = self.frame(moment), self._live.gazetteer
        return lambda: frame | group_shape(state, GroupCode(group), gazetteer, moment)

    def at_point(self, lat: float, lon: float) -> dict[str, Any]:
        """Show which zones hold at a point, WGS 84 degrees, and the group where there is one."""
        area = self._live.outlines.at(lat, lon)
        near = [] if area is None else self._over(area.code)
        # What lies somewhere inside the area may be elsewhere in it: it answers for nobody alone.
        sure = all(relation is not Relation.INSIDE for relation, _ in near)
        found = [
            Found(state.operator, group)
            for _, state in near
            for group in in_order(state.zone.groups)
        ]
        return self._answer(found, sure=sure) | {
            "zones": [
                place_power(state, self._live.gazetteer, relation, self.now())
                for relation, state in near
            ]
        }

    def at_address(self, street: str, house: str) -> dict[str, Any]:
        """
        Show the group of a house, or those that it may hang on.

        Raises:
            Malformed: `power.house_malformed`.
            Refused: `power.no_addresses`, `power.address_unknown`, HTTP 404.
        """
        if self._addresses is None:
            raise Refused("power.no_addresses", "This server has no list of addresses.", status=404)
        return self._answer(self._addresses.find(street, house)) | {"zones": []}

    def at_place(self, area: AreaCode) -> list[dict[str, Any]] | None:
        """Show the zones of an area, nearest first; None where none is known of it."""
        near = self._over(area)
        moment = self.now()
        gazetteer = self._live.gazetteer
        return [place_power(state, gazetteer, how, moment) for how, state in near] or None

    def clock_of(self, operator: str) -> str:
        """Name the time zone of a company; UTC for one that is listed no more."""
        company = self.grid.companies.get(OperatorId(operator))
        return "UTC" if company is None else company.clock

    def changed_words(self, operator: str, group: str, day: str) -> Words:
        """Say what is different in the schedule of a day, or what it is; empty for none known."""
        states = [one for one in self.grid.zones(operator) if group in one.zone.groups]
        if not states:
            return {}
        state, at = states[0], self.now()
        return changed_words(state, GroupCode(group), date.fromisoformat(day), at)

    def _grid_of(self, moment: datetime) -> Grid:
        return self.grid if self.whole is None or moment <= self.now() else self.whole

    def _over(self, code: AreaCode) -> list[tuple[Relation, ZoneState]]:
        found = []
        for state in self.grid.zones():
            how = {self._live.relation(code, area) for area in state.zone.areas}
            nearest = next((one for one in _NEAREST if one in how), None)
            if nearest is not None:
                found.append((nearest, state))
        found.sort(key=lambda one: _NEAREST.index(one[0]))
        return found

    def _answer(self, found: list[Found], *, sure: bool = True) -> dict[str, Any]:
        """Show the group found, or those it may be; a list may name one that is gone."""
        listed = [one for one in found if self._listed(one)]
        only = listed[0] if sure and len(listed) == 1 else None
        return self.frame(self.now()) | {
            "group": self.group(only.operator, only.group) if only else None,
            "candidates": [
                {"operator": one.operator, "group": one.group, "place": one.place or None}
                for one in listed
            ],
        }

    def _listed(self, one: Found) -> bool:
        return any(one.group in state.zone.groups for state in self.grid.zones(one.operator))

    def frame(self, moment: datetime | None = None) -> dict[str, Any]:
        """Say as of when an answer is, by what of the record, and whether that is a replay."""
        moment = moment or self.now()
        return {
            "as_of": rfc3339(moment),
            "position": self.grid.position,
            "replay": self._live.replay,
        }
