"""
A disk that fails when it is told to: an SQLite file system layer over the real one.

Every write, truncation and sync of the database and its log is counted, and from the n-th on (or
only the n-th) fails with the error that the operating system would give. Reading always works:
the tests ask what is there. Shared memory is no disk and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import apsw

_NAME = "tocsin-faulty"


@dataclass
class Fault:
    """
    What fails, and when.

    Args:
        at: The operation that fails, from 1; 0 for none.
        lasting: Whether all after it fail too.
        error: What it fails with.
        done: Operations so far.
    """

    at: int = 0
    lasting: bool = False
    error: type[apsw.Error] = apsw.IOError
    done: int = 0

    def __call__(self) -> None:
        self.done += 1
        if self.at and (self.done == self.at or (self.lasting and self.done > self.at)):
            raise self.error("The disk fails because a test says so.")


class _Layer(apsw.VFS):
    def __init__(self, fault: Fault, usual: str) -> None:
        self._fault = fault
        self._usual = usual
        super().__init__(_NAME, usual, makedefault=True)

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's own name.
        return _File(self._fault, self._usual, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, fault: Fault, usual: str, name, flags) -> None:
        self._fault = fault
        super().__init__(usual, name, flags)

    def xWrite(self, data, offset):  # noqa: N802
        self._fault()
        super().xWrite(data, offset)

    def xTruncate(self, size):  # noqa: N802
        self._fault()
        super().xTruncate(size)

    def xSync(self, flags):  # noqa: N802
        self._fault()
        super().xSync(flags)


@contextmanager
def faulty_disk() -> Iterator[Fault]:
    """Put the layer under every connection that is opened meanwhile."""
    fault = Fault()
    usual = apsw.vfs_names()[0]
    layer = _Layer(fault, usual)
    try:
        yield fault
    finally:
        fault.at = 0
        apsw.set_default_vfs(usual)
        layer.unregister()
