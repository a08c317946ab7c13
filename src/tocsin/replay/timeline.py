"""
The timeline: the rows of all files, woven into one order of commands.

A sender's rows about one area are merged first: what overlaps, or is raised again while it
stands, is one alert, raised when the first begins and ended when the last ends. Then all senders
are sorted by time; at equal seconds ends come before starts, so that an alert raised in the
second in which another ended is a new one. A command's id comes from what it says, so that the
same row has the same id in any file and in any language, and a second replay adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from typing import Final, NamedTuple

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


HEARD: Final = 0
ENDS: Final = 1
STARTS: Final = 2
UNHEARD: Final = 3
"""What a step is, in the order in which the things of one moment are told."""

_OF_AN_ALERT: Final = frozenset({ENDS, STARTS})
_OPENS: Final = frozenset({HEARD, STARTS})
_KIND: Final = ("heard", "all-clear", "raise", "unheard")

# Looked up once: through its class, a word takes as long to find as a command to build.
_AUTHORITY, _OBSERVER = Rank.AUTHORITY, Rank.OBSERVER
_AIR_RAID, _WARNING, _ACTUAL = Hazard.AIR_RAID, Level.WARNING, Status.ACTUAL


class Step(NamedTuple):
    """
    One thing that happens; steps sort into the order in which they are told.

    Args:
        turn: `HEARD`, `ENDS`, `STARTS` or `UNHEARD`.
        observer: The sender's rank; authorities are told first.
        announced: False where an end was made up by whoever kept the data. Of several ends in one
            second an announced one is told last, and so is the one that counts.
    """

    at: Moment
    turn: int
    observer: bool
    area: AreaCode
    sender: SenderId
    announced: bool = True


_step: Callable[[Iterable[object]], Step] = partial(tuple.__new__, Step)


def weave(
    rows: Iterable[Row], coverages: Iterable[Heard], root: AreaCode, until: Moment | None = None
) -> list[Step]:
    """
    Merge rows and coverages into what happens, in order.

    Args:
        rows: In any order.
        coverages: When each sender was heard.
        root: The area that coverage is about.
        until: What happens later is left out; coverage then ends at this moment.
    """
    turns: list[Step] = []
    for area, started, finished, sender, rank, estimated, _ in rows:
        observer = rank is _OBSERVER
        turns.append(_step((started, STARTS, observer, area, sender, True)))
        if finished is not None:
            turns.append(_step((finished, ENDS, observer, area, sender, not estimated)))
    for sender, rank, begins, ends in coverages:
        observer = rank is Rank.OBSERVER
        last = ends if until is None else min(ends, until)
        if begins < last:
            turns.append(Step(begins, HEARD, observer, root, sender))
            turns.append(Step(last, UNHEARD, observer, root, sender))
    if until is not None:
        turns = [turn for turn in turns if turn.at <= until]
    turns.sort()
    return _merged(turns)


def _merged(turns: list[Step]) -> list[Step]:
    """Keep the first start and the last end of whatever one sender says twice."""
    depth: dict[tuple[SenderId, AreaCode, bool], int] = {}
    merged: list[Step] = []
    for step in turns:
        turn = step.turn
        key = step.sender, step.area, turn in _OF_AN_ALERT
        before = depth.get(key, 0)
        after = depth[key] = before + 1 if turn in _OPENS else before - 1
        if before == 0 or after == 0:
            merged.append(step)
    return merged


def command(step: Step) -> Command:
    """Put a step into a sender's words."""
    at, turn, observer, area, sender, announced = step
    rank = _OBSERVER if observer else _AUTHORITY
    named = name(step)
    if turn == STARTS:
        return RaiseAlert(
            command_id=named,
            sender=sender,
            rank=rank,
            area=area,
            at=at,
            hazard=_AIR_RAID,
            level=_WARNING,
            status=_ACTUAL,
        )
    if turn == ENDS:
        return GiveOwnAllClear(
            command_id=named,
            sender=sender,
            rank=rank,
            area=area,
            at=at,
            hazard=_AIR_RAID,
            status=_ACTUAL,
            estimated=not announced,
        )
    kind = BeginCoverage if turn == HEARD else EndCoverage
    return kind(command_id=named, sender=sender, rank=rank, area=area, at=at)


def name(step: Step) -> CommandId:
    """Name a step by its content: sender, area, kind and time, whatever file it is from."""
    at, turn, _, area, sender, _ = step
    digest = sha256(f"{sender}\n{area}\n{_KIND[turn]}\n{at}".encode())
    return uuid_of(at, digest.hexdigest())


def uuid_of(at: Moment, digest: str) -> CommandId:
    """
    Write a time and 16 hexadecimal digits of a hash as a UUID of version 8 (RFC 9562).

    The digits of the time come first, as one reads them: 05:45:43 on 26 January 2023 is
    `20230126-0545-843…`. So ids grow as a replay goes on and lie side by side on the disk, which
    makes a replay a third faster. The hash keeps them apart.
    """
    return CommandId(
        f"{at[:4]}{at[5:7]}{at[8:10]}-{at[11:13]}{at[14:16]}-8{at[17:19]}{digest[0]}"
        f"-a{digest[1:4]}-{digest[4:16]}"
    )


def named(sender: SenderId, at: Moment, said: str) -> tuple[CommandId, str]:
    """Name what else is told in a replay by what it says; the second is its fingerprint."""
    name = uuid_of(at, sha256(f"{sender}\n{said}".encode()).hexdigest())
    return name, name[-12:] + "0000"
