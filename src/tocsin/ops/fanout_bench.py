"""
How much telling N subscribers costs: an edge as it is, against the least that it could cost.

Three servers are up at once, each with N subscribers of its own: the floor (a C program that only
writes to sockets), a second copy of it as control, and an edge, told by this process as by a core.
They are told the same bytes in turn, message by message, in changing order, so that a busy machine
slows all; ratios are taken within each turn, and the median of the runs counts. Where the control
does not come out near 1 the run says nothing, and is void. Where it is asked for, nginx with nchan
takes its turns too, and at the end of each run some more subscribers come, who sleep.

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
from dataclasses import dataclass, replace
from math import isnan, nan
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple, Protocol

from tocsin.kernel.errors import Refused
from tocsin.kernel.wire import Form
from tocsin.ops.fanout_edge import Edge
from tocsin.ops.fanout_nchan import Nchan, find_module
from tocsin.ops.fanout_programs import Command, Floor, Load, Programs, compiled
from tocsin.ops.fanout_stalled import WINDOWS, Stalled

SUBSCRIBERS_MAX: Final = 1_000_000
MESSAGES: Final = 20
RUNS: Final = 3
SPARE_DESCRIPTORS: Final = 200

CONTROL: Final = (0.90, 1.12)
TARGETS: Final = {Form.SSE: 1.10, Form.WEBSOCKET: 1.15}
TARGET_TLS: Final = 1.20
TARGET_IDLE_KB: Final = 0.3
TARGET_IDLE_TLS_KB: Final = 20.0

TARGET_NCHAN: Final = 0.75
"""The edge's processor time ÷ nchan's."""

TARGET_STALLED_KB: Final = 32.0
TARGET_STALLED_CHANGE: Final = 1.15
"""What the others see of those who sleep: a ratio with them ÷ the same without."""

STALLED_OBJECT_KB: Final = 1.0
"""What the edge's process keeps of one, at most; `tests/edge/test_fanout.py` weighs it."""

MESSAGES_AMONG_STALLED: Final = 10
"""With what it takes until all have stalled, within the 20 s after which they are closed."""

MESSAGES_UNTIL_STEADY: Final = 20
"""After a pause Linux acknowledges sixteen at once, at the sender's cost here, then when read."""

STALLED_WITHIN: Final = 400
"""Messages; the largest window takes a hundred."""

SETTLE_S: Final = 0.003
"""Between the last delivery and reading the clock of the server's work: it may still count."""


class Beside(NamedTuple):
    """
    What is measured beside the edge and its floor.

    Args:
        nchan: nginx with nchan, where it is installed; only for server-sent events without TLS.
        stalled: So many more subscribers of the edge, who do not read; not over TLS.
    """

    nchan: bool = False
    stalled: int = 0


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
    """
    One run: medians over its messages. A ratio is the edge's, or the control's, to the floor.

    Args:
        nchan_ratio: The edge's processor time ÷ nchan's.
        stalled_kb: The most that the server holds for one who sleeps.
        stalled_cpu_change: The first ratio with some who sleep ÷ the same without.
        stalled_last_change: The same of the last delivery.
        unwoken: How many of them did not hear the newest board when they woke.
    """

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
    nchan_ratio: float | None = None
    stalled_kb: float | None = None
    stalled_cpu_change: float | None = None
    stalled_last_change: float | None = None
    unwoken: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """All runs, and what is promised."""

    subscribers: int
    form: Form
    tls: bool
    runs: tuple[Run, ...]

    def value(self, name: str) -> float:
        """Give the median of the runs; NaN where it was not measured."""
        found = [value for run in self.runs if (value := getattr(run, name)) is not None]
        return float(median(found)) if found else nan

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
        bounds = {
            "cpu_ratio": self.target,
            "last_ratio": self.target,
            "idle_kb": idle,
            "nchan_ratio": TARGET_NCHAN,
            "stalled_kb": TARGET_STALLED_KB,
            "stalled_cpu_change": TARGET_STALLED_CHANGE,
            "stalled_last_change": TARGET_STALLED_CHANGE,
        }
        wrong = [name for name, bound in bounds.items() if self.value(name) > bound]
        sums = ("lost", "unwoken")
        return wrong + [name for name in sums if any(getattr(run, name) for run in self.runs)]

    def shape(self) -> dict[str, Any]:
        """Make what is printed as JSON."""
        names = Run.__slots__
        sums = {name: sum(getattr(run, name) for run in self.runs) for name in ("lost", "unwoken")}
        medians = {name: _rounded(self.value(name)) for name in names if name not in sums}
        return {
            "subscribers": self.subscribers,
            "form": self.form.value,
            "tls": self.tls,
            "messages": MESSAGES,
            **medians,
            **sums,
            "target_ratio": self.target,
            "void": self.void,
            "missed": self.missed,
            "load_average": os.getloadavg()[0],
            "runs": [{n: _rounded(getattr(run, n)) for n in names} for run in self.runs],
        }


