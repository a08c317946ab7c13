"""
The composition root: the only file that builds the parts and puts them together.

Data flows one way. A request comes in by `intake`, waits for the writer's thread, is decided at
the desk and committed; the follower reads it back from the ledger, the projections fold it, the
hub tells everybody. A replay differs in one thing: its player feeds the projections when the
clock reaches an event, not when it is recorded.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from tocsin.alerts.board import Board
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.gazetteer import load_pack as load_areas
from tocsin.authority.register import Register
from tocsin.commands import Answer, Desk, Request
from tocsin.config import Settings
from tocsin.kernel.errors import Corrupt, TocsinError
from tocsin.kernel.time import Clock, SystemClock
from tocsin.ledger.event import Recorded
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.views.projections import Projections


def open_ledger(path: Path, *, read_only: bool = False) -> SqliteLedger:
    """Open the ledger in a file; make one where there is none, unless only for reading."""
    return SqliteLedger(path, read_only=read_only)


def open_projections(ledger: SqliteLedger) -> Projections:
    """Fold the ledger into its projections, starting from their snapshots."""
    return Projections.load(ledger)


def open_desk(
    ledger: SqliteLedger,
    gazetteer: Gazetteer,
    clock: Clock,
    projections: Projections | None = None,
) -> Desk:
    """Make a desk that knows what stands; it owns copies of the board and the register."""
    known = Projections.load(ledger) if projections is None else projections
    board, register = Board.load(known.board.dump()), Register.load(known.register.dump())
    return Desk(ledger, gazetteer, clock, board=board, tokens=register)
