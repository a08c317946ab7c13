"""
An alarm while everybody reads: how long it takes, against how long it takes on an idle server.

The readers are wrk on the last processor: most ask for the board, a quarter of them say that they
have it already, and one in a hundred asks for the page, compressed as browsers do; every other of
these brings a cookie with the area that it remembers. Beside them 500 connections give a byte a
second, half of them of a head and half of a body. They come from this machine's own addresses,
which no limit per address holds back. Core and edge have all processors; what the load client takes
of them is part of the load.

Idle and loaded take turns, 25 alerts each, so that a restless machine slows both; one run has 200
of each. An alarm is timed from the press to the alert on a stream, so it is on disk by then. The
client that times has the highest priority: it is the server that is measured.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final, NamedTuple

from bench.measure import Figure, percentile
from bench.serving import Caller, Server, new_token, running

TURNS: Final = 8
ALERTS: Final = 25
"""In each turn: 8 × 25 = 200 of an idle server, and 200 of a loaded one."""

PAUSE_S: Final = 0.02
READERS: Final = 128
PACE_MS: Final = 5
"""128 readers with 5 ms between an answer and the next request: up to 25,600 requests/s."""

SLOW: Final = 500
SLOW_ADDRESSES: Final = 20
SETTLE_S: Final = 0.7
WITHIN_S: Final = 10.0

RATE_TARGET: Final = 20_000

_BOARD: Final = b"event: board\n"

STANDING: Final = [f"UA-{n:02d}" for n in (5, 7, 9, 12, 14, 18, 21, 23, 26, 32, 35, 46, 48, 51, 53,
                                            56, 59, 61, 63, 65, 68, 71, 74, 77)]  # fmt: skip

_SCRIPT: Final = """
local requests, at = {}, 0
init = function(_)
  local board = wrk.format("GET", "/api/v1/board")
  local known = wrk.format("GET", "/api/v1/board", {["if-none-match"] = "*"})
  local packed = {["accept-encoding"] = "gzip"}
  local page = wrk.format("GET", "/", packed)
  packed["cookie"] = "areas=UA-30"
  local mine = wrk.format("GET", "/", packed)
  for n = 1, 1000 do
    local read = n %% 4 == 0 and known or board
    local opened = n %% %(mine_every)d == 0 and mine or page
    requests[n] = n %% %(page_every)d == 0 and opened or read
  end
end
request = function() at = at %% 1000 + 1 return requests[at] end
%(delay)s
"""


class Load(NamedTuple):
    """
    What the readers do: one in `page_every` asks for the page; 0 ms is without a pause.

    One in `mine_every` brings a cookie where it asks for the page.
    """

    page_every: int = 100
    mine_every: int = 200
    pace_ms: int = PACE_MS
    slow: int = SLOW


class Taken(NamedTuple):
    """One run, in seconds; `rates` and `wrong` are of the readers, one for each loaded turn."""

    idle: list[float]
    loaded: list[float]
    rates: list[float]
    wrong: int
    lost: int
    cut: int
    boards: int


def alarms_while_read(folder: Path, runs: int, load: Load = Load()) -> Iterator[Figure]:  # noqa: B008  # It cannot be changed.
    """Time alarms of an idle server and of one that is read by as many as one core can be."""
    taken = [run(folder / f"reading-{number}.db", load) for number in range(runs)]
    last = taken[-1]
    times = "; ".join(
        f"{name} p50 {percentile(of, 0.5) * 1e3:.1f} ms, p99 {percentile(of, 0.99) * 1e3:.1f} ms"
        for name, of in (("idle", last.idle), ("read", last.loaded))
    )
    controls = " ".join(f"{_control(one):.2f}" for one in taken)
    yield Figure(
        "Alarm p99 while read ÷ idle", "×",
        tuple(percentile(one.loaded, 0.99) / percentile(one.idle, 0.99) for one in taken),
        "at most", 2, f"{times}; idle ÷ idle in the same runs {controls}",
    )  # fmt: skip
    yield Figure(
        "Alarm p50 while read ÷ idle", "×",
        tuple(percentile(one.loaded, 0.5) / percentile(one.idle, 0.5) for one in taken),
        "at most", 2, "the same alarms",
    )  # fmt: skip
    yield Figure(
        "Alerts lost", "", tuple(float(one.lost) for one in taken), "at most", 0,
        f"of {TURNS * ALERTS} a run and as many idle, on a stream that was open all the time; "
        f"{sum(one.boards for one in taken)} messages came as a board",
    )  # fmt: skip
    yield Figure(
        "Public reading meanwhile", "/s",
        tuple(percentile(one.rates, 0.5) for one in taken), "at least", RATE_TARGET,
        f"75 % board, 25 % known already, 1 in {load.page_every} the page, compressed "
        "and half of those with a cookie; "
        f"{last.wrong} not answered with 200 or 304; {load.slow} slow connections beside them, "
        f"cut off and come again {last.cut} times; a core for the load client",
    )  # fmt: skip


def _control(taken: Taken) -> float:
    """Compare every other idle alarm with the rest: what the machine alone makes of a p99."""
    return percentile(taken.idle[::2], 0.99) / percentile(taken.idle[1::2], 0.99)


def run(db: Path, load: Load) -> Taken:
    """Time 200 alarms of an idle server and 200 of one that is read, in turns."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is missing: apt-get install wrk")
    script = db.with_suffix(".lua")
    delay = f"delay = function() return {load.pace_ms} end" if load.pace_ms else ""
    every = {"page_every": load.page_every, "mine_every": load.mine_every}
    script.write_text(_SCRIPT % {**every, "delay": delay})
    taken = Taken([], [], [], 0, 0, 0, 0)
    with running(db, new_token(db), core=None) as server, _first_in_line():
        caller = Caller(server)
        for area in STANDING:
            caller.raise_alert(area)
        witness = _Witness(server)
        _alarms(caller, witness)  # The first warm everything up.
        wrong = lost = cut = 0
        for _ in range(TURNS):
            times, missed = _alarms(caller, witness)
            taken.idle.extend(times)
            lost += missed
            with _slow(server, load.slow) as slow, _readers(server, wrk, script) as readers:
                time.sleep(SETTLE_S)
                times, missed = _alarms(caller, witness)
                taken.loaded.extend(times)
                lost += missed
            said = readers.communicate()[0]
            taken.rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]))  # type: ignore[index]
            errors = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
            wrong += int(errors[1]) if errors else 0
            cut += slow.get()
            time.sleep(SETTLE_S)
        caller.close()
        witness.close()
    return taken._replace(wrong=wrong, lost=lost, cut=cut, boards=witness.boards)


