"""
Following: what stands together with how far to believe it, and what has just changed.

Pure: it is told what came and when, and never looks at a clock, so that the vectors in
`tests/client/vectors` can tell it any night. The server vouches for what is shown by heartbeats,
boards and messages. Nothing for 12 s, or the server's own word `stale`, and the link is lost:
alerts that stand go on standing, but calm and drills are unknown from then on. After `stale` only
a heartbeat vouches again; one of another epoch, or of an earlier place than is known already,
never does. What cannot be read counts as not heard: the link is lost until a new board is.

Source: design, section 2, rule 1 and section 3, "Board and streams"; decision 0019.
"""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import msgspec

from tocsin.client.alert import DANGER, Alert, Gap, State
from tocsin.client.standing import MESSAGES, Standing
from tocsin.kernel.errors import Malformed
from tocsin.kernel.limits import STALE_AFTER_S

Why: TypeAlias = Literal["board", "alert", "update", "all-clear", "correction", "lost", "back"]

_WHY: Final[dict[str, Why]] = {
    "board": "board",
    "alert": "alert",
    "update": "update",
    "all-clear": "all-clear",
    "correction": "correction",
}


class Change(msgspec.Struct, frozen=True):
    """
    Something that a person or a device may have to act on.

    Args:
        why: The server's event that brought it; `lost` when what is shown can no longer be
            vouched for, `back` when it can be again and nothing else has changed.
        began: Alerts that were not known to stand before. Drills among them: `alert.drill`.
        changed: Alerts that stood before, and now say something else.
        ended: Alerts that no longer stand, as they were; the one that an all-clear or a
            correction was about has the words of its end.
    """

    why: Why
    began: tuple[Alert, ...] = ()
    changed: tuple[Alert, ...] = ()
    ended: tuple[Alert, ...] = ()


class Following:
    """
    What one listener knows, and since when. Not thread-safe; times are seconds of one clock.

    Args:
        now: When listening began.
        known: A board kept from earlier, so that what it holds is not told as news again. It is
            not vouched for until the server is heard.
        silence_s: How long after the server last vouched for it the link is lost.
    """

    def __init__(
        self, now: float, *, known: dict[str, Any] | None = None, silence_s: float = STALE_AFTER_S
    ) -> None:
        self.standing = Standing()
        self.stale = False
        self.silence_s = silence_s
        self._vouched_at = self._heard_at = now
        self._heard = False
        self._told_lost = False
        if known is not None:
            self.standing.take("board", known)
        self._shown = {alert.id: alert for alert in self.standing.alerts}

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """List what stands in the areas followed, inside them and around them."""
        return self.standing.alerts

    @property
    def unknown(self) -> tuple[Gap, ...]:
        """List the areas about which nobody is heard."""
        return self.standing.gaps

    @property
    def deadline(self) -> float:
        """Tell when the connection is given up if nothing comes."""
        lost = self.stale or self._told_lost
        return (self._heard_at if lost else self._vouched_at) + self.silence_s

    def lost(self, now: float) -> bool:
        """Say whether nobody vouches for what is shown."""
        if not self._heard:
            return True
        return self.stale or self._told_lost or now - self._vouched_at > self.silence_s

    def state(self, now: float) -> State:
        """Tell the most dangerous of what stands; calm only where somebody vouches for it."""
        kinds: set[State] = {alert.kind for alert in self.alerts}
        if self.lost(now) or self.unknown:
            kinds.add("unknown")
        return next((state for state in DANGER if state in kinds), "calm")

    def opened(self, now: float) -> None:
        """Take note of a new connection: it has its own time to say something."""
        self._heard_at = now

    def take(self, name: str, data: dict[str, Any], now: float) -> Change | None:
        """
        Take in one event of the stream; None where nobody needs to hear of it.

        Raises:
            Malformed: `stream.unreadable`. The link is lost then: drop the connection, and come
                back without a place, for a board.
        """
        if name == "stale":
            self.stale, self._heard_at = True, now
            return self.look(now)
        try:
            changed = self.standing.take(name, data)
            vouches = self._vouches(name, data)
        except Malformed:
            self.stale = True
            raise
        first = name == "board" and not self._heard
        back = vouches and self._vouch(name, now)
        news = self._news(name, data) if changed or first else None
        if news is None or not (first or name == "board" or _any(news)):
            return Change("back") if back else None
        return news

    def look(self, now: float) -> Change | None:
        """Say once that the link is lost, when it is."""
        silent = self.stale or now - self._vouched_at > self.silence_s
        if not silent or self._told_lost:
            return None
        self._told_lost = True
        return Change("lost")

    def _vouches(self, name: str, data: dict[str, Any]) -> bool:
        """Say whether an event shows that its server knows all that we know."""
        standing = self.standing
        if name != "heartbeat" and name not in _WHY:
            return False
        if data["epoch"] != standing.epoch:
            return False
        behind = name not in MESSAGES and data["position"] < standing.position
        return standing.replay or not behind

    def _vouch(self, name: str, now: float) -> bool:
        """Believe what is shown from now on; say whether that is news."""
        if name == "heartbeat":
            self.stale = False
        self._heard_at = now
        if self.stale or not self.standing.complete:
            return False
        self._heard = True
        self._vouched_at = now
        back, self._told_lost = self._told_lost, False
        return back

    def _news(self, name: str, data: dict[str, Any]) -> Change:
        before, after = self._shown, {alert.id: alert for alert in self.standing.alerts}
        self._shown = after
        said = data.get("alert") if name in MESSAGES else None
        ending = {} if said is None else {said["id"]: msgspec.convert(said, Alert)}
        return Change(
            _WHY[name],
            began=tuple(alert for id_, alert in after.items() if id_ not in before),
            changed=tuple(
                alert
                for id_, alert in after.items()
                if id_ in before and alert.version != before[id_].version
            ),
            ended=tuple(ending.get(id_, a) for id_, a in before.items() if id_ not in after),
        )


def _any(change: Change) -> bool:
    return bool(change.began or change.changed or change.ended)
