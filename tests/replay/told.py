"""
Replayed ledgers and what their projections say, for the tests of this folder.

Files are made from rows of whole minutes, so that a test can think in small numbers.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

from tests.contract.memory_ledger import MemoryLedger

from tocsin.alerts.board import Board
from tocsin.alerts.codec import ROOM
from tocsin.alerts.history import History
from tocsin.areas.gazetteer import load_pack
from tocsin.kernel.time import rfc3339
from tocsin.ledger.follow import catch_up
from tocsin.replay.load import File, replay

GAZETTEER = load_pack()
MIDNIGHT = datetime(2023, 1, 25, 22, tzinfo=UTC)

NAMES = {
    "UA80000000000093317": ("Kyiv City", "м. Київ"),
    "UA51000000000030770": ("Odeska oblast", "Одеська область"),
    "UA53000000000028050": ("Poltavska oblast", "Полтавська область"),
}
KYIV, ODESA, POLTAVA = NAMES


def minute(count):
    """The moment so many minutes after midnight in Kyiv on 26 January 2023."""
    return MIDNIGHT + timedelta(minutes=count)


def day_file(form):
    """One of the files of 26 January 2023 that ship."""
    name = f"day_2023-01-26_{form}.csv"
    return File(name, files("tocsin.replay").joinpath("data", name).read_bytes())


def official(*rows, name="official.csv", tongue=0):
    """Write rows of (area, first minute, last minute or None) in the official form."""
    lines = ["oblast,raion,hromada,level,started_at,finished_at,source"]
    for area, start, end in rows:
        lines.append(f"{NAMES[area][tongue]},,,oblast,{_written(start)},{_written(end)},official")
    return File(name, "\n".join(lines).encode())


def volunteer(*rows, name="volunteer.csv"):
    """Write rows of (area, first minute, last minute or None) in the volunteer form."""
    lines = ["region,started_at,finished_at,naive"]
    for area, start, end in rows:
        lines.append(f"{NAMES[area][0]},{_written(start)},{_written(end)},False")
    return File(name, "\n".join(lines).encode())


def _written(count):
    return "" if count is None else minute(count).isoformat(sep=" ")


class Told:
    """Replays files into a ledger, a new one in memory unless it is given one, and folds it."""

    def __init__(self, *told, ledger=None, **how):
        self.ledger = MemoryLedger() if ledger is None else ledger
        self.report = replay(self.ledger, GAZETTEER, told, **how)
        self.board, self.history = Board(), History()
        self.events = []
        for events in catch_up(self.ledger, 0):
            for recorded in events:
                self.events.append(recorded)
                applied = self.board.apply(recorded)
                if applied is not None:
                    self.history.apply(applied.position, applied.event)

    def standing_at(self, at):
        """List what stood at a moment, the permanent alerts left out."""
        standing = self.history.standing_at(rfc3339(at), self.read_area)
        return [alert for alert in standing if alert.holders[0].sender != "permanent"]

    def areas_at(self, at):
        return {alert.area for alert in self.standing_at(at)}

    def heard_at(self, at):
        """Name the senders that were heard at a moment."""
        sources = self.history.sources_at(rfc3339(at)).get(GAZETTEER.root.code, ())
        return {source.sender for source in sources if source.until is None}

    def read_area(self, area, first, last):
        return self.ledger.read_area(ROOM, area, first, last)

    def told(self, kind):
        """List the events of a kind as (area, minute), the permanent alerts left out."""
        return [
            (event.area, int((event.happened() - MIDNIGHT) / timedelta(minutes=1)))
            for event in self.events
            if event.kind == kind and event.sender != "permanent"
        ]
