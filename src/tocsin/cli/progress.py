"""
A bar for long work, on standard error and only where a person looks at it.

What it counts is told by the work itself; without a terminal nothing is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

Counter = Callable[[int, int], None]
"""Told how many of how many things are done."""

Stage = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, from 0 to 1."""


@contextmanager
def counting(title: str, *, quiet: bool = False) -> Iterator[Counter]:
    """Draw a bar while work goes on; it is wiped away at the end."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import MofNCompleteColumn

    with _bar(MofNCompleteColumn()) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def stages(*, quiet: bool = False) -> Iterator[Stage]:
    """Draw a bar for work that goes through stages, each from 0 to 1."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _part: None
        return
    from rich.progress import TaskProgressColumn

    with _bar(TaskProgressColumn()) as bar:
        task = bar.add_task("", total=1)
        yield lambda what, part: bar.update(task, description=what, completed=part)


def _bar(counter: ProgressColumn) -> Progress:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from tocsin.cli.paper import sheet

    # No green: a bar that is done promises nothing.
    bar = BarColumn(complete_style="bold", finished_style="bold", pulse_style="bold")
    columns = (TextColumn("{task.description}"), bar, counter, TimeRemainingColumn())
    return Progress(*columns, console=sheet(error=True), transient=True)
