"""
The whole service on three machines in network namespaces, and people on a fourth.

Cores on a and b with their own edges, PostgreSQL on c, NATS on all three, edges that stand alone
on b and c. The processes are those that an operator starts (`tocsin serve`, `tocsin edge`); a
weakened build is the same with one promise taken out. Needs root.

`python -m tests.chaos.service BUILD ARGUMENTS…` is the command line with that promise taken out.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
from tests.chaos.disk import Disk, disk
from tests.chaos.machines import (
    DISK_MB,
    PEOPLE,
    ROOT,
    SERVERS,
    Nats,
    Part,
    inside,
    network,
)
from tests.postgres import BINARIES, SETTINGS, Cluster

from tocsin.app.sockets import run_directory
from tocsin.edge.control import find_edge

ADDRESSES = {"a": "10.77.0.1", "b": "10.77.0.2", "c": "10.77.0.3"}
CORES = {name: f"http://{ADDRESSES[name]}:8026" for name in ("a", "b")}
EDGES = {name: f"http://{ADDRESSES[name]}:8030" for name in ("b", "c")}
STARTS_WITHIN_S = 60.0
TOCSIN = (sys.executable, "-m", "tests.chaos.service")


class Postgres(Cluster):
    """PostgreSQL on machine c, on a disk whose power can be cut."""

    def __init__(self, store: Disk) -> None:
        super().__init__(store.root / "pg", 5432)
        self.disk = store

    @property
    def url(self) -> str:
        return f"postgresql://tocsin@{ADDRESSES['c']}:{self.port}/postgres"

    def make(self) -> None:
        """Make the cluster."""
        self.folder.mkdir()
        shutil.chown(self.folder, "postgres", "postgres")
        self.disk.root.parent.chmod(0o755)
        self.run(
            "initdb", "-D", self.data, "-U", "tocsin", "-A", "trust", "-E", "UTF8",
            "--no-locale", "--no-sync", "--no-instructions",
        )  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS + f"listen_addresses = '{ADDRESSES['c']}'\n")
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.77.0.0/24 trust\n")

    def run(self, program: str, *arguments: object) -> None:
        user = pwd.getpwnam("postgres")
        command = [*inside("c"), f"--setgid={user.pw_gid}", f"--setuid={user.pw_uid}"]
        command += [str(BINARIES / program), *map(str, arguments)]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/"
        )

    def crash(self) -> None:
        """End all of it at once."""
        self.kill()
        self.unlock()

    def cut_power(self) -> None:
        """Lose what the disk had not been told to keep."""
        self.disk.cut_power(self.kill)
        self.unlock()


class Program:
    """One of Tocsin's processes on a machine, as an operator starts it."""

    def __init__(self, machine: str, folder: Path, build: str, *arguments: str) -> None:
        self.machine = machine
        self.folder = folder
        self._command = [*inside(machine), *TOCSIN, build, *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        run = self.folder / "run"
        run.mkdir(mode=0o700, exist_ok=True)
        # One log for all its lives, on the test's own disk.
        log = self.folder.parent / f"{self.folder.name}.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                env={**os.environ, "XDG_RUNTIME_DIR": str(run), "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip

    def kill(self) -> None:
        """End this process alone: the edge of a core goes on."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Core(Program):
    """A core and its own edge; its key and its spool lie on a disk whose power can be cut."""

    def __init__(self, machine: str, store: Disk, folder: Path, build: str, url: str) -> None:
        self.key = store.root / "tocsin.key"
        self.disk = store
        super().__init__(
            machine, folder, build, "serve", "--ledger", url, "--key-file", str(self.key),
            "--bus", ",".join(SERVERS), "--host", ADDRESSES[machine], "--port", "8026",
        )  # fmt: skip

    def kill_all(self) -> None:
        """End the core and its edge."""
        self.kill()
        run, had = self.folder / "run", os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = str(run)
        try:
            found = find_edge(run_directory(self.key) / "edge.sock")
        finally:
            os.environ.pop("XDG_RUNTIME_DIR")
            if had is not None:
                os.environ["XDG_RUNTIME_DIR"] = had
        if found is not None:
            for one in found.sockets:
                one.close()
            with suppress(ProcessLookupError):
                os.kill(found.pid, 9)

    def cut_power(self) -> None:
        """Lose the machine's processes and what its disk had not been told to keep."""
        self.disk.cut_power(self.kill_all)


class Service:
    """All parts, running."""

    def __init__(self, folder: Path, stack: ExitStack, build: str) -> None:
        self.folder = folder
        self.nats = [Nats(n, stack.enter_context(disk(DISK_MB)), waits=True) for n in range(3)]
        self.postgres = Postgres(stack.enter_context(disk(DISK_MB)))
        self.cores = {}
        for name in CORES:
            (folder / f"core-{name}").mkdir()
            store = stack.enter_context(disk(64))
            place = folder / f"core-{name}"
            self.cores[name] = Core(name, store, place, build, self.postgres.url)
        self.edges: dict[str, Program] = {}
        self.people: Part | None = None
        self.marks: list[tuple[str, str, float, float]] = []
        self._build = build

    def start(self) -> None:
        self.postgres.make()
        self.postgres.start()
        os.sync()  # A cluster that has stood for minutes is on its disk, and so is its log.
        for one in self.nats:
            one.start()
        time.sleep(5)  # Until NATS has chosen its leaders.
        token = self._verb("token", "new", "--ledger", self.postgres.url, "--name", "kmva",
                           "--scope", "alerts:write:UA")  # fmt: skip
        self.cores["a"].start()
        self._wait("a", CORES["a"])
        shutil.copy2(self.cores["a"].key, self.cores["b"].key)
        self.cores["b"].start()
        self._wait("b", CORES["b"])
        key = self.ask("a", f"{CORES['a']}/.well-known/tocsin.json")["keys"][0]["public_key"]
        for name, url in EDGES.items():
            (self.folder / f"edge-{name}").mkdir()
            cores = [word for core in CORES.values() for word in ("--core", core)]
            self.edges[name] = Program(
                name, self.folder / f"edge-{name}", self._build, "edge",
                "--from", ",".join(SERVERS), "--key", key, *cores,
                "--host", ADDRESSES[name], "--port", url.rpartition(":")[2],
            )  # fmt: skip
            self.edges[name].start()
            self._wait(name, url)
        everywhere = {f"edge {name}": url for name, url in EDGES.items()}
        self.people = Part(
            PEOPLE, json.dumps(everywhere), token, self._build, module="tests.chaos.people"
        )
        self.people.start()

    def stop(self) -> None:
        if self.people is not None:
            self.people.kill()
        for edge in self.edges.values():
            edge.kill()
        for core in self.cores.values():
            core.kill_all()
        for one in self.nats:
            one.kill()
        with suppress(Exception):  # It may not have been started.
            self.postgres.kill()

    def active(self) -> Core:
        """Tell which core is the active one now, by the lock that it holds in the record."""
        holder = (
            "SELECT client_addr FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted"
        )
        ((address,),) = self._rows(holder)
        return next(core for core in self.cores.values() if ADDRESSES[core.machine] == str(address))

    def other(self) -> Core:
        """Tell which core is not."""
        active = self.active()
        return next(core for core in self.cores.values() if core is not active)

    def during(self, name: str, without: str, begin, seconds: float, end=None) -> None:
        """
        Let something happen for a while, and then be over; note when.

        Args:
            without: The listener that cannot hear meanwhile; empty for none.
        """
        began = time.monotonic()
        begin()
        time.sleep(seconds)
        over = time.monotonic()
        if end is not None:
            end()
        self.marks.append((name, without, began, over))
        time.sleep(8)

    def settle(self, seconds: float) -> list[dict]:
        """
        Stop pressing, wait until what was pressed is answered and heard; give the log.

        A listener that has heard nothing of the last press by then never will.
        """
        assert self.people is not None
        self.people.signal(signal.SIGUSR1)
        until = time.monotonic() + seconds
        log = self.people.lives[0]
        while time.monotonic() < until and not any("pressing_ended" in line for line in list(log)):
            time.sleep(0.2)
        time.sleep(6)
        return list(log)

    def recorded(self) -> Counter[str]:
        """Count how often each command is in the record, but for the operator's own."""
        rows = self._rows(
            "SELECT command_id FROM tocsin.commands WHERE command_id NOT IN (SELECT command_id"
            " FROM tocsin.events WHERE room <> 'alerts' OR kind LIKE 'Coverage%')"
        )
        return Counter(command for (command,) in rows)

    def done(self) -> Counter[tuple[str, str]]:
        """Count what the record says was done to each area: `raise` or `clear`."""
        rows = self._rows("SELECT area, kind FROM tocsin.events WHERE room = 'alerts'")
        names = {"AlertRaised": "raise", "AllClearGiven": "clear"}
        return Counter((area, names[kind]) for area, kind in rows if kind in names)

    def standing(self) -> set[str]:
        """Tell the areas in which an alert stands, by the record's own board."""
        board = json.loads(self._verb("board", "--ledger", self.postgres.url, "--json"))
        return {alert["area"]["code"] for alert in board["alerts"]}

    def print_logs(self) -> None:
        """Print the ends of what the processes have logged."""
        for log in sorted(self.folder.glob("*.log")):
            print(f"--- {log.stem}\n" + "\n".join(log.read_text().splitlines()[-40:]))

    def keep_log(self, path: Path) -> None:
        """Keep what people did and heard, and when what happened."""
        assert self.people is not None
        marks = [list(mark) for mark in self.marks]
        path.write_text(json.dumps({"marks": marks, "log": self.people.lives[0]}))

    def _rows(self, query: str) -> list[tuple]:
        with psycopg.connect(host=str(self.postgres.folder), port=self.postgres.port,
                             user="tocsin", dbname="postgres") as link:  # fmt: skip
            return link.execute(query).fetchall()

    def ask(self, machine: str, url: str) -> dict:
        """Ask for a document from inside a machine."""
        program = "import httpx,sys; print(httpx.get(sys.argv[1], timeout=10).text)"
        command = [*inside(machine), sys.executable, "-c", program, url]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    def _verb(self, *arguments: str) -> str:
        command = [*inside("c"), *TOCSIN, "AsItIs", *arguments]
        done = subprocess.run(command, check=False, capture_output=True, cwd=ROOT, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def _wait(self, machine: str, url: str) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            with suppress(subprocess.CalledProcessError, ValueError):
                if self.ask(machine, f"{url}/readyz")["status"] == "ok":
                    return
            time.sleep(0.2)
        raise RuntimeError(f"{url} does not start: look at {self.folder}")


@contextmanager
def service(folder: Path, build: str = "AsItIs") -> Iterator[Service]:
    """Run the whole service until the block ends."""
    with ExitStack() as stack:
        stack.enter_context(network())
        made = Service(folder, stack, build)
        try:
            made.start()
            yield made
        finally:
            made.stop()


# One process of a weakened build.


def weaken(build: str) -> None:
    """Take one promise out."""
    if build == "DoesNotWaitForTheDisk":
        from tocsin.ledger import postgres_link

        postgres_link._SESSION["synchronous_commit"] = "off"
    elif build == "ForgetsItsSpool":
        from tocsin.app import shared_record

        shared_record.spool_path = lambda _beside: Path(tempfile.mkdtemp()) / "spool"


if __name__ == "__main__":
    weaken(sys.argv[1])
    from tocsin.cli import app

    sys.argv[0:2] = ["tocsin"]
    app()
