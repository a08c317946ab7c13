"""
Every example runs as its first lines say, and is short enough to be read at once.

Method: each is run as a person would run it, in a process of its own, against a real server.
"""

from __future__ import annotations

import http.server
import json
import os
import queue
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import pytest
from tests.serving import free_port, morning, running_server  # noqa: F401  # Fixtures.
from tests.shelter_door import Door, listed

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LINES_MAX = 60


def _command(name, *arguments):
    return [sys.executable, str(EXAMPLES / name), *arguments]


def _run(name, *arguments, **environment):
    finished = subprocess.run(
        _command(name, *arguments),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


def _noting(path):
    """A command that notes its last word."""
    return f"{sys.executable} -c \"import sys; open('{path}', 'a').write(sys.argv[1] + ' ')\""


def _until(holds):
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(holds)


@contextmanager
def _running(name, *arguments, feed=None, **environment):
    with subprocess.Popen(
        _command(name, *arguments),
        stdin=feed,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.name)
def test_an_example_fits_on_a_page(path):
    assert path.read_text().count("\n") <= LINES_MAX


def test_the_board_is_printed_with_what_is_unknown(morning):  # noqa: F811
    first, *rest = _run("board.py", morning.url, "2023-01-26T06:15:00Z")

    assert "a replay" in first
    assert any(line.startswith("Kyiv") and "air_raid" in line for line in rest)


def test_the_lamp_shows_a_warning_and_hands_it_to_a_command(morning, tmp_path):  # noqa: F811
    told = tmp_path / "told"
    with _running("lamp.py", "UA-30", morning.url, _noting(told)) as lamp:
        said = [next(lamp.stdout).strip(), next(lamp.stdout).strip()]

    assert said == ["unknown", "warning"]
    assert told.read_text().split()[0] == "unknown"


def test_the_bell_rings_once_for_each_alert_also_after_a_restart(running_server, tmp_path):  # noqa: F811
    bell, kept = tmp_path / "bell", tmp_path / "kept.json"
    bell.write_text(f"#!/bin/sh\necho $1 >> {tmp_path}/rung\n")
    bell.chmod(0o755)
    with _running("school_bell.py", "UA-46", running_server.url, str(bell), str(kept)) as first:
        _until(kept.exists)
        drill = running_server.raise_alert("UA-46", status="Exercise").json()["accepted"][0]["id"]
        assert next(first.stdout) == "practice\n"
        running_server.clear(drill)
        assert next(first.stdout) == "end\n"
        raised = running_server.raise_alert("UA-46").json()["accepted"][0]["id"]
        assert next(first.stdout) == "ring\n"
        _until(lambda: raised in kept.read_text())
    with _running("school_bell.py", "UA-46", running_server.url, str(bell), str(kept)) as again:
        running_server.clear(raised)
        assert next(again.stdout) == "end\n"
        _until(lambda: (tmp_path / "rung").read_text().split()[-1] == "end")

    assert (tmp_path / "rung").read_text().split() == ["practice", "end", "ring", "end"]


class _Telegram(http.server.BaseHTTPRequestHandler):
    """
    The Bot API as far as a bot needs it: getUpdates (long polling) and sendMessage.

    Source: core.telegram.org/bots/api, "Making requests".
    """

    protocol_version = "HTTP/1.1"
    asked: ClassVar[queue.SimpleQueue] = queue.SimpleQueue()
    told: ClassVar[queue.SimpleQueue] = queue.SimpleQueue()
    refusals: ClassVar[list] = []

    def do_POST(self):
        said = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/bot1:secret/getUpdates":
            result = []
            with suppress(queue.Empty):
                result = [self.asked.get(timeout=0.3)]
            self._answer(200, {"ok": True, "result": result})
        elif self.path == "/bot1:secret/sendMessage" and not self.refusals:
            self.refusals.append(429)
            again = {"retry_after": 0.1}
            self._answer(429, {"ok": False, "error_code": 429, "parameters": again})
        else:
            assert self.path == "/bot1:secret/sendMessage"
            self.told.put((said["chat_id"], said["text"]))
            self._answer(200, {"ok": True, "result": {"message_id": 1}})

    def _answer(self, status, body):
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_):
        pass


def test_the_bot_tells_its_chat_and_answers(running_server):  # noqa: F811
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Telegram) as telegram:
        threading.Thread(target=telegram.serve_forever).start()
        environment = {
            "BOT_API": f"http://127.0.0.1:{telegram.server_port}",
            "BOT_TOKEN": "1:secret",
            "BOT_CHAT": "-1007",
        }
        try:
            with _running("telegram_bot.py", "UA-46", running_server.url, **environment):
                message = {"chat": {"id": 5}, "text": "/now@our_bot"}
                _Telegram.asked.put({"update_id": 7, "message": message})
                chat, text = _Telegram.told.get(timeout=30)
                assert chat == 5
                assert text.startswith("UA-46: ")
                raised = running_server.raise_alert("UA-46").json()["accepted"][0]["id"]
                began = _Telegram.told.get(timeout=30)
                running_server.clear(raised)
                ended = _Telegram.told.get(timeout=30)
        finally:
            telegram.shutdown()

    assert began == ("-1007", began[1])
    assert began[1].startswith("🔴 Львівська область: ")
    assert ended[1].startswith("⚪ Львівська область: ")


def test_a_drill_is_raised_and_ended(running_server):  # noqa: F811
    raised, cleared = _run(
        "drill.py", "UA-46", running_server.url, TOCSIN_TOKEN=running_server.token
    )

    assert raised.startswith("UA46")
    assert cleared.startswith("all clear, version ")


def test_the_sensor_counts_everybody_once_whatever_becomes_of_the_network(
    running_server,  # noqa: F811
    tmp_path,
):
    listed(running_server.db, "sensed")
    door, kept = Door(running_server, "sensed"), tmp_path / "door.db"
    sensor = running_server.speaker("barrier", "shelters:sense:UA-30")
    nobody = f"http://127.0.0.1:{free_port()}"

    def counted():
        with sqlite3.connect(kept) as people:
            return people.execute("SELECT count(*), count(command) FROM people").fetchone()

    def sensing(url):
        program = ("door_sensor.py", door.id, "Actual", url, str(kept), "0.1")
        return _running(*program, feed=subprocess.PIPE, TOCSIN_TOKEN=sensor)

    with sensing(nobody) as cut_off:
        cut_off.stdin.write("in\nin\nnoise\nout\nin\n")
        cut_off.stdin.flush()
        _until(lambda: kept.exists() and counted() == (4, 4))
    with sensing(running_server.url) as back:
        assert next(back.stdout).endswith(" out\n")
        _until(lambda: counted() == (0, 0))
        back.stdin.write("in\n")
        back.stdin.flush()
        door.becomes(3)
        _until(lambda: counted() == (0, 0))
