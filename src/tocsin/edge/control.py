"""
The control socket: how a core finds an edge that has outlived the core before it.

Whoever connects and asks `who` is told which edge this is, by its settings, and is handed the
listening sockets themselves: a core that adopts an edge keeps them, so that connections wait in
their queues while an edge is started anew, and one that replaces it goes on with the same port.
What else may be asked is a successor's matter (`tocsin.edge.succession`).
Only the user who runs the edge (or root) is answered; the socket lies in a directory of mode 0700.

Source: unix(7), SCM_RIGHTS and SO_PEERCRED.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from tocsin.edge.settings import EdgeSettings, read_edge_settings
from tocsin.kernel.errors import Malformed

QUESTION: Final = b"who\n"
QUESTION_BYTES: Final = 128
ANSWER_BYTES: Final = 65_536
"""Settings are 1 kB."""

ANSWER_WITHIN_S: Final = 2.0
"""An edge in the middle of a broadcast answers after 10 ms."""

SOCKETS_MOST: Final = 16

_CREDENTIALS: Final = struct.Struct("3i")


class Found(NamedTuple):
    """An edge that runs: its process, its settings, and its listening sockets, now ours too."""

    pid: int
    settings: EdgeSettings
    sockets: tuple[socket.socket, ...]


class Control:
    """
    Answer at a path, for as long as this is not closed.

    Args:
        sockets: The listening sockets.
        others: What answers other questions, by their first word; it owns the link from then on.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        path: Path,
        settings: EdgeSettings,
        sockets: Sequence[socket.socket],
        others: Mapping[bytes, Callable[[socket.socket, bytes], None]] = MappingProxyType({}),
    ) -> None:
        self._loop = loop
        self._others = others
        self._asking: set[socket.socket] = set()
        self._path = path
        self._settings = settings
        self._sockets = sockets
        self._ear = socket.socket(socket.AF_UNIX)
        self._ear.settimeout(0)
        # Under another name first: a socket of that name is there at every moment, and answers.
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        self._ear.bind(str(draft))
        self._ear.listen(8)
        draft.rename(path)
        self._inode = path.stat().st_ino
        loop.add_reader(self._ear.fileno(), self._accept)

    def close(self) -> None:
        """Answer no more; the path is left to whoever has taken it over. Once is enough."""
        if self._ear.fileno() < 0:
            return
        self._loop.remove_reader(self._ear.fileno())
        self._ear.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()

    def _accept(self) -> None:
        with suppress(OSError):
            link, _ = self._ear.accept()
            link.settimeout(0)
            if _peer(link)[1] not in {0, os.geteuid()}:
                link.close()
                return
            self._asking.add(link)
            self._loop.add_reader(link.fileno(), self._answer, link)
            self._loop.call_later(ANSWER_WITHIN_S, self._hang_up, link)

    def _answer(self, link: socket.socket) -> None:
        with suppress(OSError):
            asked = link.recv(QUESTION_BYTES)
            if asked == QUESTION:
                descriptors = [one.fileno() for one in self._sockets]
                socket.send_fds(link, [self._settings.encode().encode()], descriptors)
            elif (other := self._others.get(asked.split(b" ")[0].strip())) is not None:
                self._loop.remove_reader(link.fileno())
                self._asking.discard(link)
                other(link, asked)
                return
        self._hang_up(link)

    def _hang_up(self, link: socket.socket) -> None:
        if link in self._asking:
            self._asking.discard(link)
            self._loop.remove_reader(link.fileno())
            link.close()


def find_edge(path: Path) -> Found | None:
    """
    Ask the edge at a path who it is; None where nobody is there, or nobody of this version.

    One that is there and does not answer within `ANSWER_WITHIN_S` is stuck: it is found without
    sockets.
    """
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(ANSWER_WITHIN_S)
        try:
            link.connect(str(path))
        except OSError:
            return None
        pid, _ = _peer(link)
        try:
            link.sendall(QUESTION)
            text, descriptors, _, _ = socket.recv_fds(link, ANSWER_BYTES, SOCKETS_MOST)
        except OSError:
            text, descriptors = b"", []
    sockets = tuple(socket.socket(fileno=descriptor) for descriptor in descriptors)
    try:
        return Found(pid, read_edge_settings(text.decode()), sockets)
    except (Malformed, UnicodeDecodeError):
        return Found(pid, NOBODY, sockets)


def answers(path: Path) -> bool:
    """Say whether an edge listens at a path."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(ANSWER_WITHIN_S)
        try:
            link.connect(str(path))
        except OSError:
            return False
    return True


def end_edge(path: Path) -> None:
    """Ask the edge at a path to end, in its own time."""
    found = find_edge(path)
    if found is None:
        return
    for one in found.sockets:
        one.close()
    with suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGTERM)


NOBODY: Final = EdgeSettings(
    version="", host="", port=0, listen=(), source="", core=(),
    connections_max=0, connections_per_address=0,
)  # fmt: skip
"""The settings of an edge that could not say what it is: stuck, or of another version."""


def _peer(link: socket.socket) -> tuple[int, int]:
    """Tell the process and the user at the other end, as the kernel knows them."""
    raw = link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, user, _ = _CREDENTIALS.unpack(raw)
    return pid, user
