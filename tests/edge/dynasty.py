"""
Two generations of an edge: each with its own thread and loop, and one core that both hear.

No test is here. What each edge says to its readers goes over real TCP connections; they are handed
over as between two processes, since to the kernel it is the same.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import suppress

import uvloop
from tests.edge.hall import Reader

from tocsin.edge.connections import Connections
from tocsin.edge.control import Control
from tocsin.edge.fanout import Fanout
from tocsin.edge.front import Front
from tocsin.edge.hub import Asked, Hub
from tocsin.edge.predecessor import Predecessor, Retirement
from tocsin.edge.relay import Relay
from tocsin.edge.successor import Successor
from tocsin.edge.upstream import read_address
from tocsin.edge.websocket import Inbox
from tocsin.kernel.wire import Form

LONG_S = 30.0
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Generation:
    """One edge, and who began to listen to it."""

    def __init__(self, settings, path, predecessor=Predecessor):
        self._settings, self._path, self._predecessor = settings, path, predecessor
        self.loop = uvloop.new_event_loop()
        self.limits = Connections(10_000, 10_000)
        self.inbox = Inbox()
        self.listeners = []
        self.visitors = []
        self.retired = threading.Event()
        self.succeeded = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.call(self._assemble)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _assemble(self):
        def fan_out(gone):
            self.fanout = Fanout(self.loop, received=self._hear, gone=gone)
            return self.fanout

        self.hub = Hub(fan_out, self.loop, lambda least, _: least)
        relay = Relay(self.loop, [read_address("unix:/nowhere")], lambda: self.hub.place)
        self.front = Front(self.loop, self.hub, relay, self.limits, time.time)
        self.predecessor = self._predecessor(self.hub, self.fanout, self.inbox, self._retire)
        self._control = None

    def _hear(self, group, sink, data):
        answer = self.inbox.hear(sink, data)
        if answer.data:
            self.fanout.send(group, sink, answer.data)
        if answer.close:
            self.fanout.close(group, sink)

    def _retire(self, link):
        self.succeeded.set()
        self._control.close()
        self._control = None
        retirement = Retirement(
            self.loop, self.predecessor, self.hub, self.fanout, self.front, lambda least, _: least
        )
        self._retiring = self.loop.create_task(retirement.run(link, finishing_s=0.1, parting_s=0.2))
        self._retiring.add_done_callback(lambda _: self.retired.set())

    def reign(self):
        """Answer at the path."""
        answers = self.predecessor.answers()
        self._control = self.call(Control, self.loop, self._path, self._settings, (), answers)
        return self

    def take_over(self):
        """Take over from who answers at the path, then answer there; how many came."""
        future = asyncio.run_coroutine_threadsafe(
            Successor(self.hub, self.limits, self.front.link).take_over(self._path), self.loop
        )
        count = future.result(LONG_S)
        self.reign()
        return count

    def call(self, function, *arguments):
        async def done():
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(LONG_S)

    def hear(self, *lines):
        for line in lines:
            self.call(self.hub.take, line)

    def subscribe(self, *areas, form=Form.SSE, since=None, actuator=False, narrow=False):
        """Give a reader of this edge, over TCP; a narrow one has small buffers."""
        with socket.socket() as ear:
            if narrow:
                ear.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_608)
            ear.bind(("127.0.0.1", 0))
            ear.listen()
            there = socket.socket()
            if narrow:
                there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_304)
            there.connect(ear.getsockname())
            here, _ = ear.accept()
        here.setblocking(False)
        assert self.limits.enter("127.0.0.1")
        asked = Asked(frozenset(areas), since, form, actuator, HEAD)
        self.call(self.hub.join, here.detach(), asked, lambda: self.limits.leave("127.0.0.1"))
        self.listeners.append(Listener(there, form))
        return self.listeners[-1]

    def visit(self):
        """Give a connection to this edge's door, over TCP, on which nothing was asked yet."""
        with socket.create_server(("127.0.0.1", 0)) as ear:
            visitor = socket.create_connection(ear.getsockname(), timeout=LONG_S)
            here, _ = ear.accept()
        here.setblocking(False)
        welcome = self.loop.connect_accepted_socket(self.front.link, here)
        asyncio.run_coroutine_threadsafe(welcome, self.loop).result(LONG_S)
        self.visitors.append(visitor)
        return visitor

    def end(self):
        """End, in its own time where it was succeeded."""
        if self.succeeded.is_set():
            self.retired.wait(LONG_S)
        if self._control is not None:
            self.call(self._control.close)
        self.call(self._close)
        self.call(lambda: None)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(LONG_S)
        self.loop.close()
        for listener in self.listeners:
            listener.socket.close()
        for visitor in self.visitors:
            visitor.close()

    def _close(self):
        self.front.end()
        for held in self.fanout.held():
            self.fanout.close(held.group, held.sink)


class Listener(Reader):
    """The other end of one subscription; `names` and `frames` as of a reader in the hall."""

    def __init__(self, connection, form):
        super().__init__(form)
        self.socket = connection
        self.socket.settimeout(LONG_S)
        self.ended = False

    def read(self, until=lambda _: False):
        """Read until something is so, or the connection ends."""
        while not self.ended and not until(self):
            with suppress(ConnectionResetError):
                data = self.socket.recv(65_536)
                self.got += data
                self.ended = not data
        return self

    def read_to(self, place):
        """Read until a frame of a place has come whole."""
        return self.read(lambda one: one.has_heard(place))

    def has_heard(self, place):
        if str(place).encode() not in self.got:
            return False
        with suppress(ValueError, IndexError):  # Half a frame.
            return self.last_place() == place
        return False
