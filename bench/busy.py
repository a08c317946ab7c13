"""
Press to everybody: the last of 10,000 streams, and the last of 1,000 while another process works.

Subscribers are the C program of `tocsin bench fanout`; when each was told is the kernel's stamp on
what arrived, so how fast the subscribers read says nothing here. Core and edge have all processors.

The other process is one that imports the whole history into ledgers of its own, again and again, on
the last processor, where the subscribers are too. It is stopped for every other alert, so that a
restless machine slows both alike.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.measure import Figure, percentile
from bench.serving import Caller, new_token, running
from tocsin.ops.fanout_bench import cpu_ns
from tocsin.ops.fanout_programs import Load, Programs, compiled

SUBSCRIBERS: Final = 1_000
MANY: Final = 10_000
ALERTS: Final = 40
"""Of each kind: so many with the other process at work, and as many without."""

ALERTS_TO_MANY: Final = 30
SETTLE_S: Final = 0.1
LAST_CORE: Final = (os.cpu_count() or 1) - 1

_REQUEST: Final = b"GET /api/v1/stream?areas=UA-30 HTTP/1.1\r\nhost: bench\r\n\r\n"

_IMPORT: Final = """
import sys
from itertools import count
from pathlib import Path
from tocsin.cli import app
for number in count():
    db = Path(sys.argv[2]) / f"import-{number}.db"
    try:
        app(["replay", sys.argv[1], "--db", str(db), "--json"])
    except SystemExit as ended:
        if ended.code:
            raise
    for left in db.parent.glob(db.name + "*"):
        if left.is_file():
            left.unlink()
"""


def last_while_busy(folder: Path, history: Path, runs: int) -> Iterator[Figure]:
    """Time alerts to the last of 1,000, with and without a process at work beside the server."""
    ratios, controls, details, lost = [], [], "", 0
    with compiled(tls=False) as programs:
        for number in range(runs):
            db = folder / f"busy-{number}.db"
            with _told(db, programs, SUBSCRIBERS) as press, _import(folder, history) as work:
                idle: list[float] = []
                busy: list[float] = []
                share = 0.0
                for _ in range(ALERTS):
                    os.kill(work, signal.SIGSTOP)
                    idle.append(press())
                    os.kill(work, signal.SIGCONT)
                    before, since = cpu_ns(work), time.perf_counter_ns()
                    time.sleep(SETTLE_S)
                    busy.append(press())
                    share += (cpu_ns(work) - before) / (time.perf_counter_ns() - since) / ALERTS
            lost += sum(one == float("inf") for one in (*idle, *busy))
            ratios.append(percentile(busy, 0.5) / percentile(idle, 0.5))
            controls.append(percentile(idle[::2], 0.5) / percentile(idle[1::2], 0.5))
            details = (
                f"idle p50 {percentile(idle, 0.5):.1f} ms, p99 {percentile(idle, 0.99):.1f} ms; "
                f"busy p50 {percentile(busy, 0.5):.1f} ms, p99 {percentile(busy, 0.99):.1f} ms; "
                f"the import had {share:.0%} of its processor"
            )
    said = " ".join(f"{one:.2f}" for one in controls)
    yield Figure(
        f"Press → last of {SUBSCRIBERS:,}, while an import works ÷ idle", "×", tuple(ratios),
        "at most", 3, f"{details}; idle ÷ idle {said}; {lost} alerts not told to all",
    )  # fmt: skip


def last_of_many(folder: Path, runs: int) -> Iterator[Figure]:
    """Time alerts from the press, over HTTP and the disk, to the last of 10,000 streams."""
    medians, worst = [], []
    with compiled(tls=False) as programs:
        for number in range(runs):
            with _told(folder / f"many-{number}.db", programs, MANY) as press:
                times = [press() for _ in range(ALERTS_TO_MANY)]
            medians.append(percentile(times, 0.5))
            worst.append(max(times))
    yield Figure(
        f"Press → last of {MANY:,}", "ms", tuple(medians), "at most", 300,
        f"median of {ALERTS_TO_MANY} alerts a run; the slowest of each run "
        + " ".join(f"{one:.0f}" for one in worst),
    )  # fmt: skip


@contextmanager
def _told(db: Path, programs: Programs, subscribers: int) -> Iterator[Callable[[], float]]:
    """Start a server with subscribers; give what raises an alert, ends it, and times the raise."""
    request = programs.folder / "ask"
    request.write_bytes(_REQUEST)
    with running(db, new_token(db), core=None) as server, ExitStack() as stack:
        load = Load([*programs.load, str(server.port), str(subscribers), str(request)])
        stack.callback(load.close)
        os.sched_setaffinity(load.pid, {LAST_CORE})
        load.wait_until_held(lambda: None)
        caller = Caller(server)
        stack.callback(caller.close)

        def press() -> float:
            """Raise; milliseconds until the last was told, infinite if not all were."""
            time.sleep(SETTLE_S)
            load.arm("event: alert")
            pressed = time.clock_gettime_ns(time.CLOCK_REALTIME)
            caller.send_raise("UA-30")
            count, _, _, last = load.received()
            alert_id = caller.receive()["accepted"][0]["id"]
            load.arm("event: all-clear")
            caller.all_clear(alert_id)
            load.received()
            return (last - pressed) / 1e6 if count == subscribers else float("inf")

        press()  # The first warms everything up.
        yield press


@contextmanager
def _import(folder: Path, history: Path) -> Iterator[int]:
    """Keep a process importing the history; give its id."""
    child = subprocess.Popen(  # noqa: S603  # Our own program.
        [sys.executable, "-c", _IMPORT, str(history), str(folder)], stdout=subprocess.DEVNULL
    )
    try:
        os.sched_setaffinity(child.pid, {LAST_CORE})
        time.sleep(2)  # Until it imports.
        if child.poll() is not None:
            raise RuntimeError("The import did not start.")
        yield child.pid
    finally:
        child.kill()
        child.wait()
