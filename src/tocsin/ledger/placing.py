"""
Giving events their places: the same chain from the same batches, in every engine.

Pure but for what `last` looks up. Whatever is refused here is refused before anything was written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from tocsin.kernel.errors import Refused
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.limits import BODY_BYTES
from tocsin.kernel.time import Moment
from tocsin.ledger.event import NewEvent, Recorded, command_mark, seal
from tocsin.ledger.port import Batch

_ANSWER_BYTES: Final = 262_144
"""2,000 areas × (code 19 + id 35 + version 5 + punctuation 40 bytes) = 198,000, rounded up."""

Key: TypeAlias = tuple[str, AreaCode]
"""Room and area: what versions are dense in."""

CommandRow: TypeAlias = tuple[CommandId, str, int, str]
"""What is kept of a command: id, fingerprint, position, answer."""


def place(
    batches: Sequence[Batch],
    end: tuple[int, str],
    recorded_at: Moment,
    last: Callable[[Key], int],
    versions: dict[Key, int],
) -> tuple[list[Recorded], list[CommandRow]]:
    """
    Give every event of the batches its place in the chain and in its area.

    Args:
        end: Position and hash of the newest event.
        last: Tells the last recorded version of a room and area; 0 for none.
        versions: Takes the versions that will be the last.

    Raises:
        Refused: `ledger.version_gap`, `ledger.command_repeated`, `ledger.too_large`.
        Malformed: `ledger.not_one_line`.
    """
    position, prev = end
    sealed: list[Recorded] = []
    commands: dict[CommandId, CommandRow] = {}
    for batch in batches:
        command_id, answer = batch.command_id, batch.answer
        mark = command_mark(command_id)
        for new in batch.events:
            _follows(new, last, versions)
            _fits(new.body, BODY_BYTES)
            position += 1
            event = seal(position, mark, command_id, new, recorded_at, prev)
            prev = event.hash
            sealed.append(event)
        if command_id in commands:
            raise Refused("ledger.command_repeated", f"{command_id} is there twice.")
        _fits(answer, _ANSWER_BYTES)
        commands[command_id] = (command_id, batch.fingerprint, position, answer)
    return sealed, list(commands.values())


def _follows(new: NewEvent, last: Callable[[Key], int], versions: dict[Key, int]) -> None:
    """Refuse an event whose version isn't one more than the last of its room and area."""
    key = (new.room, new.area)
    version = versions.get(key) or last(key)
    if new.version != version + 1:
        raise Refused(
            "ledger.version_gap",
            f"{new.area} is at version {version} in {new.room}; {new.version} cannot follow.",
        )
    versions[key] = new.version


def _fits(text: str, limit: int) -> None:
    # No character takes more than 4 bytes: most texts need no encoding to be known short.
    if len(text) * 4 > limit and len(text.encode()) > limit:
        raise Refused("ledger.too_large", f"A text of more than {limit} bytes is not recorded.")
