"""
Three machines in network namespaces: NATS on each, a core on one, edges on the other two.

The record is a file that is waited for, the feed, the bus and the edges' sources are the real ones.
Each part is cut off, killed or loses its power in turn while alarms flow; then every acknowledged
alarm must be in the record and known to each edge, none may be heard twice, and an edge that says
"fresh" must know all. How a core with PostgreSQL is taken over from is another campaign's matter.

`python -m tests.chaos.machines core|edge …` is one process of it. Needs root.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread

import nats
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.errors import Error as NatsError
from tests.chaos.disk import disk
from tests.speaker import AREAS, Heard, RealClock, Speaker

from tocsin.channels.bus import Bus
from tocsin.channels.bus_stream import last_place
from tocsin.edge.source_nats import NatsSource
from tocsin.edge.verify import Gate
from tocsin.edge.watch import Watch
from tocsin.kernel.feed import MESSAGES, Line

ROOT = Path(__file__).resolve().parent.parent.parent
NATS = Path(sys.executable).with_name("nats-server")
KEY = bytes(range(32))
EACH_S = 0.05
DISK_MB = 1_000
"""Most of it is never written; the stream asks for room for 512 MB."""

NAMES = ("a", "b", "c")
PEOPLE = "d"
"""The machine of those who press and listen."""

SERVERS = [f"nats://10.77.0.{number}:4222" for number in (1, 2, 3)]


# One process: a core, or an edge. It prints a line of JSON for each thing that happens.


def say(**what) -> None:
    print(json.dumps({"t": time.monotonic(), **what}), flush=True)


def pressed(record: Path) -> list[bytes]:
    """Read the record: an area for each press."""
    return record.read_bytes().split(b"\n")[:-1] if record.exists() else []


async def core(record: Path, build: str) -> None:
    """Press every 50 ms: commit, tell, acknowledge; a weakened build does it in another order."""
    said = pressed(record)
    speaker = Speaker(RealClock(), Ed25519PrivateKey.from_private_bytes(KEY))
    for area in said:  # The record is read again before anybody is told anything.
        speaker.press(area.decode())
    say(began=speaker.position)
    loop = asyncio.get_running_loop()
    bus = Bus(speaker.feed, SERVERS)
    carrying = loop.create_task(bus.run())
    tick_at = loop.time()
    number = len(said)
    acked = ticked = speaker.position
    with record.open("ab") as file:
        while True:
            area = AREAS[number % len(AREAS)]
            if build == "PublishesBeforeCommit":
                speaker.press(area)
                await asyncio.sleep(EACH_S)  # Aimed: this is where it is killed.
            if build != "BusAsRecord":
                file.write(area.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if build != "PublishesBeforeCommit":
                speaker.press(area)
            number += 1
            if build != "BusAsRecord":
                say(ack=speaker.position)
            if loop.time() >= tick_at:
                if build == "BusAsRecord" and bus.stored:
                    # What was said before the last tick, which the stream says it has stored.
                    for position in range(acked + 1, ticked + 1):
                        say(ack=position)
                    acked = max(acked, ticked)
                ticked = speaker.position
                speaker.feed.tick()
                tick_at += 1
            await asyncio.sleep(EACH_S)
            assert not carrying.done(), carrying


async def ask_the_bus() -> None:
    """Print how far the stream has come."""
    while True:
        for server in SERVERS:
            with suppress(NatsError, OSError, TimeoutError):
                client = await nats.connect(server, connect_timeout=1, max_reconnect_attempts=1)
                place = await last_place(client.jetstream(timeout=2))
                say(place=place.position if place else 0)
                await client.close()
                return


class Told(Heard):
    """A hub that prints what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.gate: Gate | None = None

    def take(self, line: Line) -> None:
        super().take(line)
        self.lines.clear()
        if line.kind in MESSAGES:
            say(heard=self.place.position)
        elif line.kind == "board":
            say(board=self.place.position)
        elif line.kind == "tick":
            say(tick=self.place.position, whole=self.gate.whole, standing=self.standing)

    def silent(self, lost: bool) -> None:
        say(silent=lost)


async def edge() -> None:
    """Follow and print."""
    hub = Told()
    public = Ed25519PrivateKey.from_private_bytes(KEY).public_key().public_bytes_raw()
    hub.gate = Gate(public, RealClock())
    watch = Watch(hub.gate, hub, asyncio.get_running_loop().time)
    await asyncio.gather(NatsSource(SERVERS, watch, lambda: 0.5).run(), watch.run())


# The machines.


def inside(machine: str) -> list[str]:
    """Begin a command on a machine; mounts are everybody's, or a disk could not come back."""
    return ["nsenter", f"--net=/run/netns/tocsin-{machine}"]


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


