"""
The server's own door with a small application behind it, in this process.

No test is here. The application says what it was asked; a stream says `STREAM` and its query and
stays open. What has been asked for is kept, so that a test can count what got through.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from contextlib import contextmanager

from tocsin.web import server as doors
from tocsin.web.server import Connections


class Doorway:
    """What a test sees of the server."""

    def __init__(self, most=1_000, most_per_address=1_000):
        self.limits = Connections(most, most_per_address)
        self.requests = []
        self.streams = []
        self.transports = []
        self.port = 0
        self.hold = threading.Event()
        self.hold.set()

    async def app(self, scope, receive, send):
        if scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        await asyncio.to_thread(self.hold.wait)
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.requests.append((scope["method"], scope["path"], body))
        said = json.dumps([scope["method"], scope["path"], len(body)]).encode()
        headers = [(b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})

    def open_stream(self, transport, query, headers, closed):
        self.streams.append((query, headers))
        self.transports.append(transport)
        transport.set_protocol(_Stream(closed))
        transport.write(b"HTTP/1.1 200 OK\r\n\r\nSTREAM " + query + b"\n")

    def close_streams(self):
        for transport in self.transports:
            transport.close()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(self, request):
        """Send bytes on a connection of their own; read until the server closes it."""
        with self.connect() as link:
            link.sendall(request)
            return read_all(link)


class _Stream(asyncio.Protocol):
    def __init__(self, closed):
        self.closed = closed

    def connection_lost(self, exc):
        del exc
        self.closed()


def read_all(link):
    """Read until the other side closes."""
    answer = b""
    while True:
        try:
            piece = link.recv(65_536)
        except ConnectionResetError:
            return answer
        if not piece:
            return answer
        answer += piece


def read_until(link, end):
    """Read until the bytes end so."""
    answer = b""
    while not answer.endswith(end):
        piece = link.recv(65_536)
        assert piece, answer
        answer += piece
    return answer


@contextmanager
def open_doorway(**limits):
    """Run the door on a free port of 127.0.0.1 while the block runs."""
    doorway = Doorway(**limits)
    started = threading.Event()

    def on_started(port):
        doorway.port = port
        started.set()

    server = doors.build(
        doorway.app,
        open_stream=doorway.open_stream,
        close_streams=doorway.close_streams,
        started=on_started,
        limits=doorway.limits,
        host="127.0.0.1",
        port=0,
    )

    def run():
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(server.serve())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while not started.wait(0.05):
            assert thread.is_alive()
        yield doorway
    finally:
        doorway.hold.set()
        server.should_exit = True
        thread.join(30)
