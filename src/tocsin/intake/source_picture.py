"""
What another service shows, held against what we hold in its name, as commands for the desk.

Pure. A source is a sender like any other: it raises, updates and ends what it holds itself, and
never touches what only others hold. What it shows and we do not hold is raised; what we hold in
its name and it no longer shows is over, since whoever speaks vouches for all it says. A source
that says nothing says nothing: then only its coverage ends, and the areas are unknown since it
was last heard. Nothing is closed by silence (design, section 2, rule 1).

Command ids are made of what is said, so that a restart, or a second server on the same ledger,
asks for the same thing by the same id and it acts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from tocsin.alerts.alert import Standing
from tocsin.alerts.board import Board
from tocsin.alerts.messages import (
    BeginCoverage,
    EndCoverage,
    GiveOwnAllClear,
    Hazard,
    Level,
    RaiseAlert,
    Threat,
    UpdateAlert,
)
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.remit import Grant
from tocsin.commands import Command, Request, fingerprint
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Status

COMMANDS_MOST: Final = 2_000
"""An alert in each area of a country is 1,633; what is over comes with the next look."""

Key = tuple[AreaCode, Hazard, Status]
"""What makes an alert one alert in an area (`AreaAlerts`)."""


class Shown(NamedTuple):
    """
    One alert as a source shows it.

    Args:
        since: When it began there, by the source's own word; None where it does not say.
    """

    area: AreaCode
    hazard: Hazard
    level: Level
    status: Status
    since: Moment | None
    threat: Threat | None = None

    @property
    def key(self) -> Key:
        """Tell which alert of its area this is."""
        return self.area, self.hazard, self.status


class Picture(NamedTuple):
    """
    All that a source shows at one moment.

    Args:
        shown: At most one for each area, hazard and status.
        unknown: Areas about which the source says that it does not know.
        ignored: How many of its entries have no area or no word here.
    """

    shown: Mapping[Key, Shown]
    unknown: frozenset[AreaCode] = frozenset()
    ignored: int = 0


class Steps(NamedTuple):
    """
    What to ask of the desk, in this order.

    Nothing is calm before what stands there is raised, and nothing is over before it is covered.
    """

    raises: list[Request]
    coverage: list[Request]
    ends: list[Request]


def within(gazetteer: Gazetteer, remit: AreaCode, shown: Iterable[Shown]) -> dict[Key, Shown]:
    """
    Keep what concerns a remit; of two that are one alert here, the graver.

    An alert of a larger area is one of the whole remit.
    """
    kept: dict[Key, Shown] = {}
    for said in shown:
        one = said
        if said.area in gazetteer.lineage(remit):
            one = said._replace(area=remit)
        elif said.area != remit and remit not in gazetteer.lineage(said.area):
            continue
        before = kept.get(one.key)
        graver = before is not None and before.level is Level.WATCH is not one.level
        if before is None or graver:
            kept[one.key] = one
    return kept


def steps(
    picture: Picture,
    board: Board,
    gazetteer: Gazetteer,
    grant: Grant,
    *,
    said: Mapping[Key, Shown],
    now: Moment,
) -> Steps:
    """
    Tell what to ask of the desk so that what we hold in a source's name is what it shows.

    Args:
        said: What the source showed when it was last looked at by this server. Where its word
            about a standing alert has not changed it is not repeated, so that two sources that
            differ do not overrule each other for ever.
    """
    held = {
        (alert.area, alert.hazard, alert.status): alert
        for alert in board.standing()
        if alert.holder(grant.sender) is not None
    }
    raises = [
        _raise(one, board.area(one.area).version, grant, now)
        for key, one in picture.shown.items()
        if key not in held
    ] + [
        _update(one, held[key], grant, now)
        for key, one in picture.shown.items()
        if key in held and _differs(one, said.get(key), held[key])
    ]
    # Where the source itself does not know, what it held there stays.
    ends = [
        _end(alert, grant, now)
        for key, alert in held.items()
        if key not in picture.shown and not _unknown(gazetteer, alert.area, picture.unknown)
    ]
    coverage = cover(_known(gazetteer, grant.remit.area, picture.unknown), board, grant, now)
    return Steps(raises[:COMMANDS_MOST], coverage, ends[:COMMANDS_MOST])


def cover(wanted: frozenset[AreaCode], board: Board, grant: Grant, at: Moment) -> list[Request]:
    """
    Tell what makes a source heard about these areas and no others, as one request or none.

    Args:
        wanted: Empty where the source is not heard at all.
        at: When it is so from; where a source went away, when it was last heard.
    """
    begun = {
        area: source
        for area, sources in board.sources.items()
        for source in sources
        if source.sender == grant.sender and source.until is None
    }
    begins = sorted(wanted - begun.keys())
    ends = sorted(begun.keys() - wanted)
    if not begins and not ends:
        return []
    # The versions are part of the id: the same turn may be taken again and again.
    turns = (f"{area} {board.area(area).version}" for area in (*begins, *ends))
    name = _id(grant, "coverage", *turns)
    sender, rank = grant.sender, grant.rank
    commands: list[Command] = [
        BeginCoverage(command_id=name, sender=sender, rank=rank, area=area, at=at)
        for area in begins
    ]
    commands += [
        EndCoverage(command_id=name, sender=sender, rank=rank, area=area, at=at) for area in ends
    ]
    return [_request(name, commands, grant)]


def _known(
    gazetteer: Gazetteer, area: AreaCode, unknown: frozenset[AreaCode]
) -> frozenset[AreaCode]:
    """Name the largest areas that hold all of an area but what is unknown."""
    if not unknown:
        return frozenset({area})
    if area in unknown or not unknown.isdisjoint(gazetteer.lineage(area)):
        return frozenset()
    if unknown.isdisjoint(gazetteer.descendants(area)):
        return frozenset({area})
    children = gazetteer.children(area)
    return frozenset().union(*(_known(gazetteer, child, unknown) for child in children))


def _unknown(gazetteer: Gazetteer, area: AreaCode, unknown: frozenset[AreaCode]) -> bool:
    if area not in gazetteer:
        return bool(unknown)
    return area in unknown or not unknown.isdisjoint(gazetteer.related(area))


def _differs(one: Shown, before: Shown | None, held: Standing) -> bool:
    if before is not None and (before.level, before.threat) == (one.level, one.threat):
        return False
    if before is None and len(held.holders) > 1:
        return False  # After a start nobody knows whose words stand.
    return one.level is not held.level or (one.threat is not None and one.threat != held.threat)


def _raise(one: Shown, version: int, grant: Grant, now: Moment) -> Request:
    # The version is part of the id: an alert that is back after a gap is raised again.
    name = _id(grant, "raise", *one.key, one.since or "", str(version))
    command = RaiseAlert(
        command_id=name,
        sender=grant.sender,
        rank=grant.rank,
        area=one.area,
        at=min(one.since or now, now),
        hazard=one.hazard,
        level=one.level,
        status=one.status,
        threat=one.threat,
    )
    return _request(name, [command], grant)


def _update(one: Shown, held: Standing, grant: Grant, now: Moment) -> Request:
    name = _id(grant, "update", held.id, str(held.version), one.level, one.threat or "")
    command = UpdateAlert(
        command_id=name,
        sender=grant.sender,
        rank=grant.rank,
        area=held.area,
        at=now,
        alert=held.id,
        level=one.level,
        threat=one.threat,
    )
    return _request(name, [command], grant)


def _end(held: Standing, grant: Grant, now: Moment) -> Request:
    holder = held.holder(grant.sender)
    assert holder is not None  # Only what the source holds is ended.
    name = _id(grant, "all-clear", held.id, str(held.version), holder.at)
    command = GiveOwnAllClear(
        command_id=name,
        sender=grant.sender,
        rank=holder.rank,
        area=held.area,
        at=now,
        hazard=held.hazard,
        status=held.status,
    )
    return _request(name, [command], grant)


def _id(grant: Grant, *content: str) -> CommandId:
    return CommandId(
        str(uuid5(NAMESPACE_URL, "\n".join(("tocsin:source", grant.sender, *content))))
    )


def _request(name: CommandId, commands: list[Command], grant: Grant) -> Request:
    # The id says all that is asked; the moment of asking is not part of it.
    return Request(name, commands, fingerprint(name), grant)
