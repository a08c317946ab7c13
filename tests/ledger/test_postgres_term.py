"""
One core is the active one; when it dies, stands still or is cut off, another is, and only that.

Method: cores on a real PostgreSQL, in this process and in others that are killed and stopped, and
a way over TCP that freezes. How long a takeover takes is printed here and judged by the campaign;
what is asserted is the order of things.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from queue import SimpleQueue
from threading import Event
from time import monotonic, sleep

import pytest
from tests.contract.ledger_contract import ODESA, RUSH_HOUR, alarm, command
from tests.postgres import gate

from tocsin.kernel.errors import Conflict, Unavailable
from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.postgres_link import Address, connect
from tocsin.ledger.postgres_term import Candidate, Duty

pytestmark = pytest.mark.postgres

LONG_S = 30.0
"""Ends a test that would hang; a takeover takes 0.5 to 4 s."""

CORE = """
import sys
from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.postgres_link import Address
from tocsin.ledger.postgres_term import Candidate
ledger = PostgresLedger(Address(*sys.argv[1:]), core=True)
Candidate(ledger, lambda duty: print(duty, flush=True)).start()
sys.stdin.read()
"""


@pytest.fixture
def address(postgres):
    return Address(postgres.socket_url, postgres.new_schema())


@pytest.fixture
def opened(address):
    ledgers = []

    def open_core(url=None):
        ledger = PostgresLedger(address if url is None else Address(url, address.schema), core=True)
        ledgers.append(ledger)
        return ledger

    yield open_core
    for ledger in ledgers:
        ledger.close()


@pytest.fixture
def elsewhere(address):
    """A core in a process of its own that has just become the active one."""
    process = subprocess.Popen(
        [sys.executable, "-c", CORE, *address], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"active\n"
    yield process
    process.kill()
    process.communicate()


def wait_for(duty, ledger) -> float:
    began = monotonic()
    while ledger.stand() is not duty:
        assert monotonic() - began < LONG_S, f"It never was {duty}."
        sleep(0.05)
    return monotonic() - began


def test_of_several_cores_one_is_active(opened):
    cores = [opened() for _ in range(3)]
    duties = [core.stand() for core in cores * 2]
    assert duties == [Duty.ACTIVE, Duty.STANDBY, Duty.STANDBY] * 2
    assert cores[0].append([command(alarm())], RUSH_HOUR)
    for core in cores[1:]:
        with pytest.raises(Unavailable, match=r"ledger\.standby"):
            core.append([command(alarm(ODESA))], RUSH_HOUR)
        assert core.read(0) == cores[0].read(0)


def test_a_core_that_never_stood_appends_nothing(opened):
    with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
        opened().append([command(alarm())], RUSH_HOUR)


def test_a_core_that_leaves_is_followed_at_once_by_another_that_knows_what_it_wrote(opened):
    first, second = opened(), opened()
    first.stand()
    second.stand()
    first.append([command(alarm())], RUSH_HOUR)
    first.close()
    wait_for(Duty.ACTIVE, second)
    with pytest.raises(Conflict):
        second.append([command(alarm(ODESA))], RUSH_HOUR)
    assert second.append([command(alarm(ODESA))], RUSH_HOUR)[0].position == 2


def test_a_core_whose_session_was_ended_writes_nothing_more(address, opened):
    first, second = opened(), opened()
    first.stand()
    with connect(address) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    wait_for(Duty.ACTIVE, second)
    with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
        first.append([command(alarm())], RUSH_HOUR)
    assert first.stand() is Duty.STANDBY
    with pytest.raises(Unavailable, match=r"ledger\.standby"):
        first.append([command(alarm())], RUSH_HOUR)
    assert first.head().position == 0


def test_an_older_term_writes_nothing_whatever_its_core_believes(address, opened):
    core = opened()
    core.stand()
    with connect(address) as link:
        link.execute("UPDATE writer SET term = term + 1")
    with pytest.raises(Unavailable, match=r"ledger\.standby"):
        core.append([command(alarm())], RUSH_HOUR)
    assert core.head().position == 0
    assert core.stand() is Duty.ACTIVE  # It stood again, and its term is the newest now.
    assert core.append([command(alarm())], RUSH_HOUR)


def test_another_core_takes_over_from_one_that_was_killed(elsewhere, opened):
    core = opened()
    assert core.stand() is Duty.STANDBY
    elsewhere.kill()
    print(f"killed, and another active after {wait_for(Duty.ACTIVE, core):.2f} s")
    assert core.append([command(alarm())], RUSH_HOUR)


def test_a_core_that_stood_still_finds_that_it_is_the_active_one_no_more(elsewhere, opened):
    core = opened()
    os.kill(elsewhere.pid, signal.SIGSTOP)
    print(f"stopped, and another active after {wait_for(Duty.ACTIVE, core):.2f} s")
    os.kill(elsewhere.pid, signal.SIGCONT)
    said = elsewhere.stdout.readline()
    while said != b"standby\n":
        assert said == b"cut off\n"
        core.stand()
        said = elsewhere.stdout.readline()
    assert core.stand() is Duty.ACTIVE


def test_a_core_that_was_cut_off_has_given_up_before_another_takes_over(postgres, opened):
    with gate(postgres) as way:
        cores = [opened(way.url), opened()]
        changes = SimpleQueue()

        def note(core, duty):
            changes.put((duty, core, cores[0].duty))

        told = [Candidate(core, partial(note, core)) for core in cores]
        told[0].start()
        assert changes.get(timeout=LONG_S) == (Duty.ACTIVE, cores[0], Duty.ACTIVE)
        told[1].start()
        assert changes.get(timeout=LONG_S)[0] is Duty.STANDBY
        way.freeze()
        cut_at = monotonic()
        seen = [changes.get(timeout=LONG_S), changes.get(timeout=LONG_S)]
        print(f"cut off, and another active after {monotonic() - cut_at:.2f} s")
        assert (Duty.ACTIVE, cores[1], Duty.CUT_OFF) in seen
        assert cores[1].append([command(alarm())], RUSH_HOUR)
        with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
            cores[0].append([command(alarm())], RUSH_HOUR)
        way.thaw()
        assert changes.get(timeout=LONG_S) == (Duty.STANDBY, cores[0], Duty.STANDBY)
        for candidate in told:
            candidate.close()
        assert cores[0].read(0) == cores[1].read(0)


def test_a_candidate_goes_on_after_a_closed_ledger_has_said_so(opened):
    core, failed, stood = opened(), Event(), Event()
    candidate = Candidate(core, lambda _duty: stood.set(), lambda _error: failed.set())
    candidate.start()
    assert stood.wait(LONG_S)
    core.close()
    assert failed.wait(LONG_S)
    candidate.close()
