"""
Commands of whoever holds the machine: put into a ledger by the desk, beside a server or without.

All of a call are decided in one commit; the first that is refused is what the person is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import SenderId
from tocsin.kernel.time import SystemClock

if TYPE_CHECKING:
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.commands import Answer, Command

OPERATOR: Final = SenderId("operator")
"""Who gives such commands: whoever holds the machine."""


def put(record: Path | str, gazetteer: Gazetteer, commands: Sequence[Command]) -> list[Answer]:
    """
    Have the desk record each command, in one commit, whoever else is writing.

    Args:
        record: The ledger's file, or where it is in PostgreSQL.

    Raises:
        TocsinError: What the desk says of the first command that it refuses, or `open_record`.
    """
    from tocsin.app import open_desk, open_record
    from tocsin.commands import Request, fingerprint

    ledger = open_record(record)
    try:
        desk = open_desk(ledger, gazetteer, SystemClock())
        told = desk.handle(
            [Request(c.command_id, (c,), fingerprint(c.command_id)) for c in commands]
        )
    finally:
        ledger.close()
    answers: list[Answer] = []
    for answer in told:
        if isinstance(answer, TocsinError):
            raise answer
        answers.append(answer)
    return answers
