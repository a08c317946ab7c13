"""
An edge to be measured: a child process, told by this one as a core would.

It is started as any edge is, with a feed on a Unix socket; nothing in it knows that it is measured.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tocsin.kernel import wire
from tocsin.kernel.errors import Refused
from tocsin.kernel.feed import TICK_S, Line
from tocsin.kernel.limits import STREAM_BUFFER_BYTES
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.vouch import Vouch, digest_topics, encode_vouch
from tocsin.kernel.wire import Form, Place
from tocsin.kernel.words import Relation

EPOCH: Final = "0123456789abcdef"
AREA: Final = "UA-30"
MESSAGE_BYTES: Final = 600
"""As an alert is, with its texts in two languages."""

STARTS_WITHIN_S: Final = 15.0

COMMAND: Final = (sys.executable, "-m", "tocsin.edge")

_ASK: Final = {
    Form.SSE: "GET /api/v1/stream HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n",
    Form.WEBSOCKET: (
        "GET /api/v1/ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
}


class Edge:
    """
    A running edge. `Edge.started` makes one.

    Args:
        request: The file with what a subscriber sends.
    """

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        port: int,
        link: socket.socket,
        form: Form,
        request: Path,
    ) -> None:
        self.pid = child.pid
        self.port = port
        self.request = request
        self._link = link
        self._form = form
        self._position = 0
        self._said = self._told = 0
        self._lived_at = 0.0
        self._unread = b""
        self._reported: dict[str, Any] = {}
        self._clock = SystemClock()
        self._run = self._now()

    @classmethod
    @contextmanager
    def started(cls, folder: Path, form: Form, *, tls: bool) -> Iterator[Self]:
        """
        Start an edge on a free port, tell it a board, and end it when the block ends.

        Args:
            folder: Where its sockets are, and with TLS its certificate.

        Raises:
            Refused: `bench.no_edge`.
        """
        request = folder / "request"
        request.write_text(_ASK[form], encoding="ascii", newline="")
        with socket.socket(socket.AF_UNIX) as feed, _listening() as door:
            path = folder / "feed.sock"
            path.unlink(missing_ok=True)
            feed.bind(str(path))
            feed.listen(1)
            feed.settimeout(STARTS_WITHIN_S)
            port: int = door.getsockname()[1]
            settings: dict[str, Any] = {
                "version": version("tocsin"), "host": "127.0.0.1", "port": port,
                "listen": [door.fileno()], "source": f"unix:{path}",
                "core": [f"unix:{folder / 'core.sock'}"], "lives_on": False,
                "connections_max": 1_000_000, "connections_per_address": 1_000_000,
            }  # fmt: skip
            if tls:
                settings["tls_certificate"] = str(folder / "chain.pem")
                settings["tls_key"] = str(folder / "key.pem")
            child = subprocess.Popen(  # noqa: S603  # Our own program.
                [*COMMAND, json.dumps(settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[door.fileno()],
            )
            try:
                try:
                    link, _ = feed.accept()
                except TimeoutError:
                    raise Refused("bench.no_edge", "The edge did not start.") from None
                link.settimeout(STARTS_WITHIN_S)
                with link:
                    edge = cls(child, port, link, form, request)
                    edge._open()
                    yield edge
            finally:
                child.terminate()
                try:
                    child.wait(5)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()

    def tell(self, frame: bytes, line: bytes) -> None:
        """Tell it a line of the feed."""
        del frame
        self._told = self._position
        self._send(line)

    def live(self) -> None:
        """Say that its core lives, once a second, and take what it reports."""
        now = time.monotonic()
        if now - self._lived_at >= TICK_S:
            self._lived_at = now
            self._send(self._tick())
            self.report()

    def report(self) -> dict[str, Any]:
        """Give what it reported last of what it serves; nothing before it has."""
        with suppress(BlockingIOError):
            self._unread += os.read(self._link.fileno(), 1_000_000)  # `recv` would wait.
        *lines, self._unread = self._unread.split(b"\n")
        if lines and lines[-1].startswith(b"{"):  # The first line is its place.
            self._reported = json.loads(lines[-1])
        return self._reported

    def newest_board(self) -> bytes:
        """Write how the board of the last message that it was told begins in a stream."""
        place = Place(EPOCH, self._told)
        if self._form is Form.SSE:
            return f"event: board\nid: {place}\n".encode()
        return f'{{"event":"board","id":"{place}"'.encode()

    def next_message(self) -> tuple[str, bytes, bytes]:
        """Make a message: a mark that is in no other, its line of the feed, and its frame."""
        self._position += 1
        mark = f"#{self._position:09d}#"
        shape = {
            "epoch": EPOCH, "position": self._position, "at": self._now(), "status": "Exercise",
            "replay": False, "sender": "bench", "area": {"code": AREA}, "version": self._position,
            "standing": [], "alert": {"text": {"en": ""}, "mark": mark},
        }  # fmt: skip
        missing = MESSAGE_BYTES - len(wire.encode(shape))
        shape["alert"] = {"text": {"en": "x" * missing}, "mark": mark}
        data = wire.encode(shape)
        self._said += 1
        place = Place(EPOCH, self._position)
        frame = wire.frame(self._form, "update", wire.related(data, Relation.INSIDE), place)
        return mark, Line("update", data).encode(), frame

    def resident_kb(self) -> float:
        """Tell the memory that its process holds, in kilobytes."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return float(status.partition("VmRSS:")[2].split()[0]) * 1.024

    def _send(self, data: bytes) -> None:
        try:
            self._link.sendall(data)
        except OSError as error:
            raise Refused("bench.no_edge", f"The edge does not listen: {error}.") from None

    def _open(self) -> None:
        topics = {"root": "UA", "above": {"UA": [], AREA: ["UA"]}, "known_as": {AREA: AREA}}
        board = {
            "epoch": EPOCH, "position": 0, "as_of": self._run, "replay": False, "alerts": [],
            "unknown": [],
        }  # fmt: skip
        hello = {"version": version("tocsin"), "key_id": "", "public_key": "", "epoch": EPOCH,
                 "at": self._run}  # fmt: skip
        self._topics = wire.encode(topics)
        lines = [
            Line("hello", wire.encode(hello)),
            Line("topics", self._topics),
            Line("devices", b"{}"),
            Line("board", wire.encode(board)),
        ]
        self._send(b"".join(line.encode() for line in lines) + self._tick())

    def _tick(self) -> bytes:
        now = self._now()
        topics = digest_topics(self._topics)
        vouch = Vouch(now, self._run, now, Place(EPOCH, self._position), self._said, topics)
        return Line("tick", encode_vouch(vouch)).encode()

    def _now(self) -> str:
        return rfc3339(self._clock.now())


@contextmanager
def _listening() -> Iterator[socket.socket]:
    """Listen as an edge does."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, STREAM_BUFFER_BYTES)
        door.bind(("127.0.0.1", 0))
        door.listen(4_096)
        door.settimeout(0)
        os.set_inheritable(door.fileno(), True)  # noqa: FBT003  # As `os` has it.
        yield door


def make_certificate(folder: Path) -> list[Path]:
    """Make a certificate for a minute's use, `chain.pem`, and its key, `key.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder(name, name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return [chain, secret]
