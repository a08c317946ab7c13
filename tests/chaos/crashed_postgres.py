"""
Crash a core, PostgreSQL, or both while a core appends, and count what is missing afterwards.

The same rule as for a file (`harness`): acknowledgements count if they were read before the crash.
PostgreSQL is crashed by SIGKILL of all its processes at once, and by an immediate shutdown; what it
had not yet handed to the machine is gone then. Where its disk loses its power, so is what the
machine had not yet written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from tests.chaos.harness import Outcome, Seen, Victim, _first, judge
from tests.postgres import Cluster

from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.postgres_link import Address
from tocsin.ledger.postgres_source import PostgresSource
from tocsin.ledger.verify import verify_source

CRASHES = ("core", "postgres", "immediate")


def postgres_rounds(
    count: int,
    cluster: Cluster,
    build: str = "PostgresLedger",
    seed: int = 0,
    *,
    cut: Callable[[Callable[[], None]], None] | None = None,
    until_caught: bool = False,
) -> Outcome:
    """
    Crash `count` times, with a fresh ledger every few rounds.

    Args:
        cut: Cuts the power of the disk that the cluster lies on, as of `harness.power_rounds`; by
            default a core or PostgreSQL is killed.
        until_caught: End at the first round that breaks the promise: for the weakened builds.
    """
    chance, outcome = Random(f"postgres {build} {seed}"), Outcome()
    address = Address(cluster.socket_url)
    for number in range(count):
        if number % 8 == 0:
            address = Address(cluster.socket_url, cluster.new_schema())
            PostgresLedger(address).close()
        before = _end(address)
        victim = Victim(address, build, chance.getrandbits(32))
        _first(victim)
        victim.listen(chance.uniform(0, 0.15))
        victim.read()  # Nothing is read any more from here on.
        if cut is None:
            _crash(chance.choice(CRASHES), cluster, victim)
        else:
            cut(partial(_crash, "power", cluster, victim))
            cluster.unlock()
            cluster.start()
        _judge(outcome, address, before, victim.close())
        if until_caught and not outcome.clean:
            break
    return outcome


def _crash(what: str, cluster: Cluster, victim: Victim) -> None:
    if what == "core":
        victim.kill()
        return
    if what == "immediate":
        cluster.stop("immediate")
        victim.kill()
    else:
        cluster.kill()
        victim.kill()
        if what == "power":
            return  # It's started when the power is on again.
        cluster.unlock()
    cluster.start()


def _end(address: Address) -> int:
    ledger = PostgresLedger(address, read_only=True)
    position = ledger.head().position
    ledger.close()
    return position


def _judge(
    outcome: Outcome, address: Address, before: int, acknowledged: list[tuple[int, str, str]]
) -> None:
    def look(commands: list[str]) -> Seen:
        ledger = PostgresLedger(address)
        end = ledger.head().position
        answered = ledger.answers(commands)
        events = {}
        while part := ledger.read(before + len(events)):
            events |= {event.position: event for event in part}
        ledger.close()
        return Seen(end, answered, events)

    judge(
        outcome, before, acknowledged, look,
        lambda: verify_source(PostgresSource(address), Path("nowhere"), []),
    )  # fmt: skip
