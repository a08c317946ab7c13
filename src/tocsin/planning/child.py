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
from typing import Any, Final, NamedTuple

from tocsin.kernel.errors import TocsinError

GRACE_S: Final = 1
"""The parent's own limit is to come first."""


class Call(NamedTuple):
    """
    What a child is to do.

    Args:
        limit_s: Seconds of processor time, rounded up, and one more.
        nice: How far it steps back behind others, 0 to 19.
    """

    function: Any
    arguments: tuple[Any, ...]
    limit_s: float
    nice: int = 0


def answer(call: Call) -> tuple[bool, Any]:
    """Make the call; give whether it went well, and what it gave or how it was refused."""
    try:
        return True, call.function(*call.arguments)
    except TocsinError as refused:
        return False, (type(refused), refused.code, refused.sentence)


def main() -> None:
    """Read a call from standard input, answer it on standard output."""
    call = Call(*pickle.load(sys.stdin.buffer))  # noqa: S301  # Our parent wrote it, into memory.
    os.nice(call.nice)
    most_s = ceil(call.limit_s) + GRACE_S
    resource.setrlimit(resource.RLIMIT_CPU, (most_s, most_s))
    pickle.dump(answer(call), sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
