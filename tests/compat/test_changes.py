"""
Goal: a change reaches every kind of client that stays or asks again, and two in one second do both.

Method: a real server with one authority; alerts are raised over HTTP while published clients, a
plain socket, a WebSocket and a caching client listen. The peers for JAAM's WebSocket and for TCP
are written down here from the dialects' descriptions, since no program of theirs runs on a PC.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Event

import pytest
from tests.compat.peers import command
from tests.serving import free_port, started, until
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

ACTIVE = "/compat/alerts.in.ua/v1/alerts/active.json"
SOMEONE = {"X-Forwarded-For": "198.51.100.9"}
STATUS = "/compat/siren.pp.ua/api/v3/alerts/status"


@pytest.fixture(scope="module")
def abroad(tmp_path_factory):
    """A server that speaks the dialects, also over plain TCP and at a host name of its own."""
    port = free_port()
    hosts = "alerts.com.ua=alerts.test, jaam=maps.test"
    db = tmp_path_factory.mktemp("abroad") / "tocsin.db"
    with started(db, compat_tcp_port=port, compat_hosts=hosts, metrics_port=free_port()) as served:
        served.tcp_port = port
        yield served


@pytest.fixture
def server(abroad):
    """That server, on which nothing stands before a test and nothing after it."""
    yield abroad
    abroad.end_everything()


def raised(server, *areas, **said):
    """Raise alerts; their ids."""
    answer = server.raise_alert(*areas, **said)
    assert answer.status_code == 201, answer.text
    return [accepted["id"] for accepted in answer.json()["accepted"]]


def test_two_changes_within_one_second_both_reach_a_client_with_a_cache(server):
    """As alerts-in-ua keeps one: by the second it was told, byte for byte."""
    held, seen = "", []
    for _ in range(5):
        (alert,) = raised(server, "UA-30")
        for change in (lambda: None, lambda alert=alert: server.clear(alert)):
            change()
            answer = server.get(ACTIVE, headers={"if-modified-since": held})
            assert answer.status_code == 200, "a change was hidden by the second before it"
            held = answer.headers["last-modified"]
            seen.append(len(answer.json()["alerts"]))
    again = server.get(ACTIVE, headers={"if-modified-since": held})

    assert seen == [1, 0] * 5
    assert again.status_code == 304


def test_the_action_index_rises_by_one_a_change(server):
    numbers = [server.get(STATUS).json()["lastActionIndex"]]
    (alert,) = raised(server, "UA-30")
    numbers.append(server.get(STATUS).json()["lastActionIndex"])
    server.clear(alert)
    numbers.append(server.get(STATUS).json()["lastActionIndex"])

    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_alertapi_is_told_each_change_of_an_oblast(server):
    program = [*command("alertapi", server.url), "4"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as client:
        lines = iter(client.stdout.readline, "")
        next(lines)
        assert next(lines) == "open\n"
        (kyiv,) = raised(server, "UA-30")
        (raion,) = raised(server, "36")
        server.clear(raion)
        server.clear(kyiv)
        told = [json.loads(next(lines)) for _ in range(4)]
        client.terminate()

    assert told == [
        ["Kyiv", True],
        ["Vinnytsia oblast", True],
        ["Vinnytsia oblast", False],
        ["Kyiv", False],
    ]


@contextmanager
def stream(server, path, host="tocsin.test"):
    """Open a stream and read its head; then its lines as they come."""
    with server.connect() as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
        with link.makefile("rb") as file:
            head = iter(file.readline, b"\r\n")
            status = next(head)
            assert b" 200 " in status, status
            list(head)
            yield file


def events(file):
    """Read events of a stream sent in chunks; every line has to end with CR LF."""
    while True:
        size = int(file.readline(), 16)
        chunk = file.read(size + 2)[:-2]
        assert chunk.endswith(b"\r\n\r\n")
        for block in chunk[:-4].split(b"\r\n\r\n"):
            name, data = block.split(b"\r\n")
            assert name.startswith(b"event: ")
            assert data.startswith(b"data: ")
            yield name[7:].decode(), json.loads(data[6:])


def test_the_stream_of_one_state_says_hello_and_only_that_state_s_changes(server):
    with stream(server, "/api/states/live/25", host="alerts.test") as file:
        told = events(file)
        assert next(told) == ("hello", None)
        (lviv,) = raised(server, "UA-46")
        (kyiv,) = raised(server, "UA-30", threat="drones")
        name, data = next(told)

    assert (name, data["state"]["id"], data["state"]["alert"]) == ("update", 25, True)
    assert re.fullmatch(r"[0-9a-f-]{36}", data["notification_id"])
    assert lviv != kyiv


def spoken(server, said):
    """Say something over plain TCP; the lines that come back."""
    link = socket.create_connection(("127.0.0.1", server.tcp_port), timeout=30)
    link.sendall(said)
    return link, link.makefile("rb")


def test_over_tcp_a_device_is_told_all_states_and_then_each_change(server):
    link, file = spoken(server, b"any-key\n")
    with link, file:
        assert file.readline() == b"a:ok\n"
        assert sorted(file.readline() for _ in range(25)) == sorted(
            b"s:%d=0\n" % number for number in range(1, 26)
        )
        (alert,) = raised(server, "36")
        assert file.readline() == b"s:1=1\n"
        server.clear(alert)
        assert file.readline() == b"s:1=0\n"


def test_over_tcp_a_device_may_ask_for_one_state(server):
    raised(server, "UA-30")
    link, file = spoken(server, b"any-key,25")
    with link, file:
        assert (file.readline(), file.readline()) == (b"a:ok\n", b"s:25=1\n")
        raised(server, "UA-05")
        (nikopol,) = raised(server, "UA-12")
        server.clear(nikopol)
        link.settimeout(0.3)
        with pytest.raises(TimeoutError):
            file.readline()


@pytest.mark.slow
def test_over_tcp_who_says_nothing_is_told_so_in_time(server):
    link, file = spoken(server, b"")
    with link, file:
        assert file.read() == b"a:timeout\n"


@contextmanager
def lamps(server, version, host=None):
    """A map's WebSocket, as its firmware opens it."""
    where = f"127.0.0.1:{server.port}/compat/jaam" if host is None else host
    address = f"ws://{where}/data_v{version}"
    with connect(address, sock=server.connect(), compression=None) as link:
        link.send("chip_id:A0B1C2")
        link.send("firmware:4.5_JAAM")
        link.send('user_info:{"legacy":1}')
        link.send("settings:" + json.dumps({"brightness": 50}))
        yield link


