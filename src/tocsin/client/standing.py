"""
What stands, as a listener knows it: folded from the stream by the rules that every client keeps.

An area's versions are dense and each message carries all that stands in its area at its version,
so a listener that saw version n+1 acts on it and then ignores n. A board says all that stands and
takes the place of everything known before. Silence changes nothing here: whoever shows this says
how old it is. Source: design, section 2, rules 1 and 3.
"""

from __future__ import annotations

from typing import Any

MESSAGES = frozenset({"alert", "update", "all-clear", "correction"})


class Standing:
    """What stands in the areas that one listens to. Not thread-safe."""

    def __init__(self) -> None:
        self.epoch = ""
        self.position = 0
        self.at = ""
        self.replay = False
        self.unknown: list[dict[str, Any]] = []
        self._board_position = 0
        self._versions: dict[str, int] = {}
        self._alerts: dict[str, list[dict[str, Any]]] = {}

    @property
    def known(self) -> bool:
        """Say whether anything was heard yet: before that nothing is known, not even calm."""
        return bool(self.epoch)

    def take(self, name: str, data: dict[str, Any]) -> bool:
        """Take in one event of the stream; say whether it changed what stands."""
        if name == "board":
            return self._board(data)
        if name == "heartbeat":
            return self._heartbeat(data)
        return name in MESSAGES and self._message(data)

    def board(self) -> dict[str, Any]:
        """Show what stands in the board's shape (design, section 5)."""
        alerts = [alert for code in sorted(self._alerts) for alert in self._alerts[code]]
        return {
            "epoch": self.epoch,
            "position": self.position,
            "as_of": self.at,
            "replay": self.replay,
            "alerts": alerts,
            "unknown": self.unknown,
        }

    def _board(self, data: dict[str, Any]) -> bool:
        before = (self.epoch, self._alerts, self.unknown, self.replay)
        self.epoch, self.position = data["epoch"], data["position"]
        self._board_position = self.position
        self.at, self.replay = data["as_of"], data["replay"]
        self._versions = {}
        self._alerts = {}
        for alert in data["alerts"]:
            code = alert["area"]["code"]
            self._alerts.setdefault(code, []).append(alert)
            self._versions[code] = max(alert["version"], self._versions.get(code, 0))
        self.unknown = list(data["unknown"])
        return before != (self.epoch, self._alerts, self.unknown, self.replay)

    def _heartbeat(self, data: dict[str, Any]) -> bool:
        if data.get("epoch") == self.epoch:
            self.at = data["at"]
        return False

    def _message(self, data: dict[str, Any]) -> bool:
        """Take in a message, unless what it tells is older than what is known."""
        code, version = data["area"]["code"], data["version"]
        if data["epoch"] != self.epoch or data["position"] <= self._board_position:
            return False
        if version <= self._versions.get(code, 0):
            return False
        self._versions[code] = version
        self.position = max(self.position, data["position"])
        self.at = max(self.at, data["at"])
        if data["standing"]:
            self._alerts[code] = list(data["standing"])
        else:
            self._alerts.pop(code, None)
        return True
