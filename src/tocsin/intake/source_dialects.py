"""
What other services say, read into a picture: bytes in, alerts out, and nothing guessed.

An entry without an area or a word of ours is counted and left out; an answer that is not of its
dialect at all is refused whole, and then the source was not heard. A replay is never taken for
now. Yellow is the drones' level and red the others' (design, section 4): both mean take shelter.

Source: the interfaces of alerts.in.ua (versions 1 and 2), api.ukrainealarm.com version 3 with its
wrapper siren.pp.ua, and alerts.com.ua, as docs/reference/sources.md tells them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.areas.gazetteer import Gazetteer
from tocsin.client.alert import Alert, Gap
from tocsin.intake.source_picture import Picture, Shown, within
from tocsin.kernel.errors import Malformed, TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Status

BODY_BYTES: Final = 8_388_608
"""An alert in each of 1,633 regions is 1 MB in the wordiest dialect; eight times that."""

_IN_UA: Final = {
    "air_raid": Hazard.AIR_RAID,
    "artillery_shelling": Hazard.ARTILLERY,
    "urban_fights": Hazard.URBAN_FIGHTING,
    "chemical": Hazard.CHEMICAL,
    "nuclear": Hazard.NUCLEAR,
}
_IN_UA_THREATS: Final = {
    "ballistic_missiles": Threat.BALLISTIC,
    "cruise_missiles": Threat.MISSILES,
    "unspecified_missiles": Threat.MISSILES,
    "mig31k_departure": Threat.BALLISTIC,
    "guided_aerial_bombs": Threat.BOMBS,
    "drones": Threat.DRONES,
}
"""The gravest first: a warning holds one threat."""

_UKRAINEALARM: Final = {
    "AIR": Hazard.AIR_RAID,
    "ARTILLERY": Hazard.ARTILLERY,
    "URBAN_FIGHTS": Hazard.URBAN_FIGHTING,
    "CHEMICAL": Hazard.CHEMICAL,
    "NUCLEAR": Hazard.NUCLEAR,
    "UNKNOWN": Hazard.OTHER,
}
"""INFO is no threat: evacuations and the like."""

_OTHER_UIDS: Final = {"9999": "29"}
"""Crimea has two numbers in these interfaces."""

COM_UA_STATES: Final = (
    4, 8, 9, 28, 10, 11, 12, 13, 14, 15, 16, 27, 17, 18, 19, 5, 20, 21, 22, 23, 3, 24, 26, 25, 31,
)  # fmt: skip
"""The uid of each of alerts.com.ua's 25 states, from 1: oblasts by the alphabet, then Kyiv."""

_COM_UA_UIDS: Final = dict(enumerate(COM_UA_STATES, 1))


def tocsin_picture(
    gazetteer: Gazetteer, remit: AreaCode, alerts: Iterable[Alert], gaps: Iterable[Gap]
) -> Picture:
    """Read what another Tocsin shows; drills stay drills."""
    found: list[Shown] = []
    ignored = 0
    for alert in alerts:
        area = _area(gazetteer, alert.area.code)
        if area is None or alert.status not in set(Status):
            ignored += 1
            continue
        # A level or hazard that we do not know is taken for the graver, or for another one.
        level = Level.WATCH if alert.level == "watch" else Level.WARNING
        hazard = Hazard(alert.hazard) if alert.hazard in set(Hazard) else Hazard.OTHER
        threat = Threat(alert.threat) if alert.threat in set(Threat) else None
        since = _moment(alert.since)
        found.append(Shown(area, hazard, level, Status(alert.status), since, threat))
    codes = (_area(gazetteer, gap.area.code) for gap in gaps)
    unknown = frozenset(code for code in codes if code is not None)
    return Picture(within(gazetteer, remit, found), unknown, ignored)


def in_ua_picture(gazetteer: Gazetteer, remit: AreaCode, body: bytes) -> Picture:
    """
    Read the active alerts of alerts.in.ua.

    Raises:
        Malformed: `source.unreadable`.
        Unavailable: `source.replay`.
    """
    answer = _present(body)
    found: list[Shown] = []
    ignored = 0
    for entry in _entries(answer.get("alerts")):
        area = _area(gazetteer, entry.get("location_uid"))
        hazard = _IN_UA.get(str(entry.get("alert_type")))
        if entry.get("finished_at") is not None or entry.get("partial") is True:
            continue
        if area is None or hazard is None:
            ignored += 1
            continue
        threat = _in_ua_threat(entry)
        since = _moment(entry.get("started_at"))
        found.append(Shown(area, hazard, Level.WARNING, Status.ACTUAL, since, threat))
    meta = answer.get("meta")
    uids = meta.get("unknown", ()) if isinstance(meta, dict) else ()
    return Picture(within(gazetteer, remit, found), _areas(gazetteer, uids), ignored)


