"""
What stands, as a listener knows it: folded from the stream by the rules that every client keeps.

An area's versions are dense and each message carries all that stands in its area at its version,
so a listener that saw version n+1 acts on it and then ignores n: an all-clear never overtakes its
alert. A board says all that stands as of a position and takes the place of everything known
before it, and of nothing that came after. An alarm that its server could not record yet has a
version and no position; the same version may then be given twice, and both are kept until the
next. Silence changes nothing here: whoever shows this says how old it is (`following`).

The same rules are in `web/static/tocsin.js`; `tests/client/vectors` holds one against the other.
Source: design, section 2, rules 1 and 3; decision 0019.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

from tocsin.client.alert import Alert, Gap, Message, read_beat, read_board, read_message
from tocsin.kernel.errors import Malformed

MESSAGES: Final = frozenset({"alert", "update", "all-clear", "correction"})

AREAS_MAX: Final = 20_000
"""Ukraine has 1,633 areas and a larger country ten times that; 20,000 × 1 kB = 20 MB."""


class _Known(NamedTuple):
    """
    What is known of one area.

    Args:
        at: The position as of which it is so; that of the newest event, for one without a place.
        told: By what: a board, a message, or a message without a place.
        raw: The alerts as they were on the wire.
    """

    version: int
    at: int
    told: Literal["board", "placed", "placeless"]
    alerts: tuple[Alert, ...] = ()
    raw: tuple[dict[str, Any], ...] = ()

    def newer_than(self, position: int) -> bool:
        """Say whether a board of that position can have known of this."""
        return self.at > position or (self.told == "placeless" and self.at == position)


class Standing:
    """
    What stands in the areas that one listens to.

    One thread takes in; another may look meanwhile, and sees one moment or the next.
    """

    def __init__(self) -> None:
        self.epoch = ""
        self.position = 0
        self.at = ""
        self.replay = False
        self.complete = False
        self.unknown: list[dict[str, Any]] = []
        self._board_position = -1
        self._areas: dict[str, _Known] = {}
        self._gaps: tuple[Gap, ...] = ()

    @property
    def known(self) -> bool:
        """Say whether anything was heard yet: before that nothing is known, not even calm."""
        return bool(self.epoch)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """List what stands, by area."""
        return tuple(a for _, known in sorted(self._areas.items()) for a in known.alerts)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """List the areas about which nobody is heard."""
        return self._gaps

    def take(self, name: str, data: dict[str, Any]) -> bool:
        """
        Take in one event of the stream; say whether it changed what stands.

        Raises:
            Malformed: `stream.unreadable`; nothing was taken in.
        """
        if name == "board":
            return self._board(data)
        if name == "heartbeat":
            return self._heartbeat(data)
        return name in MESSAGES and self._message(data)

    def board(self) -> dict[str, Any]:
        """Show what stands in the board's shape (design, section 5)."""
        return {
            "epoch": self.epoch,
            "position": self.position,
            "as_of": self.at,
            "replay": self.replay,
            "alerts": [raw for _, known in sorted(self._areas.items()) for raw in known.raw],
            "unknown": self.unknown,
        }

    def _board(self, data: dict[str, Any]) -> bool:
        board = read_board(data)
        before = (self.epoch, self.board()["alerts"], self.unknown, self.replay)
        # In a replay the positions need not follow the clock, which may be set back.
        same_life = board.epoch == self.epoch and not board.replay
        if same_life and board.position < self._board_position:
            return False
        kept: dict[str, _Known] = {}
        if same_life:
            for code, known in self._areas.items():
                newer = known.newer_than(board.position)
                kept[code] = known if newer else _Known(known.version, board.position, "board")
        newer_codes = {code for code, known in kept.items() if known.newer_than(board.position)}
        for alert, raw in zip(board.alerts, data["alerts"], strict=True):
            code = alert.area.code
            if code not in newer_codes:
                old = kept.get(code, _Known(0, board.position, "board"))
                kept[code] = old._replace(
                    version=max(old.version, alert.version),
                    alerts=(*old.alerts, alert),
                    raw=(*old.raw, raw),
                )
        _bounded(kept)
        self._areas = kept
        self.position = max(self.position, board.position) if same_life else board.position
        self.epoch, self.replay = board.epoch, board.replay
        self.at = max(self.at, board.as_of) if same_life else board.as_of
        self.unknown, self._gaps = list(data["unknown"]), board.unknown
        self._board_position, self.complete = board.position, True
        return before != (self.epoch, self.board()["alerts"], self.unknown, self.replay)

    def _heartbeat(self, data: dict[str, Any]) -> bool:
        beat = read_beat(data)
        if beat.epoch == self.epoch:
            self.at = beat.at
        return False

    def _message(self, data: dict[str, Any]) -> bool:
        """Take in a message, unless what it tells is older than what is known."""
        message = read_message(data)
        if self.epoch and message.epoch != self.epoch:
            return False
        position = message.position
        if position is not None and position <= self._board_position and not self.replay:
            return False
        code = message.area.code
        told = _told(message, tuple(data["standing"]), self.position)
        known = self._areas.get(code)
        if known is not None and told.version <= known.version:
            if told.version < known.version or {told.told, known.told} != {"placed", "placeless"}:
                return False
            told = _both(told, known)
        _bounded(self._areas)
        self.epoch = message.epoch
        self.position = max(self.position, told.at)
        self.at = max(self.at, message.at)
        self._areas = {**self._areas, code: told}  # Whoever looks now goes on with the old one.
        return known is None or told.version > known.version or len(told.alerts) > len(known.alerts)


def _told(message: Message, raw: tuple[dict[str, Any], ...], newest: int) -> _Known:
    if message.position is None:
        return _Known(message.version, newest, "placeless", message.standing, raw)
    return _Known(message.version, message.position, "placed", message.standing, raw)


def _both(told: _Known, known: _Known) -> _Known:
    """Keep what both say that claim one version, until the next version says what is so."""
    here = {alert.id for alert in told.alerts}
    more = [n for n, alert in enumerate(known.alerts) if alert.id not in here]
    return told._replace(
        at=max(told.at, known.at),
        told="placed",
        alerts=(*told.alerts, *(known.alerts[n] for n in more)),
        raw=(*told.raw, *(known.raw[n] for n in more)),
    )


def _bounded(areas: dict[str, _Known]) -> None:
    if len(areas) > AREAS_MAX:
        sentence = f"The server speaks of more than {AREAS_MAX} areas."
        raise Malformed("stream.unreadable", sentence, where="stream")
