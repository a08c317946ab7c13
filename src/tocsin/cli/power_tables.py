"""What the verbs that plan cuts share: their tables, and what they say of a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.planning.feeders import Feeder

Feeders: TypeAlias = Annotated[
    Path, typer.Option("--feeders", metavar="FILE", help=say("o.feeders"))
]
Week: TypeAlias = Annotated[Path | None, typer.Option("--week", metavar="FILE", help=say("o.week"))]
Clock: TypeAlias = Annotated[str, typer.Option("--clock", metavar="ZONE", help=say("o.plan_clock"))]
To: TypeAlias = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help=say("o.proposal_to"))
]
CLOCK: Final = "Europe/Kyiv"


def known_feeders(feeders: Path, week: Path | None) -> tuple[Feeder, ...]:
    """
    Read the feeders, with the hours that they were off earlier this week.

    Raises:
        Malformed: `planning.feeders_malformed`.
    """
    from tocsin.planning.feeder_file import read_feeders, read_week

    table = read_feeders(feeders)
    return table if week is None else read_week(week, table)


def keep(path: Path, whole: dict[str, Any]) -> None:
    """Write a whole proposal, feeders and all, for nobody but whoever asked for it."""
    import json
    import os

    from tocsin.kernel.errors import Unavailable

    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    try:
        path.unlink(missing_ok=True)
        own = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(own, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Unavailable(
            "planning.unwritable", f"{path} cannot be written: {error.strerror}."
        ) from error


def proposal(name: str, to: Path | None) -> Iterator[str]:
    """Say that this is a proposal, and how it is approved."""
    yield say("power.proposal")
    if to is not None:
        yield say("power.kept_whole", path=to)
        yield say("power.approve_with", path=to)
    yield say("power.digest", sha=name)


def wall(minute: int) -> str:
    """Write a minute of a day, 0 to 1,440, as the wall's clock has it."""
    return f"{minute // 60:02}:{minute % 60:02}"
