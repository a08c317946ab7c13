"""
Hearing at once that somebody has written: LISTEN, which wakes and carries nothing.

A notification may be lost, doubled or late; whoever is woken reads the ledger by position, and
looks now and then unasked (`tocsin.ledger.follow`). So all that a lost link costs is the time to
the next look.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import psycopg

from tocsin.kernel.errors import Unavailable
from tocsin.ledger.postgres_link import Address, connect

PROVE_EVERY_S: Final = 1.0
"""How often the link is asked whether it lives; a silent one would wake nobody."""

AGAIN_AFTER_S: Final = 0.5


class Listener:
    """
    Wake somebody at each announcement, from a thread of its own.

    Args:
        wake: Called on that thread; also whenever the link is there again.
    """

    def __init__(self, address: Address, channel: str, wake: Callable[[], None]) -> None:
        self._address = address
        self._channel = channel
        self._wake = wake
        self._ends = Event()
        self._thread = Thread(target=self._run, name="ledger-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """End; at most `PROVE_EVERY_S` later."""
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                self._listen()
            except (psycopg.Error, Unavailable):
                self._ends.wait(AGAIN_AFTER_S)

    def _listen(self) -> None:
        with connect(self._address) as link:
            link.execute(f"LISTEN {self._channel}".encode())
            while not self._ends.is_set():
                self._wake()
                for _ in link.notifies(timeout=PROVE_EVERY_S, stop_after=1):
                    pass
                link.execute("SELECT")
