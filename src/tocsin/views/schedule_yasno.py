"""
The Yasno shape: slots in minutes of a group's today and tomorrow, with a status for each day.

A status says what empty slots mean. A day of which nothing is known has none, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from tocsin.kernel.time import Moment, rfc3339
from tocsin.power.day import midnight
from tocsin.power.messages import GroupCode, Power, Regime, Slot
from tocsin.power.state import ZoneState
from tocsin.views.schedule_days import days_from, in_order, known_day

STATUSES: Final = {
    "ScheduleApplies": Regime.HOURLY,
    "NoOutages": Regime.NONE,
    "WaitingForSchedule": Regime.WAITING,
    "EmergencyShutdowns": Regime.EMERGENCY,
}
TYPES: Final = {
    "NotPlanned": Power.ON,
    "Definite": Power.OFF,
    "Possible": Power.MAYBE,
}
"""What is of none of these types is unknown, and so is what no slot is about."""

_STATUS: Final = {regime: status for status, regime in STATUSES.items()}
_TYPE: Final = {power: word for word, power in TYPES.items()}


def yasno(states: Iterable[ZoneState], at: datetime) -> dict[str, Any]:
    """Write what is known of zones at a moment: today and tomorrow by group."""
    known_at = rfc3339(at)
    return {
        group: told
        for state in states
        for group in in_order(state.zone.groups)
        if (told := _group(state, group, at, known_at))
    }


def yasno_probable(states: Sequence[ZoneState]) -> dict[str, Any]:
    """Write what usually holds by weekday, `0` for Monday."""
    groups = {
        group: {"slots": {str(n): _slots(day) for n, day in enumerate(state.weeks[group])}}
        for state in states
        for group in in_order(state.weeks)
        if group in state.zone.groups
    }
    operator = states[0].operator
    return {operator: {"dsos": {operator: {"groups": groups}}}}


def _group(state: ZoneState, group: GroupCode, at: datetime, known_at: Moment) -> dict[str, Any]:
    told: dict[str, Any] = {}
    stamps: list[Moment] = []
    cut = state.emergency(known_at) is not None
    for name, day in zip(("today", "tomorrow"), days_from(at, state.clock), strict=True):
        known = known_day(state, group, day, known_at)
        regime = Regime.EMERGENCY if cut else known.regime
        slots = _slots(known.slots) if regime is Regime.HOURLY else []
        # Whoever else reads "the schedule applies" and no slots takes it for "power on".
        if regime is Regime.UNKNOWN or (regime is Regime.HOURLY and not slots):
            continue
        status = _STATUS[regime]
        told[name] = {
            "slots": slots,
            "date": midnight(day, state.clock).isoformat(),
            "status": status,
        }
        if known.version is not None:
            stamps.append(known.version.published_at or known.version.known_at)
    if told:
        told["updatedOn"] = max(stamps, default=known_at)
    return told


def _slots(slots: Iterable[Slot]) -> list[dict[str, Any]]:
    return [
        {"start": slot.start, "end": slot.end, "type": _TYPE[slot.power]}
        for slot in slots
        if slot.power in _TYPE
    ]
