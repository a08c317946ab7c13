"""
Verification: whether the record adds up, from the first event to the last.

Every event must have the hash that its columns call for, follow the one before it, and be the
next version of its area; every command must have its place; the tree over the events must have
each head that was signed. What is found is said with its place, and nothing is mended. What this
can't find is a record that was written anew as a whole together with `FILE.heads` and signed with
the stolen `FILE.key`; for that, pass a head that somebody else has kept (`witnessed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol, cast

import apsw

from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import CommandId
from tocsin.kernel.limits import EVENTS_PER_READ
from tocsin.ledger import file
from tocsin.ledger.event import GENESIS, command_mark
from tocsin.ledger.heads import HeadLine, read_heads
from tocsin.ledger.signing import Signer, check, key_path
from tocsin.ledger.tree import Tree

FINDINGS_KEPT: Final = 100
"""A person reads the first few; a script that broke every row must not fill the memory."""

Row = tuple[int, str, str, str, str, int, str, str, str, str, str, str, str, str]


class Source(Protocol):
    """What a ledger holds, of any engine, as it lies there."""

    def epoch(self) -> str | None:
        """Tell what the ledger says its epoch is."""
        ...

    def structure(self) -> Iterator[tuple[str, str]]:
        """Tell what is damaged or missing of the engine's own: code and sentence."""
        ...

    def promised(self) -> Iterator[tuple[int, str]]:
        """Tell what else than heads says that a position existed: position and by what."""
        ...

    def total(self) -> int:
        """Tell the last position."""
        ...

    def rows(self) -> Iterator[list[Row]]:
        """Read all events, in order, a piece at a time."""
        ...

    def commandless(self, limit: int) -> Iterator[int]:
        """Tell which events come from no command that was answered after them."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """
    Something that doesn't add up.

    Args:
        code: Stable dotted code, `verify.…`.
        position: Where, in the ledger; None where it is not about one place.
        sentence: What, for a person.
    """

    code: str
    position: int | None
    sentence: str


@dataclass(slots=True)
class Findings:
    """
    The outcome.

    Args:
        events: Number of events read.
        heads: Number of signed heads that were compared.
        tree_head: Tree head over all the events, 64 hexadecimal digits.
        faults: What does not add up, at most 100, in the order of finding.
        more: Number of faults beyond those.
        remarks: What is worth knowing and no fault: a clock that went back, an absent key.
    """

    events: int = 0
    heads: int = 0
    tree_head: str = ""
    faults: list[Finding] = field(default_factory=list[Finding])
    more: int = 0
    remarks: list[Finding] = field(default_factory=list[Finding])

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    def remark(self, code: str, position: int | None, sentence: str) -> None:
        """Note what is no fault."""
        if len(self.remarks) < FINDINGS_KEPT:
            self.remarks.append(Finding(code, position, sentence))

    def fault(self, code: str, position: int | None, sentence: str) -> None:
        """Note a fault."""
        if len(self.faults) < FINDINGS_KEPT:
            self.faults.append(Finding(code, position, sentence))
        else:
            self.more += 1


def verify(
    path: Path,
    *,
    public_keys: Mapping[str, bytes] | None = None,
    witnessed: Iterable[Mapping[str, object]] = (),
    on_progress: Callable[[int, int], None] = lambda _events, _of: None,
) -> Findings:
    """
    Read a whole ledger and say what does not add up; a server may be writing meanwhile.

    Args:
        path: The database; `.heads` and `.key` lie beside it.
        public_keys: Public keys (32 bytes) by key id; by default the one of `FILE.key`.
        witnessed: Signed heads from elsewhere, for instance a heartbeat that a subscriber kept.
        on_progress: Told the number of events read, and about how many there are, after each 2,000.

    Raises:
        Unavailable: `ledger.missing` and others of opening a file.
        Refused: `ledger.not_a_ledger`, `ledger.too_new`.
    """
    heads = read_heads(path)  # First: what is appended from now on may not be in them.
    return verify_source(
        FileSource(path), path, heads, public_keys=public_keys, witnessed=witnessed,
        on_progress=on_progress,
    )  # fmt: skip


def verify_source(
    source: Source,
    beside: Path,
    heads: list[HeadLine],
    *,
    public_keys: Mapping[str, bytes] | None = None,
    witnessed: Iterable[Mapping[str, object]] = (),
    on_progress: Callable[[int, int], None] = lambda _events, _of: None,
) -> Findings:
    """
    Read a whole ledger of any engine and say what does not add up; it closes the source.

    Args:
        beside: Path whose `.key` is the ledger's.
        heads: Those kept in `.heads`, read before the source was opened.
        public_keys: As of `verify`, and so are the rest.
    """
    findings = Findings()
    heads = heads + [HeadLine(len(heads) + n, head) for n, head in enumerate(witnessed, 1)]
    try:
        keys = _keys(beside, public_keys, findings)
        shown = _heads_shown(source.epoch(), heads, keys, findings)
        for code, sentence in source.structure():
            findings.fault(code, None, sentence)
        for position, by in source.promised():
            shown.setdefault(position, []).append(_Shown(None, by))
        _events(source, shown, findings, on_progress)
        for position in source.commandless(FINDINGS_KEPT):
            findings.fault("verify.command", position, f"Event {position} has lost its command.")
    except (apsw.Error, TocsinError) as error:
        findings.fault("verify.unreadable", None, f"The ledger cannot be read on: {error}.")
    finally:
        source.close()
    return findings


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the ledger has shown at a position: a tree head, or only that the place existed."""

    tree_head: str | None
    by: str


