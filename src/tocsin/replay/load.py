"""
A replay: files of real alerts into a ledger of their own, through the desk that all else uses.

All files are read and woven before the first event is written, because a ledger is in the order
of its events and nothing can be put in between later. The first event marks the ledger as a
replay. What is recorded depends on the files alone, the time of recording included (that of the
last thing told in the same commit), so that two people who replay the same files get the same
chain. Source: design, section 2, rule 10; decision 0014.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from heapq import merge
from pathlib import Path
from typing import Final, NamedTuple

from tocsin.alerts import codec
from tocsin.alerts.board import Board
from tocsin.alerts.messages import AlertRaised
from tocsin.areas.gazetteer import Gazetteer
from tocsin.commands import Answer, Desk, Request
from tocsin.kernel.canonical import canonical
from tocsin.kernel.errors import Refused, TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.limits import COMMANDS_PER_COMMIT
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Status
from tocsin.ledger.event import REPLAY_MARKED, NewEvent
from tocsin.ledger.follow import catch_up
from tocsin.ledger.port import Batch, Ledger
from tocsin.replay import air_alerts, permanent, timeline
from tocsin.replay.air_alerts import Problem, Sheet
from tocsin.replay.timeline import Heard, Step

ROOM: Final = "ledger"
SENDER: Final = SenderId("tocsin")

_RAISED: Final = AlertRaised.__name__

Progress = Callable[[int, int], None]
"""Told how many of how many things have been recorded, after each commit."""


class File(NamedTuple):
    """A file by its name and its content, gzip or not."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """
    What a replay did.

    Args:
        events: Recorded now, the mark and the coverage among them.
        alerts: Raised now by what the files tell; what several rows say of one alert counts once.
        permanent: Raised now besides (`permanent.toml`).
        known: Commands that the ledger had answered in an earlier replay.
        skipped: Lines left out.
        problems: Why, a sentence each; at most 1,000 for each file.
    """

    events: int
    alerts: int
    permanent: int
    known: int
    skipped: int
    problems: tuple[Problem, ...]


def open_file(path: Path) -> File:
    """
    Read a file from the disk.

    Raises:
        Unavailable: `replay.cannot_read`.
    """
    try:
        with path.open("rb") as stream:
            return File(path.name, air_alerts.read_bounded(stream))
    except OSError as error:
        raise Unavailable("replay.cannot_read", f"{path}: {error.strerror}.") from error


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """
    Let the cycle collector rest.

    Nothing here makes cycles, and it would walk over all rows again and again: a tenth of the time.
    """
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()


@_collector_at_rest()
def replay(
    ledger: Ledger,
    gazetteer: Gazetteer,
    files: Sequence[File],
    *,
    until: datetime | None = None,
    covers: tuple[datetime, datetime] | None = None,
    strict: bool = False,
    besides: Sequence[Iterable[Request]] = (),
    on_progress: Progress | None = None,
) -> Report:
    """
    Record what the files tell.

    Args:
        ledger: Empty, or made by an earlier replay.
        gazetteer: Whose areas the files name.
        files: In any order; they may overlap.
        until: What happened later is left out; what stands then stays.
        covers: When the senders of the files were heard, instead of from the first to the last
            time in the files of each.
        strict: Record nothing where a line would be left out.
        besides: What else is told, each series in order and each when its command says; after what
            the files, and the series before it, tell of the same moment.
        on_progress: Told after each commit.

    Raises:
        Refused: `replay.live_ledger`, `replay.out_of_order`, `replay.skipped_lines`,
            `replay.covers_nothing`.
        Malformed: As `air_alerts.read`.
        Unavailable, Corrupt: As the ledger. Replaying the same files again then goes on.
    """
    sheets = [air_alerts.read(file.name, file.content, gazetteer) for file in files]
    problems = tuple(problem for sheet in sheets for problem in sheet.problems)
    skipped = sum(sheet.skipped for sheet in sheets)
    if strict and skipped:
        raise Refused(
            "replay.skipped_lines",
            f"{skipped} lines cannot be read, and none may be left out. {problems[0]}",
        )
    heard = _heard(sheets, covers)
    last = _last_told(ledger)
    clock = ReplayClock()
    desk = Desk(ledger, gazetteer, clock, past=True)
    desk.catch_up()
    if not heard:
        return Report(0, 0, 0, 0, skipped, problems)
    steps = _steps(sheets, heard, gazetteer, desk.board, until)
    if last is None:
        _mark(ledger, gazetteer, files, sheets, heard, _first(steps, heard))
        desk.catch_up()
    else:
        _refuse_earlier(ledger, steps, last)
    woven: Iterable[Step | Request] = merge(steps, *besides, key=_at)
    told = _tell(desk, clock, list(woven), on_progress)
    events = told.events + (last is None)
    return Report(events, told.alerts, told.permanent, told.known, skipped, problems)


class ReplayClock:
    """Shows the moment that a replay has come to while it is recorded."""

    def __init__(self) -> None:
        self.moment = Moment("1970-01-01T00:00:00.000Z")

    def now(self) -> datetime:
        """Tell it."""
        return parse_rfc3339(self.moment)


class _Told(NamedTuple):
    events: int
    alerts: int
    permanent: int
    known: int


def _heard(sheets: Sequence[Sheet], covers: tuple[datetime, datetime] | None) -> list[Heard]:
    """Tell when the sender of each file was heard."""
    if covers is not None:
        begins, ends = map(rfc3339, covers)
        if begins >= ends:
            raise Refused("replay.covers_nothing", f"{begins} to {ends} is no span of time.")
        return [Heard(sheet.sender, sheet.rank, begins, ends) for sheet in sheets]
    heard = []
    for sheet in sheets:
        if sheet.rows:
            first = min(row.started for row in sheet.rows)
            last = max(max(row.started, row.finished or row.started) for row in sheet.rows)
            heard.append(Heard(sheet.sender, sheet.rank, first, last))
    return heard


def _steps(
    sheets: Sequence[Sheet],
    heard: Sequence[Heard],
    gazetteer: Gazetteer,
    board: Board,
    until: datetime | None,
) -> list[Step]:
    """Weave everything that the files tell, and the permanent alerts, into one order."""
    root = gazetteer.root.code
    rows = [row for sheet in sheets for row in sheet.rows]
    last = max([one.ends for one in heard] + [row.started for row in rows])
    rows += permanent.rows(gazetteer, last)
    stopped = {source.sender: source.until for source in board.sources.get(root, ())}
    going_on = [_resumed(one, stopped.get(one.sender)) for one in heard]
    return timeline.weave(rows, going_on, root, None if until is None else rfc3339(until))


def _resumed(heard: Heard, stopped: Moment | None) -> Heard:
    """Go on where an earlier replay was told to stop (`until`)."""
    if stopped is not None and heard.begins <= stopped < heard.ends:
        return heard._replace(begins=stopped)
    return heard


def _first(steps: Sequence[Step], heard: Sequence[Heard]) -> Moment:
    return min([one.begins for one in heard] + [step.at for step in steps[:1]])


def _last_told(ledger: Ledger) -> Moment | None:
    """
    Find the last moment that an earlier replay came to; None in an empty ledger.

    Raises:
        Refused: `replay.live_ledger`.
    """
    last: Moment | None = None
    for events in catch_up(ledger, 0):
        if last is None and events[0].kind != REPLAY_MARKED:
            raise Refused(
                "replay.live_ledger",
                "This ledger is a real one; a replay needs a file of its own.",
            )
        told = [event.happened_at for event in events if event.room in {ROOM, codec.ROOM}]
        last = max(told, default=last) if last is None else max((last, *told))
    return last


def _refuse_earlier(ledger: Ledger, steps: Sequence[Step], last: Moment) -> None:
    for step in steps:
        if step.at >= last:
            return
        if ledger.answered(timeline.name(step)) is None:
            raise Refused(
                "replay.out_of_order",
                f"This ledger has come to {last}; what happened at {step.at} cannot be put in"
                " before it. Give all files to one replay, into a new ledger.",
            )


def _mark(
    ledger: Ledger,
    gazetteer: Gazetteer,
    files: Sequence[File],
    sheets: Sequence[Sheet],
    heard: Sequence[Heard],
    first: Moment,
) -> None:
    told = {
        "sources": [
            file_named(file, sheet.sender) for file, sheet in zip(files, sheets, strict=True)
        ],
        "covers": [{"sender": one.sender, "from": one.begins, "to": one.ends} for one in heard],
        "permanent": [
            {"area": one.area, "since": one.since, "source": one.source}
            for one in permanent.load()
            if one.area in gazetteer
        ],
    }
    mark(ledger, gazetteer.root.code, first, told)


def file_named(file: File, sender: SenderId) -> dict[str, str]:
    """Name a file by its name and its content, and whose words are in it."""
    return {"name": file.name, "sender": sender, "sha256": sha256(file.content).hexdigest()}


def mark(ledger: Ledger, root: AreaCode, first: Moment, told: Mapping[str, object]) -> None:
    """
    Record, before anything else, that this ledger is a replay, and of what.

    Args:
        first: The first moment that it tells of.
        told: `sources`, `covers` and `permanent`, for whoever reads the ledger later.
    """
    body = canonical(told)
    digest = sha256(f"{REPLAY_MARKED}\n{body}".encode()).hexdigest()
    said = NewEvent(ROOM, root, 1, REPLAY_MARKED, Status.ACTUAL, SENDER, first, body)
    batch = Batch(timeline.uuid_of(first, digest), digest[:16], [said], "{}")
    ledger.append([batch], first)


def _at(one: Step | Request) -> Moment:
    return one.at if isinstance(one, Step) else one.commands[0].at


def _tell(
    desk: Desk, clock: ReplayClock, steps: Sequence[Step | Request], on_progress: Progress | None
) -> _Told:
    events = known = 0
    raised: Counter[SenderId] = Counter()
    for start in range(0, len(steps), COMMANDS_PER_COMMIT):
        chunk = steps[start : start + COMMANDS_PER_COMMIT]
        for answer in commit(desk, clock, [_request(step) for step in chunk]):
            known += answer.repeated
            events += len(answer.events)
            for event in answer.events:
                if event.kind == _RAISED:
                    raised[event.sender] += 1
        if on_progress is not None:
            on_progress(start + len(chunk), len(steps))
    alone = raised.pop(permanent.SENDER, 0)
    return _Told(events, raised.total(), alone, known)


def commit(desk: Desk, clock: ReplayClock, requests: Sequence[Request]) -> Iterator[Answer]:
    """
    Record requests together, at the moment of the last; give what each is answered.

    Args:
        requests: In order, at least one and at most `COMMANDS_PER_COMMIT`.

    Raises:
        Refused, Malformed, Unavailable, Corrupt: As the first that could not be answered.
    """
    clock.moment = _at(requests[-1])
    for answer in desk.handle(requests):
        if isinstance(answer, TocsinError):
            raise answer
        yield answer


def _request(step: Step | Request) -> Request:
    """Ask for one step; its id is its content, and so is its fingerprint."""
    if isinstance(step, Request):
        return step
    command = timeline.command(step)
    return Request(command.command_id, (command,), command.command_id[-12:] + "0000")