def measure(
    subscribers: int,
    form: Form,
    *,
    tls: bool,
    beside: Beside = Beside(),  # noqa: B008  # It cannot be changed.
    runs: int = RUNS,
    messages: int = MESSAGES,
    on_run: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """
    Measure: ten seconds for 1,000 subscribers, a minute for 10,000; with sleepers thrice that.

    Raises:
        Refused: `bench.no_compiler`, `bench.not_compiled`, `bench.too_many_subscribers`,
            `bench.not_held`, `bench.no_nchan`.
    """
    _allow_descriptors(subscribers + beside.stalled + SPARE_DESCRIPTORS)
    with compiled(tls=tls) as programs:
        taken = []
        for number in range(runs):
            on_run(number)
            taken.append(_run(subscribers, form, programs, messages, beside, tls=tls))
        return Outcome(subscribers, form, tls, tuple(taken))


def _run(
    subscribers: int, form: Form, programs: Programs, messages: int, beside: Beside, *, tls: bool
) -> Run:
    with ExitStack() as stack:
        edge = stack.enter_context(Edge.started(programs.folder, form, tls=tls))
        servers: dict[str, Server] = {"edge": edge}
        requests = {}
        for name in ("floor", "control"):
            servers[name] = one = Floor(programs.floor)
            stack.callback(one.close)
        module = find_module() if beside.nchan and form is Form.SSE and not tls else None
        if module is not None:
            nchan = stack.enter_context(Nchan.started(module, programs.folder, subscribers))
            servers["nchan"], requests["nchan"] = nchan, nchan.request
        loads: dict[str, Load] = {}
        idle = 0.0
        for name, server in servers.items():
            _pin(server.pid, 0)
            command, request = [*programs.load, str(server.port)], requests.get(name, edge.request)
            if name == "edge":  # What the first ones ever cost is not each one's.
                _held([*command, "50", str(request)], edge.live).close()
                time.sleep(0.3)
                idle = edge.resident_kb()
            loads[name] = _held([*command, str(subscribers), str(request)], edge.live)
            stack.callback(loads[name].close)
            if name == "edge":
                idle = (edge.resident_kb() - idle) / subscribers
        group = _Group(servers, loads, edge, subscribers)
        run = _judged(group.told(messages), idle, subscribers)
        return _among_stalled(group, run, beside.stalled) if beside.stalled and not tls else run


class _Group(NamedTuple):
    """All servers with their subscribers."""

    servers: dict[str, Server]
    loads: dict[str, Load]
    edge: Edge
    subscribers: int

    def told(self, messages: int, *, before: int = 1) -> dict[str, list[Taken]]:
        """Tell so many messages in turn, and some before them that warm everything up."""
        taken: dict[str, list[Taken]] = {name: [] for name in self.servers}
        names = list(self.servers)
        for number in range(before + messages):
            first = number % len(names)
            turn = names[first:] + names[:first]
            # Whoever comes after an edge finds the caches as it left them: so each after each.
            for name in turn if number % 2 else reversed(turn):
                one_taken = self.tell(name)
                if number >= before:
                    taken[name].append(one_taken)
        return taken

    def tell(self, name: str) -> Taken:
        """Tell the subscribers of one server a message."""
        self.edge.live()
        return _tell(self.servers[name], self.loads[name], self.edge, self.subscribers)


def _among_stalled(group: _Group, run: Run, count: int) -> Run:
    """Measure what changes for the others when some do not read."""
    edge = group.edge
    servers = {name: server for name, server in group.servers.items() if name != "nchan"}
    group = group._replace(servers=servers)

    def judged(*, before: int) -> Run:
        taken = group.told(MESSAGES_AMONG_STALLED, before=before)
        return _judged(taken, 0.0, group.subscribers)

    alone = judged(before=MESSAGES_UNTIL_STEADY)
    stalled = Stalled(edge.port, edge.request)
    try:
        told = 0
        for number, window in enumerate(WINDOWS, 1):
            stalled.join(count * number // len(WINDOWS) - len(stalled), window)
            while edge.report().get("slow") != len(stalled) and told < STALLED_WITHIN:
                for name in servers:  # All, or the edge alone would be steady.
                    group.tell(name)
                told += 1
        kernels = stalled.held_bytes()
        among = judged(before=1)
        kernels += stalled.held_bytes()
        heard = stalled.wake(edge.newest_board(), edge.live)
    finally:
        stalled.close()
    return replace(
        run,
        stalled_kb=max(kernels, default=0) / 1e3 + STALLED_OBJECT_KB,
        stalled_cpu_change=among.cpu_ratio / alone.cpu_ratio,
        stalled_last_change=among.last_ratio / alone.last_ratio,
        unwoken=count - heard,
        lost=run.lost + alone.lost + among.lost,
    )


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
    def ratio(name: str, field: str, over: str = "floor") -> float:
        pairs = zip(taken[name], taken[over], strict=True)
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
        nchan_ratio=ratio("edge", "cpu_us", over="nchan") if "nchan" in taken else None,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None or isnan(value) else round(value, 3)


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
