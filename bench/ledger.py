"""
The ledger's figures: append, replay, rebuild, start.

Each is held against the least that the same work can cost here: a bare `fdatasync`, a bare
insert of the same rows into the same tables, a bare reading and decoding of the same rows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final
from uuid import UUID

import apsw

from bench.measure import Figure, RawFile, seconds
from tocsin.alerts.board import Board
from tocsin.alerts.codec import ROOM
from tocsin.alerts.messages import GiveOwnAllClear, Hazard, Level, RaiseAlert
from tocsin.app import open_desk, open_ledger
from tocsin.areas.gazetteer import load_pack
from tocsin.commands import Request
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.limits import COMMANDS_PER_COMMIT
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.ledger.event import NewEvent
from tocsin.ledger.port import Batch
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.replay.load import File, replay
from tocsin.views.projections import Projections

LEVEL_OF_RAIONS: Final = 2
APPENDS = 300
INSERT_BATCH = 1_000


def append(folder: Path, runs: int) -> Figure:
    """Time single durable appends against raw append + fdatasync, alternating one by one."""
    ratios, detail = [], ""
    for run in range(runs):
        ledger = open_ledger(folder / f"append-{run}.db")
        raw = RawFile(folder / f"append-{run}.raw")
        body = json.dumps({"hazard": "air_raid", "level": "warning", "rank": "authority"})
        record = b"x" * 700
        ours, floor = [], []
        for number in range(APPENDS):
            event = NewEvent(
                ROOM, "UA80000000000093317", number + 1, "AlertRaised", "Actual", "bench",
                "2023-01-26T05:45:43.000Z", body,
            )  # fmt: skip
            command = f"00000000-0000-4000-8000-{run:04d}{number:08d}"
            batch = Batch(CommandId(command), "0" * 16, [event], '{"accepted":[],"position":1}')
            start = time.perf_counter()
            ledger.append([batch], rfc3339(datetime.now(UTC)))
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            raw.append(record)
            floor.append(time.perf_counter() - start)
        ledger.close()
        raw.close()
        ratios.append(median(ours) / median(floor))
        detail = f"{median(ours) * 1e3:.2f} ms against {median(floor) * 1e3:.2f} ms"
    return Figure(
        "Durable single append ÷ raw append + fdatasync", "×", tuple(ratios), "at most", 1.5, detail
    )


def replayed(folder: Path, history: Path, runs: int) -> Figure:
    """Time a whole replay against a bare batched, durable insert of the rows that it made."""
    gazetteer = load_pack()
    source = File(history.name, history.read_bytes())
    ratios, detail = [], ""
    for run in range(runs):
        path = folder / f"replay-{run}.db"
        ledger = open_ledger(path)
        ours = seconds(lambda: replay(ledger, gazetteer, [source]))  # noqa: B023  # Called at once.
        ledger.close()
        bare, count = _bare_insert(path, folder / f"bare-{run}.db")
        ratios.append(bare / ours)
        detail = f"{count / ours:,.0f} events/s against {count / bare:,.0f} rows/s"
        if run:
            path.unlink()
    return Figure(
        "Replay into a durable ledger ÷ bare batched insert", "×", tuple(ratios), "at least", 0.25,
        detail,
    )  # fmt: skip


def _bare_insert(made: Path, target: Path) -> tuple[float, int]:
    """Insert the same rows into the same tables, 1,000 at a time, each batch durable."""
    open_ledger(target).close()
    rows = apsw.Connection(str(made), flags=apsw.SQLITE_OPEN_READONLY)
    events = rows.execute("SELECT * FROM events ORDER BY position").fetchall()
    commands = rows.execute("SELECT * FROM commands ORDER BY position").fetchall()
    rows.close()
    bare = apsw.Connection(str(target))
    bare.execute("PRAGMA synchronous=FULL")

    def insert() -> None:
        for start in range(0, len(events), INSERT_BATCH):
            with bare:
                for table, kept in (("events", events), ("commands", commands)):
                    marks = ",".join("?" * len(kept[0]))
                    bare.executemany(
                        f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608  # Names of ours.
                        kept[start : start + INSERT_BATCH],
                    )

    spent = seconds(insert)
    bare.close()
    return spent, len(events)


def rebuild(made: Path, runs: int) -> Figure:
    """Time folding the board against merely reading and JSON-decoding the same rows."""
    ratios, detail = [], ""
    for _ in range(runs):
        connection = apsw.Connection(str(made), flags=apsw.SQLITE_OPEN_READONLY)

        def read_and_decode(connection: apsw.Connection = connection) -> None:
            for row in connection.execute("SELECT * FROM events ORDER BY position"):
                json.loads(row[11])

        floor = seconds(read_and_decode)
        connection.close()
        ledger = open_ledger(made, read_only=True)
        board = Board()
        ours = seconds(partial(_fold, board, ledger))
        position = board.position
        ledger.close()
        ratios.append(floor / ours)
        detail = f"{position / ours:,.0f} events/s against {position / floor:,.0f} rows/s"
    return Figure(
        "Rebuilding the board ÷ reading and decoding its rows", "×", tuple(ratios), "at least", 0.4,
        detail,
    )  # fmt: skip


def _fold(board: Board, ledger: SqliteLedger) -> None:
    while events := ledger.read(board.position):
        for recorded in events:
            board.apply(recorded)


def make_million(path: Path, count: int, on_progress: Callable[[int], None]) -> None:
    """Record `count` events: alerts raised and cleared, area after area, through the desk."""
    gazetteer = load_pack()
    ledger = open_ledger(path)
    desk = open_desk(ledger, gazetteer, SystemClock())
    areas = [area.code for area in gazetteer if area.level == LEVEL_OF_RAIONS]
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = 0
    while made < count:
        requests = []
        for number in range(made, min(made + COMMANDS_PER_COMMIT, count)):
            area = areas[number // 2 % len(areas)]
            at = rfc3339(start + timedelta(seconds=number))
            command_id = CommandId(str(UUID(int=number + 1)))
            common = {"command_id": command_id, "sender": SenderId("bench"), "area": area}
            if number % 2 == 0:
                command = RaiseAlert(
                    **common, rank=Rank.AUTHORITY, at=at, hazard=Hazard.AIR_RAID,
                    level=Level.WARNING, status=Status.ACTUAL,
                )  # fmt: skip
            else:
                command = GiveOwnAllClear(
                    **common, rank=Rank.AUTHORITY, at=at, hazard=Hazard.AIR_RAID,
                    status=Status.ACTUAL,
                )  # fmt: skip
            requests.append(Request(command_id, [command], "0" * 16))
        desk.handle(requests)
        made += len(requests)
        on_progress(made)
    Projections.load(ledger).save(ledger)
    ledger.close()
