"""The only way to write: authorise, load, decide, append; then, and only then, answer."""

from tocsin.commands.desk import (
    Answer,
    Desk,
    Request,
    fingerprint,
    split_id,
    unknown_alert,
)
from tocsin.commands.powers import Command, source_of

__all__ = [
    "Answer",
    "Command",
    "Desk",
    "Request",
    "fingerprint",
    "source_of",
    "split_id",
    "unknown_alert",
]
