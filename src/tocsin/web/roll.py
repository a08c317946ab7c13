"""
The roll: every region by name under its state, so that it says in text what the map shows.

Also the graph of a day: how many regions were under alert, hour by hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.kernel.ids import AreaCode
from tocsin.web.face import DANGER, Face, Scene, State
from tocsin.web.panel import name_of
from tocsin.web.times import Times, start_of

GRAPH_WIDTH: Final = 1440
"""One unit a minute of the day."""

GRAPH_HEIGHT: Final = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One region's line.

    Args:
        since: The time its state began, as told to people; empty where there is none.
        brief: The same for a wall: hours and minutes, or a date when not today.
        parts: Names of the places inside that differ, each with its state, in the tree's order.
    """

    code: AreaCode
    name: str
    since: str
    brief: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """All regions in one state."""

    state: State
    label: str
    count: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """
    The steps of a day as SVG path data, with a sentence that says the same.

    Args:
        now: Minutes since the day began at the moment shown; the mark's place.
    """

    path: str
    sentence: str
    now: int


def roll(faces: Sequence[Face], scene: Scene, times: Times) -> tuple[Group, ...]:
    """List the regions by state, the most dangerous first; states that no region has are absent."""
    words = times.words
    groups = []
    for state in DANGER:
        entries = tuple(_entry(face, scene, times) for face in faces if face.state == state)
        if entries:
            label = words.say(f"state.{state}")
            count = words.count("region", len(entries))
            groups.append(Group(state, label, count, entries))
    return tuple(groups)


def graph(
    changes: Sequence[tuple[datetime, int]], at: datetime, regions: int, times: Times
) -> Graph:
    """
    Draw how many regions were under alert through the day of `times.now`.

    Args:
        changes: Moments in ascending order, each with the number that holds from then on; one
            before the day gives the number at its start. After the last the number holds.
        regions: How many there are: the top of the graph.
    """
    start = start_of(times.today)
    end = start_of(times.today + timedelta(days=1))
    level, most, most_at = 0, 0, start
    drawn: list[str] = []
    for moment, number in changes:
        if moment < end:
            if moment > start and number != level:
                x = int((moment - start).total_seconds()) // 60
                drawn.append(f"H{x}V{_height(number, regions)}")
            level = number
            if not drawn and moment <= start:
                most = number
            if number > most:
                most, most_at = number, max(moment, start)
    first = next((number for moment, number in reversed(changes) if moment <= start), 0)
    path = (
        f"M0 {GRAPH_HEIGHT}V{_height(first, regions)}{''.join(drawn)}H{GRAPH_WIDTH}V{GRAPH_HEIGHT}z"
    )
    sentence = times.words.say("day.graph", most=most, time=times.clock(most_at)[-8:-3])
    return Graph(path, sentence, int((at - start).total_seconds()) // 60)


def _height(number: int, regions: int) -> int:
    return GRAPH_HEIGHT - round(number * (GRAPH_HEIGHT - 6) / max(regions, 1))


def _entry(face: Face, scene: Scene, times: Times) -> Entry:
    since = face.since
    return Entry(
        code=face.code,
        name=name_of(scene.gazetteer, face.code, times.words),
        since=times.clock(since) if since else "",
        brief=times.brief(since) if since else "",
        parts=tuple(_parts(face, scene, times)),
    )


def _parts(face: Face, scene: Scene, times: Times) -> list[str]:
    told = []
    for code in dict.fromkeys((*face.inside, *face.silent_parts, *face.drills)):
        if code != face.code:
            state = scene.face(code).state
            name = name_of(scene.gazetteer, code, times.words)
            same = state in {face.state, face.state.replace("part", "warning")}
            told.append(name if same else f"{name} ({times.words.say(f'state.{state}')})")
    return told