def ukrainealarm_picture(gazetteer: Gazetteer, remit: AreaCode, body: bytes) -> Picture:
    """
    Read the regions under alert of ukrainealarm's version 3.

    A region's record repeats the alerts of those that it lies in; each counts where it was raised.

    Raises:
        Malformed: `source.unreadable`.
        Unavailable: `source.replay`.
    """
    found: list[Shown] = []
    ignored = 0
    for region in _entries(_json(body)):
        _refuse_replay(region)
        for entry in _entries(region.get("activeAlerts") or ()):
            kind = str(entry.get("type"))
            area = _area(gazetteer, entry.get("regionId", region.get("regionId")))
            hazard = _UKRAINEALARM.get(kind)
            if area is None or hazard is None:
                ignored += kind != "INFO"
                continue
            levels = [
                str(level.get("alertLevel")).lower()
                for level in _entries(entry.get("activeAlertLevels") or ())
            ]
            drones = hazard is Hazard.AIR_RAID and bool(levels) and set(levels) == {"yellow"}
            since = _moment(entry.get("lastUpdate"))
            threat = Threat.DRONES if drones else None
            found.append(Shown(area, hazard, Level.WARNING, Status.ACTUAL, since, threat))
    return Picture(within(gazetteer, remit, found), frozenset(), ignored)


def com_ua_picture(gazetteer: Gazetteer, remit: AreaCode, body: bytes) -> Picture:
    """
    Read the states of alerts.com.ua; one that is not listed is unknown.

    Raises:
        Malformed: `source.unreadable`.
        Unavailable: `source.replay`.
    """
    answer = _present(body)
    found: list[Shown] = []
    listed: set[AreaCode] = set()
    ignored = 0
    for state in _entries(answer.get("states")):
        number = state.get("id")
        uid = _COM_UA_UIDS.get(number) if isinstance(number, int) else None
        area = None if uid is None else _area(gazetteer, uid)
        if area is None or not isinstance(state.get("alert"), bool):
            ignored += 1
            continue
        listed.add(area)
        if state["alert"]:
            since = _moment(state.get("changed"))
            found.append(Shown(area, Hazard.AIR_RAID, Level.WARNING, Status.ACTUAL, since))
    first = gazetteer.children(gazetteer.root.code)
    # What this dialect has no word for at all (Crimea, Sevastopol) is unknown by it as well.
    unknown = frozenset(code for code in first if code not in listed)
    return Picture(within(gazetteer, remit, found), unknown, ignored)


def _in_ua_threat(entry: Mapping[str, Any]) -> Threat | None:
    if entry.get("alert_level") == "yellow":
        return Threat.DRONES
    said = {str(threat.get("threat_type")) for threat in _entries(entry.get("threats") or ())}
    return next((threat for name, threat in _IN_UA_THREATS.items() if name in said), None)


def _present(body: bytes) -> dict[str, Any]:
    """Read an answer about the present; one that plays a day of the past is refused."""
    answer = _object(body)
    _refuse_replay(answer)
    return answer


def _refuse_replay(answer: Mapping[str, Any]) -> None:
    if answer.get("replay") is True:
        raise Unavailable("source.replay", "The source plays a day of the past.")


def _area(gazetteer: Gazetteer, code: object) -> AreaCode | None:
    if not isinstance(code, str | int) or isinstance(code, bool):
        return None
    try:
        return gazetteer.get(_OTHER_UIDS.get(str(code), str(code))).code
    except TocsinError:
        return None


def _areas(gazetteer: Gazetteer, uids: object) -> frozenset[AreaCode]:
    codes = (_area(gazetteer, uid) for uid in uids) if isinstance(uids, list) else ()
    return frozenset(code for code in codes if code is not None)


def _moment(text: object) -> Moment | None:
    try:
        return rfc3339(parse_rfc3339(text)) if isinstance(text, str) else None
    except Malformed:
        return None


def _json(body: bytes) -> Any:  # noqa: ANN401  # It is what this module takes apart.
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _unreadable("it is no JSON") from None


def _object(body: bytes) -> dict[str, Any]:
    answer = _json(body)
    if not isinstance(answer, dict):
        raise _unreadable("it is no JSON object")
    return answer


def _entries(found: object) -> Iterator[dict[str, Any]]:
    if not isinstance(found, list | tuple) or not all(isinstance(one, dict) for one in found):
        raise _unreadable("a list of objects is missing")
    yield from found


def _unreadable(why: str) -> Malformed:
    sentence = f"The source's answer cannot be read: {why}."
    return Malformed("source.unreadable", sentence, where="source")
