"""
Long work in a child process with a time limit, so that nobody who asks for shelter waits for it.

A child that is not done in time is killed, and the caller is told so. Whatever needs OR-tools runs
here and nowhere else: a server's own process never imports it.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final, NamedTuple, ParamSpec, TypeVar, cast

from tocsin.kernel.errors import TocsinError, Unavailable

Asked = ParamSpec("Asked")
Given = TypeVar("Given")

PROGRAM: Final = (sys.executable, "-m", "tocsin.planning.child")

NICE: Final = 5
"""Beside an event loop: whoever answers people goes first."""


class _Files(NamedTuple):
    """A call and its answer, in memory alone; `errors` is for a child that breaks."""

    call: BinaryIO
    answer: BinaryIO
    errors: BinaryIO


def run(
    limit_s: float, function: Callable[Asked, Given], *arguments: Asked.args, **_: Asked.kwargs
) -> Given:
    """
    Call a function of this package in a child process, and wait for it.

    Args:
        limit_s: Seconds after which the child is killed.
        arguments: As the function takes them; whatever can be pickled.

    Raises:
        Unavailable: `planning.too_slow`, where the child was killed; `planning.failed`, where it
            broke. Whatever Tocsin's own error the function raises comes through.
    """
    with _files((function, arguments, limit_s, 0)) as files:
        child = subprocess.Popen(  # noqa: S603  # This very program.
            PROGRAM, stdin=files.call, stdout=files.answer, stderr=files.errors
        )
        try:
            child.wait(limit_s)
        except subprocess.TimeoutExpired as error:
            raise _too_slow(limit_s) from error
        finally:
            child.kill()
            child.wait()
        return cast("Given", _answer(files, child.returncode))


async def run_beside(
    limit_s: float, function: Callable[Asked, Given], *arguments: Asked.args, **_: Asked.kwargs
) -> Given:
    """Do as `run` does while the event loop goes on; whoever stops waiting ends the child too."""
    with _files((function, arguments, limit_s, NICE)) as files:
        child = await asyncio.create_subprocess_exec(
            *PROGRAM, stdin=files.call, stdout=files.answer, stderr=files.errors
        )
        try:
            await asyncio.wait_for(child.wait(), limit_s)
        except TimeoutError as error:
            raise _too_slow(limit_s) from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return cast("Given", _answer(files, child.returncode))


@contextmanager
def _files(call: tuple[object, ...]) -> Iterator[_Files]:
    """Open what passes between parent and child, the call in it; its fields are the child's."""
    names = ("call", "answer", "errors")
    files = _Files(*(os.fdopen(os.memfd_create(f"planning-{name}"), "w+b") for name in names))
    try:
        pickle.dump(call, files.call, protocol=pickle.HIGHEST_PROTOCOL)
        files.call.flush()
        files.call.seek(0)
        yield files
    finally:
        for file in files:
            file.close()


def _answer(files: _Files, status: int | None) -> Any:  # noqa: ANN401  # What the function gives.
    if status:
        files.errors.seek(0)
        last = files.errors.read().decode(errors="replace").strip().rpartition("\n")[2][:200]
        raise Unavailable("planning.failed", f"The planner ended by itself ({status}): {last}")
    files.answer.seek(0)
    well, given = pickle.load(files.answer)  # noqa: S301  # Our own child wrote it.
    if well:
        return given
    kind, code, sentence = given
    raise cast("type[TocsinError]", kind)(code, sentence)


def _too_slow(limit_s: float) -> Unavailable:
    return Unavailable(
        "planning.too_slow", f"No plan was found within {limit_s:g} s; the planner was stopped."
    )
