"""
A real PostgreSQL for tests: a cluster of its own in a temporary folder, one for a worker.

It listens on a Unix socket and on a free port of 127.0.0.1, waits for the disk at every commit
like one in service, and is small. Nothing of the machine's own clusters is touched. `Cluster` can
be crashed and started again, for those tests that are about that; they make their own.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest

PLACES = [Path("/usr/lib/postgresql/15/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
BINARIES = next((place for place in PLACES if (place / "initdb").exists()), None)

SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 60
shared_buffers = '16MB'
max_wal_size = '64MB'
min_wal_size = '32MB'
autovacuum_naptime = '60min'
log_min_messages = 'fatal'
"""

_NAMES = count(1)


@dataclass
class Cluster:
    """A cluster, and how to talk to it."""

    folder: Path
    port: int
    pid: int = 0

    @property
    def url(self) -> str:
        """The address over TCP, which can be cut and frozen."""
        return f"postgresql://tocsin@127.0.0.1:{self.port}/postgres"

    @property
    def socket_url(self) -> str:
        """The address over the Unix socket: the fastest way."""
        return f"postgresql://tocsin@/postgres?host={self.folder}&port={self.port}"

    @cached_property
    def data(self) -> Path:
        return self.folder / "data"

    def new_schema(self) -> str:
        """Name a schema that no test has used."""
        return f"test_{os.getpid()}_{next(_NAMES)}"

    def start(self) -> None:
        where = f"-c unix_socket_directories={self.folder} -c port={self.port}"
        log = self.folder / "log"
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-o", where, "-l", log)
        self.pid = int((self.data / "postmaster.pid").read_text().split()[0])

    def stop(self, how: str = "fast") -> None:
        """End it; `immediate` is a crash: nothing is written that was not written before."""
        self.run("pg_ctl", "stop", "-w", "-m", how, "-D", self.data)

    def kill(self) -> None:
        """End it by SIGKILL, with all that it had started; `unlock` it before the next start."""
        processes = (self.pid, *_children(self.pid))
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(_runs(process) for process in processes):
            time.sleep(0.005)

    def unlock(self) -> None:
        """Where nobody reaps the dead they would pass for alive, by their number in these files."""
        for lock in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Stop every process of it where it stands: nobody is answered, and no link is closed."""
        for process in (self.pid, *_children(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        for process in (*_children(self.pid), self.pid):
            with suppress(ProcessLookupError):  # A client's own backend may just have ended.
                os.kill(process, signal.SIGCONT)

    def run(self, program: str, *arguments: object) -> None:
        command = [str(BINARIES / program), *map(str, arguments)]
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(
            command, user=user, group=user, extra_groups=[] if user else None, check=True,
            stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip


class Gate:
    """
    A way to a cluster over TCP that can be frozen: links stay open and nothing comes through.

    That is what a cut network looks like from either end, at first.
    """

    def __init__(self, found: Cluster) -> None:
        self._to = found
        self._open = threading.Event()
        self._open.set()
        self._ends = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"postgresql://tocsin@127.0.0.1:{self._server.getsockname()[1]}/postgres"

    def freeze(self) -> None:
        self._open.clear()

    def thaw(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._ends.set()
        self._open.set()
        for thread in self._threads:
            thread.join()
        self._server.close()

    def _accept(self) -> None:
        while not self._ends.is_set():
            if not select.select([self._server], [], [], 0.05)[0]:
                continue
            one, _ = self._server.accept()
            other = socket.create_connection(("127.0.0.1", self._to.port))
            thread = threading.Thread(target=self._carry, args=(one, other))
            self._threads.append(thread)
            thread.start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with one, other, suppress(OSError):
            while not self._ends.is_set():
                self._open.wait()
                for ready in select.select([one, other], [], [], 0.05)[0]:
                    self._open.wait()
                    data = ready.recv(65_536)
                    if not data:
                        return
                    (other if ready is one else one).sendall(data)


@contextmanager
def gate(found: Cluster) -> Iterator[Gate]:
    """Open a way to a cluster; close it afterwards."""
    made = Gate(found)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def cluster(folder: Path | None = None) -> Iterator[Cluster]:
    """Make a cluster and start it; take it away afterwards."""
    if BINARIES is None:
        pytest.skip("No PostgreSQL here (apt install postgresql).")
    made = Path(tempfile.mkdtemp(prefix="tocsin-pg-", dir=folder))
    found = Cluster(made, _free_port())
    if os.geteuid() == 0:
        shutil.chown(made, "postgres", "postgres")
    try:
        found.run(
            "initdb", "-D", found.data, "-U", "tocsin", "-A", "trust", "-E", "UTF8",
            "--no-locale", "--no-sync", "--no-instructions",
        )  # fmt: skip
        with (found.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        found.start()
        yield found
    finally:
        if (found.data / "postmaster.pid").exists():
            found.thaw()
            found.stop("immediate")
        shutil.rmtree(made)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL that all tests of a worker share; each takes a schema of its own."""
    with cluster() as found:
        yield found


def _children(pid: int) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
