"""
Goal: what was accepted stands, whatever becomes of the process; and a server that cannot keep
that promise any more says so, loudly, and goes on telling what it knows.

Method: real servers, killed, stopped and started again on the same file, on a disk that refuses,
and on a record that somebody has damaged under them.
"""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import threading
from itertools import count
from uuid import UUID

import apsw
import httpx
import pytest
from tests.serving import free_port, make_token, replaying, started, until

from tocsin.alerts.messages import Hazard, Level, RaiseAlert
from tocsin.app import open_desk, open_ledger
from tocsin.app.opening import Land
from tocsin.app.record import OwnRecord
from tocsin.app.server import _Server
from tocsin.areas.gazetteer import load_pack
from tocsin.commands import Request
from tocsin.config import read_settings
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.limits import HEARTBEAT_S
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.ops.supervisor import Supervisor
from tocsin.views.projections import Projections

KYIV = "UA80000000000093317"


def standing(server):
    return {alert["id"] for alert in server.get("/api/v1/board").json()["alerts"]}


# --- Killed ---------------------------------------------------------------------------------------


def test_every_accepted_alert_stands_after_the_process_was_killed_at_any_moment(tmp_path):
    """Several senders at once; the kill falls between, or into, their commits."""
    db, token = tmp_path / "tocsin.db", make_token(tmp_path / "tocsin.db")
    accepted, epochs, positions = {}, set(), []
    commands = count(1)
    codes = None
    for turn in range(4):
        with started(db, token=token) as server:
            board = server.get("/api/v1/board").json()
            epochs.add(board["epoch"])
            positions.append(board["position"])
            assert {answer["accepted"][0]["id"] for answer in accepted.values()} <= standing(server)
            for command, answer in accepted.items():
                again = server.raise_alert(command[1], command_id=command[0])
                assert (again.status_code, again.json()) == (200, answer)
            if codes is None:
                areas = server.get("/api/v1/areas").json()["areas"]
                codes = iter([area["code"] for area in areas if area["level"] == 3])
            asked = [(str(UUID(int=next(commands))), next(codes)) for _ in range(60)]
            senders = [
                threading.Thread(target=send, args=(server, asked[part::4], accepted))
                for part in range(4)
            ]
            for sender in senders:
                sender.start()
            wanted = len(accepted) + 5 + 7 * turn
            assert until(lambda wanted=wanted: len(accepted) >= wanted)
            server.kill()
            for sender in senders:
                sender.join()
    assert len(epochs) == 1
    assert positions == sorted(positions)
    assert len(accepted) > 30
    with started(db, token=token) as server:
        assert {answer["accepted"][0]["id"] for answer in accepted.values()} <= standing(server)
        assert server.get("/readyz").status_code == 200


def send(server, asked, accepted):
    """Raise one after the other until the server is gone, noting what was accepted."""
    with httpx.Client(headers={"authorization": f"Bearer {server.token}"}, timeout=30) as client:
        for command, code in asked:
            body = {
                "command_id": command, "areas": [code], "hazard": "air_raid", "level": "warning",
                "status": "Actual",
            }  # fmt: skip
            try:
                answer = client.post(f"{server.url}/api/v1/alerts", json=body)
            except httpx.HTTPError:
                return
            if answer.status_code == 503:
                return  # The edge answers a moment longer than the core.
            assert answer.status_code == 201
            accepted[command, code] = answer.json()


# --- Stopped --------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_keeps_snapshots_and_ends_well(tmp_path, how):
    db = tmp_path / "tocsin.db"
    with started(db) as server:
        server.raise_alert("UA-30")
        server.process.send_signal(how)
        assert server.process.wait(timeout=30) == 0
    kept = apsw.Connection(str(db)).execute("SELECT name, position FROM snapshots").fetchall()

    assert dict(kept).items() >= {
        "alerts.board": 3, "alerts.history": 3, "authority.register": 3,
    }.items()  # fmt: skip


