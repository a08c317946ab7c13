"""
The doctor: what is wrong with a machine, a ledger's file or a server, each as one finding.

Nothing is changed and nothing is mended here. A finding has a stable code and the figures that
belong to it; the words, and how to mend it, are the terminal's (`tocsin.cli.doctor`), in both
languages. `wrong` endangers an alert or the record, `remark` is worth knowing, `ok` was looked at.
"""

from __future__ import annotations

import os
import resource
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import apsw

from tocsin.alerts.coverage import Sources, unknown
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.time import parse_rfc3339
from tocsin.ledger.event import GENESIS, digest_of
from tocsin.ledger.file import OLDEST_SQLITE
from tocsin.ledger.heads import read_heads
from tocsin.ledger.port import Ledger
from tocsin.ledger.reserve import RESERVE_BYTES, reserve_path
from tocsin.ledger.signing import key_path

State = Literal["ok", "remark", "wrong"]
Facts = dict[str, str | int]

ROOM_LEAST: Final = 64 * 1024 * 1024
"""About 50,000 events of 1.3 kB: a few days of a country at its worst."""

ROOM_WANTED: Final = 1024 * 1024 * 1024

LOG_LARGE: Final = 64 * 1024 * 1024
"""SQLite folds its log in at 4 MB; sixteen times that means that something holds it back."""

RECHECKED: Final = 1_000
"""Events at the end whose hashes are computed again: about 10 ms. `tocsin verify` does all."""

NOT_DURABLE: Final = frozenset({"tmpfs", "ramfs", "overlay", "squashfs"})
NETWORKED: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs"})