def shown(link):
    """The lamps of the next message."""
    message = json.loads(link.recv(timeout=30))
    assert message["payload"] == "alerts"
    assert len(message["alerts"]) == 28
    return message["alerts"]


def test_a_map_of_version_1_shows_28_lamps(server):
    with lamps(server, 1) as link:
        assert shown(link) == [0] * 28
        raised(server, "UA-30")
        assert shown(link) == [int(lamp == 25) for lamp in range(28)]


@pytest.mark.parametrize("version", [2, 3, 4])
def test_a_map_shows_since_when(server, version):
    raised(server, "1293")
    with lamps(server, version) as link:
        first = shown(link)
        (kyiv,) = raised(server, "UA-30")
        second = shown(link)
        server.clear(kyiv)
        third = shown(link)

    assert [lamp for lamp, (on, _) in enumerate(first) if on] == [10, 26]
    assert [lamp for lamp, (on, _) in enumerate(second) if on] == [10, 25, 26]
    assert first[25][1] <= second[25][1] <= third[25][1]
    assert third[25][0] == 0


def test_a_map_is_served_at_the_root_of_its_own_host_name(server):
    with lamps(server, 4, host="maps.test") as link:
        assert len(shown(link)) == 28


def refusal(server, name):
    """Open a map's WebSocket as somebody elsewhere until it is refused; the answer."""
    address = f"{server.url.replace('http', 'ws')}/compat/jaam/{name}"
    for _ in range(2_000):
        try:
            with connect(address, additional_headers=SOMEONE, compression=None):
                pass
        except InvalidStatus as refused:
            return refused.response
    raise AssertionError("It was never refused.")


@contextmanager
def asking_without_end(server):
    """Ask as somebody elsewhere, as fast as answers come, while the block runs."""
    statuses = []

    def ask():
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while not ends.is_set():
            link.request("GET", STATUS, headers=SOMEONE)
            with link.getresponse() as answer:
                answer.read()
            statuses.append(answer.status)
        link.close()

    ends = Event()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask) for _ in range(4)]
        try:
            yield statuses
        finally:
            ends.set()
        for one in asked:
            one.result()


def test_a_map_that_is_not_let_in_is_told_why(server):
    assert refusal(server, "data_v5").status_code == 403
    with asking_without_end(server) as statuses:
        refused = refusal(server, "data_v4")
        assert until(lambda: 429 in statuses)

    assert set(statuses) == {200, 429}
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1


def test_a_device_that_sends_without_end_is_let_go(server):
    with lamps(server, 1) as link:
        assert shown(link) == [0] * 28
        with suppress(ConnectionClosed):
            for _ in range(20):
                link.send("settings:" + "x" * 10_000)
        with pytest.raises(ConnectionClosed):
            link.recv(timeout=30)


def test_who_goes_away_is_forgotten(server):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: _come_and_go(server), range(40)))
    until = time.monotonic() + 30
    while (left := connections(server)) > 4 and time.monotonic() < until:
        time.sleep(0.1)  # A stream learns that its reader has gone when it next says something.

    assert left <= 4


def connections(server):
    """How many connections the server counts, those of this test's own client with them."""
    found = re.search(r"^tocsin_connections (\S+)$", server.get_metrics(), re.MULTILINE)
    return float(found[1])


def _come_and_go(server):
    with lamps(server, 4) as link:
        shown(link)
    spoken(server, b"key")[0].close()
    with stream(server, "/compat/alerts.com.ua/api/states/live") as file:
        assert next(events(file)) == ("hello", None)


def test_a_server_that_ends_lets_its_readers_go_at_once(tmp_path):
    path = "/compat/alerts.com.ua/api/states/live"
    with started(tmp_path / "tocsin.db") as served, stream(served, path) as file, lamps(served, 4):
        assert next(events(file)) == ("hello", None)
        assert served.stop() == 0
