"""
A village, a city, a country: what they need, and what happens there when the alarm comes.

Two parts. The arithmetic gives processors, memory and network for those who listen, ask and come
(`needs`). The simulation (`simulate`) plays one edge of many, event by event, with the measured
cost of each kind of work: a broadcast in slices of 1,000 with requests served in between, devices
first, the stampede of those whom an alert wakes, and everybody coming back at once after a fault.

Edges are alike and share nothing, so one is played with its part of the crowd, and the crowd is
drawn from one seed. Pure: no clock, no socket, the same seed gives the same answer. It knows no
network but its bandwidth, no disk and no neighbour; that is what the measurements are for.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from math import ceil, exp, log
from random import Random
from typing import Final, NamedTuple

from tocsin.ops.country_figures import Place, of

TOLD_WITHIN_S: Final = 1.0
"""What an edge is sized for: its last subscriber hears within a second."""

SLICE: Final = 1_000
"""Writes between two looks at who else wants something; as the edge does it."""

BETWEEN_SLICES_S: Final = 0.005
"""How long others are served between two slices, at most."""

RETRY_S: Final = (1.0, 12.0)
"""Where an edge draws `retry:` from in a storm (`tocsin.edge`)."""

BACKLOG: Final = 4_096
"""Connections that wait to be accepted; the kernel refuses more, and they come again."""

PATIENCE_S: Final = 30.0
"""A client's longest pause between two tries."""

OPENS_AFTER_S: Final = (8.0, 0.8)
"""Those who open the page after an alert: a median of 8 s, log-normal; assumed."""

HORIZON_S: Final = 120.0


class Needs(NamedTuple):
    """What a place needs: see `docs/scale.md` for how each is made."""

    place: str
    streams: int
    edges: int
    """Processors for edges, each telling its share within a second."""
    memory_gb: float
    alert_gbit_s: float
    """While an alert is told, over all edges, within a second."""
    heartbeat_gbit_s: float
    polls_per_s: int
    origin_per_s: int
    """What of the polls reaches the edges: one a second for each board and place of the cache."""
    page_gbit_s: float
    """In the busiest second of the stampede, at the cache where there is one."""


def needs(place: Place) -> Needs:
    """Work out what a place needs."""
    streams = round(place.phones * place.streaming)
    delivery_us = of("delivery_tls" if place.tls else "delivery_plain")
    per_edge = streams_per_edge(tls=place.tls)
    polls = place.phones * place.polling / place.poll_every_s
    busiest = place.phones * place.opening * _busiest_share()
    cached = place.cdn_places * place.variants
    origin = min(polls + busiest, cached) if place.cdn_places else polls + busiest
    asking = origin * of("snapshot") / 1e6
    beating = streams / of("heartbeat_every") * delivery_us / 1e6
    edges = max(ceil(streams / per_edge), ceil((asking + beating) / of("load")), 1)
    memory = of("memory_tls" if place.tls else "memory_plain")
    return Needs(
        place=place.name,
        streams=streams,
        edges=edges,
        memory_gb=streams * memory / 1e6,
        alert_gbit_s=streams * of("message") * 8 / 1e6,
        heartbeat_gbit_s=streams / of("heartbeat_every") * of("heartbeat") * 8 / 1e6,
        polls_per_s=round(polls),
        origin_per_s=round(origin),
        page_gbit_s=busiest * of("page") * 8 / 1e6,
    )


def streams_per_edge(*, tls: bool) -> int:
    """Tell how many subscribers one processor tells within a second, and has room to spare."""
    return int(TOLD_WITHIN_S * 1e6 / of("delivery_tls" if tls else "delivery_plain") * of("load"))


def _busiest_share() -> float:
    """Tell which share of those who open the page do so in the busiest second."""
    median, spread = OPENS_AFTER_S
    mode = median * exp(-spread * spread)
    density = exp(-((log(mode / median) / spread) ** 2) / 2) / (mode * spread * 2.506628)
    return min(density, 1.0)


class Scene(NamedTuple):
    """
    What happens at one edge.

    Args:
        returning: Subscribers that lost their connection at time 0 and come back.
        alert_at: Seconds after time 0.
        pages_per_s_origin: Whether pages and boards of the stampede reach the edge; a cache else.
        spread: Whether those who return draw their time by chance, as browsers told by `retry:` do.
    """

    name: str
    returning: float
    alert_at: float
    cached: bool
    spread: bool = True


SCENES: Final = (
    Scene("alert", 0.0, 1.0, cached=True),
    Scene("alert and stampede, cached", 0.0, 1.0, cached=True),
    Scene("alert and stampede, no cache", 0.0, 1.0, cached=False),
    Scene("alert while all come back", 1.0, 2.0, cached=True),
    Scene("the same, all in one second", 1.0, 2.0, cached=True, spread=False),
)


class Played(NamedTuple):
    """What a scene came to; times in milliseconds after the alert, `back_s` after time 0."""

    scene: str
    subscribers: int
    told_p50_ms: float
    told_p99_ms: float
    told_last_ms: float
    asked: int
    wait_p99_ms: float
    refused: int
    back_s: float
    curve: tuple[tuple[float, float], ...]
    """(milliseconds, share told): for the picture."""


class _Request(NamedTuple):
    came_at: float
    cost_s: float
    returns: bool


def simulate(place: Place, scene: Scene, seed: int = 20230126) -> Played:
    """Play one scene at one edge of a place."""
    chance = Random(f"{place.name} {scene.name} {seed}")  # noqa: S311 - A simulation's.
    wanted = needs(place)
    subscribers = ceil(wanted.streams / wanted.edges)
    return _Edge(place, scene, subscribers, wanted.edges, chance).play()