def _keys(
    path: Path, given: Mapping[str, bytes] | None, findings: Findings
) -> Mapping[str, bytes] | None:
    if given is not None:
        return given
    if not key_path(path).exists():
        findings.remark("verify.no_key", None, "No key lies beside the ledger to check heads with.")
        return None
    try:
        signer = Signer.open(path)
    except TocsinError as error:
        findings.fault("verify.key", None, error.sentence)
        return None
    return {signer.key_id: signer.public_key}


def _heads_shown(
    epoch: str | None,
    lines: list[HeadLine],
    keys: Mapping[str, bytes] | None,
    findings: Findings,
) -> dict[int, list[_Shown]]:
    """Check the heads by themselves; answer what each says about a position."""
    shown: dict[int, list[_Shown]] = {}
    for number, head in lines:
        by = f"signed head {number}"
        if head is None:
            findings.fault("verify.head_unreadable", None, f"The {by} is not readable.")
            continue
        position, tree_head = head.get("position"), head.get("tree_head")
        if not isinstance(position, int) or not isinstance(tree_head, str) or position < 0:
            findings.fault("verify.head_unreadable", None, f"The {by} names no place.")
            continue
        key = None if keys is None else keys.get(str(head.get("key_id")))
        if keys is not None and key is None:
            findings.fault("verify.key_unknown", position, f"The {by} is signed by an unknown key.")
        elif key is not None and not check(head, key):
            findings.fault("verify.signature", position, f"The {by} has a wrong signature.")
        if head.get("epoch") != epoch:
            findings.fault("verify.epoch", position, f"The {by} is of another epoch.")
        findings.heads += 1
        shown.setdefault(position, []).append(_Shown(tree_head, by))
    return shown


