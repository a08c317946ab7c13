"""
What a winter of schedules costs: every revision of a real history into a ledger on disk.

From the packed file to the last commit, by the same functions as `tocsin power import`; the parts
are told beside it: reading and deciding, recording, and what a new start folds after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.measure import Figure, seconds
from tocsin.app import open_desk, open_ledger, open_projections
from tocsin.areas.gazetteer import Gazetteer, load_pack
from tocsin.commands import Request, fingerprint
from tocsin.intake.schedule_edition import Fetched
from tocsin.intake.schedule_file import read_schedule
from tocsin.intake.schedule_import import Plan, Whose, plan
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import SenderId
from tocsin.kernel.limits import COMMANDS_PER_COMMIT
from tocsin.kernel.time import SystemClock
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.power.grid import Grid

LIMIT_MS: Final = 5_000


def schedules(folder: Path, history: Path, runs: int) -> Iterator[Figure]:
    """Time the import of a history of revisions."""
    gazetteer = load_pack()
    whole, detail = [], ""
    for run in range(runs):
        ledger = open_ledger(folder / f"schedules-{run}.db")
        made: list[Plan] = []
        deciding = seconds(lambda: made.append(_decided(history, gazetteer)))  # noqa: B023  # Called at once.
        recording = seconds(lambda: _record(ledger, gazetteer, made[0]))  # noqa: B023  # As above.
        folding = seconds(lambda: open_projections(ledger))  # noqa: B023  # As above.
        ledger.close()
        whole.append(1000 * (deciding + recording))
        counts = made[0].counts
        detail = (
            f"{counts['changed']} of {counts['read']} changed anything; read and decided "
            f"{1000 * deciding:,.0f} ms, recorded {1000 * recording:,.0f} ms; folded anew "
            f"{1000 * folding:,.0f} ms"
        )
    yield Figure(
        "All revisions of a winter's schedules into a durable ledger", "ms",
        tuple(whole), "at most", LIMIT_MS, detail,
    )  # fmt: skip


def _decided(history: Path, gazetteer: Gazetteer) -> Plan:
    reading = read_schedule(history, Fetched(SystemClock().now()))
    whose = Whose(sender=SenderId("operator"), root=gazetteer.root.code)
    return plan(Grid(), [reading], whose)


def _record(ledger: SqliteLedger, gazetteer: Gazetteer, made: Plan) -> None:
    desk = open_desk(ledger, gazetteer, SystemClock())
    asked = [Request(c.command_id, (c,), fingerprint(c.command_id)) for c in made.commands]
    for start in range(0, len(asked), COMMANDS_PER_COMMIT):
        for answer in desk.handle(asked[start : start + COMMANDS_PER_COMMIT]):
            if isinstance(answer, TocsinError):
                raise answer
