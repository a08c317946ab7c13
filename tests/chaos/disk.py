"""
A small real disk: an ext4 file system in a file, which can fill up and whose power can be cut.

The cut is ext4's own shutdown ioctl with NOLOGFLUSH: from that instant nothing more reaches the
disk, neither data nor the file system's journal, and what was not synced is gone after the next
mount. It does not tear sectors or model a disk that lies about flushing. Needs root.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from tempfile import mkdtemp

import pytest

_SHUTDOWN = 0x8004587D
_NO_LOG_FLUSH = 2

MEMORY = Path("/dev/shm")


class Disk:
    """A mounted file system at `root`."""

    def __init__(self, image: Path, root: Path) -> None:
        self.image = image
        self.root = root

    def mount(self) -> None:
        """Mount it, as a start after a crash does: the journal is replayed."""
        _run("mount", "-o", "loop,noatime", self.image, self.root)

    def unmount(self) -> None:
        """Take it off."""
        _run("umount", self.root)

    def cut_power(self, meanwhile: Callable[[], None]) -> None:
        """Cut the power, do something to those who still hold files, and turn it on again."""
        handle = os.open(self.root, os.O_RDONLY)
        try:
            ioctl(handle, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(handle)
        meanwhile()
        self.unmount()
        self.mount()


@contextmanager
def disk(megabytes: int) -> Iterator[Disk]:
    """Make a disk in memory, and take it away again."""
    directory = Path(mkdtemp(prefix="tocsin-disk-", dir=MEMORY if MEMORY.is_dir() else None))
    made = Disk(directory / "image", directory / "root")
    try:
        made.root.mkdir()
        with made.image.open("wb") as image:
            image.truncate(megabytes * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", made.image)
        made.mount()
        try:
            yield made
        finally:
            # A test that failed may still hold files: the mount goes when they are closed.
            _run("umount", "--lazy", made.root)
    finally:
        shutil.rmtree(directory)


def needs_disks() -> None:
    """Skip the calling test, with the reason, where no disk can be made."""
    if os.geteuid() != 0:
        pytest.skip("Making a disk needs root.")
    if not Path("/dev/loop-control").exists():
        pytest.skip("There are no loop devices here.")
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("There is no mkfs.ext4 here (apt install e2fsprogs).")


def _run(*command: str | Path) -> None:
    subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)
