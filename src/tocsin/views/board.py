"""
The public shapes of the board and of each message on the stream.

An area comes out with all its codes and names, an alert with its words in every language.
The same functions serve the page, the API, the stream and the terminal, so that they cannot
say different things. Source: design, section 5 ("Shapes").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from tocsin.alerts.alert import AreaAlerts, Standing
from tocsin.alerts.board import Applied
from tocsin.alerts.coverage import Unknown
from tocsin.alerts.messages import (
    AlertCorrected,
    AlertRaised,
    AllClearGiven,
    CoverageBegan,
    CoverageEnded,
    DrillGaveWay,
)
from tocsin.alerts.wording import own, standard
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AlertId, AreaCode
from tocsin.kernel.time import Moment

ALERT: Final = "alert"
UPDATE: Final = "update"
ALL_CLEAR: Final = "all-clear"
CORRECTION: Final = "correction"
BOARD: Final = "board"
HEARTBEAT: Final = "heartbeat"


def area_shape(code: AreaCode, gazetteer: Gazetteer) -> dict[str, Any]:
    """
    Show an area with all its codes and names.

    One that only an older tree knew is shown by its code: an alert that stands there is no less
    an alert (design, section 2, rule 1).
    """
    if code in gazetteer:
        return gazetteer.get(code).public()
    return {"code": code, "iso": None, "uid": None, "level": 0, "name": {"uk": code, "en": code}}


WithinS = Callable[[AreaCode], int | None]
"""Tell how many seconds people in an area have to reach shelter; None where nobody has said."""


def nobody_said(_area: AreaCode) -> int | None:
    """Know no area's time to shelter."""
    return None


def alert_shape(
    alert: Standing, gazetteer: Gazetteer, within_s: WithinS = nobody_said
) -> dict[str, Any]:
    """Show an alert; the sender is its first holder, authorities before observers."""
    first, *others = alert.holders
    words = standard(alert.hazard, alert.level, alert.status)
    return {
        "id": alert.id,
        "area": area_shape(alert.area, gazetteer),
        "hazard": alert.hazard,
        "level": alert.level,
        "threat": alert.threat,
        "status": alert.status,
        "since": alert.since,
        "version": alert.version,
        "sender": first.sender,
        "rank": first.rank,
        "confirmations": [{"sender": holder.sender, "at": holder.at} for holder in others],
        "shelter_within_s": within_s(alert.area),
        "reason": alert.reason,
        "text": {**words.alert, **own(alert.text, alert.status)},
    }


def board_shape(
    *,
    epoch: str,
    position: int,
    as_of: Moment,
    replay: bool,
    alerts: Iterable[Standing],
    unknown: Iterable[Unknown],
    gazetteer: Gazetteer,
    within_s: WithinS = nobody_said,
) -> dict[str, Any]:
    """Show a board: all that stands, and the areas about which nobody is heard."""
    return {
        "epoch": epoch,
        "position": position,
        "as_of": as_of,
        "replay": replay,
        "alerts": [alert_shape(alert, gazetteer, within_s) for alert in alerts],
        "unknown": [
            {"area": area_shape(gap.area, gazetteer), "since": gap.since} for gap in unknown
        ],
    }


def message_shape(
    applied: Applied,
    *,
    epoch: str,
    replay: bool,
    gazetteer: Gazetteer,
    within_s: WithinS = nobody_said,
) -> tuple[str, dict[str, Any]] | None:
    """
    Show what one event changed: the name of the stream's event and its data.

    None where the event concerns no single alert (coverage): a board says that better.
    `alert` is the alert after the change, or as it was just before its end.
    """
    event = applied.event
    fact = event.fact
    match fact:
        case CoverageBegan() | CoverageEnded():
            return None
        case AlertRaised():
            name, alert_id = ALERT, AlertId(event.id)
        case AllClearGiven() | DrillGaveWay():
            name, alert_id = ALL_CLEAR, fact.alert
        case AlertCorrected():
            name, alert_id = CORRECTION, fact.alert
        case _:
            name, alert_id = UPDATE, fact.alert
    alert = applied.after.by_id(alert_id) or applied.before.by_id(alert_id)
    shown = None if alert is None else alert_shape(alert, gazetteer, within_s)
    if alert is not None and shown is not None and name in {ALL_CLEAR, CORRECTION}:
        words = standard(alert.hazard, alert.level, alert.status)
        shown["text"] = dict(words.all_clear if name == ALL_CLEAR else words.correction)
        shown["ended_at"] = event.at
        if isinstance(fact, AlertCorrected):
            shown["reason"] = fact.reason
    return name, {
        "epoch": epoch,
        "position": applied.position,
        "at": event.at,
        "status": event.status,
        "replay": replay,
        "sender": event.sender,
        "area": area_shape(event.area, gazetteer),
        "version": event.version,
        "standing": _standing(applied.after, gazetteer, within_s),
        "alert": shown,
    }


def _standing(area: AreaAlerts, gazetteer: Gazetteer, within_s: WithinS) -> list[Mapping[str, Any]]:
    return [alert_shape(alert, gazetteer, within_s) for alert in area.standing]
