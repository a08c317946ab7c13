"""
A real server for tests: a child process on a free port of 127.0.0.1, with a ledger of its own.

Nothing of the server runs in the test's process, so that a test can kill it, start it again on
the same file, and make tokens beside it as an operator would: from another process. `started`
gives a server to one test; the fixture `running_server` is shared by a whole worker, whose tests
therefore alarm areas that no other test of it does, or end what they began.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tocsin.alerts.messages import BeginCoverage
from tocsin.app import open_desk, open_ledger
from tocsin.areas.gazetteer import load_pack
from tocsin.authority.messages import IssueToken, RevokeToken
from tocsin.authority.remit import parse_scope
from tocsin.commands import Command, Request, fingerprint
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_S = 60.0
"""A cold start on two busy cores takes 2 to 5 s; this only ends a test that would hang."""

_SERVE = """
import json, sys
from pathlib import Path
from tocsin.app.server import serve
from tocsin.config import read_settings
chosen = json.loads(sys.argv[1])
serve(read_settings(**{**chosen, "db": Path(chosen["db"])}), lambda url: print(url, flush=True))
"""

_DEMO = """
import json, sys
from datetime import datetime
from tocsin.app.server import demo
chosen = json.loads(sys.argv[1])
chosen["at"] = datetime.fromisoformat(chosen["at"])
demo(**chosen, announce=lambda url: print(url, flush=True))
"""


@dataclass
class Served:
    """
    A server that runs, and how to talk to it.

    Args:
        token: Of the sender `kmva`, an authority for all of Ukraine; empty in a replay.
    """

    url: str
    port: int
    process: subprocess.Popen[bytes]
    db: Path | None = None
    metrics_port: int = 0
    token: str = ""
    settings: dict[str, object] = field(default_factory=dict)

    def get(self, path: str, **more) -> httpx.Response:
        """Ask for a path; `more` is what httpx takes."""
        return httpx.get(self.url + path, timeout=30, **more)

    def post(self, path: str, body: object, *, token: str | None = None) -> httpx.Response:
        """Send a JSON body with a token: the server's own unless another is given."""
        speaks = self.token if token is None else token
        headers = {"authorization": f"Bearer {speaks}"} if speaks else {}
        return httpx.post(self.url + path, json=body, headers=headers, timeout=30)

    def raise_alert(self, *areas: str, token: str | None = None, **said) -> httpx.Response:
        """Raise an actual air-raid warning, or what else is said."""
        body = {
            "command_id": str(uuid4()),
            "areas": list(areas),
            "hazard": "air_raid",
            "level": "warning",
            "status": "Actual",
        } | said
        return self.post("/api/v1/alerts", body, token=token)

    def clear(self, alert: str, *, token: str | None = None) -> httpx.Response:
        """Give the all-clear for an alert."""
        body = {"command_id": str(uuid4())}
        return self.post(f"/api/v1/alerts/{alert}/all-clear", body, token=token)

    def connect(self) -> socket.socket:
        """Open a plain connection, for requests that no client would make."""
        link = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return link

    def send(self, request: bytes, *, half_close: bool = False) -> bytes:
        """Send bytes on a connection of their own; read until the server closes it."""
        with self.connect() as link:
            link.sendall(request)
            if half_close:
                link.shutdown(socket.SHUT_WR)
            answer = bytearray()
            while True:
                try:
                    piece = link.recv(65_536)
                except ConnectionResetError:
                    piece = b""
                if not piece:
                    return bytes(answer)
                answer += piece

    def kill(self) -> None:
        """End the process as a power cut would: no handler runs."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """End the process as an operator would; give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def started(db: Path, *, token: str | None = None, **settings) -> Iterator[Served]:
    """
    Run a server on a ledger until the block ends; settings are those of `tocsin.config`.

    Args:
        token: One made earlier, for a server that starts again; None makes one.
    """
    speaks = make_token(db) if token is None else token
    chosen = {"port": 0, "connections_per_address": 20_000, **settings, "db": str(db)}
    with _child(_SERVE, chosen) as (process, url):
        port = int(url.rstrip("/").rpartition(":")[2])
        metrics_port = int(chosen.get("metrics_port", 0))
        served = Served(url.rstrip("/"), port, process, db, metrics_port, speaks, settings)
        yield served


@contextmanager
def replaying(at: str, speed: float = 0.0) -> Iterator[Served]:
    """Run the demo's server: 26 January 2023 from a moment, by default standing still there."""
    chosen = {"at": at, "speed": speed, "host": "127.0.0.1", "port": 0}
    with _child(_DEMO, chosen) as (process, url):
        yield Served(url.rstrip("/"), int(url.rstrip("/").rpartition(":")[2]), process)


@contextmanager
def _child(
    program: str, chosen: dict[str, object]
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, json.dumps(chosen)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process, _first_line(process)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


def _first_line(process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        if select.select([process.stdout], [], [], 0.5)[0]:
            line = process.stdout.readline().decode().strip()
            if line:
                return line
        if process.poll() is not None:
            break
    raise RuntimeError(f"The server did not start (exit code {process.poll()}).")


def free_port() -> int:
    """Name a port that nobody listens on; somebody else might take it, which has not been seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_token(
    db: Path,
    scope: str = "alerts:write:UA",
    *,
    name: str = "kmva",
    rank: Rank = Rank.AUTHORITY,
    heard: bool = True,
) -> str:
    """
    Make a token beside a stopped or running server, as `tocsin token new` does.

    Args:
        heard: Let the sender's coverage of the area begin as well.
    """
    power, text = parse_scope(scope)
    area = load_pack("UA").get(text).code
    public, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    at = rfc3339(SystemClock().now())
    commands: list[Command] = [
        IssueToken(
            command_id=_new_id(),
            sender=SenderId("operator"),
            area=area,
            at=at,
            token=public,
            name=SenderId(name),
            rank=rank,
            power=power,
            secret_sha256=sha256(secret.encode()).hexdigest(),
        )
    ]
    if heard:
        commands.append(
            BeginCoverage(command_id=_new_id(), sender=SenderId(name), rank=rank, area=area, at=at)
        )
    write(db, commands)
    return f"tcs_{public}_{secret}"


def revoke_token(db: Path, token: str, area: str = "UA") -> None:
    """Take a token back beside a running server."""
    command = RevokeToken(
        command_id=_new_id(),
        sender=SenderId("operator"),
        area=load_pack("UA").get(area).code,
        at=rfc3339(SystemClock().now()),
        token=token[4:16],
    )
    write(db, [command])


def write(db: Path, commands: Sequence[Command]) -> None:
    """Write commands of the machine's own operator into a ledger, each for itself."""
    ledger = open_ledger(db)
    try:
        desk = open_desk(ledger, load_pack("UA"), SystemClock())
        asked = [Request(c.command_id, [c], fingerprint(str(c.command_id))) for c in commands]
        for answer in desk.handle(asked):
            if isinstance(answer, TocsinError):
                raise answer
    finally:
        ledger.close()


def _new_id() -> CommandId:
    return CommandId(str(uuid4()))


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of this worker; see the module for what they owe each other."""
    db = tmp_path_factory.mktemp("served") / "tocsin.db"
    with started(db, metrics_port=free_port()) as served:
        yield served


@pytest.fixture(scope="session")
def morning() -> Iterator[Served]:
    """The replay of 26 January 2023, standing still at 06:30 UTC: 24 regions under alert."""
    with replaying("2023-01-26T06:30:00Z") as served:
        yield served
