"""
What a schedule file makes known, as commands: only what changes anything, in the order of time.

A company that is not listed yet is listed from the groups of its file. An edition that failed, or
tells of fewer groups than are known, or of nothing although cuts were told, changes no plan: the
last good one stays, and it is noted that the company could not be read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Any, Final, TypeAlias
from uuid import uuid4

import msgspec

from tocsin.commands.power_draft import check_company
from tocsin.intake.schedule_edition import Edition, Reading, Remarks
from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import Moment, parse_rfc3339
from tocsin.kernel.words import Rank
from tocsin.power.day import day_of
from tocsin.power.grid import Grid
from tocsin.power.messages import (
    Company,
    GroupCode,
    ListCompany,
    NoteFailedRead,
    OperatorId,
    Power,
    PowerCommand,
    PublishSchedule,
    PublishTemplate,
    Regime,
    Zone,
    ZoneCode,
)
from tocsin.power.state import ZoneState
from tocsin.power.zone import decide, evolve

UNNAMED: Final = OperatorId("grid")
"""Whose a schedule is that says nothing of it, in a ledger that knows no company by name."""

SHRUNK: Final = "Fewer groups are told than are known; the last good schedule stays."
EMPTY: Final = "Nothing is told of days for which cuts were told; the last good schedule stays."

_Said: TypeAlias = PublishSchedule | PublishTemplate | NoteFailedRead

_WHOLE: Final = ZoneCode("all")
_OPERATOR: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_THOUSANDS: Final = re.compile(r"(\d{1,9})\d{3}\.\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """
    What whoever brings a schedule in says of it.

    Args:
        sender: Who that is.
        root: Area of a company that is not listed, where no other is said.
        operator: Whose it is; empty: as the file says.
        name: The company's name; empty: as the file says, or as it is listed.
        area: That its zones lie in; None: as they are listed.
        zone: That groups hang on which are not listed; empty: one for the whole company.
        source: Where it is from, in words; empty: the name of its shape.
        fewer: Let an edition through that tells of fewer groups than are known.
    """

    sender: SenderId
    root: AreaCode
    operator: str = ""
    name: str = ""
    area: AreaCode | None = None
    zone: str = ""
    source: str = ""
    fewer: bool = False


@dataclass(slots=True)
class Plan:
    """
    What is to be recorded, and what became of what was read.

    Args:
        commands: In the order of time for each company.
        operators: Whose schedules were read.
        counts: Of editions, by `read`, `changed`, `unchanged`, `failed`, `shrunk` and `empty`.
    """

    commands: list[PowerCommand] = field(default_factory=list)
    operators: list[OperatorId] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def plan(grid: Grid, readings: Sequence[Reading], whose: Whose) -> Plan:
    """
    Tell what files change of what is known; nothing is changed here.

    Raises:
        Refused: `schedule.operator_unsaid`, `schedule.clock_differs`, `schedule.read_failed`, and
            as of taking editions.
        Malformed: `power.company_malformed`, and as of `tocsin.power.zone`.
    """
    by_operator: dict[OperatorId, list[Reading]] = {}
    for reading in readings:
        by_operator.setdefault(_operator(reading, whose, grid), []).append(reading)
    made = Plan()
    for operator, ones in by_operator.items():
        made.operators.append(operator)
        company = _Company(grid, operator, ones, whose, made)
        told = [((one, edition) for edition in one.editions) for one in ones]
        for reading, edition in merge(*told, key=lambda one: one[1].known_at):
            company.take(reading, edition)
    return made


def unread(grid: Grid, why: str, at: Moment, whose: Whose) -> Plan:
    """
    Tell what it changes that nothing that could be read was fetched of a company at a moment.

    That is nothing where the company is not listed.
    """
    company = grid.companies.get(OperatorId(whose.operator or UNNAMED))
    if company is None:
        return Plan()
    failed = Edition(known_at=at, failed=why)
    reading = Reading("fetch", company.operator, "", company.clock, (failed,), Remarks())
    return plan(grid, [reading], whose)


def _operator(reading: Reading, whose: Whose, grid: Grid) -> OperatorId:
    if whose.operator:
        return OperatorId(whose.operator)
    if _OPERATOR.fullmatch(reading.operator):
        return OperatorId(reading.operator)
    if grid.companies and UNNAMED not in grid.companies:
        known = ", ".join(sorted(grid.companies))
        raise Refused(
            "schedule.operator_unsaid",
            f"The file does not say whose it is; say so (--operator). Listed are {known[:200]}.",
        )
    return UNNAMED


class _Company:
    """One company, as it becomes while editions are taken."""

    def __init__(
        self,
        grid: Grid,
        operator: OperatorId,
        readings: Sequence[Reading],
        whose: Whose,
        made: Plan,
    ) -> None:
        self._operator = operator
        self._whose = whose
        self._made = made
        self._first_clock = readings[0].clock
        self._name = whose.name or next((one.name for one in readings if one.name), "")
        self._company = grid.companies.get(operator)
        other = next((one.clock for one in readings if one.clock != self.clock), None)
        if other is not None:
            raise Refused(
                "schedule.clock_differs",
                f"It was read by the clock of {other}, and {operator}'s is {self.clock}; "
                "say so (--clock).",
            )
        self._states = {state.zone.code: state for state in grid.zones(operator)}
        self._newest = max(
            (
                told[-1].known_at
                for state in self._states.values()
                for told in state.versions.values()
            ),
            default="",
        )
        self._taken: Edition | None = None

    @property
    def clock(self) -> str:
        """Name the zone that the company's schedules are in."""
        return self._company.clock if self._company else self._first_clock

    def take(self, reading: Reading, edition: Edition) -> None:
        """Decide on one edition, and note what it changes."""
        before = len(self._made.commands)
        counts = self._made.counts
        counts["read"] += 1
        if self._seen(edition):
            counts["unchanged"] += 1
            return
        self._taken = None
        source = self._whose.source or reading.format
        if edition.failed:
            counts["failed"] += 1
            self._fail(edition.known_at, source, edition.failed)
            return
        groups = [*dict.fromkeys([*(day.group for day in edition.days), *edition.weeks])]
        self._list(groups, edition.known_at)
        outcome = ""
        for code in self._concerned(groups):
            outcome = self._publish(code, edition, source) or outcome
        if not outcome:
            outcome = "changed" if len(self._made.commands) > before else "unchanged"
            self._taken = edition
        counts[outcome] += 1

    def _seen(self, edition: Edition) -> bool:
        """Say whether an edition says what the one before it said, as its reader can tell."""
        taken = self._taken
        return (
            taken is not None
            and taken.days is edition.days
            and bool(edition.days)
            and not edition.weeks
            # Else something else was known in between.
            and taken.known_at >= self._newest
        )

    def _publish(self, code: ZoneCode, edition: Edition, source: str) -> str:
        """Put an edition into one zone; tell what was wrong with it."""
        state = self._states[code]
        groups = set(state.zone.groups)
        days = tuple(day for day in edition.days if day.group in groups)
        weeks = {group: week for group, week in edition.weeks.items() if group in groups}
        said = self._said(state, edition.known_at, source)
        if weeks:
            self._note(PublishTemplate(**said, weeks=weeks))
            said = self._said(state, edition.known_at, source)
        if not edition.planned:
            return ""
        if not edition.days and _cuts_ahead(state, edition.known_at):
            self._note(NoteFailedRead(**said, reason=EMPTY))
            return "empty"
        try:
            self._note(
                PublishSchedule(
                    **said,
                    days=days,
                    published_at=edition.published_at,
                    payload=edition.payload,
                    payload_sha256=edition.sha256,
                    fewer=self._whose.fewer or edition.part,
                )
            )
        except Refused as error:
            if error.code != "power.schedule_shrunk":
                raise
            self._note(NoteFailedRead(**said, reason=SHRUNK))
            return "shrunk"
        return ""

    def _fail(self, at: Moment, source: str, reason: str) -> None:
        if not self._states:
            raise Refused("schedule.read_failed", f"{reason} Nothing is known of it yet.")
        for code in self._concerned(()):
            said = self._said(self._states[code], at, source)
            self._note(NoteFailedRead(**said, reason=reason))

    def _said(self, state: ZoneState, at: Moment, source: str) -> dict[str, Any]:
        return {
            "command_id": CommandId(str(uuid4())),
            "sender": self._whose.sender,
            "rank": Rank.AUTHORITY,
            "area": state.zone.area,
            "at": at,
            "operator": self._operator,
            "zone": state.zone.code,
            "source": source,
        }

    def _note(self, command: _Said) -> None:
        """Keep a command that changes anything."""
        code = command.zone
        state = self._states[code]
        events = decide(state, 0, command)
        for event in events:
            state = evolve(state, event)
        self._states[code] = state
        if events:
            self._made.commands.append(command)

    def _concerned(self, groups: Iterable[GroupCode]) -> list[ZoneCode]:
        """List the zones that groups hang on; all of them, or the one named, without groups."""
        wanted = set(groups)
        if not wanted:
            named = ZoneCode(self._whose.zone)
            return [named] if named in self._states else sorted(self._states)
        return sorted(
            code for code, state in self._states.items() if wanted & set(state.zone.groups)
        )

    def _list(self, groups: Sequence[GroupCode], at: Moment) -> None:
        """List the company anew where a group, its name or its area is another than is listed."""
        if not groups:
            return
        zones = _zones(self._company, groups, self._whose)
        known = self._company
        name = self._whose.name or (known.name if known else self._name) or self._operator
        company = Company(operator=self._operator, name=name, clock=self.clock, zones=tuple(zones))
        if company == known:
            return
        check_company(company)
        area = next(zone.area for zone in zones if set(groups) & set(zone.groups))
        self._made.commands.append(
            ListCompany(
                command_id=CommandId(str(uuid4())),
                sender=self._whose.sender,
                rank=Rank.AUTHORITY,
                area=area,
                at=at,
                company=company,
            )
        )
        self._company = company
        self._states = dict(_states(company, self._states))


