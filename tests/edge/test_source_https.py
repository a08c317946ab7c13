"""
An edge below another hears what the core has signed, and nothing that the other makes up.

Method: a real hub, fed by a real core's feed, hands its lines on over a real TLS connection to a
second edge; the certificate is made for the test. The link breaks and the upper edge forges.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from structlog.testing import capture_logs
from tests.edge.hall import EDGE_TOKEN
from tests.speaker import Heard, RealClock, Speaker, until

from tocsin.edge.source_https import HttpsSource
from tocsin.edge.verify import Gate, Outcome
from tocsin.edge.watch import Watch
from tocsin.kernel.feed import UNSIGNED
from tocsin.kernel.wire import parse_place


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself: (file with it and its key)."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "upper edge")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, None)
    )
    path = tmp_path_factory.mktemp("tls") / "edge.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


class Upper:
    """An edge above: it serves the lines of a core's feed, and may be told to lie."""

    def __init__(self, speaker):
        self.speaker = speaker
        self.asked = []
        self.shown = []
        self.writers = set()
        self.forge = self.silent_on_devices = False

    async def serve(self, reader, writer):
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        since = request.partition("since=")[2].partition(" ")[0].replace("%3A", ":")
        self.asked.append(since)
        self.shown.append(request.partition("authorization: ")[2].partition("\r\n")[0])
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n")
        for line in self.speaker.feed.opening(parse_place(since)):
            if line.kind != "devices" or (self.shown[-1] and not self.silent_on_devices):
                writer.write(self.written(line))
        leave = self.speaker.feed.subscribe(lambda line: writer.write(self.written(line)))
        self.writers.add(writer)
        try:
            await reader.read()
        finally:
            leave()
            self.writers.discard(writer)
            writer.close()

    def written(self, line):
        return (line._replace(signature=UNSIGNED) if self.forge else line).encode()

    def cut(self):
        for writer in tuple(self.writers):
            writer.transport.abort()


@asynccontextmanager
async def chain(certificate, *, trusted=True, token_file=""):
    """Run a core, an edge above and one below."""
    loop = asyncio.get_running_loop()
    speaker = Speaker(RealClock())
    upper = Upper(speaker)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(upper.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    hub = Heard()
    gate = Gate(speaker.public_key, speaker.clock)
    watch = Watch(gate, hub, loop.time)
    believed = ssl.create_default_context(cafile=certificate) if trusted else None
    source = HttpsSource(
        f"https://127.0.0.1:{port}", watch, lambda: 0.0, token_file=token_file, trusted=believed
    )

    async def tick():
        while True:
            speaker.feed.tick()
            await asyncio.sleep(0.1)

    tasks = [loop.create_task(work) for work in (source.run(), watch.run(), tick())]
    try:
        yield speaker, upper, gate, hub
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        upper.cut()
        server.close()
        await asyncio.sleep(0.05)


def knows(gate, hub, speaker):
    return lambda: gate.whole and hub.place == speaker.place


def test_an_edge_below_hears_everything_once_and_goes_on_after_a_cut(certificate):
    async def story():
        async with chain(certificate) as (speaker, upper, gate, hub):
            await until(knows(gate, hub, speaker))
            speaker.press()
            await until(knows(gate, hub, speaker))
            upper.cut()
            speaker.press("UA32")
            speaker.press("UA63")
            await until(knows(gate, hub, speaker))
            assert hub.positions == [8, 9, 10]
            assert hub.count("board") == 1
            assert upper.asked == ["", f"{speaker.epoch}:8"]

    asyncio.run(story())


def test_an_edge_above_that_lies_is_not_believed(certificate):
    async def story():
        async with chain(certificate) as (speaker, upper, gate, hub):
            await until(knows(gate, hub, speaker))
            upper.forge = True
            speaker.press()
            await until(lambda: gate.outcomes[Outcome.FORGED] > 2)
            assert hub.positions == []
            upper.forge = False
            await until(knows(gate, hub, speaker))
            assert hub.standing == speaker.truth

    asyncio.run(story())


def test_one_with_a_token_shows_it_and_is_told_which_tokens_are_those_of_devices(
    certificate, tmp_path
):
    file = tmp_path / "token"
    file.write_text(EDGE_TOKEN + "\n")

    async def story(token_file):
        async with chain(certificate, token_file=token_file) as (speaker, upper, gate, hub):
            await until(knows(gate, hub, speaker))
            return upper.shown, hub.count("devices")

    assert asyncio.run(story(str(file))) == ([f"Bearer {EDGE_TOKEN}"], 1)
    assert asyncio.run(story("")) == ([""], 0)


def test_no_alert_waits_for_a_token(certificate, tmp_path):
    file = tmp_path / "token"

    async def story():
        async with chain(certificate, token_file=str(file)) as (speaker, upper, gate, hub):
            await until(knows(gate, hub, speaker))
            file.write_text(EDGE_TOKEN)
            upper.cut()
            speaker.press()
            await until(knows(gate, hub, speaker))
            assert upper.shown == ["", f"Bearer {EDGE_TOKEN}"], "it is read anew each time"

    with capture_logs() as logs:
        asyncio.run(story())
    assert "no_token" in [entry["event"] for entry in logs]


def test_that_it_is_not_told_so_in_spite_of_its_token_is_a_warning(certificate, tmp_path):
    file = tmp_path / "token"
    file.write_text(EDGE_TOKEN)

    async def story():
        async with chain(certificate, token_file=str(file)) as (speaker, upper, gate, hub):
            upper.silent_on_devices = True
            await until(knows(gate, hub, speaker))

    with capture_logs() as logs:
        asyncio.run(story())
    assert "devices_untold" in [entry["event"] for entry in logs]


def test_an_edge_above_with_a_strange_certificate_is_not_heard(certificate):
    async def story():
        async with chain(certificate, trusted=False) as (_speaker, upper, gate, hub):
            await asyncio.sleep(0.3)
            assert upper.asked == []
            assert hub.lines == []
            assert not gate.outcomes

    asyncio.run(story())
