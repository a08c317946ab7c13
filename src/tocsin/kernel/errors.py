"""
Everything that can go wrong, as one tree with stable codes.

    TocsinError
    ├── Refused       understood, turned down, nothing recorded      HTTP 4xx   exit 1
    │   └── Conflict  somebody wrote in between; fold again and retry
    ├── Malformed     input not understood; says where               HTTP 400   exit 2
    ├── Unavailable   try again after `retry_after_s`                HTTP 503   exit 3
    └── Corrupt       the record does not add up: stop, call a person  HTTP 500   exit 1

A code is dotted, lower case and part of the API: a test compares every code raised in
`src/` with `docs/reference/errors.md`. The sentence is for a tired person and may be reworded.
"""

from __future__ import annotations

from typing import ClassVar


class TocsinError(Exception):
    """
    A failure with a name.

    Args:
        code: Stable dotted code, for instance `alert.drill_during_actual`.
        sentence: One sentence that a tired person understands.
        status: HTTP status when a door answers with this error; the class has a default.
    """

    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, sentence: str, *, status: int | None = None) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.status = self.http_status if status is None else status


class Refused(TocsinError):
    """The request was understood and turned down; nothing was recorded."""

    http_status = 409


class Conflict(Refused):
    """Somebody else wrote in between; nothing was recorded. The caller folds and decides again."""


class Malformed(TocsinError):
    """
    The input was not understood.

    Args:
        where: What part of the input is wrong: a parameter's name, a line, a JSON path.
    """

    http_status = 400
    exit_code = 2

    def __init__(
        self, code: str, sentence: str, *, where: str = "", status: int | None = None
    ) -> None:
        super().__init__(code, sentence, status=status)
        self.where = where


class Unavailable(TocsinError):
    """
    Not now; the same request may succeed later.

    Args:
        retry_after_s: Seconds to wait before the next try.
    """

    http_status = 503
    exit_code = 3

    def __init__(
        self, code: str, sentence: str, *, retry_after_s: int = 5, status: int | None = None
    ) -> None:
        super().__init__(code, sentence, status=status)
        self.retry_after_s = retry_after_s


class Corrupt(TocsinError):
    """The record does not add up. Nothing may be written until a person has looked."""
