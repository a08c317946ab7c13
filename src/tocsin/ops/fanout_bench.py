"""
How much telling N subscribers costs: an edge as it is, against the least that it could cost.

Three servers are up at once, each with N subscribers of its own: the floor (a C program that only
writes to sockets), a second copy of it as control, and an edge, told by this process as by a core.
They are told the same bytes in turn, message by message, in changing order, so that a busy machine
slows all; ratios are taken within each turn, and the median of the runs counts. Where the control
does not come out near 1 the run says nothing, and is void.

Processor time is the scheduler's (`schedstat`, in nanoseconds): it does not count waiting. The
servers are on one processor, the subscribers on another. Loopback charges the receiving half of
the network to the sender too, so quote ratios and not microseconds.

The C programs are part of the package and compiled when asked for; nothing else needs a compiler.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, Protocol

from tocsin.kernel.errors import Refused
from tocsin.kernel.wire import Form
from tocsin.ops.fanout_edge import Edge
from tocsin.ops.fanout_programs import Command, Floor, Load, Programs, compiled

SUBSCRIBERS_MAX: Final = 1_000_000
MESSAGES: Final = 20
RUNS: Final = 3
SPARE_DESCRIPTORS: Final = 200

CONTROL: Final = (0.90, 1.12)
TARGETS: Final = {Form.SSE: 1.10, Form.WEBSOCKET: 1.15}
TARGET_TLS: Final = 1.20
TARGET_IDLE_KB: Final = 0.3
TARGET_IDLE_TLS_KB: Final = 20.0

SETTLE_S: Final = 0.003
"""Between the last delivery and reading the clock of the server's work: it may still count."""


class Server(Protocol):
    """One that tells subscribers what it is told."""

    @property
    def pid(self) -> int:
        """Name its process."""

    @property
    def port(self) -> int:
        """Tell where its subscribers connect."""

    def tell(self, frame: bytes, line: bytes) -> None:
        """Have everybody told a frame, which the line of the feed will become."""

    def live(self) -> None:
        """Keep it from believing that it is alone."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one message cost one server, and when it had arrived, in milliseconds from its start."""

    received: int
    cpu_us: float
    p50_ms: float
    p99_ms: float
    last_ms: float


@dataclass(frozen=True, slots=True)
class Run:
    """One run: medians over its messages. A ratio is the edge's, or the control's, to the floor."""

    cpu_ratio: float
    last_ratio: float
    p99_ratio: float
    control_cpu_ratio: float
    control_last_ratio: float
    cpu_us: float
    floor_cpu_us: float
    last_ms: float
    floor_last_ms: float
    idle_kb: float
    lost: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """All runs, and what is promised."""

    subscribers: int
    form: Form
    tls: bool
    runs: tuple[Run, ...]

    def value(self, name: str) -> float:
        """Give the median of the runs."""
        return float(median(getattr(run, name) for run in self.runs))

    @property
    def void(self) -> bool:
        """Say whether the machine was too restless for these figures to say anything."""
        return not CONTROL[0] <= self.value("control_cpu_ratio") <= CONTROL[1]

    @property
    def target(self) -> float:
        """Tell what the ratios may be at most."""
        return TARGET_TLS if self.tls else TARGETS[self.form]

    @property
    def missed(self) -> list[str]:
        """Name what is not as promised."""
        idle = TARGET_IDLE_TLS_KB if self.tls else TARGET_IDLE_KB
        bounds = {"cpu_ratio": self.target, "last_ratio": self.target, "idle_kb": idle}
        wrong = [name for name, bound in bounds.items() if self.value(name) > bound]
        return wrong + ["lost"] * any(run.lost for run in self.runs)

    def shape(self) -> dict[str, Any]:
        """Make what is printed as JSON."""
        names = Run.__slots__
        medians = {name: round(self.value(name), 3) for name in names if name != "lost"}
        return {
            "subscribers": self.subscribers,
            "form": self.form.value,
            "tls": self.tls,
            "messages": MESSAGES,
            **medians,
            "lost": sum(run.lost for run in self.runs),
            "target_ratio": self.target,
            "void": self.void,
            "missed": self.missed,
            "load_average": os.getloadavg()[0],
            "runs": [{n: round(getattr(run, n), 3) for n in names} for run in self.runs],
        }


