"""
The delivery figures: from press to page, board requests, and what an idle subscriber costs.

The server runs pinned to core 0, the clients on core 1. Between any two alerts the same disk is
asked for a raw append + fdatasync, so that both see the same neighbours.
"""

from __future__ import annotations

import os
import re
import selectors
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from bench.measure import Figure, RawFile, percentile
from bench.serving import Caller, Server, new_token, processes, resident_bytes, running

SUBSCRIBERS: Final = 1_000
ALERTS: Final = 300
IDLE: Final = 8_000
WRK_S: Final = 4


def press_to_page(folder: Path, runs: int) -> tuple[Figure, Figure]:
    """Time alerts from the press to the first and to the last of 1,000 open streams."""
    first_runs, last_runs, details = [], [], ("", "")
    for run in range(runs):
        db = folder / f"press-{run}.db"
        token = new_token(db)
        raw = RawFile(folder / f"press-{run}.raw")
        with running(db, token) as server:
            os.sched_setaffinity(0, {1})
            streams = _Streams(server, SUBSCRIBERS)
            caller = Caller(server)
            first, last, floor = [], [], []
            for _ in range(ALERTS):
                streams.drain()
                pressed = time.perf_counter()
                caller.send_raise("UA-30")
                arrivals = streams.wait_for(b"event: alert")
                alert_id = caller.receive()["accepted"][0]["id"]
                first.append(min(arrivals) - pressed)
                last.append(max(arrivals) - pressed)
                caller.all_clear(alert_id)
                streams.wait_for(b"event: all-clear")
                for _ in range(3):
                    start = time.perf_counter()
                    raw.append(b"x" * 700)
                    floor.append(time.perf_counter() - start)
            streams.close()
            caller.close()
            os.sched_setaffinity(0, range(os.cpu_count() or 1))
        raw.close()
        disk = percentile(floor, 0.99)
        first_runs.append((percentile(first, 0.99) - disk) * 1e3)
        last_runs.append((percentile(last, 0.99) - disk) * 1e3)
        details = tuple(
            f"p50 {percentile(times, 0.5) * 1e3:.1f} ms, "
            f"p99 {percentile(times, 0.99) * 1e3:.1f} ms; disk p99 {disk * 1e3:.1f} ms"
            for times in (first, last)
        )
    return (
        Figure("Press → first stream, p99 beyond the disk's p99", "ms", tuple(first_runs),
               "at most", 10, details[0]),
        Figure(f"Press → last of {SUBSCRIBERS:,} streams, p99 beyond the disk's p99", "ms",
               tuple(last_runs), "at most", 90, details[1]),
    )  # fmt: skip


def idle_subscriber(folder: Path, runs: int) -> Figure:
    """Weigh what 8,000 idle streams add to the server's memory, each."""
    weights = []
    for run in range(runs):
        db = folder / f"idle-{run}.db"
        with running(db, new_token(db)) as server:
            _Streams(server, 50).close()  # What the first streams ever cost is not theirs alone.
            time.sleep(0.5)
            parts = processes(server)
            before = sum(map(resident_bytes, parts))
            streams = _Streams(server, IDLE)
            time.sleep(6)  # Through a heartbeat.
            weights.append((sum(map(resident_bytes, parts)) - before) / IDLE / 1000)
            streams.close()
    return Figure(
        "Server memory for each idle stream", "kB", tuple(weights), "at most", 12,
        f"{IDLE:,} streams, each for one region",
    )  # fmt: skip


def board_requests(folder: Path, runs: int) -> Figure:
    """Count board requests answered a second by a server that has one core."""
    rates = []
    db = folder / "board.db"
    token = new_token(db)
    with running(db, token) as server:
        caller = Caller(server)
        for number in range(1, 25):
            caller.raise_alert(_FIRST_LEVEL[number % len(_FIRST_LEVEL)])
        caller.close()
        wrk = shutil.which("wrk")
        if wrk is None:
            raise RuntimeError("wrk is missing: apt-get install wrk")
        for _ in range(runs):
            url = f"http://{server.host}:{server.port}/api/v1/board"
            said = subprocess.run(  # noqa: S603  # Debian's wrk.
                ["taskset", "-c", "1", wrk, "-t1", "-c16", f"-d{WRK_S}s", url],  # noqa: S607
                check=True, capture_output=True, text=True,
            ).stdout  # fmt: skip
            if "Non-2xx" in said:
                raise RuntimeError(said)
            rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]))  # type: ignore[index]
    return Figure(
        "Board requests on one core", "/s", tuple(rates), "at least", 2_500,
        "24 regions under alert, wrk with 16 connections on the other core",
    )  # fmt: skip


_FIRST_LEVEL: Final = [
    f"UA-{number:02d}"
    for number in (5, 7, 9, 12, 14, 18, 21, 23, 26, 30, 32, 35, 40, 43, 46, 48, 51, 53, 56, 59, 61,
                   63, 65, 68, 71, 74, 77)
]  # fmt: skip


class _Streams:
    """Many open streams in one thread, with the time at which each received what is waited for."""

    def __init__(self, server: Server, count: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._sockets: list[socket.socket] = []
        for _ in range(count):
            stream = socket.create_connection((server.host, server.port))
            stream.sendall(b"GET /api/v1/stream?areas=UA-30 HTTP/1.1\r\nhost: bench\r\n\r\n")
            stream.settimeout(0)
            self._selector.register(stream, selectors.EVENT_READ)
            self._sockets.append(stream)
        self.wait_for(b"event: board")

    def wait_for(self, mark: bytes) -> list[float]:
        """Read until every stream has received the mark; the times of arrival."""
        waiting = set(self._sockets)
        arrivals: list[float] = []
        until = time.monotonic() + 30
        while waiting:
            if time.monotonic() > until:
                raise RuntimeError(f"{len(waiting)} streams never heard {mark!r}.")
            for key, _ in self._selector.select(1):
                stream = key.fileobj
                assert isinstance(stream, socket.socket)
                data = stream.recv(65_536)
                if mark in data:
                    arrivals.append(time.perf_counter())
                    waiting.discard(stream)
        return arrivals

    def drain(self) -> None:
        """Read what is there."""
        for key, _ in self._selector.select(0):
            key.fileobj.recv(65_536)  # type: ignore[union-attr]

    def close(self) -> None:
        """Close all."""
        self._selector.close()
        for stream in self._sockets:
            stream.close()
