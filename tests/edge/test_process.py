"""
Goal: an edge accepts when it knows something, tells what it serves, and says farewell in order.

Method: the program itself on sockets of the test's, with a core's feed beside it in a few lines;
plain connections and WebSockets, with TLS and without.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import httpx
import msgspec
import pytest
from tests.edge.hall import Core
from tests.edge.test_settings import SETTINGS
from tests.edge.test_tls import certificate  # noqa: F401  # A fixture.
from tests.serving import free_port
from tests.web.doorway import read_all, read_until

STREAM = b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n"
SOCKET = (
    b"GET /api/v1/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Mouth:
    """A core's feed: says how things stand to one edge, and notes what that reports."""

    def __init__(self, path):
        self.core, self.reports = Core(), []
        self.ear = socket.socket(socket.AF_UNIX)
        self.ear.bind(path)
        self.ear.listen()
        self.link = None
        threading.Thread(target=self.speak, daemon=True).start()

    def speak(self):
        core = self.core
        try:
            self.link, _ = self.ear.accept()
            with self.link.makefile("rb") as file:
                file.readline()
                self.say(core.hello(), core.topics(), core.board(), core.heartbeat(), core.tick())
                for line in file:
                    self.reports.append(json.loads(line))
        except OSError:
            return

    def say(self, *lines):
        self.link.sendall(b"".join(line.encode() for line in lines))

    def close(self):
        self.ear.close()
        if self.link is not None:
            with suppress(OSError):
                self.link.shutdown(socket.SHUT_RDWR)
            self.link.close()


class Edge:
    def __init__(self, port, child, mouth):
        self.port, self.child, self.mouth = port, child, mouth

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(30)


@contextmanager
def running(folder, *, speaks=True, **settings):
    with socket.create_server(("127.0.0.1", 0)) as ear:
        mouth = Mouth(str(folder / "feed.sock")) if speaks else None
        told = msgspec.structs.replace(
            SETTINGS,
            listen=(ear.fileno(),),
            source=f"unix:{folder / 'feed.sock'}",
            core=(f"unix:{folder / 'core.sock'}",),
            **settings,
        )
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "tocsin.edge", told.encode()], pass_fds=(ear.fileno(),)
        )
        try:
            yield Edge(ear.getsockname()[1], child, mouth)
        finally:
            child.kill()
            child.wait()
            if mouth is not None:
                mouth.close()


def test_who_comes_while_it_starts_waits_and_is_served(tmp_path):
    with running(tmp_path) as edge, edge.connect() as link:
        link.sendall(STREAM)
        assert b"event: board" in read_until(link, b"}\n\n")
        edge.mouth.say(edge.mouth.core.happen("PORT"))
        assert b"event: alert" in read_until(link, b"}\n\n")


def test_it_reports_what_it_serves_to_its_core_and_to_this_machines_operator(tmp_path):
    port = free_port()
    with running(tmp_path, metrics_port=port) as edge, edge.connect() as link:
        link.sendall(STREAM)
        read_until(link, b"}\n\n")
        while not edge.mouth.reports or edge.mouth.reports[-1]["subscribers"]["sse"] != 1:
            pass
        report = edge.mouth.reports[-1]
        assert (report["ready"], report["lost"], report["connections"]) == (True, False, 1)
        assert report["place"] == str(edge.mouth.core.place)
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert '\ntocsin_stream_subscribers{form="sse"} 1.0\n' in text
        assert "\ntocsin_source_silences_total 0.0\n" in text


def test_when_it_stops_everybody_is_let_go_and_a_websocket_is_told_why(tmp_path):
    with running(tmp_path) as edge, edge.connect() as stream, edge.connect() as sock:
        stream.sendall(STREAM)
        read_until(stream, b"}\n\n")
        sock.sendall(SOCKET)
        read_until(sock, b"}}")
        sock.sendall(b"\x89\x80abcd")  # A ping, masked.
        assert read_until(sock, b"\x8a\x00")
        assert edge.stop() == 0
        assert read_all(stream) == b""
        goodbye = read_all(sock)
        assert goodbye[:1] == b"\x88"
        assert int.from_bytes(goodbye[2:4], "big") == 1012


def test_a_websocket_that_says_goodbye_is_answered_and_closed(tmp_path):
    with running(tmp_path) as edge, edge.connect() as sock:
        sock.sendall(SOCKET)
        read_until(sock, b"}}")
        sock.sendall(b"\x88\x80abcd")
        assert read_all(sock) == b"\x88\x00"


def test_where_no_core_is_it_says_after_a_while_that_it_knows_nothing(tmp_path):
    with running(tmp_path, speaks=False) as edge, edge.connect() as link:
        link.sendall(STREAM)
        assert read_until(link, b"}").startswith(b"HTTP/1.1 503")


def test_an_edge_that_is_not_to_outlive_its_core_ends_with_it(tmp_path):
    with running(tmp_path, lives_on=False) as edge:
        with edge.connect() as link:
            link.sendall(STREAM)
            read_until(link, b"}\n\n")
            edge.mouth.close()
            read_until(link, b"}\n\n")  # That it is stale.
        assert edge.child.wait(30) == 0


def test_with_a_certificate_all_is_said_over_tls_also_with_a_renewed_one(tmp_path, certificate):  # noqa: F811
    chain, key = (str(path) for path in certificate)
    context = ssl.create_default_context(cafile=chain)
    with running(tmp_path, tls_certificate=chain, tls_key=key) as edge:
        for again in (False, True):
            if again:
                os.kill(edge.child.pid, signal.SIGHUP)
            with context.wrap_socket(edge.connect(), server_hostname="localhost") as link:
                link.sendall(STREAM)
                assert b"event: board" in read_until(link, b"}\n\n")
                edge.mouth.say(edge.mouth.core.happen("PORT"))
                assert b"event: alert" in read_until(link, b"}\n\n")
        with context.wrap_socket(edge.connect(), server_hostname="localhost") as link:
            link.sendall(b"GET /api/v1/board HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            assert read_all(link).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("most", [10])
def test_it_takes_no_more_connections_than_it_may(tmp_path, most):
    with running(tmp_path, connections_max=most) as edge:
        links = [edge.connect() for _ in range(most)]
        for link in links:
            link.sendall(STREAM)
            read_until(link, b"}\n\n")
        with edge.connect() as one_more:
            assert read_all(one_more).startswith(b"HTTP/1.1 503")
        for link in links:
            link.close()
