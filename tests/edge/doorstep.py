"""
The edge's door, in this process, with a real hub behind it and a small core beside it.

No test is here. The core is uvicorn on a Unix socket with an application that says what it was
asked and keeps it, so that a test can count what got through; some paths answer in other ways. The
hub has heard a board unless a test wants it not to.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
import uvloop
from tests.edge.hall import Core
from tests.web.doorway import read_all, read_until

from tocsin.edge.connections import Connections, Patience
from tocsin.edge.fanout import Fanout
from tocsin.edge.front import Front, listen
from tocsin.edge.hub import Hub
from tocsin.edge.relay import Relay
from tocsin.edge.upstream import read_address

__all__ = ["Doorstep", "OddCore", "SmallCore", "open_doorstep", "read_all", "read_until", "within"]


class SmallCore:
    """An application behind uvicorn; `requests` are method, path, body; `heads` their headers."""

    def __init__(self, path):
        self.path = str(path)
        self.requests = []
        self.heads = []
        self.hold = threading.Event()
        self.hold.set()
        self.standby = ""
        self.place = None
        self.disconnected = threading.Event()
        self._server = None

    async def app(self, scope, receive, send):
        if scope["type"] == "websocket":
            await self._echo(receive, send)
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.requests.append((scope["method"], scope["path"], body))
        self.heads.append(
            {name.decode(): value.decode() for name, value in scope["headers"]}
            | {"client": (scope["client"] or [""])[0], "scheme": scope["scheme"]}
        )
        await asyncio.to_thread(self.hold.wait)
        await self._answer(scope, receive, send, body)

    async def _answer(self, scope, receive, send, body):
        status, headers = 200, []
        path = scope["path"]
        said = json.dumps([scope["method"], path, len(body)]).encode()
        if self.standby:
            status, said = 503, b'{"code": "%s"}' % self.standby.encode()
        elif path == "/full":
            status, said = 503, b'{"code": "ledger.busy"}'
        elif path == "/304":
            status, said = 304, b""
        elif path == "/large":
            said = b"x" * 3_000_000
        if self.place is not None:
            headers.append((b"tocsin-place", str(self.place).encode()))
        if path == "/endless":
            await self._stream(receive, send)
            return
        if path not in {"/304", "/chunks"}:
            headers.append((b"content-length", str(len(said)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if path == "/half":
            await send({"type": "http.response.body", "body": said[:3], "more_body": True})
            raise ConnectionError(path)
        if path == "/chunks":
            for byte in said:
                part = {"type": "http.response.body", "body": bytes([byte]), "more_body": True}
                await send(part)
            said = b""
        await send({"type": "http.response.body", "body": said})

    async def _stream(self, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        gone = asyncio.get_running_loop().create_task(receive())
        while not gone.done():
            await send({"type": "http.response.body", "body": b"tick\n", "more_body": True})
            await asyncio.wait([gone], timeout=0.02)
        self.disconnected.set()

    async def _echo(self, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        self.disconnected.set()

    def start(self):
        """Serve in a thread of its own."""
        config = uvicorn.Config(
            self.app,
            uds=self.path,
            interface="asgi3",
            http="httptools",
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            forwarded_allow_ips="*",
            timeout_graceful_shutdown=1,
        )
        self._server = server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None
        self._thread = threading.Thread(target=server.run)
        self._thread.start()
        assert within(30, lambda: server.started)
        return self

    def stop(self):
        """End at once, with whatever is open."""
        if self._server is not None:
            self.hold.set()
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(30)
            self._server = None
            Path(self.path).unlink(missing_ok=True)


class Doorstep:
    """What a test sees of the edge."""

    def __init__(self, cores, limits, patience, *, ready):
        self.cores = cores
        self.core = cores[0]
        self.limits = limits
        self.patience = patience
        self.says = Core()
        self._ready = ready
        self._started = threading.Event()
        self._stop = None

    async def _run(self):
        loop = self.loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        fanout = None

        def fan_out(gone):
            nonlocal fanout
            fanout = Fanout(loop, received=lambda *_: None, gone=gone)
            return fanout

        self.hub = hub = Hub(fan_out, loop, lambda least, _: least)
        addresses = [read_address(f"unix:{core.path}") for core in self.cores]
        self.relay = Relay(loop, addresses, lambda: hub.place)
        self.front = Front(loop, hub, self.relay, self.limits, time.time, self.patience)
        if self._ready:
            for line in (self.says.topics(), self.says.devices(), self.says.board()):
                hub.take(line)
        sockets = listen("127.0.0.1", 0)
        self.port = sockets[0].getsockname()[1]
        await self.front.serve(sockets)
        self._started.set()
        await self._stop.wait()
        self.front.end()
        fanout.release()
        await asyncio.sleep(0.01)

    def run(self):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._run())

    def call(self, function, *arguments):
        """Do something on the edge's own thread; give what came of it."""

        async def done():
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(30)

    def tell(self, line):
        """Let the hub hear a line of the feed."""
        self.call(self.hub.take, line)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(self, request):
        """Send bytes on a connection of their own; read until the edge closes it."""
        with self.connect() as link:
            link.sendall(request)
            return read_all(link)


class OddCore:
    """A core that does with each connection, in a thread, whatever `serve` does."""

    def __init__(self, path, serve):
        self._serve = serve
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(path)
        self._socket.listen()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_and_close, args=(link,), daemon=True).start()

    def _serve_and_close(self, link):
        with link:
            self._serve(link)

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def open_doorstep(
    *, most=1_000, most_per_address=1_000, cores=1, started=True, ready=True, **patience
):
    """Run an edge on a free port of 127.0.0.1, and its cores, while the block runs."""
    with TemporaryDirectory(prefix="tocsin-") as folder:
        small = [SmallCore(Path(folder) / f"{number}.sock") for number in range(cores)]
        for core in small:
            if started:
                core.start()
        step = Doorstep(
            small, Connections(most, most_per_address), Patience(**patience), ready=ready
        )
        thread = threading.Thread(target=step.run)
        thread.start()
        try:
            while not step._started.wait(0.05):
                assert thread.is_alive()
            yield step
        finally:
            for core in small:
                core.hold.set()
            with suppress(RuntimeError):
                step.loop.call_soon_threadsafe(step._stop.set)
            thread.join(30)
            for core in small:
                core.stop()


def within(seconds, so):
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not so() and time.monotonic() < until:
        time.sleep(0.002)
    return so()
