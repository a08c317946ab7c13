"""
Stories told over time: what happens when, and what people's pages must show, and why.

    story = Story(ledger)
    at, want, holds = story.at, story.want, story.holds
    at("07:45:43")
    want(page("Kyiv"), between(0, 1), shows="air_raid", because="the alarm sounds in Kyiv")

A story is first written down whole, then played once, at the day's own pace, on an event loop
whose clock jumps from one thing to the next: hours take milliseconds, and every run is the same.
All expectations that failed are told together, each with what its page really showed. The parts
between the ledger and a page are the real ones: player, clock, board, coverage, audience.
"""

from __future__ import annotations

import asyncio
import selectors
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.alerts.board import Board
from tocsin.alerts.coverage import unknown
from tocsin.areas.lookup import resolve
from tocsin.delivery.audience import Audience
from tocsin.replay.clock import PlayingClock
from tocsin.replay.player import Player

KYIV_TIME = ZoneInfo("Europe/Kyiv")


class _Jumping(selectors.DefaultSelector):
    """In place of waiting, tells the loop how long it would have waited."""

    waited_s = 0.0

    def select(self, timeout=None):
        assert timeout is not None, "Nothing is left to wait for."
        self.waited_s += max(timeout, 0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on which nobody waits: its clock jumps to whatever is next."""

    def __init__(self):
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self):
        return self._jumping.waited_s


@dataclass(frozen=True)
class Window:
    """Seconds after the moment that was last named with `at`."""

    first_s: float
    last_s: float


def between(first_s, last_s):
    """From so many seconds after the moment to so many."""
    return Window(first_s, last_s)


@dataclass
class Page:
    """
    A page somebody has open: what reached it, and what it showed from when on.

    It shows the hazard of an alert here or around; else `part`, where one stands inside; else
    `unknown`, where nobody is heard; else `calm`.
    """

    name: str
    area: str
    heard: dict = field(default_factory=dict)
    nobody_heard: bool = True
    faces: list = field(default_factory=list)

    def hear(self, relation, applied):
        self.heard[applied.event.area] = (str(relation), applied.after.standing)

    @property
    def alerts(self):
        """All that concerns this page, as (relation, alert)."""
        return [(how, alert) for how, standing in self.heard.values() for alert in standing]

    def face(self):
        above = sorted({a.hazard.value for how, a in self.alerts if how in {"here", "around"}})
        if above:
            return "+".join(above)
        if self.alerts:
            return "part"
        return "unknown" if self.nobody_heard else "calm"

    def look(self, moment):
        face = self.face()
        if not self.faces or self.faces[-1][1] != face:
            self.faces.append((moment, face))

    def shown_at(self, moment):
        return next((face for since, face in reversed(self.faces) if since <= moment), "nothing")


class Story:
    """What is expected of a day that a ledger holds, from one moment to another, in Kyiv time."""

    def __init__(self, ledger, gazetteer, day, opens, closes):
        self._ledger = ledger
        self._gazetteer = gazetteer
        self._audience = Audience(gazetteer)
        self._day = day
        self._opens, self._closes = self.moment(opens), self.moment(closes)
        self._at = self._opens
        self._pages = {}
        self._checks = []
        self._looks = []
        self.board = Board()

    def moment(self, text):
        """Read `HH:MM` or `HH:MM:SS` of the day; 24:00 is its end."""
        hours, minutes, *seconds = text.split(":")
        midnight = datetime.fromisoformat(self._day).replace(tzinfo=KYIV_TIME)
        since = timedelta(
            hours=int(hours), minutes=int(minutes), seconds=float(seconds[0]) if seconds else 0
        )
        return midnight + since

    def page(self, name):
        """Somebody opens the page of an area, by any of its names, before the story begins."""
        area = resolve(self._gazetteer, name)
        return self._pages.setdefault(area.code, Page(area.name["en"], area.code))

    def at(self, text):
        """Name the moment that the next expectations are about."""
        self._at = self.moment(text)

    def want(self, page, window, *, shows, because):
        """The page must change to `shows` within the window: not before it, at its end surely."""
        opens = self._at + timedelta(seconds=window.first_s)
        closes = self._at + timedelta(seconds=window.last_s)

        def check():
            early = page.shown_at(opens - timedelta(milliseconds=1)) == shows
            return not early and page.shown_at(closes) == shows

        wish = f"wanted {shows} to come between {_clock(opens)} and {_clock(closes)}"
        self._checks.append((page, f"{wish}, because {because}", check))

    def holds(self, page, *, until, shows, because):
        """The page must show one thing from the moment on, all the time until another."""
        opens, closes = self._at, self.moment(until)

        def check():
            seen = {face for since, face in page.faces if opens < since < closes}
            return {page.shown_at(opens), *seen} == {shows}

        wish = f"wanted {shows} from {_clock(opens)} to {_clock(closes)}"
        self._checks.append((page, f"{wish}, because {because}", check))

    def look(self, what, expected, *, because):
        """At the moment, what somebody can count on the board must be as expected."""
        self._looks.append((self._at, what, expected, because))

    def tell(self):
        """Play the day, and fail with every expectation that was not met."""
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            failures = runner.run(self._play())
        for page, wish, check in self._checks:
            if not check():
                shown = ", ".join(f"{face} from {_clock(since)}" for since, face in page.faces)
                failures.append(f"{page.name}: {wish}.\n    It showed {shown}.")
        assert not failures, "\n  ".join(["The day was not as told:", *failures])

    async def _play(self):
        loop = asyncio.get_running_loop()
        clock = PlayingClock(self._opens, 1, loop.time)
        failures = []
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._read(Player(self._ledger, clock), clock))
            for moment, what, expected, because in sorted(self._looks, key=lambda one: one[0]):
                await self._reach(clock, moment)
                found = what(self.board)
                if found != expected:
                    failures.append(
                        f"{_clock(moment)}: wanted {expected}, found {found}, because {because}."
                    )
            await self._reach(clock, self._closes)
            reading.cancel()
        return failures

    async def _reach(self, clock, moment):
        """Go on to a moment, and let all that happens in it happen."""
        await asyncio.sleep(clock.seconds_until(moment) + 0.002)

    async def _read(self, player, clock):
        async for events in player:
            for recorded in events:
                applied = self.board.apply(recorded)
                if applied is not None:
                    self._deliver(applied)
            silent = {one.area for one in unknown(self.board.sources, self._gazetteer)}
            for page in self._pages.values():
                page.nobody_heard = not silent.isdisjoint(
                    (page.area, *self._gazetteer.lineage(page.area))
                )
                page.look(clock.now())

    def _deliver(self, applied):
        for page in self._pages.values():
            relation = self._audience.relation(frozenset((page.area,)), applied.event.area)
            if relation is not None:
                page.hear(relation, applied)


def _clock(moment):
    return moment.astimezone(KYIV_TIME).strftime("%d. %H:%M:%S")
