"""
The programs that an edge is measured against and with: C, compiled when asked for.

`fanout_floor.c` tells subscribers with the least work there is; `fanout_load.c` is subscribers and
notes when each was told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypeAlias

from tocsin.kernel.errors import Refused
from tocsin.ops.fanout_edge import make_certificate

Command: TypeAlias = list[str]


HELD_WITHIN_S: Final = 120.0
"""20,000 handshakes of TLS take 20 s."""


class Programs(NamedTuple):
    """
    What was compiled.

    Args:
        floor: The whole command.
        load: The command, without its arguments.
        folder: Where they are, and room for more.
    """

    floor: Command
    load: Command
    folder: Path


class Floor:
    """The C program that only writes."""

    def __init__(self, command: Command) -> None:
        self._child = subprocess.Popen(  # noqa: S603  # Compiled here.
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.pid = self._child.pid
        self.port = int(_line_of(self._child) or 0)

    def tell(self, frame: bytes, line: bytes) -> None:
        """Have everybody told a frame."""
        del line
        assert self._child.stdin is not None
        self._child.stdin.write(len(frame).to_bytes(4, "big") + frame)
        self._child.stdin.flush()

    def live(self) -> None:
        """It believes nothing."""

    def close(self) -> None:
        """End it."""
        _end(self._child)


class Load:
    """Subscribers of one server, in a process of their own."""

    def __init__(self, command: Command) -> None:
        self._child = subprocess.Popen(  # noqa: S603  # Compiled here.
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.pid = self._child.pid

    def wait_until_held(self, meanwhile: Callable[[], None]) -> None:
        """Wait until all are connected and answered."""
        assert self._child.stdout is not None
        until = time.monotonic() + HELD_WITHIN_S
        os.set_blocking(self._child.stdout.fileno(), False)
        while not (said := self._child.stdout.readline()):
            if self._child.poll() is not None or time.monotonic() > until:
                raise Refused("bench.not_held", "The server did not take in all subscribers.")
            meanwhile()
            time.sleep(0.05)
        os.set_blocking(self._child.stdout.fileno(), True)
        assert said.startswith(b"ready"), said

    def arm(self, mark: str) -> None:
        """Have all subscribers wait for these bytes."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{mark}\n".encode())
        self._child.stdin.flush()
        _line_of(self._child)

    def received(self) -> tuple[int, int, int, int]:
        """Tell how many got them, and when the middle one, the one at 99 % and the last one did."""
        count, p50, p99, last = map(int, _line_of(self._child).split())
        return count, p50, p99, last

    def close(self) -> None:
        """End it."""
        _end(self._child)


@contextmanager
def compiled(*, tls: bool) -> Iterator[Programs]:
    """
    Compile the two programs into a folder that is gone afterwards.

    Raises:
        Refused: `bench.no_compiler`, `bench.not_compiled`.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        raise Refused(
            "bench.no_compiler",
            "This measures against a C program and needs a C compiler: there is no `cc` here.",
        )
    with TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        for program in ("floor", "load"):
            with as_file(files("tocsin.ops") / f"fanout_{program}.c") as source:
                command = [compiler, "-O2", "-o", str(folder / program)]
                command += (
                    ["-DWITH_TLS", str(source), "-lssl", "-lcrypto"] if tls else [str(source)]
                )
                made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # The system's compiler.
            if made.returncode:
                first = (made.stderr.strip().splitlines() or ["no message"])[0]
                raise Refused(
                    "bench.not_compiled",
                    f"The C program to measure against does not compile: {first}"
                    + (" For TLS it needs OpenSSL's headers (libssl-dev)." if tls else ""),
                )
        secrets = [str(path) for path in make_certificate(folder)] if tls else []
        yield Programs([str(folder / "floor"), *secrets], [str(folder / "load")], folder)


def _line_of(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdout is not None
    line: bytes = child.stdout.readline()
    if not line:
        raise Refused("bench.not_held", "A part of the measurement has ended early.")
    return line


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
