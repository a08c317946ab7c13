"""
`tocsin backup` and `tocsin restore`: a copy of the record, and a record from a copy.

A copy is one moment of the record, taken while a server runs; the key is never in it. A restored
record begins a new epoch, so that whoever follows it starts again from a board. Neither writes
over a file that is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from tocsin.cli import paper
from tocsin.cli.options import AsJson, Db, OwnDb, SharedLedger, kept
from tocsin.cli.program import Verb, app
from tocsin.cli.progress import counting
from tocsin.cli.tongue import say

_Copy: TypeAlias = Annotated[Path, typer.Argument(metavar="COPY", help=say("o.copy"))]


@app.command("backup", cls=Verb, help=say("backup"))
def backup(copy: _Copy, *, db: Db, as_json: AsJson = False) -> None:
    """Copy a ledger."""
    from tocsin.ledger.backup import backup as take

    with counting(say("backup.doing"), quiet=as_json) as progress:
        position = take(db, copy, progress)
    _tell("backup.done", position, copy, as_json=as_json)


@app.command("restore", cls=Verb, help=say("restore"))
def restore(
    copy: _Copy, *, db: OwnDb = None, ledger: SharedLedger = None, as_json: AsJson = False
) -> None:
    """Make a ledger of a copy, or move it to PostgreSQL."""
    from tocsin.app import restore_record

    with counting(say("backup.doing"), quiet=as_json) as progress:
        position = restore_record(copy, kept(db, ledger), progress)
    _tell("restore.done", position, db if ledger is None else "PostgreSQL", as_json=as_json)


def _tell(key: str, position: int, path: object, *, as_json: bool) -> None:
    if as_json:
        paper.put_json({"position": position, "path": str(path)})
    else:
        paper.put(say(key, position=position, path=path))
