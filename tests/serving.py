"""
A real server for tests: a core and its edge on a free port of 127.0.0.1, with a ledger of its own.

Nothing of the server runs in the test's process, so that a test can kill it, or one of its two
processes, start it again on the same file, and make tokens beside it as an operator would: from
another process. Their sockets lie in a directory that is gone with the tests. `started`
gives a server to one test. The fixture `running_server` is shared by a whole worker; after each
test that takes it as `server`, all that stands is ended.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import httpx
import pytest

if TYPE_CHECKING:
    from tocsin.commands import Command

ROOT = Path(__file__).resolve().parent.parent
HEARD_WITHIN_S = 60.0

STARTS_WITHIN_S = 60.0
"""A cold start on two busy cores takes 2 to 5 s; this only ends a test that would hang."""

_RUN = tempfile.mkdtemp(prefix="tocsin-run-")
atexit.register(shutil.rmtree, _RUN, ignore_errors=True)
os.environ["XDG_RUNTIME_DIR"] = _RUN  # For whatever server a test starts, in whatever way.

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
    speakers: dict[str, str] = field(default_factory=dict)

    def speaker(self, name: str, scope: str = "alerts:write:UA", rank: str = "authority") -> str:
        """Give the token of a sender; one is made, beside the running server, the first time."""
        if name not in self.speakers:
            self.speakers[name] = make_token(self.db, scope, name=name, rank=rank)
            while self.get("/readyz").json()["behind"]:
                time.sleep(0.01)
        return self.speakers[name]

    def end_everything(self) -> None:
        """Give the all-clear for all that stands, by everyone who holds it."""
        until = time.monotonic() + HEARD_WITHIN_S
        while alerts := self.get("/api/v1/board").json()["alerts"]:
            assert time.monotonic() < until, alerts
            for alert in alerts:
                for holder in (alert, *alert["confirmations"]):
                    self.clear(alert["id"], token=self.speakers[holder["sender"]])

    def get(self, path: str, **more) -> httpx.Response:
        """Ask for a path; `more` is what httpx takes."""
        return self._client.get(self.url + path, **more)

    def get_metrics(self) -> str:
        """Give what the listener for operators says."""
        return self._client.get(f"http://127.0.0.1:{self.metrics_port}/metrics").text

    def post(self, path: str, body: object, *, token: str | None = None) -> httpx.Response:
        """Send a JSON body with a token: the server's own unless another is given."""
        speaks = self.token if token is None else token
        headers = {"authorization": f"Bearer {speaks}"} if speaks else {}
        return self._client.post(self.url + path, json=body, headers=headers)

    def close(self) -> None:
        """Close the connections that are kept for the next request."""
        self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        # One for all: each new one reads the machine's certificates, which takes 50 ms.
        return httpx.Client(timeout=30, verify=not self.url.startswith("https:"))

    def post_bytes(self, path: str, body: bytes) -> httpx.Response:
        """Send any body with the server's own token."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        return self._client.post(self.url + path, content=body, headers=headers)

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

    @contextmanager
    def listening(self, query: str = "", headers: Mapping[str, str] = {}) -> Iterator[Listener]:
        """Open the stream while the block runs; `query` without its question mark."""
        lines = [f"GET /api/v1/stream{'?' if query else ''}{query} HTTP/1.1", "host: tocsin.test"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        with self.connect() as link:
            link.sendall("\r\n".join((*lines, "", "")).encode())
            yield Listener(link)

    def edge(self) -> int:
        """Tell the process that is the edge now, which a core may have started or adopted."""
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            if found := _edges(self.db, self.process.pid):
                return found[0]
            time.sleep(0.01)
        raise RuntimeError("There is no edge.")

    def kill(self) -> None:
        """End both processes as a power cut would: no handler runs."""
        edges = _edges(self.db, self.process.pid)
        self.kill_core()
        _kill(edges)

    def kill_core(self) -> None:
        """End the core alone, which its edge outlives."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def kill_edge(self) -> int:
        """End the edge alone; tell which process it was."""
        edge = self.edge()
        os.kill(edge, signal.SIGKILL)
        return edge

    def stop(self) -> int:
        """End the server as an operator would; give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


class Frame(NamedTuple):
    """One event of the stream."""

    event: str
    id: str
    data: dict


class Listener:
    """
    Read a stream as a test does: one frame at a time, within 30 s.

    Knows of server-sent events just what the server is to send (`event`, `id`, `data`, `retry`),
    and fails on anything else.
    """

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self._rest = b""
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        self.status = int(head[0].split()[1])
        self.headers = dict(line.lower().split(": ", 1) for line in head[1:])
        self.retry_ms: list[int] = []

    def body(self) -> bytes:
        """Read what is left until the server closes: for an answer that is no stream."""
        while piece := self._more():
            self._rest += piece
        return self._rest

    def next(self, *events: str) -> Frame:
        """Give the next event; with names, the next of those, leaving out the others."""
        until = time.monotonic() + HEARD_WITHIN_S
        while time.monotonic() < until:  # Heartbeats alone would keep it waiting for ever.
            block = self._until(b"\n\n").decode()
            if block.startswith("retry: "):
                self.retry_ms.append(int(block.removeprefix("retry: ")))
                continue
            lines = block.split("\n")
            fields = dict(line.split(": ", 1) for line in lines)
            assert len(fields) == len(lines), block
            assert fields.keys() <= {"event", "id", "data"}, block
            if not events or fields["event"] in events:
                data = json.loads(fields["data"])
                return Frame(fields["event"], fields.get("id", ""), data)
        raise TimeoutError(f"Nothing of {events or 'anything'} came.")

    def next_change(self) -> Frame:
        """Give the next event that is no heartbeat."""
        return self.next("alert", "update", "all-clear", "correction", "board")

    def _until(self, end: bytes) -> bytes:
        while end not in self._rest:
            piece = self._more()
            if not piece:
                raise EOFError(self._rest.decode(errors="replace"))
            self._rest += piece
        found, self._rest = self._rest.split(end, 1)
        return found

    def _more(self) -> bytes:
        with suppress(ConnectionResetError):
            return self.link.recv(65_536)
        return b""


@contextmanager
def started(db: Path, *, token: str | None = None, **settings) -> Iterator[Served]:
    """
    Run a server on a ledger until the block ends; settings are those of `tocsin.config`.

    Args:
        token: One made earlier, for a server that starts again; None makes one.
    """
    speaks = make_token(db) if token is None else token
    chosen = {"port": 0, "connections_per_address": 20_000, **settings, "db": str(db)}
    with _child(_SERVE, chosen, db) as (process, url):
        port = int(url.rstrip("/").rpartition(":")[2])
        metrics_port = int(chosen.get("metrics_port", 0))
        speakers = {"kmva": speaks}
        with closing(
            Served(url.rstrip("/"), port, process, db, metrics_port, speaks, settings, speakers)
        ) as served:
            yield served


@contextmanager
def replaying(at: str, speed: float = 0.0, *, schedules: bool = False) -> Iterator[Served]:
    """
    Run the demo's server from a moment, by default standing still there.

    26 January 2023, or the week of schedules.
    """
    chosen = {
        "at": at,
        "speed": speed,
        "schedules": schedules,
        "host": "127.0.0.1",
        "port": 0,
    }
    with _child(_DEMO, chosen) as (process, url):
        port = int(url.rstrip("/").rpartition(":")[2])
        with closing(Served(url.rstrip("/"), port, process)) as served:
            yield served


@contextmanager
def _child(
    program: str, chosen: dict[str, object], db: Path | None = None
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
        _kill(_edges(db, process.pid))  # One that outlives its core is no child any more.


def _edges(db: Path | None, core: int) -> list[int]:
    """List the edges of a core: the one that answers for its ledger, or else its children."""
    from tocsin.app.sockets import run_directory
    from tocsin.edge.control import find_edge

    if db is not None:
        found = find_edge(run_directory(db) / "edge.sock")
        for one in found.sockets if found else ():
            one.close()
        return [found.pid] if found else []
    with suppress(OSError):
        children = Path(f"/proc/{core}/task/{core}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split()]
    return []


def _kill(processes: Sequence[int]) -> None:
    """End processes at once, and wait until they are gone: their port is free then."""
    for process in processes:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(process)
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            select.select([handle], [], [], STARTS_WITHIN_S)
            os.close(handle)


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


def until(so: Callable[[], object], seconds: float = HEARD_WITHIN_S) -> object:
    """Wait until something is so, and say whether it is."""
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        time.sleep(0.02)
    return so()


def free_port() -> int:
    """Name a port that nobody listens on; somebody else might take it, which has not been seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_token(
    db: Path, scope: str = "alerts:write:UA", *, name: str = "kmva", rank: str = "authority"
) -> str:
    """
    Make a token beside a stopped or running server, as `tocsin token new` does.

    With a token for alerts its sender begins to be heard about the area.
    """
    from tocsin.alerts.messages import BeginCoverage
    from tocsin.areas.gazetteer import load_pack
    from tocsin.authority.messages import IssueToken
    from tocsin.authority.remit import parse_scope
    from tocsin.kernel.ids import CommandId, SenderId
    from tocsin.kernel.time import SystemClock, rfc3339
    from tocsin.kernel.words import Rank

    power, text = parse_scope(scope)
    area = load_pack("UA").get(text).code
    public, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    at = rfc3339(SystemClock().now())
    issue = IssueToken(
        command_id=CommandId(str(uuid4())),
        sender=SenderId("operator"),
        area=area,
        at=at,
        token=public,
        name=SenderId(name),
        rank=Rank(rank),
        power=power,
        secret_sha256=sha256(secret.encode()).hexdigest(),
    )
    heard = BeginCoverage(
        command_id=CommandId(str(uuid4())),
        sender=SenderId(name),
        rank=Rank(rank),
        area=area,
        at=at,
    )
    write(db, [issue, heard] if power == "alerts:write" else [issue])
    return f"tcs_{public}_{secret}"


