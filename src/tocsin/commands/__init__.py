"""The only way to write: authorise, load, decide, append; then, and only then, answer."""

from tocsin.commands.desk import (
    Answer,
    Command,
    Desk,
    Request,
    fingerprint,
    split_id,
    unknown_alert,
)

__all__ = ["Answer", "Command", "Desk", "Request", "fingerprint", "split_id", "unknown_alert"]
