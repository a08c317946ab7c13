"""
Handing what was spooled to the core that may decide it, each command once.

Two halves, of one core or of two: `hand_over` lays this core's spool into the inbox that all cores
share and takes out what has been decided; `take` decides what lies there, if this is the active
core. Each step may be repeated after a crash at any point: the inbox takes a command id once, and
so does the ledger. Commands are decided one at a time, since a correction may name an alert by the
id that its sender was told, and only the outcome of the one before says what that became.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final, Protocol

from tocsin.commands.desk import Answer, Request
from tocsin.commands.spool_desk import read_spooled
from tocsin.kernel.canonical import parse
from tocsin.kernel.errors import Malformed, TocsinError, Unavailable
from tocsin.kernel.ids import AlertId, CommandId
from tocsin.ledger.spool import Spool, Spooled

AT_ONCE: Final = 500
"""One look at the inbox; at 4 ms a commit it's empty again after 2 s."""

DECIDED_WITHIN_S: Final = 10.0
"""How long one command may wait in the writer's queue: four full commits, many times over."""


class SharedInbox(Protocol):
    """Where all cores of a ledger lay what they have spooled (`tocsin.ledger.postgres_inbox`)."""

    def put(self, commands: Sequence[Spooled]) -> None:
        """Lay commands in, in their order; those that lie there already stay as they are."""
        ...

    def waiting(self) -> Sequence[tuple[CommandId, str]]:
        """List the commands not decided yet, and their requests, in order."""
        ...

    def settle(self, command_id: CommandId, outcome: str) -> None:
        """Write beside a command what came of it: its answer, or the error's code."""
        ...

    def outcomes(self, command_ids: Sequence[CommandId]) -> Mapping[CommandId, str]:
        """Tell what came of commands; those not decided yet are left out."""
        ...

    def told(self, text: str) -> Sequence[tuple[str, str]]:
        """List what senders were told that holds a text, and what came of it."""
        ...


Submit = Callable[[Request], "Future[Answer]"]


def hand_over(spool: Spool, inbox: SharedInbox, shown: Callable[[], int]) -> None:
    """
    Lay this core's spool into the inbox, and take out of the spool what was decided.

    Args:
        shown: Tells the position up to which this core shows the record: what it does not show
            yet as recorded, it goes on showing as spooled.

    Raises:
        Unavailable: The ledger or this machine's disk; what was done so far is not done again.
    """
    waiting = spool.waiting(AT_ONCE)
    if not waiting:
        return
    decided = inbox.outcomes([one.command_id for one in waiting])
    inbox.put([one for one in waiting if one.command_id not in decided])
    seen = [one for one, outcome in decided.items() if (_position(outcome) or 0) <= shown()]
    if seen:
        spool.settle(seen)


def take(inbox: SharedInbox, submit: Submit) -> int:
    """
    Decide what lies in the inbox, as the active core; tell how many commands that were.

    Raises:
        Unavailable: The ledger; the rest stays in the inbox for whoever is active next.
    """
    count = 0
    for command_id, text in inbox.waiting():
        inbox.settle(command_id, _outcome(command_id, text, submit))
        count += 1
    return count


def alias(inbox: SharedInbox, alert: AlertId) -> AlertId | None:
    """
    Tell what an alert was recorded as that its sender knows by the id under which it was spooled.

    None where nothing was ever spooled under that id, or where it's not decided yet.
    """
    for told, outcome in inbox.told(f'"{alert}"'):
        if not outcome.startswith("{"):
            continue
        was, became = _accepted(told), _accepted(outcome)
        for area, name in was.items():
            if name == alert and area in became:
                return became[area]
    return None


def _outcome(command_id: CommandId, text: str, submit: Submit) -> str:
    try:
        body = submit(read_spooled(command_id, text)).result(DECIDED_WITHIN_S).body
    except Unavailable:
        raise
    except TimeoutError:
        raise Unavailable("ledger.busy", "The desk is busy; again.", retry_after_s=1) from None
    except TocsinError as refused:
        return refused.code
    if _position(body) is None:  # The spool's own answer: the ledger has not been asked yet.
        raise Unavailable("ledger.unreachable", "The record is out of reach again.")
    return body


def _position(outcome: str) -> int | None:
    """Read the position of an answer; a refusal has none, for nothing is recorded of it."""
    if not outcome.startswith("{"):
        return 0
    value: Any = parse(outcome)
    position: int | None = value["position"]
    return position


def _accepted(body: str) -> dict[str, AlertId]:
    """Read which alert an accepted raise has in each area; nothing from any other answer."""
    try:
        value: Any = parse(body)
    except Malformed:
        return {}
    accepted = value.get("accepted", ()) if isinstance(value, dict) else ()
    return {str(one["area"]): AlertId(str(one["id"])) for one in accepted}
