"""
`tocsin watch` shows an area live, says at once when the link is lost, and never that all is calm.

Method: real servers that are killed and started again, one behind a link that goes silent; a real
terminal for the screen, a pipe for sentences and lines of JSON.
"""

import json
import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from tests.cli.terminal import Pty, start
from tests.serving import started

from tocsin.areas.gazetteer import load_pack
from tocsin.cli.watch import Watching
from tocsin.client.follow import Closed, Opened, follow_sync
from tocsin.client.stream import Event
from tocsin.kernel.limits import STALE_AFTER_S


@pytest.fixture
def watching():
    """Start `tocsin watch` and end it with Ctrl-C; its standard output must then be whole."""
    processes = []

    def begin(*arguments, **environment):
        process = start("watch", *arguments, **environment)
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def lines_until(process, wanted):
    """Read lines until one holds a text."""
    told = []
    while True:
        line = process.stdout.readline()
        assert line, (told, process.stderr.read())
        told.append(line)
        if wanted in line:
            return told


def test_in_a_pipe_each_change_is_a_sentence(server, watching):
    process = watching("Чернівецька область", "--url", server.url, "--lang", "uk")
    lines_until(process, "НЕМАЄ ТРИВОГИ · Чернівецька область")
    raised = server.raise_alert("UA-77").json()["accepted"][0]["id"]
    told = lines_until(process, "ТРИВОГА · Чернівецька область · Повітряна тривога")[-1]
    assert "Негайно прямуйте в укриття." in told
    server.clear(raised)
    lines_until(process, "НЕМАЄ ТРИВОГИ")


def test_json_is_one_event_a_line(server, watching):
    process = watching("UA-77", "--url", server.url, "--json")
    (*_, board) = map(json.loads, lines_until(process, '"board"'))
    assert board["data"].keys() >= {"epoch", "position", "alerts", "unknown"}
    raised = server.raise_alert("UA-77").json()["accepted"][0]["id"]
    alert = json.loads(lines_until(process, '"event": "alert"')[-1])
    assert alert["data"]["relation"] == "here"
    assert alert["data"]["standing"][0]["id"] == raised
    assert alert["id"].endswith(f":{alert['data']['position']}")
    server.clear(raised)


def test_ctrl_c_ends_it_well(server, watching):
    process = watching("UA-77", "--url", server.url)
    lines_until(process, "NO ALERT")
    process.send_signal(signal.SIGINT)
    process.wait(30)
    assert process.returncode == 0
    assert process.stderr.read() == ""


def test_a_server_that_dies_is_a_lost_link_and_what_stands_is_told_when_it_is_back(
    tmp_path, watching
):
    with started(tmp_path / "t.db") as first:
        process = watching("UA-77", "--url", first.url)
        lines_until(process, "NO ALERT")
        first.kill()
        lines_until(process, "LINK LOST")
        with started(tmp_path / "t.db", token=first.token, port=first.port) as second:
            lines_until(process, "NO ALERT")
            second.raise_alert("UA-77")
            told = lines_until(process, "ALERT · Chernivtsi Oblast")
            assert not any("LINK LOST" in line for line in told)


def test_a_wrong_area_is_not_watched(server, watching):
    process = watching("Atlantis", "--url", server.url)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "area.unknown_name" in said


def test_on_a_terminal_the_word_fills_the_screen_and_ctrl_c_gives_it_back(server):
    terminal = Pty("watch", "UA-77", "--url", server.url, "--lang", "en")
    terminal.until("We know of no alert.")
    raised = server.raise_alert("UA-77").json()["accepted"][0]["id"]
    terminal.until("Take shelter now.")
    assert "48;2;165;13;18" in terminal.seen or "48;5;" in terminal.seen
    server.clear(raised)
    terminal.type("\x03")
    assert terminal.end() == 0
    assert terminal.seen.rstrip().endswith("\x1b[?1049l\x1b[?25h") or "\x1b[?1049l" in terminal.seen


