"""
The few closed sets of words that more than one room must mean the same by.

Source: CAP 1.2 section 3.2.1 for `Status`; design, section 2, rule 6 for `Rank`.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a message is meant. There is no default: whoever sends one says which."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"

    @property
    def drill(self) -> bool:
        """Say whether nobody needs to act on it."""
        return self is not _ACTUAL


_ACTUAL = Status.ACTUAL  # Asked for so often that the way through the class shows.


class Rank(StrEnum):
    """How much a sender's word weighs: only an authority ends what an authority holds."""

    AUTHORITY = "authority"
    OBSERVER = "observer"


class Relation(StrEnum):
    """How the area of a message lies to an area that somebody asked about."""

    HERE = "here"
    INSIDE = "inside"
    """The message is about a part of the area asked about."""
    AROUND = "around"
    """The message is about an area that the one asked about lies in."""