def _alarms(caller: Caller, witness: _Witness) -> tuple[list[float], int]:
    """Raise and end alerts; tell how long each took to the stream, and how many never came."""
    times, lost = [], 0
    for number in range(ALERTS):
        time.sleep(PAUSE_S + number % 7 / 1000)  # In step with nothing.
        pressed = time.perf_counter()
        caller.send_raise("UA-30")
        came = witness.wait_for(b"event: alert\n")
        alert_id = caller.receive()["accepted"][0]["id"]
        if came is None or not witness.told(alert_id):
            lost += 1
            times.append(WITHIN_S)
        else:
            times.append(came - pressed)
        caller.all_clear(alert_id)
        witness.wait_for(b"event: all-clear\n")
    return times, lost


class _Witness:
    """A stream that is open all the time, and tells when it was told what."""

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection((server.host, server.port))
        self._socket.sendall(b"GET /api/v1/stream?areas=UA-30 HTTP/1.1\r\nhost: bench\r\n\r\n")
        self._heard = b""
        self.boards = 0
        self.wait_for(_BOARD)
        self.boards = 0  # That one was not in place of anything.

    def wait_for(self, mark: bytes) -> float | None:
        """
        Read until a mark, and the message that it begins, have come; tell when.

        A board says the same, and takes the place of a message where the stream has fallen behind.
        """
        until = time.perf_counter() + WITHIN_S
        self._heard = b""
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._socket], [], [], left)[0]:
                self._heard += self._socket.recv(65_536)
                for one in (mark, _BOARD):
                    at = self._heard.find(one)
                    if at >= 0 and b"\n\n" in self._heard[at:]:
                        self.boards += one is _BOARD
                        return time.perf_counter()
        return None

    def told(self, alert_id: str) -> bool:
        """Say whether the message waited for last was about this alert."""
        return alert_id.encode() in self._heard

    def close(self) -> None:
        """Close the stream."""
        self._socket.close()


@contextmanager
def _first_in_line() -> Iterator[None]:
    """Let the client that times run as soon as there is something to time, where it may."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -20)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)


def _as_before() -> None:
    """Give a child the priority that this process began with."""
    os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)


PRIORITY: Final = os.getpriority(os.PRIO_PROCESS, 0)
_LAST_CORE: Final = (os.cpu_count() or 1) - 1


@contextmanager
def _readers(server: Server, wrk: str, script: Path) -> Iterator[subprocess.Popen[str]]:
    url = f"http://{server.host}:{server.port}"
    pin = ["taskset", "-c", str(_LAST_CORE)]
    child = subprocess.Popen(  # noqa: S603  # Debian's wrk.
        [*pin, wrk, "-t1", f"-c{READERS}", "-d60s", "-s", str(script), url],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_as_before,  # noqa: PLW1509  # No threads here.
    )
    try:
        yield child
    finally:
        child.send_signal(2)  # It tells its figures.


@contextmanager
def _slow(server: Server, count: int) -> Iterator[multiprocessing.SimpleQueue[int]]:
    cut: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    over = multiprocessing.Event()
    child = multiprocessing.Process(target=_be_slow, args=(server, count, over, cut))
    child.start()
    try:
        yield cut
    finally:
        over.set()
        child.join()


def _be_slow(
    server: Server, count: int, over: Event, told: multiprocessing.SimpleQueue[int]
) -> None:
    """Give a byte a second on each of many connections; open again those that are closed."""
    _as_before()
    os.sched_setaffinity(0, {_LAST_CORE})
    connections = [_slow_connection(server, number) for number in range(count)]
    cut = 0
    while not over.is_set():
        for number in range(count):
            if number % 10 == 0:
                over.wait(10 / count)
            connection = connections[number]
            try:
                connection.send(b"x")
                gone = not connection.recv(4_096)
            except BlockingIOError:
                continue
            except OSError:
                gone = True
            if gone:
                cut += 1
                connection.close()
                connections[number] = _slow_connection(server, number)
    for connection in connections:
        connection.close()
    told.put(cut)


def _slow_connection(server: Server, number: int) -> socket.socket:
    source = f"127.0.0.{2 + number % SLOW_ADDRESSES}"
    connection = socket.create_connection((server.host, server.port), source_address=(source, 0))
    connection.sendall(
        b"GET /api/v1/board HTTP/1.1\r\nhost: bench\r\nx-slow: "
        if number % 2
        else b"POST /api/v1/alerts HTTP/1.1\r\nhost: bench\r\ncontent-length: 60000\r\n\r\n"
    )
    connection.settimeout(0)
    return connection