_CLOCK_KEEPERS: Final = (
    "/run/systemd/timesync/synchronized",
    "/run/chrony",
    "/run/chronyd.pid",
    "/run/ntpd.pid",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was looked at.

    Args:
        code: Stable, `subject.what`, for instance `key.readable_by_others`.
        facts: Figures and names that belong to it; sizes in bytes.
    """

    code: str
    state: State
    facts: Facts = field(default_factory=dict)


def machine(*, connections: int) -> Iterator[Finding]:
    """
    Look at what does not depend on a ledger: Python, SQLite, limits, clock keeping.

    Args:
        connections: How many the server is meant to hold at once.
    """
    if sys.flags.optimize:
        yield Finding("python.optimised", "wrong")
    version = apsw.sqlite_lib_version()
    needed = ".".join(map(str, OLDEST_SQLITE))
    good = tuple(map(int, version.split("."))) >= OLDEST_SQLITE
    facts: Facts = {"version": version, "needed": needed}
    yield Finding("sqlite.version" if good else "sqlite.too_old", _state(good=good), facts)
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)  # The server goes up to the hard limit.
    wanted = connections + 100
    if files != resource.RLIM_INFINITY and files < wanted:
        yield Finding("files.limit_low", "remark", {"limit": files, "wanted": wanted})
    else:
        yield Finding("files.limit", "ok", {"limit": files})
    if not any(Path(keeper).exists() for keeper in _CLOCK_KEEPERS):
        yield Finding("clock.nobody_keeps", "remark")


def files(path: Path) -> Iterator[Finding]:
    """Look at a ledger's files: who may read them, room on the disk, what the disk is."""
    key = key_path(path)
    if not path.is_file():
        yield Finding("ledger.missing", "wrong", {"path": str(path)})
        return
    if not key.exists():
        yield Finding("key.missing", "remark", {"path": str(key)})
    else:
        yield _mode(key, "key")
    yield _mode(path, "ledger")
    if not os.access(path.parent, os.W_OK) or not os.access(path, os.W_OK):
        yield Finding("ledger.not_writable", "wrong", {"path": str(path)})
    yield from _disk(path)
    yield _log(path)


def record(ledger: Ledger, path: Path, *, now: datetime) -> Iterator[Finding]:
    """Look at the end of the record: whether it adds up, was cut off, or the clock went back."""
    head = ledger.head()
    start = max(0, head.position - RECHECKED)
    events = ledger.read(start, RECHECKED)
    prev = GENESIS if start == 0 else events[0].prev if events else GENESIS
    for event in events:
        if event.hash != digest_of(event) or event.prev != prev:
            yield Finding("record.does_not_add_up", "wrong", {"position": event.position})
            return
        prev = event.hash
    shown = [
        int(str(line.statement["position"]))
        for line in read_heads(path)
        if line.statement is not None and isinstance(line.statement.get("position"), int)
    ]
    if shown and max(shown) > head.position:
        facts: Facts = {"shown": max(shown), "last": head.position}
        yield Finding("record.cut_short", "wrong", facts)
    else:
        yield Finding("record.adds_up", "ok", {"position": head.position, "heads": len(shown)})
    if events and parse_rfc3339(events[-1].recorded_at) > now:
        yield Finding("clock.went_back", "wrong", {"recorded_at": events[-1].recorded_at})


def speakers(sources: Sources, tokens: int, gazetteer: Gazetteer) -> Iterator[Finding]:
    """Look at who may speak and who is heard."""
    if tokens:
        yield Finding("tokens.in_force", "ok", {"tokens": tokens})
    else:
        yield Finding("tokens.none", "wrong")
    gaps = unknown(sources, gazetteer)
    if any(gap.area == gazetteer.root.code for gap in gaps):
        yield Finding("coverage.nobody", "remark")
    elif gaps:
        yield Finding("coverage.gaps", "remark", {"areas": len(gaps)})
    else:
        yield Finding("coverage.whole", "ok")


def worst(findings: Sequence[Finding]) -> State:
    """Tell the worst state among findings."""
    states = {finding.state for finding in findings}
    return "wrong" if "wrong" in states else "remark" if "remark" in states else "ok"


def _state(*, good: bool) -> State:
    return "ok" if good else "wrong"


def _mode(path: Path, what: str) -> Finding:
    found = path.stat()
    others = stat.S_IMODE(found.st_mode) & 0o077
    facts: Facts = {"path": str(path), "mode": f"{stat.S_IMODE(found.st_mode):04o}"}
    if others:
        # The record is public but for its tokens' hashes; the key is what signs for the server.
        return Finding(f"{what}.readable_by_others", "wrong" if what == "key" else "remark", facts)
    if found.st_uid != os.geteuid() and os.geteuid() != 0:
        return Finding(f"{what}.of_another", "wrong", facts)
    return Finding(f"{what}.mode", "ok", facts)


def _disk(path: Path) -> Iterator[Finding]:
    room = os.statvfs(path.parent)
    free = room.f_bavail * room.f_frsize
    facts: Facts = {"free": free, "path": str(path.parent)}
    if free < ROOM_LEAST:
        yield Finding("disk.full", "wrong", facts)
    elif free < ROOM_WANTED:
        yield Finding("disk.filling", "remark", facts)
    else:
        yield Finding("disk.room", "ok", facts)
    reserve = reserve_path(path)
    if reserve.exists() and reserve.stat().st_blocks * 512 >= RESERVE_BYTES:
        yield Finding("reserve.held", "ok", {"path": str(reserve)})
    else:
        yield Finding("reserve.missing", "remark", {"path": str(reserve)})
    kind = filesystem(path.parent)
    if kind in NETWORKED:
        yield Finding("disk.networked", "wrong", {"kind": kind})
    elif kind in NOT_DURABLE:
        yield Finding("disk.not_durable", "remark", {"kind": kind})


def _log(path: Path) -> Finding:
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LOG_LARGE:
        return Finding("log.large", "remark", {"size": size})
    return Finding("log.size", "ok", {"size": size})


def filesystem(directory: Path, mounts: str | None = None) -> str:
    """
    Name the kind of file system that a directory is on; empty where the system does not say.

    Args:
        mounts: The text of `/proc/self/mounts`; read from there when it isn't given.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
    wanted = directory.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(parts[1].replace("\\040", " "))
        if wanted.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind
