"""
The gate of an edge on another machine: what the core has not said, or said before, stays outside.

Whoever carries a feed (NATS, another edge) is not believed. It may drop lines, hold them back,
repeat and reorder them, give out an old day or invent one; what it can reach is that the edge
says "stale", never that an alarm is forged, that an edge goes back to what stood earlier, or that
one from whom something is withheld looks fresh:

* A line counts only if its Ed25519 signature is that of the one key which the operator has named.
* A message counts only at a later place than the one before; a spooled one, which has no place,
  only with a later version of its area. A board is never older than what it takes the place of.
* Another run of the core counts only if it began later; another epoch only with such a run.
* A tick counts only if it is later than the one before, not older than `LATE_S` by this machine's
  clock, and if all was heard that it vouches for (`tocsin.kernel.vouch`). Without one within 4 s
  subscribers are told "stale"; and heartbeats, by which pages look fresh, pass only after one.

When something was withheld the gate asks for a board (`wants_board`) and takes no tick before it.
Not thread-safe; no I/O. Source: RFC 8032; reliability-security, sections 1.3 and 2.1.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeGuard

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import MESSAGES, Line, parse_line
from tocsin.kernel.time import Clock, parse_rfc3339
from tocsin.kernel.vouch import COUNT_MAX, Vouch, digest_topics, read_body, read_vouch, text_of
from tocsin.kernel.wire import Place

LATE_S: Final = 10.0
"""A tick may be this old on arrival: 4 s of an outage of NATS and 1 s of difference, twice over."""

AREAS_MAX: Final = 100_000
"""Versions kept for spooled messages: Ukraine has 1,633 areas, India some 650,000 villages but
6,000 blocks; 100,000 × 150 bytes = 15 MB."""

KEY_BYTES: Final = 32
SIGNATURE_CHARACTERS: Final = 86


class Outcome(StrEnum):
    """What became of a line."""

    PASSED = "passed"
    FORGED = "forged"
    """No signature of the named key: changed on the way, invented, or not signed at all."""
    OLD = "old"
    """Said by the core, and overtaken since."""
    KNOWN = "known"
    """A board of the place that is held, and held whole: passed on for those further down."""
    ANCHOR = "anchor"
    """The tick made together with the board that is held, come late: it vouches for no more."""
    GAP = "gap"
    """A tick or heartbeat that speaks of something which never arrived."""
    LATE = "late"
    """A tick or heartbeat made longer ago than `LATE_S`."""
    PAST = "past"
    """A message of before the board: nothing vouches that none is missing between such."""
    UNREADABLE = "unreadable"
    """No line of a feed, or one of another epoch."""


PASSING: Final = frozenset({Outcome.PASSED, Outcome.KNOWN, Outcome.ANCHOR})


def read_key(text: str) -> bytes:
    """
    Read a public key as `/.well-known/tocsin.json` shows it: base64url of 32 bytes.

    Raises:
        Malformed: `edge.key_malformed`.
    """
    try:
        key = urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except (ValueError, TypeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Malformed(
            "edge.key_malformed",
            "The core's key is not one: take `public_key` from its /.well-known/tocsin.json.",
            where="key",
        )
    return key


class Gate:
    """
    Let through what one core says, in its order, each thing once.

    Args:
        key: The core's public key, 32 bytes.
        clock: This machine's own time, against which the age of a tick is judged.
    """

    def __init__(self, key: bytes, clock: Clock) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.wants_board = True
        self._key = Ed25519PublicKey.from_public_bytes(key)
        self._clock = clock
        self._run = ""
        self._epoch = ""
        self._position = -1
        self._board_at = -1
        self._as_of = ""
        self._sent = self._at = self._beat = ""
        self._count: int | None = None
        self._after_board = self._spooled = self._whole = False
        self._versions: dict[str, int] = {}
        self._told = ""

    @property
    def place(self) -> Place | None:
        """Tell the last place heard; None before a board."""
        return Place(self._epoch, self._position) if self._position >= 0 else None

    @property
    def whole(self) -> bool:
        """Whether the newest tick vouched for all that was heard."""
        return self._whole

    def admit(self, raw: bytes) -> Line | None:
        """Judge one line as it came; None where it is to be dropped, counted in `outcomes`."""
        try:
            line = parse_line(raw)
        except Malformed:
            self.outcomes[Outcome.UNREADABLE] += 1
            return None
        outcome = self._judge(line) if self._signed(line) else Outcome.FORGED
        self.outcomes[outcome] += 1
        return line if outcome in PASSING else None

    def distrust(self) -> None:
        """Be told that a line which passed could not be taken: a board is wanted in its place."""
        self._lose()

    def _signed(self, line: Line) -> bool:
        if len(line.signature) != SIGNATURE_CHARACTERS:
            return False
        try:
            self._key.verify(urlsafe_b64decode(line.signature + "=="), line.signed_text())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _judge(self, line: Line) -> Outcome:
        kind = line.kind
        if kind in MESSAGES:
            return self._message(read_body(line.body))
        match kind:
            case "hello":
                return self._hello(read_body(line.body))
            case "topics":
                self._told = digest_topics(line.body)
                return Outcome.PASSED
            case "devices":
                return Outcome.PASSED
            case "past":
                return Outcome.PAST
            case "board":
                return self._board(read_body(line.body))
            case "heartbeat":
                return self._heartbeat(read_body(line.body))
            case _:
                return self._tick(line.body)

    def _hello(self, said: dict[str, object]) -> Outcome:
        epoch, run = text_of(said, "epoch"), text_of(said, "at")
        if not epoch:
            return Outcome.UNREADABLE
        if (epoch, run) == (self._epoch, self._run):
            return Outcome.PASSED
        if self._epoch and run <= self._run:
            return Outcome.OLD
        if epoch != self._epoch:
            self._position = -1
            self._versions.clear()
            self._beat = ""
        self._epoch, self._run = epoch, run
        # Another machine's clock may be behind; what was said before this run cannot be anchored.
        self._sent = self._at = self._as_of = ""
        self._lose()
        return Outcome.PASSED

    def _message(self, said: dict[str, object]) -> Outcome:
        position, version = said.get("position"), said.get("version")
        area = _area_of(said)
        if text_of(said, "epoch") != self._epoch or not area or not _is_whole_number(version):
            return Outcome.UNREADABLE
        if self._position < 0:
            return Outcome.OLD  # Nothing is said before the board that it changes.
        if position is None:
            if version <= self._versions.get(area, -1):
                return Outcome.OLD
            self._spooled = True
        elif not _is_whole_number(position):
            return Outcome.UNREADABLE
        elif position <= self._position:
            return Outcome.OLD
        else:
            self._position = position
        if area in self._versions or len(self._versions) < AREAS_MAX:
            self._versions[area] = max(version, self._versions.get(area, -1))
        self._after_board = True
        if self._count is not None:
            self._count += 1
        return Outcome.PASSED

    def _board(self, said: dict[str, object]) -> Outcome:
        position, as_of = said.get("position"), text_of(said, "as_of")
        if not _is_whole_number(position) or text_of(said, "epoch") != self._epoch:
            return Outcome.UNREADABLE
        if position < self._position or as_of < self._as_of:
            return Outcome.OLD
        if self._spooled and as_of <= max(self._as_of, self._at):
            return Outcome.OLD  # At the same place, but made before the spooled alarm.
        if self._whole and position == self._position and not self._spooled:
            return Outcome.KNOWN
        self._position, self._as_of = position, as_of
        self._board_at = position
        self._after_board = self._spooled = False
        self._lose()
        self.wants_board = False
        return Outcome.PASSED

    def _heartbeat(self, said: dict[str, object]) -> Outcome:
        at = text_of(said, "at")
        if text_of(said, "epoch") != self._epoch:
            return Outcome.UNREADABLE
        if not self._whole:
            return Outcome.GAP
        replay = said.get("replay") is True  # Whose clock may stand still, and is not this one's.
        if at < self._beat or (at == self._beat and not replay):
            return Outcome.OLD
        if not replay and self._is_late(at):
            return Outcome.LATE
        self._beat = at
        return Outcome.PASSED

    def _tick(self, body: bytes) -> Outcome:
        vouch = read_vouch(body)
        if vouch is None or vouch.place.epoch != self._epoch:
            return Outcome.UNREADABLE
        if vouch.run != self._run:
            return Outcome.OLD
        anchored = self._anchor(vouch)
        if vouch.sent <= self._sent:
            return Outcome.ANCHOR if anchored else Outcome.OLD
        self._sent, self._at = vouch.sent, vouch.at
        if self._is_late(vouch.sent):
            self._whole = False
            return Outcome.ANCHOR if anchored else Outcome.LATE
        if (
            vouch.said != self._count
            or vouch.place.position > self._position
            or vouch.topics != self._told
        ):
            self._lose()
            return Outcome.GAP
        self._whole = True
        return Outcome.PASSED

    def _anchor(self, vouch: Vouch) -> bool:
        """Take the count from the tick that was made together with the board that is held."""
        if (
            self._count is not None
            or self.wants_board
            or self._after_board
            or vouch.at != self._as_of
            or vouch.place.position > self._board_at
        ):
            return False
        self._count = vouch.said
        return True

    def _is_late(self, moment: str) -> bool:
        try:
            sent: datetime = parse_rfc3339(moment)
        except Malformed:
            return True
        return self._clock.now() - sent > timedelta(seconds=LATE_S)

    def _lose(self) -> None:
        """Know no more whether all was heard; the next board and tick say."""
        self._count = None
        self._whole = False
        self.wants_board = True


def _area_of(said: dict[str, object]) -> str:
    area = said.get("area")
    return text_of(area, "code") if isinstance(area, dict) else ""


def _is_whole_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < COUNT_MAX
