"""
The state: what stands everywhere, as the core told it, and the board for any set of areas.

It is folded from one board and the messages after it by the rules that every client keeps: an
area's versions are dense and each message carries all that stands in its area, so `standing`
replaces what was known, and a message that is not newer is ignored. Alerts are never looked into:
they stay the bytes that the core wrote, and so does a board put together from them.

A message without a place (the spool of a core that has lost its record) changes what stands and
its area's version, and not the place; the tag of a board then counts it, lest somebody who holds
the board of that place believes that it is still the same.

Source: design, section 2, rules 1 and 3; `tocsin.client.standing` keeps the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b
from typing import Annotated, Final

import msgspec

from tocsin.edge.topics import Interest, Topics
from tocsin.kernel import wire
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.prepared import Prepared
from tocsin.kernel.time import Moment
from tocsin.kernel.wire import Form, Place

BOARDS_KEPT: Final = 256
"""Prepared boards for as many sets of areas: 256 × 30 kB = 8 MB under a country-wide alert."""

BOARD_BYTES_KEPT: Final = 16_777_216
"""All prepared boards together; each is there up to four times: plain, packed, framed, whole."""


At = Annotated[Moment, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z$")]
"""A moment as the core writes it; anything else would not compare as a time."""


class _Area(msgspec.Struct):
    code: AreaCode


class _Where(msgspec.Struct):
    """An alert or a gap, of which only the area matters here; an alert has a version, too."""

    area: _Area
    version: int = 0


class _Board(msgspec.Struct):
    epoch: str
    position: int
    as_of: At
    replay: bool
    alerts: list[msgspec.Raw]
    unknown: list[msgspec.Raw]


class Said(msgspec.Struct, frozen=True):
    """What the state needs to know of a message; `position` is None where it has no place."""

    epoch: str
    position: int | None
    at: At
    area: _Area
    version: int
    standing: list[msgspec.Raw]


_BOARD = msgspec.json.Decoder(_Board)
_SAID = msgspec.json.Decoder(Said)
_WHERE = msgspec.json.Decoder(_Where)


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


class Snapshot:
    """
    The board for some areas at one moment, as bytes.

    Args:
        place: In the stream, that the board is as of.
        as_of: The last moment that the core vouched for it.
        etag: Value of the header; weak, since `as_of` moves on (RFC 9110, section 8.8.1).
        fresh: Whether the core is heard. Where it is not, nobody is told "as you know it": that
            would pass for a board of now, and the one that stands here says how old it is.
    """

    def __init__(
        self, ready: Prepared, place: Place, as_of: Moment, etag: str, *, fresh: bool
    ) -> None:
        self._ready = ready
        self._frames: dict[Form, bytes] = {}
        self.place = place
        self.as_of = as_of
        self.etag = etag
        self.fresh = fresh

    @cached_property
    def plain(self) -> bytes:
        """The board as JSON."""
        return self._ready.plain(self.as_of)

    @cached_property
    def gzipped(self) -> bytes:
        """The board as JSON, packed by gzip."""
        return self._ready.gzipped(self.as_of)

    def frame(self, form: Form) -> bytes:
        """Give the board as an event of a stream; the same bytes for everybody who asks."""
        framed = self._frames.get(form)
        if framed is None:
            framed = self._frames[form] = wire.frame(form, "board", self.plain, self.place)
        return framed

    def known_to(self, if_none_match: str) -> bool:
        """Say whether somebody who sends this header may be answered 304."""
        return self.fresh and (
            self.etag.removeprefix("W/") in if_none_match or if_none_match.strip() == "*"
        )


class _Fragments:
    """Pieces of JSON by area, found by whom they concern without looking at the others."""

    def __init__(self) -> None:
        self._pieces: dict[AreaCode, list[bytes]] = {}
        self._inside: dict[AreaCode, set[AreaCode]] = {}

    def put(self, topics: Topics, code: AreaCode, pieces: list[bytes]) -> None:
        """Let this, or nothing, stand in an area in place of what stood there."""
        if pieces:
            if code not in self._pieces:
                for above in topics.above(code):
                    self._inside.setdefault(above, set()).add(code)
            self._pieces[code] = pieces
        elif self._pieces.pop(code, None) is not None:
            for above in topics.above(code):
                self._inside[above].discard(code)

    def again(self, topics: Topics) -> _Fragments:
        """Order the same pieces by another tree."""
        other = _Fragments()
        for code, pieces in self._pieces.items():
            other.put(topics, code, pieces)
        return other

    def concerning(self, interest: Interest | None) -> list[bytes]:
        """List what concerns a set of areas, or all there is, by area."""
        codes: Iterable[AreaCode] = self._pieces
        if interest is not None:
            found = {c for c in (*interest.areas, *interest.around) if c in self._pieces}
            codes = found.union(*(self._inside.get(code, ()) for code in interest.areas))
        return [piece for code in sorted(codes) for piece in self._pieces[code]]

    def says_the_same_as(self, other: _Fragments) -> bool:
        return self._pieces == other._pieces


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
        self._alerts = _Fragments()
        self._unknown = _Fragments()
        self._versions: dict[AreaCode, int] = {}
        self._unplaced = 0
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

    def take_board(self, body: bytes) -> bool:
        """
        Put a board in place of everything known; say whether it says anything else than that.

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
        place = Place(told.epoch, told.position)
        differs = not (
            (place, told.replay) == (self.place, self.replay)
            and alerts.says_the_same_as(self._alerts)
            and unknown.says_the_same_as(self._unknown)
        )
        self.place, self.replay = place, told.replay
        self._alerts, self._unknown = alerts, unknown
        # At one place an area has one version; of calm areas a board does not say which.
        self._versions = versions if differs else self._versions | versions
        self._unplaced = 0 if differs else self._unplaced
        self.as_of = told.as_of
        if differs:
            self._changed()
        else:
            self._snapshots.clear()
        return differs

    def take(self, said: Said) -> None:
        """Let a message change what stands in its area, unless a later one has already."""
        assert self.place is not None, "a message came before any board"
        code = said.area.code
        if said.version > self._versions.get(code, 0):
            self._versions[code] = said.version
            self._alerts.put(self._topics, code, list(map(bytes, said.standing)))
        if said.position is None:
            self._unplaced += 1
        else:
            self.place = Place(self.place.epoch, said.position)
        self.as_of = max(self.as_of, said.at)
        self._changed()

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
        tag = f'W/"{self._version}-{_asked(areas)}"'
        shown = Snapshot(ready, self.place, self.as_of, tag, fresh=self._fresh)
        if len(self._snapshots) >= BOARDS_KEPT:
            self._snapshots.clear()
        self._snapshots[areas] = shown
        return shown

    @property
    def _version(self) -> str:
        """Name what stands: the place, and how many messages without one were heard since."""
        return f"{self.place}+{self._unplaced}" if self._unplaced else str(self.place)

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

    def _sorted(self, pieces: list[msgspec.Raw]) -> tuple[_Fragments, dict[AreaCode, int]]:
        found: dict[AreaCode, list[bytes]] = {}
        versions: dict[AreaCode, int] = {}
        for piece in pieces:
            where = _WHERE.decode(piece)
            code = where.area.code
            found.setdefault(code, []).append(bytes(piece))
            versions[code] = max(where.version, versions.get(code, 0))
        fragments = _Fragments()
        for code, said in found.items():
            fragments.put(self._topics, code, said)
        return fragments, versions

    def _changed(self) -> None:
        self._prepared.clear()
        self._snapshots.clear()
        self._prepared_bytes = 0


def _asked(areas: frozenset[AreaCode]) -> str:
    """Name a set of areas as the core does in its own tags (`tocsin.web.api`)."""
    if not areas:
        return "all"
    return blake2b(f"{','.join(sorted(areas))};None".encode(), digest_size=6).hexdigest()