def test_without_colour_the_screen_says_the_same_in_words_and_patterns(server):
    terminal = Pty("watch", "UA-77", "--url", server.url, "--lang", "en", NO_COLOR="1")
    raised = server.raise_alert("UA-77").json()["accepted"][0]["id"]
    seen = terminal.until("Take shelter now.")
    assert "█" * 80 in seen
    assert "\x1b[1;38" not in seen
    assert "48;2;" not in seen
    server.clear(raised)
    terminal.type("\x03")
    terminal.end()


@contextmanager
def silent_link(port):
    """Carry bytes to a server, until the link goes silent: nothing is closed, nothing arrives."""
    listening = socket.create_server(("127.0.0.1", 0))
    silent = threading.Event()
    links = []

    def carry(source, target):
        with suppress(OSError):
            while data := source.recv(65_536):
                if not silent.is_set():
                    target.sendall(data)

    def accept():
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(("127.0.0.1", port))
                links.extend((near, far))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=carry, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1], silent.set
    finally:
        listening.close()
        for link in links:
            link.close()


@pytest.mark.slow
def test_a_link_that_goes_silent_is_lost_within_fifteen_seconds(server):
    with silent_link(server.port) as (port, go_silent):
        terminal = Pty("watch", "UA-77", "--url", f"http://127.0.0.1:{port}", "--lang", "en")
        terminal.until("Connected")
        began = time.monotonic()
        go_silent()
        terminal.seen = ""
        terminal.until("This terminal gets no news.", within_s=20)
        took_s = time.monotonic() - began
        terminal.type("\x03")
        terminal.end()
    assert took_s <= 15.5


BOARD = {
    "epoch": "e",
    "position": 1,
    "as_of": "2023-01-26T06:15:00.000Z",
    "replay": False,
    "alerts": [],
    "unknown": [],
}


class Told(Watching):
    """A terminal that is told by hand what its server says; its clock is set by hand too."""

    def __init__(self):
        gazetteer = load_pack()
        self.now_s = 0.0
        followed = follow_sync("http://example.org:8026")
        followed.following.__init__(0.0)
        followed._clock = lambda: self.now_s
        super().__init__(gazetteer, [gazetteer.get("UA-30")], "http://example.org:8026", followed)

    def hears(self, one):
        if isinstance(one, Event):
            self._followed.following.take(one.name, one.data, self.now_s)
        self._followed._follow.why = one.why if isinstance(one, Closed) else ""
        return self.take(one)


@pytest.fixture
def knows():
    return Told()


def test_before_anything_is_heard_the_link_counts_as_lost(knows):
    assert knows.lost
    assert "LINK LOST" in knows.sentence()


def test_a_board_ends_the_silence_and_a_loss_begins_it(knows):
    assert knows.hears(Event("board", None, BOARD))
    assert not knows.lost
    assert knows.hears(Closed("closed", 1.0))
    assert knows.lost
    assert not knows.hears(Closed("refused", 2.0))
    assert knows.hears(Event("board", None, BOARD))
    assert not knows.lost


def test_a_link_that_only_opened_has_told_nothing(knows):
    assert not knows.hears(Opened())
    assert knows.lost


def test_silence_alone_is_enough_to_lose_the_link(knows):
    knows.hears(Event("board", None, BOARD))
    knows.now_s += STALE_AFTER_S + 0.1
    assert knows.lost


def test_a_server_that_says_it_is_stale_is_a_lost_link(knows):
    knows.hears(Event("board", None, BOARD))
    assert knows.hears(Event("stale", None, {}))
    assert "LINK LOST" in knows.sentence()


def test_a_replay_keeps_its_own_time(knows):
    knows.hears(Event("board", None, BOARD | {"replay": True}))
    assert knows.now().isoformat() == "2023-01-26T06:15:00+00:00"


def test_a_heartbeat_is_nothing_to_wake_a_person_for(knows):
    knows.hears(Event("board", None, BOARD))
    beat = {"epoch": "e", "position": 1, "at": "2023-01-26T06:15:05.000Z"}
    assert not knows.hears(Event("heartbeat", None, beat))
