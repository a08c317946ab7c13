"""
Coverage: which sources are heard about which areas, and since when they are not.

**Silence is not safety.** An area where nothing stands is calm only while a source that covers
it is heard; otherwise it is unknown since that source was last heard, or has always been.
A source covers its area and everything in it. Once an authority has covered an area, an
observer's silence there proves nothing: only an authority makes it known again.

Source: design, section 2, rules 1 and 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from tocsin.alerts.messages import (
    AlertEvent,
    BeginCoverage,
    CoverageBegan,
    CoverageCommand,
    CoverageEnded,
    CoverageFact,
)
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status
from tocsin.ledger.event import command_mark, event_id


class Source(msgspec.Struct, frozen=True, array_like=True):
    """One sender's coverage of one area. `until` is None while it is heard."""

    sender: SenderId
    rank: Rank
    since: Moment
    until: Moment | None = None


class Change(msgspec.Struct, frozen=True, array_like=True):
    """A sender began, or ceased, to be heard about an area."""

    area: AreaCode
    sender: SenderId
    rank: Rank
    at: Moment
    begins: bool


class Unknown(NamedTuple):
    """An area about which nobody is heard; `since` is None where nobody ever was."""

    area: AreaCode
    since: Moment | None


Sources = Mapping[AreaCode, tuple[Source, ...]]
"""What was last said of each sender's coverage, by area."""


def decide(
    version: int, sources: tuple[Source, ...], command: CoverageCommand
) -> tuple[AlertEvent, ...]:
    """Answer a command with at most one event; none means "it is already so"."""
    mine = next((s for s in sources if s.sender == command.sender and s.until is None), None)
    begins = isinstance(command, BeginCoverage)
    promoted = mine is not None and mine.rank is Rank.OBSERVER is not command.rank
    if (mine is not None) is begins and not (begins and promoted):
        return ()
    fact: CoverageFact = (
        CoverageBegan(rank=command.rank) if begins else CoverageEnded(rank=command.rank)
    )
    name = event_id(command.area, version + 1, command_mark(command.command_id))
    return (
        AlertEvent(
            name, command.area, version + 1, Status.ACTUAL, command.sender, command.at, fact
        ),
    )


def change(event: AlertEvent) -> Change | None:
    """Read the change of coverage in an event; None where it holds none."""
    match event.fact:
        case CoverageBegan(rank=rank):
            return Change(event.area, event.sender, rank, event.at, begins=True)
        case CoverageEnded(rank=rank):
            return Change(event.area, event.sender, rank, event.at, begins=False)
        case _:
            return None


def evolve(sources: tuple[Source, ...], said: Change) -> tuple[Source, ...]:
    """Fold one change into what is known of the sources of its area."""
    others = tuple(s for s in sources if s.sender != said.sender)
    mine = next((s for s in sources if s.sender == said.sender), None)
    # What an authority covered stays an authority's, by whatever token its sender speaks now.
    rank = Rank.AUTHORITY if mine is not None and mine.rank is Rank.AUTHORITY else said.rank
    if said.begins:
        return (*others, Source(said.sender, rank, said.at))
    return (*others, Source(said.sender, rank, said.at if mine is None else mine.since, said.at))


def heard(sources: Sources, over: Iterable[AreaCode]) -> bool:
    """
    Say whether anybody is heard about an area as a whole.

    Whoever is heard about a part of it alone says nothing about the rest.

    Args:
        over: The area and all that it lies in.
    """
    return _heard(tuple(source for code in over for source in sources.get(code, ())))


def unknown(sources: Sources, gazetteer: Gazetteer) -> tuple[Unknown, ...]:
    """
    List the areas about which nobody is heard, the largest that say it all, by code.

    A root that nobody covers is one entry; where only some of its parts are covered, the others
    are listed.
    """
    found: list[Unknown] = []
    known = (code for code in sources if code in gazetteer)
    around = {above for code in known for above in gazetteer.lineage(code)}
    _collect(sources, gazetteer, gazetteer.root.code, (), around, found)
    return tuple(sorted(found))


def _collect(
    sources: Sources,
    gazetteer: Gazetteer,
    code: AreaCode,
    above: tuple[Source, ...],
    around: set[AreaCode],
    found: list[Unknown],
) -> None:
    here = above + sources.get(code, ())
    if code not in around:
        if not _heard(here):
            found.append(Unknown(code, _last_heard(here)))
        return
    if _heard(here) and not any(
        s.rank is Rank.AUTHORITY for c in gazetteer.descendants(code) for s in sources.get(c, ())
    ):
        return
    for child in gazetteer.children(code):
        _collect(sources, gazetteer, child, here, around, found)


def _heard(sources: tuple[Source, ...]) -> bool:
    official = [s for s in sources if s.rank is Rank.AUTHORITY]
    return any(s.until is None for s in official or sources)


def _last_heard(sources: tuple[Source, ...]) -> Moment | None:
    official = [s for s in sources if s.rank is Rank.AUTHORITY]
    return max((s.until for s in official or sources if s.until is not None), default=None)
