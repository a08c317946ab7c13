"""
Subscribers who stop reading, among others who do not: what the server holds for each.

What is held is memory of the server's machine, and not what has travelled: that of the kernel for
the server's end of the connection, as the kernel counts it itself (what is queued with its records,
and what it has reserved besides). What lies in a receive buffer is the reader's. They come with
windows of two sizes, since Linux holds most behind a large one.

They wake at the end: each must then hear the newest board, with nothing missing before it but
what the board stands for.

Source: sock_diag(7), "struct inet_diag_msg" and INET_DIAG_SKMEMINFO; linux/sock_diag.h.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tocsin.kernel.errors import Refused

WINDOWS: Final = (65_536, 2_304)
"""
Receive buffers as they are asked for. Linux doubles them, and gives 131,072 by itself. The larger
comes first, since it takes a hundred messages until it is full, and who has stalled is closed after
20 s.
"""

FROM: Final = "127.0.0.10"
"""An address that no subscriber of the load has."""

WITHIN_S: Final = 10.0
PAUSE_S: Final = 0.02

_SOCK_DIAG: Final = 4
_BY_FAMILY: Final = 20
_DUMP: Final = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
_DONE: Final = 3
_ERROR: Final = 2
_MEMORY: Final = 7  # INET_DIAG_SKMEMINFO
_ESTABLISHED: Final = 1 << 1
_MESSAGE_BYTES: Final = 72  # Of struct inet_diag_msg, which attributes follow.


class Stalled:
    """
    Some who ask for a stream and then sleep.

    Args:
        request: The file with what they send.
    """

    def __init__(self, port: int, request: Path) -> None:
        self._port = port
        self._request = request.read_bytes()
        self._sockets: list[socket.socket] = []

    def join(self, count: int, window: int) -> None:
        """
        Let so many come, and wait until each has been answered.

        Args:
            window: Their receive buffer, in bytes.

        Raises:
            Refused: `bench.not_held`.
        """
        came = [socket.socket() for _ in range(count)]
        self._sockets += came
        for one in came:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            one.settimeout(WITHIN_S)
            one.bind((FROM, 0))
            one.connect(("127.0.0.1", self._port))
            one.sendall(self._request)
        self._await_answers(came)

    def __len__(self) -> int:
        return len(self._sockets)

    def held_bytes(self) -> list[int]:
        """Ask the kernel what it holds at the server for each that is still connected."""
        ours = {one.getsockname()[1] for one in self._sockets}
        return [held for peer, held in held_by_the_kernel(self._port) if peer in ours]

    def wake(self, newest: bytes, meanwhile: Callable[[], None], within_s: float = WITHIN_S) -> int:
        """Let all read, and count those who hear this in time."""
        waiting = dict.fromkeys(self._sockets, b"")
        heard, until = 0, time.monotonic() + within_s
        while waiting and time.monotonic() < until:
            for one, before in list(waiting.items()):
                said = before + _read(one)
                waiting[one] = said[-len(newest) :]
                if newest in said:
                    heard += 1
                    del waiting[one]
            meanwhile()
            time.sleep(PAUSE_S)
        return heard

    def close(self) -> None:
        """Leave."""
        for one in self._sockets:
            one.close()

    def _await_answers(self, came: Sequence[socket.socket]) -> None:
        """Read the first byte of each; what follows is not read."""
        for one in came:
            with suppress(OSError):
                if one.recv(1):
                    continue
            raise Refused("bench.not_held", "The server did not take in all who sleep.")


def held_by_the_kernel(port: int) -> Iterator[tuple[int, int]]:
    """Give, for each IPv4 connection from a port of this machine, its peer's port and the bytes."""
    asked = struct.pack(
        "=IHHIIBBBBIHH44x",
        72, _BY_FAMILY, _DUMP, 1, 0,
        socket.AF_INET, socket.IPPROTO_TCP, 1 << (_MEMORY - 1), 0, _ESTABLISHED,
        socket.htons(port), 0,
    )  # fmt: skip
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
        kernel.send(asked)
        while True:
            data = kernel.recv(1_048_576)
            while data:
                size, kind = struct.unpack_from("=IH", data)
                if kind in {_DONE, _ERROR}:
                    return
                held = _memory(data[16 + _MESSAGE_BYTES : size])
                # Behind family, state, timer and retransmits: the two ports.
                (peer,) = struct.unpack_from("!H", data, 16 + 6)
                if held is not None:
                    yield peer, held
                data = data[(size + 3) & ~3 :]


def _memory(attributes: bytes) -> int | None:
    """Read what is queued to be sent, and what is reserved beyond it, in bytes."""
    while len(attributes) >= 4:
        size, kind = struct.unpack_from("=HH", attributes)
        if kind == _MEMORY:
            words = struct.unpack_from("=6I", attributes, 4)
            return int(words[4] + words[5])
        attributes = attributes[(size + 3) & ~3 or 4 :]
    return None


def _read(one: socket.socket) -> bytes:
    said = b""
    one.settimeout(0)
    with suppress(BlockingIOError):
        while more := one.recv(65_536):
            said += more
    return said
