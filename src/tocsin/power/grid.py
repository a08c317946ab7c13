"""
The grid: which companies, zones and groups there are, and what is known of each, now or then.

A projection: it holds nothing the ledger does not, and may be thrown away and rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import Recorded
from tocsin.power.codec import ROOM, decode
from tocsin.power.messages import (
    Company,
    CompanyListed,
    GroupCode,
    OperatorId,
    PowerEvent,
    PowerRestored,
    ZoneCode,
)
from tocsin.power.state import ZoneState
from tocsin.power.zone import evolve

SNAPSHOT: Final = "power.grid"
SNAPSHOT_SHAPE: Final = 1
"""Raise by one whenever a field of `_Snapshot`, `ZoneState` or what it holds changes."""

Key = tuple[OperatorId, ZoneCode]
"""Names a zone."""


class _Snapshot(msgspec.Struct, array_like=True):
    position: int
    edition: int
    companies: dict[OperatorId, Company]
    zones: list[ZoneState]
    versions: dict[AreaCode, int]


class Grid:
    """
    Know every zone. Not thread-safe: one task owns it.

    Attributes:
        position: The last folded.
        edition: Rises with every event of the room.
    """

    def __init__(self) -> None:
        self.position = 0
        self.edition = 0
        self.companies: dict[OperatorId, Company] = {}
        self._zones: dict[Key, ZoneState] = {}
        self._versions: dict[AreaCode, int] = {}

    def apply(self, recorded: Recorded) -> PowerEvent | None:
        """
        Fold one recorded event; None where it was seen before or is another room's.

        Raises:
            Corrupt: As of `decode`.
        """
        if recorded.position <= self.position:
            return None
        self.position = recorded.position
        if recorded.room != ROOM:
            return None
        event = decode(recorded)
        self.fold(event)
        return event

    def fold(self, event: PowerEvent) -> None:
        """Take in an event that was decided."""
        self.edition += 1
        self._versions[event.area] = event.version
        fact = event.fact
        if isinstance(fact, CompanyListed):
            self._list(fact.company)
            return
        key = self._key(event)
        if key is not None:
            self._zones[key] = evolve(self._zones[key], event)

    def zone(self, operator: str, zone: str) -> ZoneState | None:
        """Give a zone's state; None where there is no such zone."""
        return self._zones.get((OperatorId(operator), ZoneCode(zone)))

    def zones(self, operator: str | None = None) -> Sequence[ZoneState]:
        """List zones by company and code; those of one company, where it is named."""
        return [
            self._zones[key]
            for key in sorted(self._zones)
            if operator is None or key[0] == operator
        ]

    def find(self, group: str, operator: str | None = None) -> ZoneState:
        """
        Find the zone that a group hangs on.

        Raises:
            Refused: `power.group_unknown`, HTTP 404; `power.group_ambiguous`, where several
                companies have such a group and none was named.
        """
        found = [one for one in self.zones(operator) if group in one.zone.groups]
        if not found:
            raise Refused(
                "power.group_unknown", f"There is no group {group[:20]} here.", status=404
            )
        if len({one.operator for one in found}) > 1:
            companies = ", ".join(sorted({one.operator for one in found}))
            raise Refused(
                "power.group_ambiguous",
                f"Several companies have a group {group[:20]} ({companies}); name one.",
            )
        return found[0]

    def groups(self) -> Iterator[tuple[ZoneState, GroupCode]]:
        """List all groups by company, zone and code."""
        for state in self.zones():
            for group in state.zone.groups:
                yield state, group

    def version(self, area: AreaCode) -> int:
        """Tell the room's version of an area."""
        return self._versions.get(area, 0)

    def _list(self, company: Company) -> None:
        self.companies[company.operator] = company
        wanted = {(company.operator, zone.code): zone for zone in company.zones}
        for key in [key for key in self._zones if key[0] == company.operator]:
            if key not in wanted:
                del self._zones[key]
        for key, zone in wanted.items():
            known = self._zones.get(key)
            if known is None:
                self._zones[key] = ZoneState(company.operator, company.clock, zone)
            else:
                self._zones[key] = msgspec.structs.replace(known, clock=company.clock, zone=zone)

    def _key(self, event: PowerEvent) -> Key | None:
        """Tell which zone an event is about; None where it is no longer listed."""
        fact = event.fact
        assert not isinstance(fact, CompanyListed), "a company is no zone"
        if isinstance(fact, PowerRestored):
            return next(
                (
                    (state.operator, state.zone.code)
                    for state in self.zones(fact.operator)
                    if any(outage.id == fact.outage for outage in state.outages)
                ),
                None,
            )
        key = (fact.operator, fact.zone)
        return key if key in self._zones else None

    def dump(self) -> bytes:
        """Pack the grid for a snapshot."""
        zones = [self._zones[key] for key in sorted(self._zones)]
        return msgspec.msgpack.encode(
            _Snapshot(self.position, self.edition, self.companies, zones, self._versions)
        )

    @classmethod
    def load(cls, packed: bytes) -> Grid:
        """Unpack a grid from a snapshot of the same `SNAPSHOT_SHAPE`."""
        kept = msgspec.msgpack.decode(packed, type=_Snapshot)
        made = cls()
        made.position, made.edition = kept.position, kept.edition
        made.companies = kept.companies
        made._zones = {(one.operator, one.zone.code): one for one in kept.zones}
        made._versions = kept.versions
        return made
