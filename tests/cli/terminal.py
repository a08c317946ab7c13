"""
A terminal for tests: one command line run in this process or in one of its own.

Goal: what a person would see, standard output and standard error apart, and the exit code. Nothing
of the environment leaks in: language, colours, zone and tokens are what the test says.
"""

from __future__ import annotations

import codecs
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

TOCSIN = Path(sys.executable).with_name("tocsin")

QUIET = {
    "LANG": "C.UTF-8",
    "LC_ALL": None,
    "LC_MESSAGES": None,
    "TOCSIN_LANG": None,
    "TOCSIN_TOKEN": None,
    "TOCSIN_URL": None,
    "TOCSIN_DB": None,
    "TOCSIN_COUNTRY": None,
    "NO_COLOR": None,
    "TZ": "Europe/Kyiv",
    "COLUMNS": "80",
}


@dataclass
class Told:
    """What a command line answered."""

    out: str
    err: str
    code: int

    def json(self) -> Any:
        """Read standard output as one JSON value."""
        return json.loads(self.out)


def tocsin(*arguments: object, **environment: str | None) -> Told:
    """Run a command line in this process."""
    from tocsin.cli import app

    with _zone(environment.get("TZ") or QUIET["TZ"]):
        told = CliRunner().invoke(app, [str(a) for a in arguments], env={**QUIET, **environment})
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return Told(told.stdout, told.stderr, told.exit_code)


@contextmanager
def _zone(name):
    """Put this process into a zone, and back."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def run(*arguments: object, stdin: str = "", **environment: str) -> Told:
    """Run a command line in a process of its own, as a shell does."""
    done = subprocess.run(
        [TOCSIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        input=stdin,
        env=_environment(environment),
        check=False,
        timeout=120,
    )
    return Told(done.stdout, done.stderr, done.returncode)


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """Start a command line that goes on by itself; the caller ends it."""
    return subprocess.Popen(
        [TOCSIN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment({"PYTHONUNBUFFERED": "1", **environment}),
    )


class Pty:
    """
    A command line on a real terminal of a given size.

    Args:
        columns: And rows: its size.
    """

    def __init__(self, *arguments: object, columns: int = 80, rows: int = 24, **environment: str):
        size = {"COLUMNS": str(columns), "LINES": str(rows), "TERM": "xterm-256color"}
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            os.execve(TOCSIN, ["tocsin", *map(str, arguments)], _environment(size | environment))
        self.seen = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def until(self, wanted: str, within_s: float = 60.0) -> str:
        """Read until a text shows; fail with all that was seen."""
        end = time.monotonic() + within_s
        while wanted not in self.seen:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self._handle], [], [], left)[0]:
                raise AssertionError(f"{wanted!r} did not show in:\n{self.seen}")
            if not self._read():
                raise AssertionError(f"It ended before {wanted!r} showed:\n{self.seen}")
        return self.seen

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self._handle, text.encode())

    def end(self, within_s: float = 60.0) -> int:
        """Read to the end and give the exit code; what does not end is killed, and fails."""
        end = time.monotonic() + within_s
        while select.select([self._handle], [], [], max(0.0, end - time.monotonic()))[0]:
            if not self._read():
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            raise AssertionError(f"It did not end; it showed:\n{self.seen}")
        _, status = os.waitpid(self.pid, 0)
        os.close(self._handle)
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> bool:
        try:
            piece = os.read(self._handle, 65_536)
        except OSError:  # The other end of a terminal closes with an error.
            return False
        self.seen += self._decoder.decode(piece)
        return bool(piece)


def _environment(changes: dict[str, str]) -> dict[str, str]:
    wanted = {**os.environ, **QUIET, **changes}
    return {name: value for name, value in wanted.items() if value is not None}
