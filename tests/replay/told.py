"""A replayed ledger and what its projections say, for the tests of this folder."""

from __future__ import annotations

from importlib.resources import files

from tocsin.alerts.board import Board
from tocsin.alerts.codec import ROOM
from tocsin.alerts.history import History
from tocsin.areas.gazetteer import load_pack
from tocsin.ledger.follow import catch_up
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.replay.load import File, replay


def day_file(form):
    """One of the files of 26 January 2023 that ship."""
    name = f"day_2023-01-26_{form}.csv"
    return File(name, files("tocsin.replay").joinpath("data", name).read_bytes())


class Told:
    """Replays files into a new ledger and folds it."""

    def __init__(self, path, told, **how):
        self.gazetteer = load_pack()
        self.ledger = SqliteLedger(path)
        self.report = replay(self.ledger, self.gazetteer, told, **how)
        self.board, self.history = Board(), History()
        for events in catch_up(self.ledger, 0):
            for recorded in events:
                applied = self.board.apply(recorded)
                if applied is not None:
                    self.history.apply(applied.position, applied.event)

    def read_area(self, area, first, last):
        return self.ledger.read_area(ROOM, area, first, last)

    def standing_at(self, at):
        return self.history.standing_at(at, self.read_area)
