"""
The child process in which a plan is made: one call comes in, one answer goes out, and it ends.

Both are pickled, by this very program into files that nobody else can open (`solver`). Its own
limit of processor time ends it where its parent has died and cannot.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from math import ceil
from typing import Any, Final

from tocsin.kernel.errors import TocsinError

NICE: Final = 5
"""Whoever answers people goes first."""

GRACE_S: Final = 1
"""The parent's own limit is to come first."""


def answer(call: tuple[Any, tuple[Any, ...], float]) -> tuple[bool, Any]:
    """Make the call; give whether it went well, and what it gave or how it was refused."""
    function, arguments, _ = call
    try:
        return True, function(*arguments)
    except TocsinError as refused:
        return False, (type(refused), refused.code, refused.sentence)


def main() -> None:
    """Read a call from standard input, answer it on standard output."""
    os.nice(NICE)
    call = pickle.load(sys.stdin.buffer)  # noqa: S301  # Our parent wrote it, into memory.
    most_s = ceil(call[2]) + GRACE_S
    resource.setrlimit(resource.RLIMIT_CPU, (most_s, most_s))
    pickle.dump(answer(call), sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
