"""
A thousand clients in one event loop, each with a log of all that it was told, and its judge.

No test is here. A client does what the plainest one does: it reads frames, notes the last place,
and when the connection ends it waits as long as it was told and comes back with that place. It
believes nothing: what it notes is judged against the record, once everything is over.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import apsw
import httpx
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.serving import started

from tocsin.app.sockets import run_directory
from tocsin.edge.settings import EdgeSettings
from tocsin.kernel.wire import Form

FORMS = [Form.SSE] * 6 + [Form.WEBSOCKET] * 2 + [Form.NDJSON] * 2

WAIT_S = (0.5, 4.0)
"""Before coming back, where nothing was said of it."""

_KEY = f"sec-websocket-key: {base64.b64encode(bytes(16)).decode()}\r\n"

PATH = {
    Form.SSE: ("/api/v1/stream", ""),
    Form.NDJSON: ("/api/v1/stream", "accept: application/x-ndjson\r\n"),
    Form.WEBSOCKET: (
        "/api/v1/ws",
        f"upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n{_KEY}",
    ),
}


class Data(msgspec.Struct):
    """What a judge needs of a message or board."""

    position: int | None = None
    version: int | None = None


class Said(msgspec.Struct):
    """One object of WebSocket or NDJSON."""

    event: str
    data: Data
    id: str | None = None


_DATA = msgspec.json.Decoder(Data)
_SAID = msgspec.json.Decoder(Said)


class Client:
    """One that listens; `log` is of (event, position), in the order in which it was told."""

    def __init__(self, form: Form, chance: Random) -> None:
        self.form = form
        self.log: list[tuple[str, int]] = []
        self.connections = self.stale = 0
        self._place = ""
        self._wait_s = chance.uniform(*WAIT_S)
        self.context: ssl.SSLContext | None = None
        self._chance = chance
        self._buffer = b""

    async def run(self, port: int) -> None:
        """Listen, and come back, until cancelled."""
        while True:
            with suppress(OSError, EOFError, asyncio.IncompleteReadError):
                await self._listen(port)
            await asyncio.sleep(self._wait_s)

    async def _listen(self, port: int) -> None:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1",
            port,
            ssl=self.context,
            server_hostname="localhost" if self.context else None,
        )
        try:
            path, headers = PATH[self.form]
            since = f"?since={self._place}" if self._place else ""
            writer.write(f"GET {path}{since} HTTP/1.1\r\nhost: x\r\n{headers}\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if head[9:12] not in {b"200", b"101"}:
                return
            self.connections += 1
            self._buffer = b""  # Half a frame is none.
            while data := await reader.read(65_536):
                self._buffer += data
                self._take()
        finally:
            writer.transport.abort()

    def _take(self) -> None:
        if self.form is Form.WEBSOCKET:
            self._take_websocket()
        else:
            *frames, self._buffer = self._buffer.split(b"\n\n" if self.form is Form.SSE else b"\n")
            for frame in frames:
                self._take_sse(frame) if self.form is Form.SSE else self._take_said(frame)

    def _take_sse(self, frame: bytes) -> None:
        fields = dict(line.partition(b": ")[::2] for line in frame.split(b"\n"))
        if b"retry" in fields:
            self._wait_s = int(fields[b"retry"]) / 1_000
        if b"data" in fields:
            place = fields[b"id"].decode() if b"id" in fields else None
            event = fields.get(b"event", b"message").decode()
            _DATA.decode(fields[b"data"])  # It must be whole.
            self._note(event, place)

    def _take_said(self, frame: bytes) -> None:
        said = _SAID.decode(frame)
        self._note(said.event, said.id)

    def _take_websocket(self) -> None:
        while len(self._buffer) >= 2:
            opcode, size, at = self._buffer[0] & 15, self._buffer[1], 2
            if size >= 126:
                at = 4 if size == 126 else 10
                size = int.from_bytes(self._buffer[2:at], "big")
            if len(self._buffer) < at + size:
                return
            frame, self._buffer = self._buffer[at : at + size], self._buffer[at + size :]
            if opcode == 1:
                self._take_said(frame)

    def _note(self, event: str, place: str | None) -> None:
        self.stale += event == "stale"
        if place and event not in {"heartbeat", "stale"}:
            self._place = place
            self.log.append((event, int(place.rpartition(":")[2])))


@dataclass
class Verdict:
    """What all logs together say, against the record."""

    clients: int = 0
    events: int = 0
    heard: int = 0
    by_board: int = 0
    missed: int = 0
    doubled: int = 0
    connections: int = 0
    stale: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Say whether nobody missed anything or was told twice."""
        return not (self.missed or self.doubled or self.faults)


