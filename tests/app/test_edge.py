"""
Goal: whatever becomes of the core or its edge, who listens goes on, without a gap and without a
double, and is told so while the core is gone.

Method: real servers whose two processes are killed one at a time, both, and while alerts flow; the
streams are read by clients that note every place they hear of and come back by the last one.
"""

from __future__ import annotations

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
from tests.cli.terminal import run
from tests.serving import Listener, started, until

from tocsin.app.edge import HOPELESS_AFTER
from tocsin.app.sockets import run_directory
from tocsin.kernel.feed import FEED_LOST_AFTER_S


def runs(process):
    """Say whether a process is more than a name that nobody has taken off the list yet."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class Follower(threading.Thread):
    """Listens for ever, as a browser does; `told` is every message's place, boards are apart."""

    def __init__(self, port, since=""):
        super().__init__(daemon=True)
        self.port, self.place = port, since
        self.told, self.boards, self.stale, self.connections = [], [], 0, 0
        self.over = False
        self.link = None
        self.start()

    def run(self):
        while not self.over:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=30) as self.link:
                    self.link.sendall(
                        f"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n"
                        f"last-event-id: {self.place}\r\n\r\n".encode()
                    )
                    self.read(Listener(self.link))
            except (OSError, EOFError, IndexError):
                time.sleep(0.05)

    def read(self, listener):
        self.connections += listener.status == 200
        while True:
            frame = listener.next()
            self.stale += frame.event == "stale"
            if frame.id:
                self.place = frame.id
                position = int(frame.id.rpartition(":")[2])
                (self.boards if frame.event == "board" else self.told).append(position)

    def close(self):
        self.over = True
        self.link.shutdown(socket.SHUT_RDWR)
        self.join(30)


def districts(server):
    areas = server.get("/api/v1/areas").json()["areas"]
    return [area["code"] for area in areas if area["level"] == 2]


def test_when_the_edge_is_killed_everybody_comes_back_without_a_gap_or_a_double(tmp_path):
    with started(tmp_path / "t.db") as server:
        followers = [Follower(server.port) for _ in range(20)]
        assert until(lambda: all(one.boards for one in followers))
        raised = []
        for number, code in enumerate(districts(server)[:60]):
            if number % 20 == 10:
                edge = server.kill_edge()
                assert until(lambda edge=edge: server.edge() != edge)
            while True:
                try:
                    raised.append(server.raise_alert(code).json()["position"])
                    break
                except httpx.HTTPError:
                    continue  # It was on its way when the edge died; the same command acts once.
        assert until(lambda: all(one.told and one.told[-1] == raised[-1] for one in followers))
        for one in followers:
            one.close()

    for one in followers:
        assert one.told == sorted(set(one.told)), "doubled, or out of order"
        assert set(one.told) >= set(raised), "missed"
        assert one.connections == 4


