"""
A core that speaks, for tests of what carries its feed: the real `Feed` over a small country.

Its ledger is a counter, its board a dictionary; what it signs is signed by a real key, and its
clock is moved by hand. `truth` is what stands, as an edge that has heard everything must show it.
"""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.channels.feed import Feed
from tocsin.kernel.feed import MESSAGES, Line
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.wire import Place, encode
from tocsin.ledger.signing import Signer
from tocsin.views.live import Message

AREAS = ("UA80", "UA32", "UA63")
START = datetime(2023, 1, 26, 6, 0, tzinfo=UTC)


async def until(true, within_s=20) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - What is waited for has no event to tell it by.
            await asyncio.sleep(0.01)


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class RealClock(SystemClock):
    """The machine's clock, for tests in which time passes by itself."""

    def wait(self, seconds: float) -> None:
        """Leave time alone."""


class Speaker:
    """One run of a core; `again` is the next one, on the same record or on a restored one."""

    def __init__(self, clock=None, key=None, epoch="a" * 16, record=None) -> None:
        self.clock = clock or HandClock()
        self.key = key or Ed25519PrivateKey.generate()
        self.signer = Signer(self.key)
        self.epoch = epoch
        self.position, self.versions, self.standing = record or (7, {}, {})
        self.feed = Feed(
            self.signer.sign_text,
            hello={"version": "0", **self.signer.public(), "epoch": epoch},
            topics={"root": "UA", "above": {a: ["UA"] for a in AREAS} | {"UA": []}, "known_as": {}},
            shown=lambda: Place(self.epoch, self.position),
            board=self._board,
            now=self._now,
        )

    @property
    def public_key(self) -> bytes:
        return self.signer.public_key

    @property
    def place(self) -> Place:
        return Place(self.epoch, self.position)

    @property
    def truth(self) -> dict[str, int]:
        """What stands, by area: the version that says so."""
        return {area: alerts[0]["version"] for area, alerts in self.standing.items() if alerts}

    def again(self, *, restored=False) -> Speaker:
        """Speak anew, a moment later: after a restart, or from a backup as another epoch."""
        self.clock.wait(0.5)
        epoch = f"{int(self.epoch, 16) + 1:016x}" if restored else self.epoch
        position = max(self.position - 3, 0) if restored else self.position
        return Speaker(
            self.clock, self.key, epoch, (position, dict(self.versions), dict(self.standing))
        )

    def press(self, area=AREAS[0]) -> Message:
        """Raise an alert, or end the one that stands there; tell it."""
        self.clock.wait(0.01)
        self.position += 1
        version = self.versions[area] = self.versions.get(area, 0) + 1
        over = bool(self.standing.get(area))
        alert = {"id": f"{area}-{version}", "area": self._area(area), "version": version}
        self.standing[area] = [] if over else [alert]
        event = "all-clear" if over else "alert"
        data = {
            **self.place._asdict(),
            "at": self._now(),
            "replay": False,
            "area": self._area(area),
            "version": version,
            "standing": self.standing[area],
            "alert": alert,
        }
        message = Message(self.place, AreaCode(area), event, encode(data))
        self.feed.publish(message)
        return message

    def announce(self) -> None:
        """Tell a board, as when coverage has changed."""
        self.clock.wait(0.01)
        self.position += 1
        self.feed.publish_board()

    def tick(self) -> None:
        """Tell a second later that it lives."""
        self.clock.wait(1)
        self.feed.tick()

    def beat(self) -> None:
        """Tell a heartbeat."""
        self.clock.wait(0.01)
        self.feed.heartbeat({**self.place._asdict(), "replay": False, "at": self._now()})

    def sign(self, kind: str, body: dict) -> Line:
        """Sign any body as this core would."""
        line = Line(kind, encode(body))
        return line._replace(signature=self.signer.sign_text(line.signed_text()))

    def key_text(self) -> str:
        """The public key as an operator copies it."""
        return urlsafe_b64encode(self.public_key).rstrip(b"=").decode()

    def _board(self) -> bytes:
        alerts = [alert for area in AREAS for alert in self.standing.get(area, [])]
        return encode(
            {
                **self.place._asdict(),
                "as_of": self._now(),
                "replay": False,
                "alerts": alerts,
                "unknown": [],
            }
        )

    def _now(self):
        return rfc3339(self.clock.now())

    @staticmethod
    def _area(code):
        return {"code": code, "name": {"uk": code, "en": code}}


class Heard:
    """A hub that keeps what it is told: the lines, and what stands by them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.standing: dict[str, int] = {}
        self.place: Place | None = None
        self.silences: list[bool] = []

    def take(self, line: Line) -> None:
        self.lines.append(line)
        said = json.loads(line.body)
        if line.kind == "board":
            self.place = Place(said["epoch"], said["position"])
            self.standing = {a["area"]["code"]: a["version"] for a in said["alerts"]}
        elif line.kind in MESSAGES:
            self.place = Place(said["epoch"], said["position"])
            self.standing.pop(said["area"]["code"], None)
            for alert in said["standing"]:
                self.standing[alert["area"]["code"]] = alert["version"]

    def silent(self, lost: bool) -> None:
        self.silences.append(lost)

    @property
    def positions(self) -> list[int]:
        """The positions of the messages, in the order they were heard."""
        return [json.loads(line.body)["position"] for line in self.lines if line.kind in MESSAGES]

    def count(self, kind: str) -> int:
        return sum(line.kind == kind for line in self.lines)
