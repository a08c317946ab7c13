"""
A wire between a browser and a server that can be frozen: bytes stop, sockets stay open.

That is what a phone sees when it walks into a cellar: no reset, no end, just nothing. The bytes
that come while it is frozen are lost with the connection, as they'd be behind a dead mast.
"""

from __future__ import annotations

import contextlib
import socket
import threading


class Wire:
    """
    Listens on a free port of 127.0.0.1 and passes everything on to a server's port.

    Args:
        port: Of the server.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._frozen = threading.Event()
        self._unanswered = threading.Event()
        self._links: list[socket.socket] = []
        self._ear = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._ear.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def freeze(self) -> None:
        """Let nothing through any more, in either direction, on old and new connections."""
        self._frozen.set()

    def lose_answers(self) -> None:
        """Let requests through, and lose whatever comes back."""
        self._unanswered.set()

    def lead_to(self, port: int) -> None:
        """Pass on to another server from now on, in both directions."""
        self._to = port
        self._unanswered.clear()
        self.thaw()

    def thaw(self) -> None:
        """Let new connections through; the old ones stay dead, as they do in life."""
        for link in self._links:
            with contextlib.suppress(OSError):
                link.close()
        self._links.clear()
        self._frozen.clear()

    def close(self) -> None:
        """Stop listening and close everything."""
        self._ear.close()
        self.thaw()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._ear.accept()
                self._links.append(near)
                if self._frozen.is_set():
                    continue  # Accepted and never answered.
                try:
                    far = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    near.close()  # As from a machine that is there, with no server on it.
                    continue
                self._links.append(far)
                for source, sink in ((near, far), (far, near)):
                    answers = sink is near
                    carried = (source, sink, answers)
                    threading.Thread(target=self._pass, args=carried, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                if self._frozen.is_set():
                    return
                if not (answers and self._unanswered.is_set()):
                    sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