def test_when_the_core_is_killed_streams_stay_are_told_stale_and_go_on(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server, server.listening() as stream:
        stream.next("board")
        server.raise_alert("UA-30")
        before = stream.next("alert").id
        edge = server.edge()
        server.kill_core()
        stale = stream.next("stale")
        assert f"{stale.data['epoch']}:{stale.data['position']}" == before
        assert stale.data["since"] <= stale.data["at"]
        board = server.get("/api/v1/board").json()
        assert [alert["area"]["iso"] for alert in board["alerts"]] == ["UA-30"]
        refused = server.raise_alert("UA-32")
        assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (503, True)
        with started(db, token=server.token) as again:
            assert again.port == server.port
            assert again.edge() == edge, "the edge that was there is adopted"
            assert until(lambda: again.raise_alert("UA-32").status_code in {200, 201})
            told = stream.next("alert")
            assert told.data["area"]["iso"] == "UA-32"
            assert stream.next("heartbeat").data["status"] == "ok"


def test_a_core_that_is_back_at_once_alarms_nobody(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server:
        follower = Follower(server.port)
        assert until(lambda: follower.boards)
        killed_at = time.monotonic()
        server.kill_core()
        with started(db, token=server.token) as again:
            away_s = time.monotonic() - killed_at
            position = again.raise_alert("UA-32").json()["position"]
            assert until(lambda: position in follower.told)
            follower.close()

    assert (follower.connections, len(follower.boards)) == (1, 1)
    # A machine so busy that the core was away for longer rightly alarms; the board stays one.
    assert follower.stale == 0 or away_s > FEED_LOST_AFTER_S / 2


def test_when_both_are_killed_the_next_server_knows_all_and_who_comes_back_hears_the_rest(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server:
        follower = Follower(server.port)
        assert until(lambda: follower.boards)
        first = server.raise_alert("UA-30").json()["position"]
        assert until(lambda: first in follower.told)
        server.kill()
        with started(db, token=server.token, port=server.port) as again:
            second = again.raise_alert("UA-32").json()["position"]
            assert until(lambda: second in follower.told)
            follower.close()

    assert follower.told == [first, second]
    assert follower.connections == 2


def test_an_adopted_edge_is_watched_like_any_other(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server:
        server.kill_core()
        with started(db, token=server.token) as again:
            edge = again.kill_edge()
            assert until(lambda: again.edge() != edge)
            assert again.raise_alert("UA-30").status_code == 201


def test_an_edge_with_other_settings_is_succeeded_by_one_that_takes_all_streams_over(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server, server.listening() as stream:
        stream.next("board")
        edge = server.edge()
        server.kill_core()
        with started(db, token=server.token, connections_max=500) as again:
            assert until(lambda: again.edge() != edge)
            assert again.port == server.port
            again.raise_alert("UA-30")
            assert stream.next_change().event == "alert"
            assert until(lambda: not runs(edge))
            again.raise_alert("UA-32")
            assert stream.next_change().event == "alert"


def test_at_a_signal_a_fresh_edge_takes_everything_over_again_and_again(tmp_path):
    with started(tmp_path / "t.db") as server:
        followers = [Follower(server.port) for _ in range(20)]
        assert until(lambda: all(one.boards for one in followers))
        raised = []
        for number, code in enumerate(districts(server)[:40]):
            if number % 20 == 10:
                edge = server.edge()
                os.kill(server.process.pid, signal.SIGUSR2)
                assert until(lambda edge=edge: server.edge() not in {edge, 0})
            raised.append(server.raise_alert(code).json()["position"])
        assert until(lambda: all(one.told and one.told[-1] == raised[-1] for one in followers))
        for one in followers:
            one.close()

    for one in followers:
        assert one.told == raised
        assert one.connections == 1


class Asker(threading.Thread):
    """Asks one thing after another on one connection, now and then, and never a second time."""

    def __init__(self, server, number):
        super().__init__(daemon=True)
        self.answered = 0
        self.over = False
        self.error = None
        self._pause_s = 0.001 * (number % 10) ** 2
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._connection.connect()
        self._connection.auto_open = 0  # Where it has ended, the next request fails.
        self._headers = {"authorization": f"Bearer {server.token}"}
        self.start()

    def run(self):
        ways = itertools.cycle([("GET", "/api/v1/board"), ("GET", "/api/v1/areas"), ("POST", "")])
        try:
            while not self.over:
                self._ask(*next(ways))
                self.answered += 1
                time.sleep(self._pause_s)
        except (OSError, http.client.HTTPException) as error:
            self.error = error
        self._connection.close()

    def _ask(self, method, path):
        self._connection.request(method, path or "/api/v1/nothing", headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        assert answer.status == (200 if path else 404)


def test_no_request_on_a_connection_that_is_kept_is_lost_while_edges_succeed_one_another(tmp_path):
    with started(tmp_path / "t.db") as server:
        askers = [Asker(server, number) for number in range(20)]
        for _ in range(3):
            edge, before = server.edge(), [one.answered for one in askers]
            os.kill(server.process.pid, signal.SIGUSR2)
            assert until(lambda edge=edge: server.edge() not in {edge, 0} and not runs(edge), 60)
            assert until(
                lambda before=before: all(
                    one.error or one.answered > answered + 3
                    for one, answered in zip(askers, before, strict=True)
                )
            )
        for one in askers:
            one.over = True
            one.join(30)

    assert [one.error for one in askers] == [None] * len(askers)


def test_an_edge_that_is_stuck_is_replaced(tmp_path):
    db = tmp_path / "t.db"
    with started(db) as server:
        edge = server.edge()
        server.kill_core()
        os.kill(edge, signal.SIGSTOP)
        with started(db, token=server.token, port=server.port) as again:
            assert again.edge() != edge
            assert again.get("/healthz").status_code == 200


def test_a_server_that_is_stopped_leaves_no_edge_and_no_socket(tmp_path):
    with started(tmp_path / "t.db") as server:
        edge = server.edge()
        run = run_directory(server.db)
        assert server.stop() == 0
        assert not runs(edge)
        assert not run.exists()


def test_one_ledger_has_one_server(tmp_path):
    with started(tmp_path / "t.db") as server:
        told = run("serve", "--db", server.db, "--port", "0")
        assert (told.code, told.out) == (1, "")
        assert f"(process {server.process.pid}). [serve.already_runs]" in told.err
        assert server.get("/healthz").status_code == 200


def test_a_port_that_is_taken_is_said_in_a_sentence_and_nothing_is_left(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        told = run("serve", "--db", tmp_path / "t.db", "--port", port)
    assert (told.code, told.out) == (3, "")
    assert f"Port {port} on 127.0.0.1 is taken" in told.err
    assert list(tmp_path.iterdir()) == []


IMPOSSIBLE = """
import sys
from pathlib import Path
import msgspec
from tocsin.app import edge, opening, server
from tocsin.config import read_settings
from tocsin.kernel.errors import Unavailable

honest, start = opening.edge_settings, edge.Edge._start

def impossible(*given, **more):
    return msgspec.structs.replace(honest(*given, **more), source="smoke:signals")

def counted(self):
    print("started", flush=True)
    start(self)

opening.edge_settings, edge.Edge._start, edge.PAUSE_MAX_S = impossible, counted, 0.05
try:
    server.serve(read_settings(db=Path(sys.argv[1]), port=0), print)
except Unavailable as error:
    print(error.code)
"""


def test_an_edge_that_never_starts_is_given_up_with_a_sentence(tmp_path):
    finished = subprocess.run(
        [sys.executable, "-c", IMPOSSIBLE, tmp_path / "t.db"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    *starts, code = finished.stdout.split()
    assert code == "serve.edge_fails"
    assert HOPELESS_AFTER <= len(starts) <= HOPELESS_AFTER + 1
    assert "edge.source_unknown" in finished.stderr
