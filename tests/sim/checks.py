"""
The checkers: what must be true of a world once it is calm again.

They know the final ledger, every answer that an operator got, and everything that every listener
showed and when. The ledger itself is held against `alerts/room_model.py`, which decides each
recorded command a second time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from tests.alerts.country import CODES, related
from tests.alerts.room_model import Model
from tests.contract.memory_ledger import Shelf
from tests.sim.listeners import Page, Picture, Siren
from tests.sim.people import Operator

from tocsin.alerts.board import Board
from tocsin.alerts.messages import AlertRaised
from tocsin.commands import Request
from tocsin.ledger.event import GENESIS, digest_of

ALERT_KINDS = ("AlertRaised", "AlertUpdated", "AlertConfirmed", "AllClearGiven")


class Truth:
    """What the final ledger says stood, at each position and at each version of each area."""

    def __init__(self, shelf: Shelf) -> None:
        self.at: list[dict[str, Picture]] = [{}]
        self.versions: dict[tuple[str, int], Picture] = {}
        self.raised: dict[str, str] = {}
        self.alert_areas: list[str | None] = [None]
        board = Board()
        for recorded in shelf.events:
            applied = board.apply(recorded)
            now = dict(self.at[-1])
            if applied is not None:
                area = recorded.area
                now[area] = self.versions[area, recorded.version] = frozenset(
                    (a.id, a.area, a.version, a.level.value) for a in applied.after.standing
                )
                if isinstance(applied.event.fact, AlertRaised):
                    self.raised[recorded.id] = area
            self.alert_areas.append(
                recorded.area if applied and not recorded.kind.startswith("Coverage") else None
            )
            self.at.append(now)
        self.end = len(shelf.events)

    def shown(self, position: int, areas: frozenset[str]) -> Picture:
        """What a listener to some areas must show as of a position."""
        return frozenset(
            alert
            for area, standing in self.at[position].items()
            if concerns(areas, area)
            for alert in standing
        )


def concerns(areas: frozenset[str], area: str) -> bool:
    return not areas or any(related(mine, area) for mine in areas)


def the_ledger_is_whole(shelf: Shelf) -> Iterator[str]:
    prev, versions = GENESIS, {}
    for position, event in enumerate(shelf.events, start=1):
        if (event.position, event.prev, event.hash) != (position, prev, digest_of(event)):
            yield f"the chain is broken at {position}"
        prev = event.hash
        key = (event.room, event.area)
        if event.version != versions.get(key, 0) + 1:
            yield f"{event.area} goes from version {versions.get(key, 0)} to {event.version}"
        versions[key] = event.version


def every_command_acted_once(shelf: Shelf) -> Iterator[str]:
    blocks: set[str] = set()
    last = ""
    for event in shelf.events:
        if event.command_id != last and event.command_id in blocks:
            yield f"command {event.command_id} acted twice"
        blocks.add(event.command_id)
        last = event.command_id


def every_decision_was_right(shelf: Shelf, asked: dict[str, Request]) -> Iterator[str]:
    """Decide all recorded commands again, by the rules as written a second time."""
    model = Model()
    for command_id, answered in shelf.answers.items():
        outcome = model.handle(asked[command_id])
        if outcome[:2] != ("answer", json.loads(answered.answer)):
            yield f"command {command_id} should have had {outcome}, not {answered.answer}"
            return
    stands = {(a.id, a.version) for a in model.state.alerts}
    board = Board()
    for event in shelf.events:
        board.apply(event)
    if stands != {(a.id, a.version) for a in board.standing()}:
        yield "what stands is not what was decided"


def what_was_acknowledged_is_there(shelf: Shelf, operator: Operator) -> Iterator[str]:
    for command_id, body in operator.told.items():
        kept = shelf.answers.get(command_id)
        if kept is None:
            yield f"{command_id} was acknowledged and is lost"
        elif kept.answer != body:
            yield f"{command_id} was acknowledged as {body} and recorded as {kept.answer}"


def what_was_shown_is_true(page: Page, truth: Truth) -> Iterator[str]:
    """Nothing made up, nothing missed, nothing out of order, nothing twice."""
    before = 0
    for place, board, picture in page.log:
        position = place.position
        if position > truth.end:
            yield f"{page!r} saw position {position}, which is not in the ledger"
            return
        if position < before or (position == before and not board):
            yield f"{page!r} went from position {before} back to {position}"
        if picture != truth.shown(position, page.areas):
            wanted = truth.shown(position, page.areas)
            yield (
                f"{page!r} at {position} shows {sorted(picture - wanted)}"
                f" and hides {sorted(wanted - picture)}"
            )
            return
        if not board and any(
            area is not None and concerns(page.areas, area)
            for area in truth.alert_areas[before + 1 : position]
        ):
            yield f"{page!r} heard nothing of something between {before} and {position}"
        before = position


def it_sounded_once_and_for_good_reason(
    who: Page | Siren, truth: Truth, seen: Sequence[Picture]
) -> Iterator[str]:
    for alert_id in who.sounded:
        if alert_id not in truth.raised:
            yield f"{who!r} sounded for {alert_id}, which never was"
        if who.sounded.count(alert_id) > 1:
            yield f"{who!r} sounded twice for {alert_id}"
            return
    shown = {alert_id for picture in seen for alert_id, *_ in picture}
    if shown != set(who.sounded):
        yield f"{who!r} showed and sounded different alerts"


def it_knows_what_stands_in_the_end(page: Page, truth: Truth) -> Iterator[str]:
    if page.stale:
        yield f"{page!r} believes its link is lost, and it is not"
    wanted = truth.shown(truth.end, page.areas)
    if page.picture() != wanted:
        yield f"{page!r} shows {sorted(page.picture())} in the end instead of {sorted(wanted)}"


def no_message_overtook_a_later_one(siren: Siren, truth: Truth) -> Iterator[str]:
    versions: dict[str, int] = {}
    for area, version, picture in siren.log:
        if version <= versions.get(area, 0):
            yield f"the siren acted on {area} {version} after {versions[area]}"
            return
        versions[area] = version
        if picture != truth.versions.get((area, version)):
            yield f"the siren showed for {area} {version} what was not so: {sorted(picture)}"
            return
    for area in CODES:
        last = max((v for a, v in truth.versions if a == area), default=0)
        known = siren.versions.get(area, 0)
        if truth.versions.get((area, last)) != truth.versions.get((area, known), frozenset()):
            yield f"the siren missed what stands in {area}"
