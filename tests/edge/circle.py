"""
A circle of listeners: real TCP connections, a real event loop that turns when the test says so.

No test is here. Each reader has a small window, and reads when told to; `Circle.turn` lets the
loop come round once, so that a test can act between two slices of one broadcast.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import time
from contextlib import suppress

import uvloop

from tocsin.edge.fanout import Fanout

LONG_S = 30.0
"""Ends a test that would hang; nothing here takes more than a few milliseconds."""


class Reader:
    """The other end of one sink."""

    def __init__(self, connection):
        self.socket = connection
        self.got = b""

    def read(self):
        """Take what is there; False once the stream has ended."""
        try:
            while data := self.socket.recv(65_536):
                self.got += data
        except BlockingIOError:
            return True
        except ConnectionResetError:
            pass
        return False

    def sip(self, size):
        """Take a little, if there is anything."""
        with suppress(BlockingIOError):
            self.got += self.socket.recv(size)


class Circle:
    """A fan-out with its loop, and all that it has called back."""

    def __init__(self, fanout=Fanout, *, send_buffer=4_608, window=2_304):
        self.loop = uvloop.new_event_loop()
        self.heard, self.gone = [], []
        self.fanout = fanout(
            self.loop,
            received=lambda group, sink, data: self.heard.append((group, sink, data)),
            gone=lambda group, sink: self.gone.append((group, sink)),
        )
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(1_000)
        self._window = window
        self._open = []

    def pair(self):
        """Connect: the server's end, for a sink, and a reader."""
        there = socket.socket()
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._window)
        there.connect(self._listener.getsockname())
        here, _ = self._listener.accept()
        here.setblocking(False)
        there.setblocking(False)
        self._open.append(there)
        return here, Reader(there)

    def pair_for(self, acceptor):
        """Connect to an acceptor, and give the other end."""
        here, reader = self.pair()
        acceptor.accept(here)
        return reader.socket

    def keep(self, connection):
        """Close it at the end."""
        self._open.append(connection)

    def join(self, group, first=b"", **how):
        """Add a reader to a group."""
        here, reader = self.pair()
        reader.sink = here.detach()
        self.fanout.add(group, reader.sink, first, **how)
        return reader

    def turn(self, times=1):
        """Let the loop come round, once or twice each time."""
        for _ in range(times):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()

    def settle(self, done=lambda: True):
        """Let the loop come round until nothing is being written and something is so."""
        until = time.monotonic() + LONG_S
        self.turn(3)
        while self.fanout._writing is not None or not done():
            assert time.monotonic() < until, "This never came to be."
            self.loop.run_until_complete(asyncio.sleep(0.001))

    def drain(self, readers, done=lambda: True):
        """Read everything that is still to come."""

        def all_read():
            for reader in readers:
                reader.read()
            return self.fanout.counts().slow == 0 and done()

        self.settle(all_read)
        self.loop.run_until_complete(asyncio.sleep(0.002))
        for reader in readers:
            reader.read()

    def close(self):
        """Close everything, whatever state it is in."""
        for connection in self._open:
            connection.close()
        self.settle()
        for one in self.fanout.release():
            os.close(one.sink) if isinstance(one.sink, int) else one.sink.close()
        self._listener.close()
        self.loop.close()


def line(mark, number, size=0):
    """Make a frame that says what it is: `m` a message, `b` a board, `f` a first one."""
    return b"%c%d %s\n" % (mark.encode(), number, b"." * size)


def heard_of(got):
    """Read back what lines say: pairs of mark and number; a torn one fails."""
    *lines, rest = got.split(b"\n")
    assert re.fullmatch(rb"([mbfh](\d+( \.*)?)?)?", rest), rest[:40]
    found = []
    for one in lines:
        match = re.fullmatch(rb"([mbfh])(\d+) \.*", one)
        assert match, f"torn: {one[:60]!r}"
        found.append((match[1].decode(), int(match[2])))
    return found
