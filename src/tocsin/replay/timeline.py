"""
The timeline: the rows of all files, woven into one order of commands.

A sender's rows about one area are merged first: what overlaps, or is raised again while it
stands, is one alert, raised when the first begins and ended when the last ends. Then all senders
are sorted by time; at equal seconds ends come before starts, so that an alert raised in the
second in which another ended is a new one. A command's id comes from what it says, so that the
same row has the same id in any file and in any language, and a second replay adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from tocsin.alerts.messages import (
    AlertCommand,
    BeginCoverage,
    CoverageCommand,
    EndCoverage,
    GiveOwnAllClear,
    Hazard,
    Level,
    RaiseAlert,
)
from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status
from tocsin.replay.air_alerts import Row

Command = AlertCommand | CoverageCommand


class Heard(NamedTuple):
    """A sender is heard from one moment to another, everywhere."""

    sender: SenderId
    rank: Rank
    begins: Moment
    ends: Moment


class Turn(IntEnum):
    """What happens first among things of one second."""

    HEARD = 0
    ENDS = 1
    STARTS = 2
    UNHEARD = 3


_OPENS = frozenset({Turn.HEARD, Turn.STARTS})
_ABOUT_ALERTS = frozenset({Turn.STARTS, Turn.ENDS})
_WORDS = {
    Turn.HEARD: "heard",
    Turn.ENDS: "all-clear",
    Turn.STARTS: "raise",
    Turn.UNHEARD: "unheard",
}


class Step(NamedTuple):
    """One thing that happens; steps sort into the order in which they are told."""

    at: Moment
    turn: Turn
    observer: bool
    area: AreaCode
    sender: SenderId
    announced: bool

    @property
    def rank(self) -> Rank:
        """Tell how much the sender's word weighs."""
        return Rank.OBSERVER if self.observer else Rank.AUTHORITY


def weave(
    rows: Iterable[Row], coverages: Iterable[Heard], root: AreaCode, until: Moment | None = None
) -> list[Step]:
    """
    Merge rows and coverages into what happens, in order.

    Args:
        root: The area that a coverage is about.
        until: What happens later is left out; coverage then ends at this moment.
    """
    turns: list[Step] = []
    for area, started, finished, sender, rank, estimated, _ in rows:
        observer = rank is Rank.OBSERVER
        turns.append(Step(started, Turn.STARTS, observer, area, sender, True))
        if finished is not None:
            turns.append(Step(finished, Turn.ENDS, observer, area, sender, not estimated))
    for sender, rank, begins, ends in coverages:
        observer = rank is Rank.OBSERVER
        last = ends if until is None else min(ends, until)
        if begins <= last:
            turns.append(Step(begins, Turn.HEARD, observer, root, sender, True))
            turns.append(Step(last, Turn.UNHEARD, observer, root, sender, True))
    if until is not None:
        turns = [turn for turn in turns if turn.at <= until]
    turns.sort()
    return _merged(turns)


def _merged(turns: list[Step]) -> list[Step]:
    """Keep the first start and the last end of whatever one sender says twice."""
    depth: dict[tuple[SenderId, AreaCode, bool], int] = {}
    merged: list[Step] = []
    for step in turns:
        key = step.sender, step.area, step.turn in _ABOUT_ALERTS
        before = depth.get(key, 0)
        after = depth[key] = before + (1 if step.turn in _OPENS else -1)
        if before == 0 or after == 0:
            merged.append(step)
    return merged


def command(step: Step) -> Command:
    """Put a step into a sender's words."""
    match step.turn:
        case Turn.STARTS:
            return RaiseAlert(
                command_id=name(step),
                sender=step.sender,
                rank=step.rank,
                area=step.area,
                at=step.at,
                hazard=Hazard.AIR_RAID,
                level=Level.WARNING,
                status=Status.ACTUAL,
            )
        case Turn.ENDS:
            return GiveOwnAllClear(
                command_id=name(step),
                sender=step.sender,
                rank=step.rank,
                area=step.area,
                at=step.at,
                hazard=Hazard.AIR_RAID,
                status=Status.ACTUAL,
                estimated=not step.announced,
            )
        case Turn.HEARD | Turn.UNHEARD:
            kind = BeginCoverage if step.turn is Turn.HEARD else EndCoverage
            return kind(
                command_id=name(step),
                sender=step.sender,
                rank=step.rank,
                area=step.area,
                at=step.at,
            )


def name(step: Step) -> CommandId:
    """Name a step by its content: sender, area, kind and time, whatever file it is from."""
    digest = sha256(f"{step.sender}\n{step.area}\n{_WORDS[step.turn]}\n{step.at}".encode())
    return uuid_of(digest.hexdigest())


def uuid_of(digest: str) -> CommandId:
    """Write the first 32 of some hexadecimal digits as a UUID of version 8 (RFC 9562)."""
    variant = "89ab"[int(digest[16], 16) % 4]
    return CommandId(
        f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
    )