class Part:
    """A process on a machine, and what it has printed, over all its lives."""

    def __init__(self, machine: str, *arguments: str, module: str = "tests.chaos.machines") -> None:
        self.machine = machine
        self.lives: list[list[dict]] = []
        self._command = [*inside(machine), sys.executable, "-m", module, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        life: list[dict] = []
        self.lives.append(life)
        Thread(target=self._read, args=(self._process.stdout, life), daemon=True).start()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    @staticmethod
    def _read(pipe, life: list[dict]) -> None:
        for line in pipe:
            try:
                life.append(json.loads(line))
            except ValueError:  # What it logged.
                life.append({"log": line.decode(errors="replace").rstrip()})


class Nats:
    """A NATS server on a machine, its files on a disk whose power can be cut."""

    def __init__(self, number: int, store, *, waits: bool) -> None:
        self.machine, self.disk = NAMES[number], store
        routes = ",".join(f"nats://10.77.0.{n}:6222" for n in (1, 2, 3) if n != number + 1)
        address = f"10.77.0.{number + 1}"
        sync = ", sync_interval: always" if waits else ""
        self._configuration = store.root.parent / f"{self.machine}.conf"
        self.log = self._configuration.with_suffix(".log")
        self._configuration.write_text(
            f'server_name: {self.machine}\nlisten: "{address}:4222"\n'
            f'jetstream {{ store_dir: "{store.root}/nats"{sync} }}\n'
            f'cluster {{ name: t, listen: "{address}:6222", routes: [{routes}] }}\n',
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [*inside(self.machine), NATS, "-c", self._configuration]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def cut_power(self) -> None:
        self.disk.cut_power(self.kill)

    def empty(self) -> None:
        shutil.rmtree(self.disk.root / "nats", ignore_errors=True)


@contextmanager
def network() -> Iterator[None]:
    """Make the machines on one switch, in namespaces of their own, and take them away again."""
    made = ["tocsin-net", *(f"tocsin-{name}" for name in (*NAMES, PEOPLE))]
    for name in made:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
    try:
        for name in made:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", "tocsin-net", "link", "add", "switch", "type", "bridge")
        run("ip", "-n", "tocsin-net", "link", "set", "switch", "up")
        for number, name in enumerate((*NAMES, PEOPLE), 1):
            run("ip", "-n", "tocsin-net", "link", "add", f"to-{name}", "type", "veth",
                "peer", "name", "eth0", "netns", f"tocsin-{name}")  # fmt: skip
            run("ip", "-n", "tocsin-net", "link", "set", f"to-{name}", "master", "switch", "up")
            run("ip", "-n", f"tocsin-{name}", "addr", "add", f"10.77.0.{number}/24", "dev", "eth0")
            run("ip", "-n", f"tocsin-{name}", "link", "set", "eth0", "up")
        yield
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def cut_off(machine: str) -> None:
    """Drop everything between one machine and the others, without a word to either."""
    rules = 'table inet cut { chain i { type filter hook input priority 0; iifname "eth0" drop; }; '
    rules += 'chain o { type filter hook output priority 0; oifname "eth0" drop; }; }'
    run(*inside(machine), "nft", rules)


def join(machine: str) -> None:
    """Let it be reached again."""
    run(*inside(machine), "nft", "delete", "table", "inet", "cut")


class Machines:
    """All parts, running."""

    def __init__(self, folder: Path, stack: ExitStack, build: str) -> None:
        self.record = folder / "record"
        waits = build != "BusAsRecord"  # Which is run as NATS comes.
        self.nats = [Nats(n, stack.enter_context(disk(DISK_MB)), waits=waits) for n in range(3)]
        self.core = Part("a", "core", str(self.record), build)
        self.edges = {name: Part(name, "edge") for name in ("b", "c")}
        self.marks: list[tuple[str, float, float]] = []

    def start(self) -> None:
        for part in (*self.nats, self.core, *self.edges.values()):
            part.start()

    def stop(self) -> None:
        for part in (self.core, *self.edges.values(), *self.nats):
            part.kill()

    def during(self, name: str, begin, seconds: float, end=None) -> None:
        """Let something happen for a while, and then be over; note when."""
        began = time.monotonic()
        begin()
        time.sleep(seconds)
        if end is not None:
            end()
        self.marks.append((name, began, time.monotonic()))
        time.sleep(6)

    def acked(self) -> dict[int, float]:
        """When each position was acknowledged, first."""
        found: dict[int, float] = {}
        for life in self.core.lives:
            for line in list(life):
                if "ack" in line:
                    found.setdefault(line["ack"], line["t"])
        return found


@contextmanager
def machines(folder: Path, build: str = "CommitsFirst") -> Iterator[Machines]:
    """Run the three machines until the block ends."""
    with ExitStack() as stack:
        stack.enter_context(network())
        made = Machines(folder, stack, build)
        try:
            made.start()
            time.sleep(8)  # Until NATS has chosen its leaders.
            yield made
        finally:
            made.stop()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["core", record, build]:
            asyncio.run(core(Path(record), build))
        case ["edge"]:
            asyncio.run(edge())
        case ["read"]:
            asyncio.run(ask_the_bus())
