"""
Goal: over TLS a protocol reads and writes as over any transport, then the fan-out owns the socket;
nobody who dawdles or breaks off holds anything up.

Method: real handshakes with Python's own client, both ends in one thread, the loop turned by hand.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.edge.circle import Circle, heard_of, line

from tocsin.edge import tls as module
from tocsin.edge.tls import UNSENT_BYTES, TlsAcceptor, server_context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for `localhost`, and its key, as two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(name, name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    certificate, key_file = folder / "c.pem", folder / "k.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, key_file


class Talker(asyncio.Protocol):
    """A protocol that only remembers."""

    def __init__(self, transport):
        self.transport = transport
        self.got = b""
        self.said = []
        transport.set_protocol(self)

    def data_received(self, data):
        self.got += data

    def pause_writing(self):
        self.said.append("pause")

    def resume_writing(self):
        self.said.append("resume")

    def connection_lost(self, _exc):
        self.said.append("lost")


class Client:
    """A TLS client that never waits."""

    def __init__(self, door, certificate, session=None):
        context = door.clients
        context.load_verify_locations(certificate[0])
        there = door.circle.pair_for(door.acceptor)
        self.tls = context.wrap_socket(
            there, server_hostname="localhost", do_handshake_on_connect=False, session=session
        )
        door.circle.keep(self.tls)
        self.socket, self.got, self.ended = self.tls, b"", False

    def shake(self):
        try:
            self.tls.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        return True

    def read(self):
        try:
            while data := self.tls.recv(65_536):
                self.got += data
            self.ended = True
        except (ssl.SSLWantReadError, ConnectionResetError):
            pass


class Door:
    """An acceptor, and those who came through it."""

    def __init__(self, circle, certificate):
        self.circle, self.certificate = circle, certificate
        self.talkers, self.failed = [], []
        self.clients = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.acceptor = TlsAcceptor(
            circle.loop,
            server_context(*certificate),
            ready=lambda transport: self.talkers.append(Talker(transport)),
            failed=lambda: self.failed.append(True),
        )

    def enter(self, session=None):
        """Let somebody in: the client, and the protocol that speaks to it."""
        client, count = Client(self, self.certificate, session), len(self.talkers)
        self.circle.settle(lambda: client.shake() and len(self.talkers) > count)
        return client, self.talkers[-1]


@pytest.fixture
def circle():
    one = Circle()
    yield one
    one.close()


@pytest.fixture
def door(circle, certificate):
    one = Door(circle, certificate)
    yield one
    one.acceptor.close()
    for talker in one.talkers:
        talker.transport.abort()
    circle.turn(2)


def test_a_protocol_hears_and_speaks(circle, door):
    client, talker = door.enter()
    client.tls.send(b"GET / HTTP/1.1\r\n\r\n")
    circle.settle(lambda: talker.got)
    talker.transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
    circle.settle(lambda: client.read() or client.got)

    assert talker.got == b"GET / HTTP/1.1\r\n\r\n"
    assert client.got == b"HTTP/1.1 200 OK\r\n\r\n"
    assert talker.transport.get_extra_info("peername")[0] == "127.0.0.1"
    assert talker.transport.get_extra_info("cipher") is not None
    assert talker.transport.get_extra_info("weather", "fine") == "fine"
    assert client.tls.version() == "TLSv1.3"


def test_what_is_not_taken_is_kept_and_the_protocol_is_asked_to_pause(circle, door):
    client, talker = door.enter()
    big = bytes(range(256)) * 2_000
    for start in range(0, len(big), 100_000):
        talker.transport.write(big[start : start + 100_000])
    talker.transport.close()
    talker.transport.write(b"too late")

    assert talker.said == ["pause"]
    assert talker.transport.get_write_buffer_size() > UNSENT_BYTES

    def read():
        client.read()
        return "lost" in talker.said

    circle.settle(read)
    client.read()
    assert client.got == big
    assert client.ended  # It was told so: nobody cut it off.


def test_reading_can_be_paused(circle, door):
    client, talker = door.enter()
    talker.transport.pause_reading()
    client.tls.send(b"x" * 40_000)
    circle.turn(5)
    assert talker.got == b""
    talker.transport.resume_reading()
    circle.settle(lambda: len(talker.got) == 40_000)


def test_who_hangs_up_is_lost_once(circle, door):
    client, talker = door.enter()
    client.tls.close()
    circle.settle(lambda: talker.said)
    talker.transport.close()
    talker.transport.abort()
    circle.turn(3)

    assert talker.said == ["lost"]
    assert talker.transport.is_closing()


def test_one_given_away_is_a_sink_like_any_other_also_when_it_stalls(circle, door):
    number = [0]
    group = circle.fanout.group(lambda: line("b", number[0]))
    clients = []
    for _ in range(3):
        client, talker = door.enter()
        circle.fanout.add(group, talker.transport.detach(), line("f", 0))
        assert talker.transport.is_closing()
        clients.append(client)
    slow = clients[0]
    while circle.fanout.counts().slow == 0 or number[0] < 30:
        number[0] += 1
        circle.fanout.broadcast([(group, line("m", number[0], 700))])
        circle.settle()
        for client in clients[1:]:
            client.read()
    number[0] += 1
    circle.fanout.broadcast([(group, line("m", number[0], 40_000))])  # More than a record.
    circle.drain(clients)
    heard = heard_of(slow.got)

    assert [("f", 0), *(("m", n) for n in range(1, number[0] + 1))] == heard_of(clients[1].got)
    assert heard_of(clients[2].got) == heard_of(clients[1].got)
    assert heard[-1] == ("b", number[0])
    assert heard[:-1] == [("f", 0), *(("m", n) for n in range(1, len(heard) - 1))]
    circle.fanout.close(group, circle.fanout.held()[0].sink)
    clients[1].tls.close()
    circle.settle(lambda: circle.fanout.counts().subscribers == 1)


def test_a_large_first_board_goes_out_over_tls_at_the_others_pace(circle, door):
    group = circle.fanout.group(lambda: line("b", 1))
    client, talker = door.enter()
    circle.fanout.add(group, talker.transport.detach(), line("f", 0, 300_000))
    circle.fanout.broadcast([(group, line("m", 1))])
    circle.drain([client])

    assert heard_of(client.got) == [("f", 0), ("b", 1)]


def test_what_came_with_the_last_request_is_heard_by_the_fan_out(circle, door):
    group = circle.fanout.group(bytes)
    client, talker = door.enter()
    talker.transport.pause_reading()
    client.tls.send(b"after the request")
    circle.fanout.add(group, talker.transport.detach(), b"")
    circle.settle(lambda: circle.heard)

    assert circle.heard[0][2] == b"after the request"


def test_who_does_not_shake_hands_in_time_is_closed(circle, door, certificate, monkeypatch):
    monkeypatch.setattr(module, "HANDSHAKE_S", 0.01)
    silent = Client(door, certificate)
    circle.settle(lambda: door.failed)

    assert door.acceptor.shaking == 0
    with pytest.raises(OSError, match=r"."):
        silent.shake() or silent.shake() or silent.shake()


def test_nonsense_in_place_of_a_handshake_is_closed(circle, door):
    there = circle.pair_for(door.acceptor)
    there.send(b"GET / HTTP/1.1\r\n\r\n" * 10)
    circle.settle(lambda: door.failed)

    assert door.acceptor.shaking == 0


def test_more_handshakes_than_the_bound_are_closed_at_once(circle, door, certificate, monkeypatch):
    monkeypatch.setattr(module, "HANDSHAKES_MAX", 2)
    clients = [Client(door, certificate) for _ in range(3)]

    assert door.acceptor.shaking == 2
    assert len(door.failed) == 1
    circle.settle(lambda: all(client.shake() for client in clients[:2]))


def test_coming_back_with_a_ticket_is_a_shorter_handshake(circle, door):
    client, talker = door.enter()
    talker.transport.write(b"x")
    circle.settle(lambda: client.read() or client.got)  # A ticket comes with the first bytes.
    again, _ = door.enter(session=client.tls.session)

    assert again.tls.session_reused


def test_nothing_older_than_tls_1_2_is_spoken(certificate):
    context = server_context(*certificate, kernel_tls=True)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.options & module.OP_ENABLE_KTLS
    assert context.options & ssl.OP_NO_RENEGOTIATION


def test_what_is_written_is_not_given_away_before_it_is_sent(door):
    _, talker = door.enter()
    talker.transport.write(b"x" * 200_000)

    with pytest.raises(RuntimeError):
        talker.transport.detach()
    assert isinstance(talker.transport.get_extra_info("socket"), socket.socket)
