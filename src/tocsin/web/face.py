"""
The face: what one area shows, decided by a few rules that stand here and in `static/face.js`.

A face is worked out from the public board alone, so that server and browser can show the same;
a test in a real browser holds one against the other. The order of the rules is the order of
danger: an alert that stands is shown before anything else, what is unknown before a drill, and
calm only when nothing of the kind is left. Silence is never calm (design, section 2, rule 1).
Nothing is decided about alerts here: that is the room's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import parse_rfc3339

State = Literal["warning", "part", "watch", "part_watch", "unknown", "drill", "calm"]

DANGER: Final[tuple[State, ...]] = (
    "warning",
    "part",
    "watch",
    "part_watch",
    "unknown",
    "drill",
    "calm",
)
"""All states, the most dangerous first: the order in which several areas are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """
    An alert as the board gives it, as far as a page shows it.

    Args:
        senders: Who raised it, then who confirmed it, in the board's order.
        within_s: Seconds to reach shelter; None where nobody said.
        text: What its sender wrote, by language.
    """

    area: AreaCode
    hazard: str
    level: str
    threat: str | None
    status: str
    since: datetime
    senders: tuple[str, ...]
    within_s: int | None
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Face:
    """
    What one area shows.

    Args:
        leading: The alerts that make the state, earliest first; empty for calm and unknown.
        around: Codes the leading alerts were raised for where that is a larger area.
        inside: Codes of areas inside this one that have alerts of their own, in board order.
        drills: Codes with a drill, when the state is not itself a drill.
        silent: Whether data is missing for the whole area or a part of it.
        silent_since: Since when, where that is known; the earliest if there are several.
        silent_parts: Codes inside this area without data, when the area as a whole has some.
    """

    code: AreaCode
    state: State
    leading: tuple[Shown, ...] = ()
    around: tuple[AreaCode, ...] = ()
    inside: tuple[AreaCode, ...] = ()
    drills: tuple[AreaCode, ...] = ()
    silent: bool = False
    silent_since: datetime | None = None
    silent_parts: tuple[AreaCode, ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the state began, as far as is known; None for calm."""
        if self.leading:
            return self.leading[0].since
        return self.silent_since if self.state == "unknown" else None


class Scene:
    """
    One board, indexed by the tree of areas. Built once for a request, then only read.

    Args:
        board: The public shape (design, section 5). An area that the gazetteer does not know
            is passed over: the board and the gazetteer are of one country pack.
    """

    def __init__(self, gazetteer: Gazetteer, board: Mapping[str, Any]) -> None:
        self.gazetteer = gazetteer
        self.as_of = parse_rfc3339(board["as_of"])
        self.replay = bool(board["replay"])
        self.position = int(board["position"])
        self.epoch = str(board["epoch"])
        self.alerts = tuple(_shown(alert) for alert in board["alerts"])
        self._here: dict[AreaCode, list[Shown]] = {}
        self._inside: dict[AreaCode, list[Shown]] = {}
        for alert in self.alerts:
            if alert.area in gazetteer:
                self._here.setdefault(alert.area, []).append(alert)
                for above in gazetteer.lineage(alert.area):
                    self._inside.setdefault(above, []).append(alert)
        self._silent: dict[AreaCode, datetime | None] = {}
        self._silent_inside: dict[AreaCode, list[AreaCode]] = {}
        for entry in board["unknown"]:
            code = AreaCode(entry["area"]["code"])
            if code in gazetteer:
                since = entry.get("since")
                self._silent[code] = parse_rfc3339(since) if since else None
                for above in gazetteer.lineage(code):
                    self._silent_inside.setdefault(above, []).append(code)

    def face(self, code: AreaCode) -> Face:
        """Work out what the area shows."""
        whole = [code, *self.gazetteer.lineage(code)]
        standing = [alert for place in whole for alert in self._here.get(place, ())]
        inside = self._inside.get(code, [])
        silent = [place for place in whole if place in self._silent]
        silent_parts = () if silent else tuple(self._silent_inside.get(code, ()))
        times = [self._silent[place] for place in (*silent, *silent_parts)]
        known = [moment for moment in times if moment is not None]
        state, leading = _decide(standing, inside, silent=bool(times))
        return Face(
            code=code,
            state=state,
            leading=leading,
            around=_codes(alert for alert in leading if alert.area in whole[1:]),
            inside=_codes(alert for alert in inside if _kind(alert) == _leading_kind(state)),
            drills=() if state == "drill" else _codes(a for a in standing + inside if _drill(a)),
            silent=bool(times),
            silent_since=min(known, default=None),
            silent_parts=silent_parts,
        )

    def regions(self) -> list[Face]:
        """Work out what each first-level area shows, in the order of the tree."""
        children = self.gazetteer.children(self.gazetteer.root.code)
        return [self.face(code) for code in children]


def _decide(
    standing: Sequence[Shown], inside: Sequence[Shown], *, silent: bool
) -> tuple[State, tuple[Shown, ...]]:
    rules: tuple[tuple[State, Iterable[Shown]], ...] = (
        ("warning", (a for a in standing if _kind(a) == "warning")),
        ("part", (a for a in inside if _kind(a) == "warning")),
        ("watch", (a for a in standing if _kind(a) == "watch")),
        ("part_watch", (a for a in inside if _kind(a) == "watch")),
        ("unknown", ()),
        ("drill", (a for a in (*standing, *inside) if _drill(a))),
    )
    for state, found in rules:
        leading = tuple(sorted(found, key=lambda alert: alert.since))
        if leading or (state == "unknown" and silent):
            return state, leading
    return "calm", ()


def _leading_kind(state: State) -> str:
    """Say which alerts inside an area are named beside its state."""
    return {"watch": "watch", "part_watch": "watch", "drill": "drill"}.get(state, "warning")


def _kind(alert: Shown) -> str:
    # A level that we don't know is taken for the graver one: never less than was meant.
    if _drill(alert):
        return "drill"
    return "watch" if alert.level == "watch" else "warning"


def _drill(alert: Shown) -> bool:
    return alert.status in {"Exercise", "Test"}


def _codes(alerts: Iterable[Shown]) -> tuple[AreaCode, ...]:
    return tuple(dict.fromkeys(alert.area for alert in alerts))


def _shown(alert: Mapping[str, Any]) -> Shown:
    confirmed = [entry["sender"] for entry in alert.get("confirmations", ())]
    return Shown(
        area=AreaCode(alert["area"]["code"]),
        hazard=alert["hazard"],
        level=alert["level"],
        threat=alert["threat"],
        status=alert["status"],
        since=parse_rfc3339(alert["since"]),
        senders=tuple(dict.fromkeys((alert["sender"], *confirmed))),
        within_s=alert.get("shelter_within_s"),
        text=alert.get("text") or {},
    )
