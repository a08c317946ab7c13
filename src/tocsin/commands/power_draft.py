"""
What will be known of the grid once everything decided so far is on disk.

As `shelter_draft.ShelterDraft`: a layer over a grid that stays untouched, which takes back what the
request at hand has changed where that is refused.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from tocsin.commands.undo import Undo
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode
from tocsin.ledger.event import NewEvent
from tocsin.power import codec, zone
from tocsin.power.day import zone_of
from tocsin.power.grid import Grid, Key
from tocsin.power.messages import Company, CompanyListed, ListCompany, OutageId, PowerCommand, Zone
from tocsin.power.messages import ReportRestoration as Restoration
from tocsin.power.state import ZoneState

ZONES_MOST: Final = 500
GROUPS_MOST: Final = 2_000
"""A company has 12 groups, two dozen where it has two sets; zones are its districts."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9.-]{0,31}")
_GROUP = re.compile(r"[0-9A-Za-zА-ЯҐЄІЇа-яґєії][0-9A-Za-zА-ЯҐЄІЇа-яґєії. -]{0,19}")


class PowerDraft:
    """One group of requests about power in the making; see the module."""

    def __init__(self, known: Grid) -> None:
        self._known = known
        self._companies: dict[str, Company] = {}
        self._zones: dict[Key, ZoneState | None] = {}
        self._versions: dict[AreaCode, int] = {}
        self._undo = Undo()

    def keep(self) -> None:
        """Let what the request at hand has changed stand."""
        self._undo.keep()

    def forget(self) -> None:
        """Take back what the request at hand has changed."""
        self._undo.forget()

    def decide(self, command: PowerCommand) -> list[NewEvent]:
        """
        Decide a command, fold what was decided, and write it for the ledger.

        Raises:
            Refused: `power.zone_unknown`, and as of `tocsin.power.zone`.
            Malformed: `power.company_malformed`, `power.clock_unknown`, and as of the same.
        """
        version = self._versions.get(command.area) or self._known.version(command.area)
        if isinstance(command, ListCompany):
            return self._list(command, version)
        state = self._state(command)
        events = zone.decide(state, version, command)
        for event in events:
            self._undo.put(self._versions, event.area, event.version)
            key = (state.operator, state.zone.code)
            self._undo.put(self._zones, key, zone.evolve(state, event))
        return [codec.encode(event) for event in events]

    def _state(self, command: zone.ZoneCommand) -> ZoneState:
        if isinstance(command, Restoration):
            found = self._with_outage(command.operator, command.outage)
        else:
            found = self._zone((command.operator, command.zone))
        if found is None or found.zone.area != command.area:
            which = "" if isinstance(command, Restoration) else f" {command.zone[:32]}"
            raise Refused(
                "power.zone_unknown",
                f"{command.operator[:32]} has no zone{which} there.",
                status=404,
            )
        return found

    def _zone(self, key: Key) -> ZoneState | None:
        return self._zones[key] if key in self._zones else self._known.zone(*key)

    def _with_outage(self, operator: str, outage: OutageId) -> ZoneState | None:
        keys = {(one.operator, one.zone.code) for one in self._known.zones(operator)}
        keys |= {key for key in self._zones if key[0] == operator}
        for key in sorted(keys):
            state = self._zone(key)
            if state is not None and any(one.id == outage for one in state.outages):
                return state
        return None

    def _list(self, command: ListCompany, version: int) -> list[NewEvent]:
        company = command.company
        check_company(company)
        known = self._companies.get(company.operator) or self._known.companies.get(company.operator)
        if known == company:
            return []
        fact = CompanyListed(operator=company.operator, company=company)
        event = zone.event(command, version + 1, fact)
        self._undo.put(self._versions, event.area, event.version)
        self._undo.put(self._companies, company.operator, company)
        wanted = {(company.operator, one.code): one for one in company.zones}
        gone = {(company.operator, one.code) for one in (known.zones if known else ())}
        for key in gone - wanted.keys():
            self._undo.put(self._zones, key, None)
        for key, one in wanted.items():
            self._undo.put(self._zones, key, _listed(self._zone(key), company, one))
        return [codec.encode(event)]


def check_company(company: Company) -> None:
    """
    Let a company through that can be one.

    Raises:
        Malformed: `power.company_malformed`, `power.clock_unknown`.
    """
    zone_of(company.clock)
    codes = [one.code for one in company.zones]
    groups = [group for one in company.zones for group in one.groups]
    fits = (
        _SLUG.fullmatch(company.operator) is not None
        and all(_SLUG.fullmatch(code) for code in codes)
        and all(_GROUP.fullmatch(group) for group in groups)
        and len(set(codes)) == len(codes) <= ZONES_MOST
        and len(set(groups)) == len(groups) <= GROUPS_MOST
        and len(company.name) <= 200
    )
    if not fits:
        raise Malformed(
            "power.company_malformed",
            "A company has a short name, zones with codes of their own, and each group in one.",
            where="company",
        )


def _listed(known: ZoneState | None, company: Company, one: Zone) -> ZoneState:
    if known is None:
        return ZoneState(company.operator, company.clock, one)
    return msgspec.structs.replace(known, clock=company.clock, zone=one)