def test_a_server_under_load_that_is_stopped_answers_what_it_has_taken_in(tmp_path):
    with started(tmp_path / "tocsin.db") as server:
        accepted = {}
        areas = [a["code"] for a in server.get("/api/v1/areas").json()["areas"] if a["level"] == 3]
        asked = [(str(UUID(int=n)), code) for n, code in enumerate(areas[:400])]
        sender = threading.Thread(target=send, args=(server, asked, accepted))
        sender.start()
        assert until(lambda: len(accepted) > 10)
        assert server.stop() == 0
        sender.join()
        token, db = server.token, server.db
    with started(db, token=token) as server:
        assert {answer["accepted"][0]["id"] for answer in accepted.values()} <= standing(server)


def test_a_replay_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with replaying("2023-01-26T06:15:00Z") as server:
        assert len(list(tmp_path.iterdir())) == 1
        assert server.get("/api/v1/board").json()["replay"] is True
        assert server.stop() == 0

    assert list(tmp_path.iterdir()) == []


# --- A replay -------------------------------------------------------------------------------------


def test_a_replay_plays_on_its_own_clock_and_tells_each_change_as_it_happens():
    with replaying("2023-01-26T05:30:00Z", speed=300) as server, server.listening() as stream:
        board = stream.next("board").data
        before = {alert["id"] for alert in board["alerts"]}
        heard = [stream.next_change()]
        while heard[-1].data["area"]["code"] != KYIV:
            heard.append(stream.next_change())

    times = [one.data["at"] for one in heard]
    assert times == sorted(times)
    assert all(one.data["replay"] for one in heard)
    assert all(one.data["alert"]["id"] not in before for one in heard if one.event == "alert")
    assert heard[-1].event == "alert"
    assert times[-1] == "2023-01-26T05:45:43.000Z"


def test_in_a_replay_that_stands_still_time_does_not_pass(morning):
    boards = [morning.get("/api/v1/board").json() for _ in range(2)]

    assert boards[0] == boards[1]


# --- A task that fails ----------------------------------------------------------------------------


class Events:
    """Hands out what it is told to, and waits for more."""

    def __init__(self, *batches):
        self.batches = list(batches)

    async def __aiter__(self):
        while self.batches:
            yield self.batches.pop(0)
        await asyncio.Event().wait()


def test_after_a_failure_everybody_gets_a_board_and_what_was_left_is_told(tmp_path):
    """The second of four events cannot be told, for whatever reason; the others must be."""
    ledger = open_ledger(tmp_path / "tocsin.db")
    gazetteer = load_pack("UA")
    write_alerts(ledger, gazetteer, "UA-30", "UA-32", "UA-46", "UA-51")
    events = ledger.read(0)
    settings = read_settings(db=tmp_path / "tocsin.db")
    projections = Projections()
    record = OwnRecord(ledger, open_desk(ledger, gazetteer, SystemClock(), projections))
    later = Events(events[:3], events[3:])
    server = _Server(
        settings, ledger, Land(gazetteer, None), SystemClock(), projections, record, later
    )
    folding = server._folding
    tell, told, ended = folding.tell, [], asyncio.Event()

    def fails_once(applied):
        told.append(applied.position)
        if len(told) == 2:
            raise KeyError("something nobody thought of")
        tell(applied)
        if len(told) == 4:
            ended.set()

    folding.tell = fails_once
    heard = []
    server._feed.subscribe(heard.append)

    async def scene():
        async with Supervisor(print) as supervisor, asyncio.timeout(30):
            supervisor.start("fold", lambda: folding.run(later))
            await ended.wait()
        return supervisor.failures

    failures = asyncio.run(scene())
    ledger.close()
    of_alerts = [line for line in heard if line.kind not in {"tick", "devices"}]
    said = [(line.kind, json.loads(line.body)["position"]) for line in of_alerts]
    assert said == [("alert", 1), ("board", 2), ("alert", 3), ("alert", 4)]
    assert failures == {"fold": 1}


