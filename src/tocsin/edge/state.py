"""
The state: what stands everywhere, as the core told it, and the board for any set of areas.

It is folded from one board and the messages after it by the rules that every client keeps: an
area's versions are dense and each message carries all that stands in its area, so `standing`
replaces what was known, and a message that is not newer is ignored; in one life of a record
nothing goes back. Alerts are never looked into: they stay the bytes that the core wrote, and so
does a board put together from them.

A message without a place (the spool of a core that has lost its record) changes what stands and
its area's version, and not the place. A board of that same place knows nothing of it, so it
stays; and the tag of a board counts it, lest somebody who holds the board of that place believes
that it is still the same.

Source: design, section 2, rules 1 and 3; `tocsin.client.standing` keeps the same rules.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from tocsin.edge.fragments import Fragments
from tocsin.edge.snapshot import Snapshot, weak_tag
from tocsin.edge.topics import Topics
from tocsin.kernel import wire
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import Line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.prepared import Prepared
from tocsin.kernel.time import Moment
from tocsin.kernel.wire import Place

BOARDS_KEPT: Final = 256
"""Prepared boards for as many sets of areas: 256 × 30 kB = 8 MB under a country-wide alert."""

BOARD_BYTES_KEPT: Final = 16_777_216
"""All prepared boards together; each is there up to four times: plain, packed, framed, whole."""


At = Annotated[Moment, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z$")]
"""A moment as the core writes it; anything else would not compare as a time."""

BriefAt = Annotated[Moment, msgspec.Meta(min_length=24, max_length=24)]
"""The same in a message, of which only the length is looked at: a pattern's search costs a tenth of
all that is done once for each message."""


class _Area(msgspec.Struct):
    code: AreaCode


class _Where(msgspec.Struct):
    """An alert or a gap, of which only the area matters here; an alert has a version and an id."""

    area: _Area
    version: int = 0
    id: str = ""


class _Board(msgspec.Struct):
    epoch: str
    position: int
    as_of: At
    replay: bool
    alerts: list[msgspec.Raw]
    unknown: list[msgspec.Raw]


class _Timed(msgspec.Struct):
    at: At


class Said(msgspec.Struct, frozen=True):
    """What the state needs to know of a message; `position` is None where it has no place."""

    epoch: str
    position: int | None
    at: BriefAt
    area: _Area
    version: int
    standing: list[msgspec.Raw]


_BOARD = msgspec.json.Decoder(_Board)
_SAID = msgspec.json.Decoder(Said)
_WHERE = msgspec.json.Decoder(_Where)
_TIMED = msgspec.json.Decoder(_Timed)


def read_message(body: bytes) -> Said:
    """
    Read a message's data.

    Raises:
        Malformed: `feed.malformed`.
    """
    try:
        return _SAID.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(
            "feed.malformed", f"A message of the feed cannot be read: {error}.", where="message"
        ) from error


def read_time(line: Line) -> At:
    """
    Read when a tick or a heartbeat was made.

    Raises:
        Malformed: `feed.malformed`.
    """
    try:
        return _TIMED.decode(line.body).at
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(
            "feed.malformed", f"A line of the feed cannot be read: {error}.", where=line.kind
        ) from error


class _Known(NamedTuple):
    """
    What is known of an area.

    Args:
        at: The position as of which it is so.
        told: By what: a board, a message, or a message without a place.
    """

    version: int
    at: int
    told: Literal["board", "placed", "placeless"]


class State:
    """
    What stands, as of which place and moment. Not thread-safe.

    Args:
        topics: The tree, until `retell` brings another.
    """

    def __init__(self, topics: Topics) -> None:
        self.place: Place | None = None
        self.as_of = Moment("")
        self.replay = False
        self._topics = topics
        self._alerts = Fragments()
        self._unknown = Fragments()
        self._known: dict[AreaCode, _Known] = {}
        self._board_position = -1
        self._turns = 0
        self._fresh = True
        self._prepared: dict[frozenset[AreaCode], Prepared] = {}
        self._snapshots: dict[frozenset[AreaCode], Snapshot] = {}
        self._prepared_bytes = 0

    def retell(self, topics: Topics) -> None:
        """Take another tree: what concerns whom may have changed."""
        self._topics = topics
        self._alerts = self._alerts.again(topics)
        self._unknown = self._unknown.again(topics)
        self._changed()

    def take_board(self, body: bytes) -> bool | None:
        """
        Put a board in place of what was known.

        Returns:
            Whether it says anything else than that; None for one of before it, which is ignored.

        Raises:
            Malformed: `feed.malformed`; then nothing has changed.
        """
        try:
            told = _BOARD.decode(body)
            alerts, versions = self._sorted(told.alerts)
            unknown, _ = self._sorted(told.unknown)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Malformed(
                "feed.malformed", f"A board of the feed cannot be read: {error}.", where="board"
            ) from error
        place, before = Place(told.epoch, told.position), self.place
        # A replay's clock may be set back; nothing else goes back in one life of a record.
        same_life = before is not None and before.epoch == place.epoch and not told.replay
        if same_life and before is not None and place.position < before.position:
            return None
        at = place.position
        known = {code: _Known(version, at, "board") for code, version in versions.items()}
        for code, old in self._known.items() if same_life else ():
            if old.told == "placeless" and old.at == at:
                known[code] = old
                alerts.put(self._topics, code, self._alerts.of(code))
            else:
                version = max(old.version, versions.get(code, 0))
                known[code] = _Known(version, at, "board")
        differs = not (
            (place, told.replay) == (before, self.replay)
            and alerts.says_the_same_as(self._alerts)
            and unknown.says_the_same_as(self._unknown)
        )
        self._turns = self._turns + differs if place == before else 0
        self.place, self.replay, self.as_of = place, told.replay, told.as_of
        self._alerts, self._unknown, self._known = alerts, unknown, known
        self._board_position = at
        if differs:
            self._changed()
        else:
            self._snapshots.clear()
        return differs

    def take(self, said: Said) -> bool:
        """
        Let a message change what stands in its area, unless a later one has already.

        Returns:
            Whether it is news to whoever has heard everything so far: it has changed something,
            or at least the place.
        """
        assert self.place is not None, "a message came before any board"
        position = said.position
        news = (position is None or position > self._board_position or self.replay) and self._fold(
            said, self.place.position if position is None else position
        )
        if position is None:
            self._turns += news
        elif position > self.place.position:
            self.place = Place(self.place.epoch, position)
            news = True
        if news:
            self.as_of = max(self.as_of, said.at)
            self._changed()
        return news

    def _fold(self, said: Said, at: int) -> bool:
        """Replace what stands in an area; where two claim one version, keep what both say."""
        code = said.area.code
        told: Literal["placed", "placeless"] = "placeless" if said.position is None else "placed"
        pieces = [bytes(piece) for piece in said.standing]
        known = self._known.get(code)
        if known is not None and said.version <= known.version:
            if said.version < known.version or {told, known.told} != {"placed", "placeless"}:
                return False
            here = {_WHERE.decode(piece).id for piece in pieces}
            before = self._alerts.of(code)
            pieces += [piece for piece in before if _WHERE.decode(piece).id not in here]
            self._known[code] = _Known(said.version, max(at, known.at), "placed")
            self._alerts.put(self._topics, code, pieces)
            return len(pieces) > len(before)
        self._known[code] = _Known(said.version, at, told)
        self._alerts.put(self._topics, code, pieces)
        return True

    def vouch(self, at: Moment) -> None:
        """Take the core's word that what is known holds as of a moment of its own clock."""
        if at != self.as_of:
            self.as_of = at
            self._snapshots.clear()

    def lose(self, *, lost: bool) -> None:
        """Note that the core is not heard, or is heard again: no board is fresh meanwhile."""
        self._fresh = not lost
        self._snapshots.clear()

    def board(self, areas: frozenset[AreaCode]) -> Snapshot:
        """Show the board for some areas; none for all. The same object until something changes."""
        shown = self._snapshots.get(areas)
        if shown is not None:
            return shown
        assert self.place is not None, "somebody was shown a board before there was one"
        ready = self._ready(areas)
        etag = weak_tag(self._version, areas)
        shown = Snapshot(ready, self.place, self.as_of, etag, fresh=self._fresh)
        if len(self._snapshots) >= BOARDS_KEPT:
            self._snapshots.clear()
        self._snapshots[areas] = shown
        return shown

    @property
    def _version(self) -> str:
        """Name what stands: the place, and how often that has changed without moving it."""
        return f"{self.place}+{self._turns}" if self._turns else str(self.place)

    def _ready(self, areas: frozenset[AreaCode]) -> Prepared:
        ready = self._prepared.get(areas)
        if ready is None:
            before, after = self._around_the_moment(areas)
            ready = self._prepared[areas] = Prepared(before, after)
            self._prepared_bytes += len(after)
            if len(self._prepared) > BOARDS_KEPT or self._prepared_bytes > BOARD_BYTES_KEPT:
                self._prepared = {areas: ready}
                self._prepared_bytes = len(after)
                self._snapshots.clear()
        return ready

    def _around_the_moment(self, areas: frozenset[AreaCode]) -> tuple[bytes, bytes]:
        """Write the board for some areas just as the core does, but for the moment in it."""
        assert self.place is not None, "somebody was shown a board before there was one"
        interest = self._topics.interest(areas) if areas else None
        head = wire.encode({"epoch": self.place.epoch, "position": self.place.position})
        before = head[:-1] + b',"as_of":"'
        after = b'","replay":%s,"alerts":[%s],"unknown":[%s]}' % (
            b"true" if self.replay else b"false",
            b",".join(self._alerts.concerning(interest)),
            b",".join(self._unknown.concerning(interest)),
        )
        return before, after

    def _sorted(self, pieces: list[msgspec.Raw]) -> tuple[Fragments, dict[AreaCode, int]]:
        found: dict[AreaCode, list[bytes]] = {}
        versions: dict[AreaCode, int] = {}
        for piece in pieces:
            where = _WHERE.decode(piece)
            code = where.area.code
            found.setdefault(code, []).append(bytes(piece))
            versions[code] = max(where.version, versions.get(code, 0))
        fragments = Fragments()
        for code, said in found.items():
            fragments.put(self._topics, code, said)
        return fragments, versions

    def _changed(self) -> None:
        self._prepared.clear()
        self._snapshots.clear()
        self._prepared_bytes = 0