def measure(
    subscribers: int,
    form: Form,
    *,
    tls: bool,
    runs: int = RUNS,
    messages: int = MESSAGES,
    on_run: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """
    Measure, which takes some ten seconds for 1,000 subscribers and a minute for 10,000.

    Raises:
        Refused: `bench.no_compiler`, `bench.not_compiled`, `bench.too_many_subscribers`,
            `bench.not_held`.
    """
    _allow_descriptors(subscribers + SPARE_DESCRIPTORS)
    with compiled(tls=tls) as programs:
        taken = []
        for number in range(runs):
            on_run(number)
            taken.append(_run(subscribers, form, programs, messages, tls=tls))
        return Outcome(subscribers, form, tls, tuple(taken))


def _run(subscribers: int, form: Form, programs: Programs, messages: int, *, tls: bool) -> Run:
    with ExitStack() as stack:
        edge = stack.enter_context(Edge.started(programs.folder, form, tls=tls))
        servers: dict[str, Server] = {"edge": edge}
        for name in ("floor", "control"):
            servers[name] = one = Floor(programs.floor)
            stack.callback(one.close)
        loads: dict[str, Load] = {}
        idle = 0.0
        for name, server in servers.items():
            _pin(server.pid, 0)
            command = [*programs.load, str(server.port)]
            if name == "edge":  # What the first ones ever cost is not each one's.
                _held([*command, "50", str(edge.request)], edge.live).close()
                time.sleep(0.3)
                idle = edge.resident_kb()
            loads[name] = _held([*command, str(subscribers), str(edge.request)], edge.live)
            stack.callback(loads[name].close)
            if name == "edge":
                idle = (edge.resident_kb() - idle) / subscribers
        taken: dict[str, list[Taken]] = {name: [] for name in servers}
        names = list(servers)
        for number in range(messages + 1):
            turn = names[number % 3 :] + names[: number % 3]
            # Whoever comes after an edge finds the caches as it left them: so each after each.
            for name in turn if number % 2 else reversed(turn):
                edge.live()
                one_taken = _tell(servers[name], loads[name], edge, subscribers)
                if number:  # The first warms everything up.
                    taken[name].append(one_taken)
    return _judged(taken, idle, subscribers)


def _held(command: Command, meanwhile: Callable[[], None]) -> Load:
    load = Load(command)
    _pin(load.pid, 1)
    load.wait_until_held(meanwhile)
    return load


def _tell(server: Server, load: Load, edge: Edge, subscribers: int) -> Taken:
    mark, line, frame = edge.next_message()
    load.arm(mark)
    before = cpu_ns(server.pid)
    # Of the same clock as the kernel's stamps on what arrives.
    start = time.clock_gettime_ns(time.CLOCK_REALTIME)
    server.tell(frame, line)
    count, p50, p99, last = load.received()
    time.sleep(SETTLE_S)
    spent = (cpu_ns(server.pid) - before) / 1e3 / subscribers
    return Taken(count, spent, *((moment - start) / 1e6 for moment in (p50, p99, last)))


def _judged(taken: dict[str, list[Taken]], idle_kb: float, subscribers: int) -> Run:
    def ratio(name: str, field: str) -> float:
        pairs = zip(taken[name], taken["floor"], strict=True)
        return float(median(getattr(one, field) / getattr(at, field) for one, at in pairs))

    def middle(name: str, field: str) -> float:
        return float(median(getattr(one, field) for one in taken[name]))

    return Run(
        cpu_ratio=ratio("edge", "cpu_us"),
        last_ratio=ratio("edge", "last_ms"),
        p99_ratio=ratio("edge", "p99_ms"),
        control_cpu_ratio=ratio("control", "cpu_us"),
        control_last_ratio=ratio("control", "last_ms"),
        cpu_us=middle("edge", "cpu_us"),
        floor_cpu_us=middle("floor", "cpu_us"),
        last_ms=middle("edge", "last_ms"),
        floor_last_ms=middle("floor", "last_ms"),
        idle_kb=idle_kb,
        lost=sum(subscribers - one.received for one in taken["edge"]),
    )


def _allow_descriptors(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise Refused(
            "bench.too_many_subscribers",
            f"A process here may have {hard:,} connections open; {wanted:,} are needed.",
        )
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _pin(pid: int, core: int) -> None:
    """Give servers one processor and subscribers another, where there are two."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(pid, {core})


def cpu_ns(pid: int) -> int:
    """Tell the processor time of all threads of a process, in nanoseconds (proc(5), schedstat)."""
    return sum(
        int(path.read_text("ascii").split()[0])
        for path in Path(f"/proc/{pid}/task").glob("*/schedstat")
    )