def judge(clients: list[Client], positions: list[int]) -> Verdict:
    """
    Hold each client's log against the positions of all messages that the record has.

    A position is missed if the client was told a later one and never a board in between, or was
    never told anything as late. It is doubled if it was told as a message twice, or after a board
    that has it.
    """
    verdict = Verdict(clients=len(clients), events=len(positions))
    index = partial(bisect_left, positions)
    for client in clients:
        verdict.connections += client.connections
        verdict.stale += client.stale
        known: int | None = None
        heard: set[int] = set()
        covered = 0
        for event, position in client.log:
            if event == "board":
                covered = max(covered, position)
                if known is not None and position < known:
                    verdict.faults.append(f"a board went back from {known} to {position}")
            else:
                if known is None:
                    verdict.faults.append("a message came before any board")
                verdict.doubled += position in heard or position <= covered
                verdict.missed += max(0, index(position) - index(max(known or 0, covered) + 1))
                heard.add(position)
            known = max(known or 0, position)
        verdict.heard += len(heard)
        verdict.by_board += sum(p <= covered and p not in heard for p in positions)
        verdict.missed += len(positions) - index((known or 0) + 1)
    verdict.faults = verdict.faults[:10]
    return verdict


def recorded(db: Path) -> list[int]:
    """List the positions of everything that the record has about alerts."""
    connection = apsw.Connection(str(db), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        rows = connection.execute(
            "SELECT position FROM events WHERE room = 'alerts'"
            " AND kind NOT LIKE 'Coverage%' ORDER BY position"
        )
        return [position for (position,) in rows]
    finally:
        connection.close()


# --- A scene --------------------------------------------------------------------------------------

WEAKENED = {
    "resume ignored": """
from tocsin.edge.returning import Returning
missed = Returning.missed
Returning.missed = lambda self, areas, form, since, shown: b"" if since else None
""",
    "published twice": """
from tocsin.edge.telling import Telling
message = Telling.message
def twice(self, *said):
    message(self, *said)
    message(self, *said)
Telling.message = twice
""",
}
"""Builds that must fail, as a `sitecustomize` that the server's processes load."""


@contextmanager
def weakened(build: str) -> Iterator[None]:
    """Start servers of a weakened build while the block runs; of the honest one for no name."""
    if not build:
        yield
        return
    before = os.environ.get("PYTHONPATH")
    with TemporaryDirectory(prefix="tocsin-weak-") as folder:
        (Path(folder) / "sitecustomize.py").write_text(WEAKENED[build], encoding="utf-8")
        os.environ["PYTHONPATH"] = folder
        try:
            yield
        finally:
            del os.environ["PYTHONPATH"]
            if before is not None:
                os.environ["PYTHONPATH"] = before


class Presses(threading.Thread):
    """Raise and end alerts, so many a second, each until it is acknowledged; `failed` tries."""

    def __init__(self, token: str, port: int, areas: Sequence[str], per_second: float) -> None:
        super().__init__(daemon=True)
        self._headers = {"authorization": f"Bearer {token}"}
        self._url = f"http://127.0.0.1:{port}/api/v1/alerts"
        self._areas, self._pause_s = areas, 1 / per_second
        self.over = threading.Event()
        self.acknowledged = self.failed = 0
        self.start()

    def run(self) -> None:
        """Press until it is over."""
        standing: deque[str] = deque()
        due = time.monotonic()
        with httpx.Client(timeout=5, headers=self._headers) as client:
            for number in count():
                if len(standing) > 20 or (standing and number % 2):
                    self._press(client, f"/{standing.popleft()}/all-clear", {})
                else:
                    area = self._areas[number // 2 % len(self._areas)]
                    said = {"areas": [area], "hazard": "air_raid", "level": "warning"}
                    answer = self._press(client, "", said | {"status": "Actual"})
                    standing.extend(one["id"] for one in answer.get("accepted", ()))
                due += self._pause_s
                if self.over.wait(max(0.0, due - time.monotonic())):
                    return

    def _press(self, client: httpx.Client, path: str, body: dict[str, object]) -> dict[str, Any]:
        said = {"command_id": str(uuid4())} | body
        while True:
            with suppress(httpx.HTTPError):
                answer = client.post(self._url + path, json=said)
                if answer.status_code < 500:
                    self.acknowledged += answer.is_success
                    found: dict[str, Any] = answer.json()
                    return found
            self.failed += 1
            time.sleep(0.05)


async def listen_all(clients: Sequence[Client], port: int, during: Awaitable[None]) -> None:
    """Let all listen until something is over."""
    async with asyncio.TaskGroup() as group:
        tasks = []
        for number, client in enumerate(clients):
            tasks.append(group.create_task(client.run(port)))
            if number % 50 == 49:
                await asyncio.sleep(0.05)
        await during
        for task in tasks:
            task.cancel()


class Scene:
    """
    One server, many clients, a flow of presses, and something that happens again and again.

    Args:
        what: `nothing`, `edge killed`, `core killed`, `rolling upgrade`.
        build: A name of `WEAKENED`; none for the honest one.
    """

    def __init__(
        self,
        what: str,
        clients: int,
        seconds: float,
        every_s: float,
        build: str = "",
        seed: int = 1,
    ) -> None:
        chance = Random(seed)
        self.what, self._seconds, self._every_s, self.build = what, seconds, every_s, build
        self.clients = [Client(chance.choice(FORMS), chance) for _ in range(clients)]
        self.times = 0

    def play(self, folder: Path, per_second: float = 5.0) -> Verdict:
        """Play the scene, and judge it once all have heard the last."""
        with weakened(self.build), ExitStack() as stack:
            db = folder / "ledger.db"
            self._stack, self._db = stack, db
            self._server = stack.enter_context(started(db))
            self._port = self._open(folder)
            areas = self._server.get("/api/v1/areas").json()["areas"]
            codes = [area["code"] for area in areas if area["level"] == 2]
            asyncio.run(listen_all(self.clients, self._port, self._happen(codes, per_second)))
            return judge(self.clients, recorded(db))

    def _open(self, _: Path) -> int:
        """Give the port where the clients listen."""
        return self._server.port

    async def _happen(self, codes: Sequence[str], per_second: float) -> None:
        await self._until(lambda: all(client.log for client in self.clients))
        presses = Presses(self._server.token, self._server.port, codes, per_second)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._seconds
        while loop.time() + self._every_s / 2 < until:
            await asyncio.sleep(self._every_s / 2)
            await self._strike()
            await asyncio.sleep(self._every_s / 2)
        presses.over.set()
        await asyncio.to_thread(presses.join, 30)
        self.acknowledged, self.failed = presses.acknowledged, presses.failed
        last = recorded(self._db)[-1]
        await self._until(lambda: all(one.log and one.log[-1][1] >= last for one in self.clients))
        await asyncio.sleep(0.5)  # Whatever would be told twice.

    async def _strike(self) -> None:
        server = self._server
        self.times += 1
        if self.what == "edge killed":
            await asyncio.to_thread(server.kill_edge)
        elif self.what == "core killed":
            await asyncio.to_thread(server.kill_core)
            again = started(self._db, token=server.token)  # It adopts the edge and its port.
            self._server = await asyncio.to_thread(self._stack.enter_context, again)
        elif self.what == "rolling upgrade":
            server.process.send_signal(signal.SIGUSR2)

    async def _until(self, so: Callable[[], bool], seconds: float = 15) -> None:
        for _ in range(round(seconds / 0.1)):
            if so():
                return
            await asyncio.sleep(0.1)


class TlsScene(Scene):
    """The same with clients of an edge that stands alone and has TLS of its own."""

    def __init__(self, clients: int, seconds: float, every_s: float, seed: int = 1) -> None:
        super().__init__("rolling upgrade, TLS", clients, seconds, every_s, seed=seed)
        self._edges: list[subprocess.Popen[bytes]] = []

    def _open(self, folder: Path) -> int:
        chain, key = make_certificate(folder)
        run = run_directory(self._db)
        for client in self.clients:
            client.context = ssl.create_default_context(cafile=str(chain))
        self._settings = EdgeSettings(
            version="1",
            host="127.0.0.1",
            port=0,
            listen=(),
            source=f"unix:{run / 'feed.sock'}",
            core=(f"unix:{run / 'core.sock'}",),
            control=str(folder / "tls.sock"),
            connections_max=20_000,
            connections_per_address=20_000,
            tls_certificate=str(chain),
            tls_key=str(key),
        )
        self._sockets = [self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))]
        self._stack.callback(self._end)
        self._start()
        port: int = self._sockets[0].getsockname()[1]
        return port

    def _start(self) -> None:
        told = msgspec.structs.replace(self._settings, listen=(self._sockets[0].fileno(),))
        self._edges.append(
            subprocess.Popen(
                [sys.executable, "-P", "-m", "tocsin.edge", told.encode()],
                pass_fds=told.listen,
            )
        )

    def _end(self) -> None:
        for edge in self._edges:
            edge.kill()
            edge.wait()

    async def _strike(self) -> None:
        self.times += 1
        self._start()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for `localhost` that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, kept = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, kept
