"""
Where words are written: standard output, with colour only on a terminal that has it.

`NO_COLOR` is respected, and nothing is told by colour alone. JSON goes out as one value, indented
where a person looks at it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console

WIDEST: Final = 110
"""A line longer than this is hard to follow with the eye at night."""


def put(text: str = "") -> None:
    """Write one line."""
    sys.stdout.write(f"{text}\n")


def put_json(value: Any) -> None:
    """Write one JSON value and a line feed."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=indent) + "\n")


def note(text: str) -> None:
    """Write one line to standard error: what is said about the work, not its outcome."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def sheet(*, error: bool = False) -> Console:
    """Take a sheet that knows its width and whether it has colours."""
    from rich.console import Console

    console = Console(stderr=error, highlight=False, markup=False, emoji=False, soft_wrap=False)
    console.width = min(console.width, WIDEST)
    return console
