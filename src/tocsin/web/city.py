"""
The city, in a process of its own: who reaches shelter, how many go to each, who reaches none.

One sweep over a city's streets takes 0.1 s in which nothing else of its process runs, an alarm
least of all. So it is done in a child that has the streets and the people in memory and is asked
by a pipe. It is started when somebody asks, and ends with whoever started it.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, TypeAlias

import msgspec

from tocsin.kernel.errors import Malformed, Unavailable

STARTS_WITHIN_S: Final = 60.0
"""Two seconds for a city; a country of streets and 2,000,000 rows of people takes longer."""

ANSWERS_WITHIN_S: Final = 20.0
"""0.1 s; more means that the machine has other work, and somebody waits."""

FRAME_BYTES: Final = 64 * 1024 * 1024

What: TypeAlias = Literal["coverage", "load", "gaps", "plan", "plans"]
"""`plans` asks how many plans were made, which is all that it is told."""


class CityPlace(msgspec.Struct, frozen=True, array_like=True):
    """A shelter as the city counts it: the street corners at its doors, and whether it counts."""

    id: str
    nodes: tuple[int, ...]
    capacity: int | None
    open: bool


class CityQuestion(msgspec.Struct, frozen=True):
    """
    What is asked of the city.

    Args:
        profile: A name of `tocsin.walking.profile`.
        minutes: Within which somebody is to be at a door; for gaps the first.
        closed: Ids of places that are to be taken for closed, to see who would be worse off.
        listed: For a plan: whether what nobody has spoken for counts as open; it is another plan.
        assumed: For a plan: people whom a place of unknown capacity is taken to hold; None: nobody.
        at: For a plan: as of when the places are.
    """

    what: What
    profile: str
    minutes: tuple[int, ...]
    places: tuple[CityPlace, ...]
    closed: tuple[str, ...] = ()
    listed: bool = False
    assumed: int | None = None
    at: str = ""


class CityAnswer(msgspec.Struct, frozen=True):
    """
    What the city answers.

    Args:
        shape: Plain values; None where it failed.
        code: Of the error where it did; `sentence` and `malformed` tell the rest.
    """

    shape: dict[str, Any] | None
    code: str = ""
    sentence: str = ""
    malformed: bool = False


def read_frame(file: BinaryIO) -> bytes | None:
    """Read one frame: its length in four bytes, then itself; None at the end."""
    head = file.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    body = file.read(size) if size <= FRAME_BYTES else b""
    return body if len(body) == size else None


def write_frame(file: BinaryIO, body: bytes) -> None:
    """Write one frame, and let it go."""
    file.write(len(body).to_bytes(4, "big") + body)
    file.flush()


class City:
    """
    The child, and how it is asked. Not thread-safe: one thread owns it.

    Args:
        network: A file of `tocsin shelters network`.
        people: A table of people, CSV.
    """

    def __init__(self, network: Path, people: Path) -> None:
        self._files = (network, people)
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, question: CityQuestion) -> dict[str, Any]:
        """
        Ask, and wait for the answer; a child that is not there is started first.

        Raises:
            Unavailable: `shelters.city_unanswered`, where it ended or took too long, and whatever
                the city cannot do on this machine (`walking.no_geo`).
            Malformed: What is wrong with the files.
        """
        within_s = ANSWERS_WITHIN_S
        if self._child is None or self._child.poll() is not None:
            self._child, within_s = self._start(), STARTS_WITHIN_S
        try:
            answer = _exchange(self._child, msgspec.msgpack.encode(question), within_s)
        except (OSError, msgspec.MsgspecError):
            answer = None
        if answer is None:
            self.close()
            raise Unavailable(
                "shelters.city_unanswered", "The city was not counted in time.", retry_after_s=5
            )
        if answer.shape is not None:
            return answer.shape
        if answer.malformed:
            raise Malformed(answer.code, answer.sentence, status=503)
        raise Unavailable(answer.code, answer.sentence)

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def _start(self) -> subprocess.Popen[bytes]:
        self.close()
        program = [sys.executable, "-m", "tocsin.web.city_child", *map(str, self._files)]
        return subprocess.Popen(  # noqa: S603  # This very program, and files that we were given.
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )


def _exchange(
    child: subprocess.Popen[bytes], question: bytes, within_s: float
) -> CityAnswer | None:
    """Write a question and read its answer; None where it does not come whole and in time."""
    assert child.stdin is not None, "it was opened with pipes"
    assert child.stdout is not None, "it was opened with pipes"
    write_frame(child.stdin, question)  # type: ignore[arg-type]  # A raw file, which has both.
    until = time.monotonic() + within_s
    read, wanted = bytearray(), 4
    while len(read) < wanted:
        left = until - time.monotonic()
        if left <= 0 or not select.select([child.stdout], [], [], left)[0]:
            return None
        piece = os.read(child.stdout.fileno(), 65_536)
        if not piece:
            return None
        read += piece
        if len(read) >= 4:
            wanted = 4 + int.from_bytes(read[:4], "big")
    return msgspec.msgpack.decode(bytes(read[4:wanted]), type=CityAnswer)