def _states(
    company: Company, known: Mapping[ZoneCode, ZoneState]
) -> Iterator[tuple[ZoneCode, ZoneState]]:
    for zone in company.zones:
        state = known.get(zone.code) or ZoneState(company.operator, company.clock, zone)
        yield zone.code, msgspec.structs.replace(state, zone=zone)


def _zones(company: Company | None, groups: Sequence[GroupCode], whose: Whose) -> list[Zone]:
    """List a company's zones with groups that may be new to it."""
    zones = {zone.code: zone for zone in (company.zones if company else ())}
    listed = {group: code for code, zone in zones.items() for group in zone.groups}
    for group in groups:
        code = listed.get(group) or ZoneCode(whose.zone) or _usual(group, zones)
        zone = zones.get(code) or _zone(code, whose)
        if group not in zone.groups:
            zone = msgspec.structs.replace(zone, groups=(*zone.groups, group))
        if whose.area is not None and zone.area != whose.area:
            zone = msgspec.structs.replace(zone, area=whose.area, areas=(whose.area,))
        zones[code] = zone
    return list(zones.values())


def _usual(group: GroupCode, zones: Mapping[ZoneCode, Zone]) -> ZoneCode:
    """
    Name the zone of a group that nobody has named one for.

    Groups from 1000.1 on are a second company's in the same land: an emergency of the one is none
    of the other.
    """
    found = _THOUSANDS.fullmatch(group)
    if found:
        return ZoneCode(f"{found[1]}000")
    alone = next(iter(zones)) if len(zones) == 1 else _WHOLE
    return _WHOLE if _WHOLE in zones or alone.endswith("000") else alone


def _zone(code: ZoneCode, whose: Whose) -> Zone:
    area = whose.area or whose.root
    name = whose.name or code
    return Zone(code=code, name=name, area=area, areas=(area,), groups=())


def _cuts_ahead(state: ZoneState, at: Moment) -> bool:
    """Say whether cuts are known of the day of a moment or of a later one."""
    today = day_of(parse_rfc3339(at), state.clock).isoformat()
    for group, date in state.versions:
        known = state.known(group, date, at) if date >= today else None
        if known is not None and (
            known.regime is Regime.EMERGENCY
            or any(slot.power in {Power.OFF, Power.MAYBE} for slot in known.slots)
        ):
            return True
    return False