class _Walk:
    """A walk along the chain; knows what the next event must look like."""

    def __init__(self, shown: Mapping[int, list[_Shown]], findings: Findings) -> None:
        self._shown = shown
        self._findings = findings
        self._prev = GENESIS
        self._clock = ""
        self._versions: dict[tuple[str, str], int] = {}
        self._heads_agree = True
        self.position = 0
        self.tree = Tree()
        self._compare()

    def step(self, row: Row) -> None:
        """Take one event."""
        position, name, command_id, room, area, version = row[:6]
        if position != self.position + 1:
            last = position - 1
            missing = f"{self.position + 1} to {last}" if last > self.position + 1 else f"{last}"
            self._fault("gap", self.position + 1, f"Position {missing} is missing.")
        digest = sha256("\n".join(map(str, row[:-1])).encode(errors="replace")).hexdigest()
        if digest != row[13]:
            self._fault("hash", position, f"Event {position} was changed.")
        if row[12] != self._prev:
            self._fault("chain", position, f"Event {position} does not follow the one before it.")
        if version != self._versions.get((room, area), 0) + 1:
            sentence = f"Event {position} is not the next version of {area} in {room}."
            self._fault("version", position, sentence)
        if name != f"{area}-{version}-{command_mark(CommandId(command_id))}":
            self._fault("id", position, f"Event {position} has another event's id.")
        if row[10] < self._clock:
            sentence = f"The server's clock went back, from {self._clock} to {row[10]}."
            self._findings.remark("verify.clock", position, sentence)
        self._versions[room, area] = version
        self.position, self._prev, self._clock = position, row[13], row[10]
        self.tree.append(bytes.fromhex(digest))
        if position in self._shown:
            self._compare()

    def _compare(self) -> None:
        """Hold the tree against the heads shown of this place; say only where they first part."""
        for head in self._shown.get(self.position, ()):
            if head.tree_head in {None, self.tree.head().hex()} or not self._heads_agree:
                continue
            self._heads_agree = False
            sentence = f"The {head.by} is over other events than the first {self.position}."
            self._fault("head", self.position, sentence)

    def _fault(self, what: str, position: int, sentence: str) -> None:
        self._findings.fault(f"verify.{what}", position, sentence)


def _events(
    source: Source,
    shown: Mapping[int, list[_Shown]],
    findings: Findings,
    on_progress: Callable[[int, int], None],
) -> None:
    """Walk the chain to its end, and look whether it should go on."""
    total = source.total()
    walk = _Walk(shown, findings)
    for rows in source.rows():
        for row in rows:
            walk.step(row)
        findings.events += len(rows)
        on_progress(findings.events, max(total, findings.events))
    findings.tree_head = walk.tree.head().hex()
    beyond = [place for place in shown if place > walk.position]
    if beyond:
        place = max(beyond)
        sentence = f"The end was cut off after {walk.position}: {shown[place][0].by} is of {place}."
        findings.fault("verify.cut", place, sentence)


class FileSource:
    """What a ledger in an SQLite file holds, for `verify`. Raises as `tocsin.ledger.file`."""

    def __init__(self, path: Path) -> None:
        self._connection = file.connect(path, read_only=True)

    def epoch(self) -> str | None:
        """Tell what the ledger says its epoch is."""
        epoch: str | None = self._connection.execute(
            "SELECT value FROM meta WHERE key = 'epoch'"
        ).get
        return epoch

    def structure(self) -> Iterator[tuple[str, str]]:
        """Look for damage to the file, and for the rules against change having been taken out."""
        for (message,) in self._connection.execute("PRAGMA integrity_check(5)"):
            if message != "ok":
                yield "verify.damaged", f"The file is damaged: {message}."
        found = {row[0] for row in self._connection.execute("SELECT sql FROM sqlite_schema")}
        for statement in file.schema_statements():
            if statement not in found:
                what = " ".join(statement.split()[:4]).rstrip("(")
                yield "verify.schema", f"The file has lost a rule: {what}."

    def promised(self) -> Iterator[tuple[int, str]]:
        """Tell what else than heads says that a position existed."""
        last = self._connection.execute("SELECT max(position) FROM commands").get
        if last:
            yield last, "a recorded command"
        for name, position in self._connection.execute("SELECT name, position FROM snapshots"):
            yield position, f"the snapshot {name}"

    def total(self) -> int:
        """Tell the last position."""
        return int(self._connection.execute("SELECT max(position) FROM events").get or 0)

    def rows(self) -> Iterator[list[Row]]:
        """Read all events a piece at a time, so that a running server can fold its log between."""
        after = 0
        while rows := self._connection.execute(
            "SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?",
            (after, EVENTS_PER_READ),
        ).fetchall():
            events = cast("list[Row]", rows)
            yield events
            after = events[-1][0]

    def commandless(self, limit: int) -> Iterator[int]:
        """Tell which events come from no command that was answered after them."""
        for (position,) in self._connection.execute(
            "SELECT position FROM events AS e WHERE NOT EXISTS (SELECT 1 FROM commands AS c"
            " WHERE c.command_id = e.command_id AND c.position >= e.position)"
            " ORDER BY position LIMIT ?",
            (limit,),
        ):
            yield position

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
