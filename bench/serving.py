"""A real server as a child process, pinned to one core, and a plain HTTP client for it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

_CHILD: Final = """
import sys
from pathlib import Path
from tocsin.config import read_settings
from tocsin.app.server import serve
settings = read_settings(db=Path(sys.argv[1]), port=0)
serve(settings, lambda url: print(url, flush=True))
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, its process, and a token that may raise anywhere."""

    host: str
    port: int
    pid: int
    token: str


def new_token(db: Path) -> str:
    """Make a token for the whole country, as an operator does."""
    tocsin = Path(sys.executable).with_name("tocsin")
    made = subprocess.run(  # noqa: S603  # Our own program.
        [tocsin, "token", "new", "--db", db, "--name", "bench", "--scope", "alerts:write:UA"],
        check=True,
        capture_output=True,
        text=True,
    )
    return made.stdout.strip()


@contextmanager
def running(db: Path, token: str, core: int | None = 0) -> Iterator[Server]:
    """Start a server on a free port and end it when the block ends."""
    pin = [] if core is None else ["taskset", "-c", str(core)]
    child = subprocess.Popen(  # noqa: S603  # Our own program.
        [*pin, sys.executable, "-c", _CHILD, str(db)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    try:
        assert child.stdout is not None
        found = re.search(r"//([\d.]+):(\d+)/", child.stdout.readline())
        if found is None:
            raise RuntimeError("The server did not start.")
        yield Server(found[1], int(found[2]), child.pid, token)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=20)


class Caller:
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._socket = socket.create_connection((server.host, server.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, path: str, body: dict[str, Any]) -> None:
        """Send a JSON body; `receive` reads what it is answered with."""
        content = json.dumps(body).encode()
        self._socket.sendall(
            f"POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {self._server.token}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n".encode()
            + content
        )

    def receive(self) -> dict[str, Any]:
        """Read the JSON answer to what was sent."""
        head, rest = b"", b""
        while b"\r\n\r\n" not in head:
            head += self._socket.recv(65_536)
        head, _, rest = head.partition(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head.lower())[1])  # type: ignore[index]
        while len(rest) < length:
            rest += self._socket.recv(65_536)
        answer: dict[str, Any] = json.loads(rest)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{head[:40]!r} {answer}")
        return answer

    def send_raise(self, area: str) -> None:
        """Send a raise; `receive` reads its answer."""
        self.send(
            "/api/v1/alerts",
            {
                "command_id": str(uuid4()),
                "areas": [area],
                "hazard": "air_raid",
                "level": "warning",
                "status": "Actual",
            },
        )

    def raise_alert(self, area: str) -> str:
        """Raise an alert and return its id."""
        self.send_raise(area)
        alert_id: str = self.receive()["accepted"][0]["id"]
        return alert_id

    def all_clear(self, alert_id: str) -> None:
        """End an alert."""
        self.send(f"/api/v1/alerts/{alert_id}/all-clear", {"command_id": str(uuid4())})
        self.receive()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def first_accepted_s(db: Path, token: str) -> float:
    """Start a server and time it from the start of the process to the first accepted alert."""
    start = time.perf_counter()
    with running(db, token, core=None) as server:
        caller = Caller(server)
        alert_id = caller.raise_alert("UA-30")
        spent = time.perf_counter() - start
        caller.all_clear(alert_id)
        caller.close()
    return spent


def processes(server: Server) -> tuple[int, ...]:
    """List a server's processes: the core, and the edge that it started."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    return (server.pid, *map(int, children.read_text(encoding="ascii").split()))


def resident_bytes(pid: int) -> int:
    """Tell the resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("The process is gone.")