class _Edge:
    """One processor: what waits for it, what it does next."""

    def __init__(
        self, place: Place, scene: Scene, subscribers: int, edges: int, chance: Random
    ) -> None:
        self._scene = scene
        self._chance = chance
        self._subscribers = subscribers
        self._delivery_s = of("delivery_tls" if place.tls else "delivery_plain") / 1e6
        self._connect_s = of("handshake_tls" if place.tls else "accept_plain") / 1e6
        self._arrivals: list[tuple[float, int, _Request, float]] = []
        self._number = 0
        self._queue: deque[_Request] = deque()
        self._refused = 0
        self._waits: list[float] = []
        self._told: list[tuple[float, int]] = []
        self._returned_at = 0.0
        self._connected = subscribers - round(subscribers * scene.returning)
        for _ in range(subscribers - self._connected):
            at = chance.uniform(*RETRY_S) if scene.spread else chance.uniform(0.0, 1.0)
            self._arrive(at, _Request(at, self._connect_s, returns=True), at)
        for at, cost in _crowd(place, scene, edges, chance):
            self._arrive(at, _Request(at, cost, returns=False), 1.0)

    def play(self) -> Played:
        """Let time go on until everybody was told and nobody waits."""
        now, alert_at = 0.0, self._scene.alert_at
        untold = -1
        late: deque[float] = deque()
        while now < HORIZON_S:
            self._take_in(now)
            if untold < 0 and now >= alert_at:
                untold = self._connected
            if untold > 0:
                now += min(untold, SLICE) * self._delivery_s
                self._told.append((now - alert_at, min(untold, SLICE)))
                untold -= min(untold, SLICE)
            now = self._serve(now, BETWEEN_SLICES_S, late if untold >= 0 else None)
            if untold <= 0 and not self._queue:
                coming = self._arrivals[0][0] if self._arrivals else None
                if untold < 0:
                    coming = alert_at if coming is None else min(coming, alert_at)
                if coming is None:
                    break
                now = max(now, coming)
        # Who comes back after the alert reads the board at once: told when it is connected.
        self._told += [(at - alert_at, 1) for at in late]
        return self._outcome()

    def _arrive(self, at: float, request: _Request, pause_s: float) -> None:
        self._number += 1
        heapq.heappush(self._arrivals, (at, self._number, request, pause_s))

    def _take_in(self, now: float) -> None:
        while self._arrivals and self._arrivals[0][0] <= now:
            at, _, request, pause = heapq.heappop(self._arrivals)
            if len(self._queue) < BACKLOG:
                self._queue.append(request)
                continue
            self._refused += 1
            longer = min(max(pause, 1.0) * 2, PATIENCE_S)
            again = at + longer * (0.5 + self._chance.random() / 2)
            self._arrive(again, request._replace(came_at=again), longer)

    def _serve(self, now: float, budget_s: float, late: deque[float] | None) -> float:
        end = now + budget_s
        while self._queue and now < end:
            request = self._queue.popleft()
            now += request.cost_s
            self._waits.append(now - request.came_at)
            if request.returns:
                self._connected += 1
                self._returned_at = now
                if late is not None:
                    late.append(now)
        return now

    def _outcome(self) -> Played:
        told = sorted(self._told)
        everybody = sum(count for _, count in told)
        waits = sorted(self._waits) or [0.0]
        return Played(
            scene=self._scene.name,
            subscribers=self._subscribers,
            told_p50_ms=1000 * _at_share(told, everybody * 0.5),
            told_p99_ms=1000 * _at_share(told, everybody * 0.99),
            told_last_ms=1000 * told[-1][0] if told else 0.0,
            asked=len(self._waits),
            wait_p99_ms=1000 * waits[int(0.99 * (len(waits) - 1))],
            refused=self._refused,
            back_s=self._returned_at,
            curve=tuple(_curve(told, everybody)),
        )


def _crowd(place: Place, scene: Scene, edges: int, chance: Random) -> Iterator[tuple[float, float]]:
    """Draw who asks this edge for something, when, and what that costs."""
    snapshot_s = of("snapshot") / 1e6
    if "stampede" not in scene.name:
        return
    seconds = 20.0
    if scene.cached:
        # A cache asks once a second for each board, whoever asks the cache.
        boards = place.variants * max(place.cdn_places, 1) / edges
        for _ in range(ceil(boards * seconds)):
            yield chance.uniform(0.0, seconds), snapshot_s
        return
    for _ in range(ceil(place.phones * place.polling / place.poll_every_s * seconds / edges)):
        yield chance.uniform(0.0, seconds), snapshot_s
    median, spread = OPENS_AFTER_S
    connect_s = of("handshake_tls" if place.tls else "accept_plain") / 1e6
    for _ in range(ceil(place.phones * place.opening / edges)):
        at = scene.alert_at + median * exp(chance.gauss(0.0, spread))
        if at < HORIZON_S:
            # A new visitor costs a handshake, and three answers: page, script, board.
            yield at, connect_s + 3 * snapshot_s


def _at_share(told: list[tuple[float, int]], wanted: float) -> float:
    seen = 0
    for at, count in told:
        seen += count
        if seen >= wanted:
            return at
    return 0.0


def _curve(told: list[tuple[float, int]], everybody: int) -> Iterator[tuple[float, float]]:
    """Thin the told down to some sixty points."""
    seen, shown = 0, -1.0
    for at, count in told:
        seen += count
        share = seen / max(everybody, 1)
        if share - shown >= 1 / 60 or seen == everybody:
            shown = share
            yield round(1000 * at, 1), round(share, 4)
