"""
What is wrong with a file of areas, and what is worth knowing about it.

A report is for the person who made the file: one line for each thing, saying where and why, and
never more lines than one can read. Problems forbid the import; notices do not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

PROBLEMS_MAX = 100
"""More lines than this are one mistake repeated; the rest are counted."""

Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done, in a few words, and how much of it is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One reason not to import.

    Args:
        why: One sentence.
        feature: Place of the feature in the file, from 0; None where the file as a whole is meant.
        name: What the feature is called, if it says so.
    """

    why: str
    feature: int | None = None
    name: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        if self.feature is None:
            return self.why
        called = f" {self.name!r}" if self.name else ""
        return f"features[{self.feature}]{called}: {self.why}"


@dataclass(slots=True)
class Report:
    """
    All that was found out about a file.

    Args:
        problems: In the order in which they were found; at most `PROBLEMS_MAX`.
        more: How many further problems there are.
        notices: What a person should know, in sentences.
        code: Code of the country, once it is known; likewise `name`.
        areas: How many areas the file has, the country itself included.
        outlines: How many of them have an outline.
        vertices: Vertices in all outlines.
    """

    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    notices: list[str] = field(default_factory=list)
    code: str = ""
    name: str = ""
    areas: int = 0
    outlines: int = 0
    vertices: int = 0

    @property
    def ok(self) -> bool:
        """Say whether the file may be imported."""
        return not self.problems

    @property
    def count(self) -> int:
        """Count all problems, also those that have no line."""
        return len(self.problems) + self.more

    def add(self, why: str, feature: int | None = None, name: str = "") -> None:
        """Note a problem, or count it where there are enough lines already."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(why, feature, name))
        else:
            self.more += 1

    def lines(self) -> list[str]:
        """Give the whole report, a line each: problems first, then notices."""
        said = [str(problem) for problem in self.problems]
        if self.more:
            said.append(f"and {self.more} more")
        return [*said, *self.notices]
