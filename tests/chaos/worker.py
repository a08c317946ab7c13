"""
The process that is killed: it appends without a pause, and says what it was told is durable.

One line for each append that returned: `POSITION HASH COMMAND`, of the last event and the last
command in it. A line is one `write` of less than a pipe's buffer, so it's there whole or not at
all. Every event says which of how many it was in its append, so that half of one can be told.
"""

from __future__ import annotations

import os
from contextlib import suppress
from random import Random

from tests.chaos.builds import BUILDS

from tocsin.kernel.errors import TocsinError
from tocsin.ledger.event import NewEvent
from tocsin.ledger.follow import catch_up
from tocsin.ledger.port import Batch

AREAS = ("UA80000000000093317", "UA51000000000030770", "UA05000000000010236", "UA07")
AT = "2023-01-26T05:45:43.000Z"


def work(path, build, acknowledgements, seed):
    """Append to the ledger at `path` until killed, or until there's no disk any more."""
    with suppress(TocsinError):
        _work(path, build, acknowledgements, seed)


def _work(path, build, acknowledgements, seed):
    chance = Random(seed)
    ledger = BUILDS[build](path)
    versions = dict.fromkeys(AREAS, 0)
    for events in catch_up(ledger, 0):
        versions.update((event.area, event.version) for event in events)
    while True:
        batches = _draw(chance, versions)
        recorded = ledger.append(batches, AT)
        if recorded:
            said = f"{recorded[-1].position} {recorded[-1].hash} {batches[-1].command_id}\n"
            os.write(acknowledgements.fileno(), said.encode())
        if chance.random() < 0.02:
            end = ledger.head().position
            ledger.save_snapshot("chaos", end, 1, bytes(chance.randrange(20_000)))
        if chance.random() < 0.01:
            ledger.close()
            ledger = BUILDS[build](path)


def _draw(chance, versions):
    """Draw the commands of one append: mostly one event, now and then hundreds, sometimes none."""
    counts = [chance.choice((0, 1, 1, 1, 2, 5)) for _ in range(chance.choice((1, 1, 1, 3, 40)))]
    total, nth, batches = sum(counts), 0, []
    for count in counts:
        events = []
        for _ in range(count):
            nth += 1
            area = chance.choice(AREAS)
            versions[area] += 1
            body = f'{{"nth":{nth},"of":{total},"text":"{"я" * chance.randrange(300)}"}}'
            events.append(
                NewEvent("alerts", area, versions[area], "Said", "Actual", "chaos", AT, body)
            )
        command = f"{chance.getrandbits(128):032x}"
        batches.append(Batch(command, "0123456789abcdef", events, '{"answer":true}'))
    return batches