def write_alerts(ledger, gazetteer, *codes):
    desk = open_desk(ledger, gazetteer, SystemClock())
    for number, code in enumerate(codes):
        command = RaiseAlert(
            command_id=CommandId(str(UUID(int=number))),
            sender=SenderId("kmva"),
            rank=Rank.AUTHORITY,
            area=gazetteer.get(code).code,
            at=rfc3339(SystemClock().now()),
            hazard=Hazard.AIR_RAID,
            level=Level.WARNING,
            status=Status.ACTUAL,
        )
        desk.handle([Request(command.command_id, [command], f"{number:016}")])


# --- The machine ----------------------------------------------------------------------------------


def test_a_server_listens_on_an_address_of_the_sixth_version(tmp_path):
    with started(tmp_path / "tocsin.db", host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        assert server.get("/healthz").status_code == 200


def test_connections_over_the_bound_are_told_to_come_back(tmp_path):
    port = free_port()
    with started(tmp_path / "tocsin.db", connections_max=10, metrics_port=port) as server:
        links = [server.connect() for _ in range(10)]
        assert until(lambda: "\ntocsin_connections 10.0" in server.get_metrics())
        answer = server.send(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"server.full" in answer
        for link in links:
            link.close()
        assert until(lambda: b" 200 " in server.send(
            b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        ))  # fmt: skip


def test_a_server_may_open_as_many_files_as_the_machine_allows(tmp_path):
    with started(tmp_path / "tocsin.db") as server:
        for process in (server.process.pid, server.edge()):
            soft, hard = resource.prlimit(process, resource.RLIMIT_NOFILE)
            assert soft == hard


# --- What cannot be kept --------------------------------------------------------------------------


def test_a_disk_that_refuses_is_said_to_everybody_and_nothing_is_half_accepted(tmp_path):
    db = tmp_path / "tocsin.db"
    with started(db) as server:
        first = server.raise_alert("UA-30").json()["accepted"][0]["id"]
        with server.listening() as stream:
            assert stream.next("heartbeat").data["status"] == "ok"
            full = (db.stat().st_size // 2, resource.RLIM_INFINITY)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, full)
            refused = server.raise_alert("UA-46")
            assert refused.status_code == 503
            assert refused.json()["code"] in {"ledger.io_error", "ledger.disk_full"}
            assert int(refused.headers["retry-after"]) > 0

            ready = server.get("/readyz")
            assert ready.status_code == 503
            assert ready.json()["reasons"]
            assert stream.next("heartbeat").data["status"] == "unready"
        assert standing(server) == {first}, "what is known is still told"
        server.kill()
        token = server.token
    with started(db, token=token) as server:
        assert standing(server) == {first}
        assert server.raise_alert("UA-46").status_code == 201


def test_a_record_damaged_under_a_running_server_stops_it_from_saying_that_all_is_well(tmp_path):
    db = tmp_path / "tocsin.db"
    with started(db) as server:
        first = server.raise_alert("UA-30").json()["accepted"][0]["id"]
        with server.listening() as stream:
            stream.next("board")
            damage(db)
            assert until(lambda: server.get("/readyz").status_code == 503)
            refused = server.raise_alert("UA-46")
            assert (refused.status_code, refused.json()["code"]) == (500, "ledger.gap")
            assert falls_silent(stream), "no head can be signed any more"
        assert standing(server) == {first}, "what is known is still told"
        assert server.get("/healthz").status_code == 200


def falls_silent(stream):
    """Say whether a heartbeat fails to come when the next one is due."""
    stream.link.settimeout(HEARTBEAT_S + 2)
    for _ in range(2):  # One may have been on its way.
        try:
            stream.next("heartbeat")
        except TimeoutError:
            return True
    return False


def damage(db):
    """Put an event beyond the end, as no Tocsin would."""
    with apsw.Connection(str(db)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(events)")]
        values = {
            "position": "position + 2", "version": "version + 2", "id": "'x'", "hash": "prev",
        }  # fmt: skip
        picked = ", ".join(values.get(column, column) for column in columns)
        connection.execute(
            f"INSERT INTO events SELECT {picked} FROM events ORDER BY position DESC LIMIT 1"
        )
