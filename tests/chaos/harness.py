"""
Crash a process that appends, open what it left behind, and count what is missing.

After each crash the real ledger opens the file; then every acknowledged event must be there with
its hash and every acknowledged command with its answer, no append may be there by half, and the
whole record must verify. Acknowledgements count only if they were read before the power was cut:
one that comes after it would, in a real cut, have reached nobody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from select import select
from time import monotonic
from typing import NamedTuple

from tests.chaos import worker

from tocsin.kernel.errors import TocsinError
from tocsin.ledger.event import Recorded
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import Findings, verify

ROUNDS_PER_LEDGER = 8

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["tests.chaos.worker"])


@dataclass
class Outcome:
    """
    What the rounds so far have shown.

    Args:
        rounds: Crashes.
        acknowledged: Events whose acknowledgement was read before the crash.
        lost: Acknowledged events that are not in the ledger afterwards, or are not the same.
        half_written: Appends of which only a part is there.
        broken: Ledgers that would not open or did not verify.
        rounds_with_loss: Rounds with anything of the above.
        notes: The first few of what was found, in words.
    """

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    half_written: int = 0
    broken: int = 0
    rounds_with_loss: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether the promise held."""
        return not (self.lost or self.half_written or self.broken)

    def add(self, other: Outcome) -> None:
        """Count another run's rounds in."""
        for name in ("rounds", "acknowledged", "lost", "half_written", "broken"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rounds_with_loss += other.rounds_with_loss
        self.notes = (self.notes + other.notes)[:10]


class Victim:
    """A process that appends to a ledger, and what it has acknowledged."""

    def __init__(self, path: Path, build: str, seed: int) -> None:
        self._pipe, child = _processes.Pipe(duplex=False)
        self._process = _processes.Process(
            target=worker.work, args=(path, build, child, seed), daemon=True
        )
        self._process.start()
        child.close()
        os.set_blocking(self._pipe.fileno(), False)
        self._text = b""

    def listen(self, seconds: float) -> None:
        """Read acknowledgements for a while."""
        end = monotonic() + seconds
        while (left := end - monotonic()) > 0 and select([self._pipe], [], [], left)[0]:
            if not self.read():
                return

    def read(self) -> bool:
        """Read what has been acknowledged by now; tell whether there may be more."""
        with suppress(BlockingIOError):
            while part := os.read(self._pipe.fileno(), 65_536):
                self._text += part
            return False
        return True

    @property
    def alive(self) -> bool:
        """Whether the process is still at work."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End the process at once, by SIGKILL."""
        self._process.kill()
        self._process.join()

    def close(self) -> list[tuple[int, str, str]]:
        """Give all acknowledgements that were read: (position, hash, command)."""
        self._pipe.close()
        lines = (line.split() for line in self._text.decode().splitlines())
        return [(int(position), digest, command) for position, digest, command in lines]


def kill_rounds(
    count: int,
    directory: Path,
    build: str = "SqliteLedger",
    seed: int = 0,
    *,
    until_caught: bool = False,
) -> Outcome:
    """
    Crash `count` times by SIGKILL, with a fresh ledger every few rounds.

    Args:
        until_caught: End at the first round that breaks the promise: for the weakened builds.
    """
    chance, outcome = Random(f"kill {build} {seed}"), Outcome()
    for number in range(count):
        path = directory / f"{build}-{seed}-{number // ROUNDS_PER_LEDGER}.db"
        before = _last_position(path)
        victim = Victim(path, build, chance.getrandbits(32))
        if chance.random() < 0.9:  # Otherwise it may still be making or opening the file.
            _first(victim)
        victim.listen(chance.uniform(0, 0.08))
        assert victim.alive, "The process ended by itself."
        victim.kill()
        victim.read()
        _judge(outcome, path, before, victim.close())
        if number % ROUNDS_PER_LEDGER == ROUNDS_PER_LEDGER - 1:
            _remove(path)
        if until_caught and not outcome.clean:
            break
    return outcome


def power_rounds(
    count: int,
    path: Path,
    cut: Callable[[Callable[[], None]], None],
    build: str = "SqliteLedger",
    seed: int = 0,
    *,
    until_caught: bool = False,
) -> Outcome:
    """
    Crash `count` times by cutting the power of the file system that `path` lies on.

    Args:
        cut: Cuts the power, then calls what it is given (the process is killed there), then turns
            the power on again.
        until_caught: As for `kill_rounds`.
    """
    chance, outcome = Random(f"cut {build} {seed}"), Outcome()
    for number in range(count):
        if number % ROUNDS_PER_LEDGER == 0:
            _remove(path)
            SqliteLedger(path).close()  # A ledger that has never been on disk cannot lose anything.
        before = _last_position(path)
        victim = Victim(path, build, chance.getrandbits(32))
        _first(victim)
        victim.listen(chance.uniform(0, 0.15))
        victim.read()  # Nothing is read any more from here on.
        cut(victim.kill)
        _judge(outcome, path, before, victim.close())
        if until_caught and not outcome.clean:
            break
    return outcome


def _first(victim: Victim) -> None:
    """Wait until something has been acknowledged."""
    select([victim._pipe], [], [], 20)


def _last_position(path: Path) -> int:
    if not path.exists():
        return 0
    ledger = SqliteLedger(path)
    position = ledger.head().position
    ledger.close()
    return position


class Seen(NamedTuple):
    """What a ledger holds after a crash: its end, which commands it answers, and the new events."""

    end: int
    answered: Collection[str]
    events: Mapping[int, Recorded]


def judge(
    outcome: Outcome,
    before: int,
    acknowledged: list[tuple[int, str, str]],
    look: Callable[[list[str]], Seen],
    check: Callable[[], Findings],
) -> bool:
    """
    Hold what is there against what was acknowledged; say whether the ledger could be read.

    Args:
        look: Opens the ledger and says what is there, also of these commands.
        check: Verifies the whole record.
    """
    outcome.rounds += 1
    last = acknowledged[-1][0] if acknowledged else before
    outcome.acknowledged += last - before
    found = (outcome.lost, outcome.half_written, outcome.broken)
    readable = True
    try:
        end, answered, events = look([command for _, _, command in acknowledged])
        wrong = [
            position
            for position, digest, command in acknowledged
            if position > end or events[position].hash != digest or command not in answered
        ]
        if wrong:
            outcome.lost += last - min(wrong) + 1
            outcome.notes.append(f"round {outcome.rounds}: acknowledged {last}, there are {end}")
        if events:
            body = json.loads(events[end].body)
            if body["nth"] != body["of"]:
                outcome.half_written += 1
                outcome.notes.append(f"round {outcome.rounds}: {body['nth']} of {body['of']} there")
        findings = check()
        if not findings.whole:
            outcome.broken += 1
            outcome.notes.append(f"round {outcome.rounds}: {findings.faults[0].sentence}")
    except TocsinError as error:
        readable = False
        outcome.broken += 1
        outcome.lost += last - before
        outcome.notes.append(f"round {outcome.rounds}: {error}")
    outcome.notes = outcome.notes[:10]
    outcome.rounds_with_loss += found != (outcome.lost, outcome.half_written, outcome.broken)
    return readable


def _judge(
    outcome: Outcome, path: Path, before: int, acknowledged: list[tuple[int, str, str]]
) -> None:
    def look(commands: list[str]) -> Seen:
        ledger = SqliteLedger(path)
        end = ledger.head().position
        events = {event.position: event for event in _since(ledger, before)}
        answered = ledger.answers(commands)
        ledger.close()
        return Seen(end, answered, events)

    if not judge(outcome, before, acknowledged, look, lambda: verify(path)):
        _remove(path)


def _since(ledger: SqliteLedger, after: int):
    while events := ledger.read(after):
        yield from events
        after = events[-1].position


def _remove(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
