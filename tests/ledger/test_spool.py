"""
What a spool has taken is on disk, in order, once, until it was settled, whoever is killed when.

Method: a state machine against a list, reopening at any point; then examples about the file.
"""

from __future__ import annotations

import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import apsw
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.ledger import spool as spools
from tocsin.ledger.spool import Spool, Spooled, spool_path


def said(number, text="{}") -> Spooled:
    return Spooled(f"command-{number}", "0123456789abcdef", text, f'{{"n":{number}}}')


@pytest.fixture
def path(tmp_path):
    return spool_path(tmp_path / "ledger")


@pytest.fixture
def spool(path):
    opened = Spool(path)
    yield opened
    opened.close()


class SpoolMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.path = Path(self.folder.name) / "ledger.spool"
        self.spool = Spool(self.path)
        self.taken: list[Spooled] = []
        self.settled: set[str] = set()

    @rule(count=st.integers(0, 4), text=st.text(max_size=5).filter(lambda t: t.isprintable()))
    def put(self, count, text):
        new = [said(len(self.taken) + n, text) for n in range(count)]
        self.spool.put(new)
        self.taken += new

    @rule(data=st.data())
    def put_what_is_there_already(self, data):
        if self.taken:
            again = data.draw(st.sampled_from(self.taken))
            with pytest.raises(Refused, match=r"ledger\.command_repeated"):
                self.spool.put([said(10_000), again])

    @rule(data=st.data())
    def settle(self, data):
        names = data.draw(
            st.lists(st.sampled_from([one.command_id for one in self.taken] or ["?"]))
        )
        self.spool.settle(names)
        self.settled |= set(names)

    @rule(closed=st.booleans())
    def open_again(self, closed):
        if closed:
            self.spool.close()
        self.spool = Spool(self.path)

    @invariant()
    def what_waits_is_what_was_taken_and_not_settled(self):
        waiting = [one for one in self.taken if one.command_id not in self.settled]
        assert self.spool.waiting() == waiting
        assert self.spool.waiting(2) == waiting[:2]
        assert self.spool.waiting_ids == {one.command_id for one in waiting}
        asked = [one.command_id for one in self.taken]
        assert self.spool.answers([*asked, "never"]) == {one.command_id: one for one in self.taken}

    def teardown(self):
        self.spool.close()
        self.folder.cleanup()


TestSpoolMachine = SpoolMachine.TestCase
TestSpoolMachine.settings = settings(max_examples=30, stateful_step_count=15)


def test_every_line_waits_for_the_disk_and_is_its_owners_alone(path, spool):
    spool.put([said(1)])
    assert spool._connection.pragma("synchronous") == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_process_that_is_killed_right_after_leaves_what_it_took(path):
    program = """
import os, sys
from pathlib import Path
from tocsin.ledger.spool import Spool, Spooled
Spool(Path(sys.argv[1])).put([Spooled("command-1", "f", "{}", "{}")])
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", program, path], check=False).returncode == -9
    left = Spool(path)
    assert [one.command_id for one in left.waiting()] == ["command-1"]
    left.close()


def test_a_full_spool_refuses_and_drops_nothing(spool, monkeypatch):
    monkeypatch.setattr(spools, "WAITING_MOST", 3)
    spool.put([said(1), said(2)])
    with pytest.raises(Unavailable, match=r"spool\.full"):
        spool.put([said(3), said(4)])
    spool.put([said(3)])
    spool.settle(["command-1"])
    spool.put([said(4)])
    assert [one.command_id for one in spool.waiting()] == ["command-2", "command-3", "command-4"]


def test_settled_commands_are_answered_for_a_while_and_then_let_go(spool, monkeypatch):
    monkeypatch.setattr(spools, "SETTLED_KEPT", 2)
    spool.put([said(n) for n in range(1, 6)])
    spool.settle([f"command-{n}" for n in range(1, 5)])
    names = [f"command-{n}" for n in range(1, 6)]
    assert list(spool.answers(names)) == ["command-4", "command-5"]
    assert [one.command_id for one in spool.waiting()] == ["command-5"]


def test_another_file_is_not_taken_for_a_spool(path):
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE letters (body)")
    other.close()
    with pytest.raises(Refused, match=r"spool\.not_a_spool"):
        Spool(path)


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(Unavailable, match=r"ledger\.cannot_open"):
        Spool(tmp_path / "nowhere" / "ledger.spool")


def test_a_closed_spool_says_so(path):
    spool = Spool(path)
    spool.close()
    with pytest.raises(Unavailable, match=r"ledger\.closed"):
        spool.put([said(1)])