def revoke_token(db: Path, token: str, area: str = "UA") -> None:
    """Take a token back beside a running server; `area` is that of its scope."""
    from tocsin.areas.gazetteer import load_pack
    from tocsin.authority.messages import RevokeToken
    from tocsin.kernel.ids import CommandId, SenderId
    from tocsin.kernel.time import SystemClock, rfc3339

    revoke = RevokeToken(
        command_id=CommandId(str(uuid4())),
        sender=SenderId("operator"),
        area=load_pack("UA").get(area).code,
        at=rfc3339(SystemClock().now()),
        token=token[4:16],
    )
    write(db, [revoke])


def write(db: Path, commands: Sequence[Command]) -> None:
    """Write commands of the machine's own operator into a ledger, each for itself."""
    from tocsin.app import open_desk, open_ledger
    from tocsin.areas.gazetteer import load_pack
    from tocsin.commands import Request, fingerprint
    from tocsin.kernel.errors import TocsinError
    from tocsin.kernel.time import SystemClock

    ledger = open_ledger(db)
    try:
        desk = open_desk(ledger, load_pack("UA"), SystemClock())
        asked = [Request(c.command_id, [c], fingerprint(str(c.command_id))) for c in commands]
        for answer in desk.handle(asked):
            if isinstance(answer, TocsinError):
                raise answer
    finally:
        ledger.close()


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of this worker; see the module for what they owe each other."""
    db = tmp_path_factory.mktemp("served") / "tocsin.db"
    with started(db, metrics_port=free_port()) as served:
        yield served


@pytest.fixture
def server(running_server: Served) -> Iterator[Served]:
    """The shared server, on which nothing stands before a test and nothing after it."""
    running_server.end_everything()  # An answer that nobody waited for may have come late.
    yield running_server
    running_server.end_everything()


@pytest.fixture(scope="session")
def morning() -> Iterator[Served]:
    """The replay of 26 January 2023, standing still at 06:30 UTC: 24 regions under alert."""
    with replaying("2023-01-26T06:30:00Z") as served:
        yield served
