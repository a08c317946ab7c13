"""
A receiver of webhooks: a real HTTP server on 127.0.0.1, and a server that calls it.

No test is here. A receiver takes each call in a thread of its own, notes it, and answers as it is
told to: a status, a place to go to instead, a long silence, or a body that never ends.
"""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from tests.channels.abroad import Abroad
from tests.speaker import until

from tocsin.channels.compat_webhook_hosts import read_webhook_hosts
from tocsin.channels.compat_webhooks import WebhookSettings

WEBHOOK = "ukrainealarm/api/v3/webhook"


class Call(NamedTuple):
    """One call as it came."""

    path: str
    headers: dict
    body: bytes

    @property
    def said(self):
        """What it says: the region, and whether an alert begins or is over there."""
        told = json.loads(self.body)
        return told["regionId"], told["status"]


class Receiver:
    """
    Take calls; `calls` are those that came, in order, whatever was answered.

    While `goes_on` is not set they hang; `hanging` counts those that ever did.
    """

    def __init__(self):
        self.calls = []
        self.hanging = 0
        self.status = 200
        self.headers = {}
        self.endless = False
        self.goes_on = threading.Event()
        self.goes_on.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.calls.append(Call(self.path, headers, body))
                if not receiver.goes_on.wait(0):
                    receiver.hanging += 1
                    receiver.goes_on.wait(60)
                with suppress(OSError):
                    self._answer()

            def do_GET(self):
                receiver.calls.append(Call(self.path, {}, b""))
                self.send_error(405)

            def _answer(self):
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                if not receiver.endless:
                    self.send_header("content-length", "2")
                    self.end_headers()
                    self.wfile.write(b"OK")
                    return
                self.end_headers()
                while True:
                    self.wfile.write(b"." * 1_000)

            def log_message(self, *_):
                """Say nothing: a test that fails says enough."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    @property
    def said(self):
        """What was said, in order."""
        return [call.said for call in self.calls]

    def close(self):
        """End."""
        self.goes_on.set()
        self.server.shutdown()
        self.server.server_close()

    async def hears(self, *said):
        """Wait until just this was said."""
        with suppress(TimeoutError):
            await until(lambda: len(self.calls) >= len(said))
        assert self.said == list(said)


@contextmanager
def receivers(count=1):
    """Some receivers, until the block ends."""
    found = [Receiver() for _ in range(count)]
    try:
        yield found
    finally:
        for one in found:
            one.close()


class Calling(Abroad):
    """
    A server whose webhooks may lead to some receivers.

    Args:
        path: Where it keeps the list of them.
    """

    def __init__(self, *called, heard=("UA",), path=None, replay=False, **signed):
        hosts = read_webhook_hosts(",".join(one.host for one in called))
        super().__init__(heard, replay=replay, webhooks=WebhookSettings(hosts, path, **signed))

    @property
    def calls(self):
        return self.dialects.webhooks.calls

    @property
    def known(self):
        return self.dialects.webhooks.known

    async def register(self, url, key="a long key", method="POST"):
        """Register an address; it has to be taken."""
        answer = await self.hook(method, {"webHookUrl": url}, authorization=key)
        assert answer.status_code == 200, answer.text

    async def hook(self, method, body, **headers):
        """Ask for something about a webhook."""
        return await self.asking(WEBHOOK, method, body=json.dumps(body).encode(), **headers)

    @asynccontextmanager
    async def at_work(self):
        """Call whoever is to be called, until the block ends."""
        work = asyncio.get_running_loop().create_task(self.dialects.webhooks.run())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
