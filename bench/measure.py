"""
What a figure is, and how it is taken.

A figure has a target and the runs behind it; the median of the runs counts. Where it is a ratio,
both sides are measured in the same run, one after the other, so that a busy machine slows both.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One promise and what was measured.

    Args:
        runs: One value for each run, in the order taken.
        better: Whether the value has to be at most, or at least, the target.
        detail: What the value was made of, for a reader who doubts it.
    """

    name: str
    unit: str
    runs: tuple[float, ...]
    better: Literal["at most", "at least"]
    target: float
    detail: str

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    @property
    def kept(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target if self.better == "at most" else self.value >= self.target


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that `share` (0 to 1) of all values are at or below."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


class RawFile:
    """A file to which bytes are appended and forced to disk: the least a durable write costs."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def append(self, data: bytes) -> None:
        """Append and wait for `fdatasync`."""
        os.write(self._handle, data)
        os.fdatasync(self._handle)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)
