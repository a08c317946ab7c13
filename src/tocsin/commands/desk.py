"""
The only way to write: authorise, load, decide, append; then, and only then, answer.

The desk takes requests in order, as many as were waiting, and decides each on what stands after
those before it. One commit records them all; the board moves on when they are on disk. A refused
request leaves no trace, and the others go on. A request with several commands is recorded whole
or not at all. A command id acts once: a repeat is answered as the first was.

One thread owns a desk (`tocsin.ledger.writer`). It does no clock reading of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec

from tocsin.alerts import alert, codec
from tocsin.alerts.alert import AreaAlerts
from tocsin.alerts.board import Board
from tocsin.alerts.messages import (
    BeginCoverage,
    CorrectAlert,
    EndCoverage,
    GiveAllClear,
    GiveOwnAllClear,
    RaiseAlert,
    UpdateAlert,
)
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority import register, remit
from tocsin.authority.messages import IssueToken, RevokeToken
from tocsin.authority.register import Register
from tocsin.authority.remit import Grant
from tocsin.commands.draft import Draft
from tocsin.commands.powers import Command, powers
from tocsin.commands.rooms import (
    COMMANDS,
    NAME_AN_AREA,
    ROOMS,
    Rooms,
    RoomsDraft,
    more_areas,
    subject,
)
from tocsin.kernel.canonical import Json, canonical
from tocsin.kernel.errors import Conflict, Malformed, Refused, TocsinError, Unavailable
from tocsin.kernel.ids import AlertId, AreaCode, CommandId
from tocsin.kernel.time import Clock, rfc3339
from tocsin.ledger.event import NewEvent, Recorded
from tocsin.ledger.port import Answered, Batch, Ledger
from tocsin.shelters.messages import ReportShelter

Aliases = Callable[[AlertId], AlertId | None]

TRIES_ON_CONFLICT: Final = 5
"""Another process writes a token now and then; five in the same millisecond do not happen."""


class Request(msgspec.Struct, frozen=True):
    """
    What one sender asks for at once.

    Args:
        commands: At least one; all carry `command_id`.
        fingerprint: 16 hexadecimal digits over the content (`fingerprint`).
        grant: Who asks, by which token; None for what the machine's own operator runs.
    """

    command_id: CommandId
    commands: Sequence[Command]
    fingerprint: str
    grant: Grant | None = None


class Answer(msgspec.Struct, frozen=True):
    """
    What a request is answered with, once it is on disk.

    Args:
        body: Canonical JSON in the shape of the design's section 5.
        repeated: The command id had been answered before; nothing was done now.
        events: What was recorded now, in order.
    """

    body: str
    repeated: bool
    events: tuple[Recorded, ...]


_PENDING: Final = Answer("", repeated=False, events=())
"""Decided, and answered when it is on disk."""

# Asked for every command: a look into a set is cheaper than a walk along the bases of its class.
_NAMES_AN_AREA: Final = frozenset[type[Command]](
    {RaiseAlert, BeginCoverage, IssueToken, *NAME_AN_AREA}
)
_NAMES_ONE: Final = frozenset[type[Command]]({UpdateAlert, GiveAllClear, CorrectAlert, *COMMANDS})


def fingerprint(*content: object) -> str:
    """Shorten what a command says, so that a repeat is told from another use of its id."""
    return sha256(canonical(content).encode()).hexdigest()[:16]


class Desk:
    """
    Answer requests. Not thread-safe: the writer's thread owns it.

    Args:
        aliases: Tells what an alert was recorded as that its sender knows by the id under which it
            was spooled; None for any other.
        past: Only what is replayed is asked, also what phones reported then.
    """

    def __init__(
        self,
        ledger: Ledger,
        gazetteer: Gazetteer,
        clock: Clock,
        *,
        board: Board | None = None,
        tokens: Register | None = None,
        rooms: Rooms | None = None,
        aliases: Aliases = lambda _alert: None,
        past: bool = False,
    ) -> None:
        self._ledger = ledger
        self._past = past
        self._aliases = aliases
        self._gazetteer = gazetteer
        self._clock = clock
        self.board = Board() if board is None else board
        self.register = Register() if tokens is None else tokens
        self.rooms = Rooms() if rooms is None else rooms

    def catch_up(self) -> None:
        """Fold what was recorded since this desk last looked, by whomever."""
        while events := self._ledger.read(self._position()):
            for recorded in events:
                self.board.apply(recorded)
                self.register.apply(recorded)
                self.rooms.apply(recorded)

    def _position(self) -> int:
        return min(self.board.position, self.register.position, self.rooms.position)

    def handle(self, requests: Sequence[Request]) -> list[Answer | TocsinError]:
        """
        Answer requests in their order, with one commit for all.

        An error in the list is that request's own. Nothing is raised for a refusal; a failure of
        the ledger is the answer to every request that would have written, and to every one that
        was refused for what they would have written.
        """
        for _ in range(TRIES_ON_CONFLICT):
            try:
                return self._handle(requests)
            except Conflict:
                try:
                    self.catch_up()
                except Unavailable as error:
                    return [error] * len(requests)
            except Unavailable as error:
                return [error] * len(requests)
            except (Refused, Malformed) as error:
                # The ledger turned down one request's content, and the rest of the commit with it.
                if len(requests) == 1:
                    return [error]
                return [self.handle([request])[0] for request in requests]
        busy = Unavailable("ledger.contended", "Others keep writing; try again.", retry_after_s=1)
        return [busy] * len(requests)

    def _handle(self, requests: Sequence[Request]) -> list[Answer | TocsinError]:
        if any(type(one) in COMMANDS for request in requests for one in request.commands):
            self.catch_up()  # Registers are imported beside a server; an alert looks for itself.
        draft = Draft(self.board, self.register, self._gazetteer, RoomsDraft(self.rooms))
        answers: list[Answer | TocsinError] = []
        batches: list[Batch] = []
        written: dict[CommandId, tuple[int, Batch]] = {}
        earlier = self._ledger.answers([request.command_id for request in requests])
        for number, request in enumerate(requests):
            try:
                if request.command_id in earlier or request.command_id in written:
                    answers.append(_repeated(request, earlier, written))
                    continue
                batch = self._decide(request, draft)
            except TocsinError as error:
                draft.forget()
                answers.append(error)
                continue
            draft.keep()
            written[request.command_id] = (number, batch)
            batches.append(batch)
            answers.append(_PENDING)
        if batches:
            self._append(requests, batches, written, answers, draft)
        return answers

    def _append(
        self,
        requests: Sequence[Request],
        batches: list[Batch],
        written: dict[CommandId, tuple[int, Batch]],
        answers: list[Answer | TocsinError],
        draft: Draft,
    ) -> None:
        try:
            recorded = self._ledger.append(batches, rfc3339(self._clock.now()))
        except Unavailable as error:
            first = next(iter(written.values()))[0]
            for number, request in enumerate(requests[first:], start=first):
                answer = answers[number]
                if request.command_id in written or isinstance(answer, TocsinError):
                    answers[number] = error
            return
        self._settle(recorded, draft)
        start = 0
        for number, batch in written.values():
            end = start + len(batch.events)
            answers[number] = Answer(batch.answer, repeated=False, events=recorded[start:end])
            start = end

    def _settle(self, recorded: Sequence[Recorded], draft: Draft) -> None:
        """Move on to what was drafted, now that it is on disk."""
        for event in recorded:
            if event.room == register.ROOM:
                self.register.apply(event)
            elif event.room in ROOMS:
                self.rooms.apply(event)
        position = recorded[-1].position if recorded else self.board.position
        self.register.position = position
        self.rooms.settle(position)
        draft.settle(self.board, position)

    def _decide(self, request: Request, draft: Draft) -> Batch:
        if self.board.replay and not (self._past or _by_operator(request)):
            raise Refused(
                "replay.read_only", "This is a replay of the past; nothing can be raised in it."
            )
        events: list[NewEvent] = []
        accepted: list[Json] = []
        for command in request.commands:
            self.admit(command, request.grant)
            match command:
                case RaiseAlert():
                    events += draft.take(
                        alert.decide(draft.area(command.area), command, draft.near(command))
                    )
                    raised = draft.area(command.area).find(command.hazard, command.status)
                    if raised is not None:
                        accepted.append(
                            {"area": command.area, "id": raised.id, "version": raised.version}
                        )
                case GiveOwnAllClear():
                    events += draft.take(alert.decide(draft.area(command.area), command))
                case UpdateAlert() | GiveAllClear() | CorrectAlert():
                    known = self._known(command, draft.area(command.area))
                    events += draft.take(alert.decide(draft.area(command.area), known))
                    version = draft.area(command.area).version
                    accepted.append({"id": known.alert, "version": version})
                case BeginCoverage() | EndCoverage():
                    events += draft.take(draft.cover(command))
                case IssueToken() | RevokeToken():
                    events += draft.authorise(command)
                case _:
                    written = draft.rooms.decide(command)
                    accepted.append({"id": subject(command, written)})
                    events += written
        draft.position += len(events)
        return Batch(
            request.command_id, request.fingerprint, events, _answer(request, accepted, draft)
        )

    def admit(self, command: Command, grant: Grant | None) -> None:
        """
        Let a command pass that is in its sender's remit, and not about an area unheard of.

        Raises:
            Refused: `remit.outside`.
            Malformed: `area.unknown`.
        """
        area = command.area
        if grant is not None:
            remit.require(grant, powers(command), area, self._lineage(area))
        if type(command) in _NAMES_AN_AREA:
            self._gazetteer.get(area)
            for code in more_areas(command):
                self._gazetteer.get(code)

    def _lineage(self, area: AreaCode) -> tuple[AreaCode, ...]:
        if area in self._gazetteer:
            return self._gazetteer.lineage(area)
        # An area of an older tree still lies in the country, where its alerts can be ended.
        return (self._gazetteer.root.code,)

    def _known(
        self, command: UpdateAlert | GiveAllClear | CorrectAlert, area: AreaAlerts
    ) -> UpdateAlert | GiveAllClear | CorrectAlert:
        """Let an alert pass that is over ("already so"), but not one that never was."""
        wanted = command.alert
        if area.by_id(wanted) is not None:
            return command
        code, version = split_id(wanted)
        if code != command.area:
            raise unknown_alert(wanted)
        for recorded in self._ledger.read_area(codec.ROOM, code, version, version):
            if AlertId(recorded.id) == wanted and recorded.kind == "AlertRaised":
                return command
        alias = self._aliases(wanted)
        if alias is None or alias == wanted:
            raise unknown_alert(wanted)
        return self._known(msgspec.structs.replace(command, alert=alias), area)


def _repeated(
    request: Request,
    answered: Mapping[CommandId, Answered],
    written: Mapping[CommandId, tuple[int, Batch]],
) -> Answer:
    """Answer a request as it was answered before, in the ledger or in the same group."""
    if request.command_id in written:
        _, batch = written[request.command_id]
        mark, body = batch.fingerprint, batch.answer
    else:
        mark, _, body = answered[request.command_id]
    if mark != request.fingerprint:
        raise Refused(
            "command.id_reused",
            "This command id was used before for something else; choose a new one.",
        )
    return Answer(body, repeated=True, events=())


def split_id(alert_id: AlertId) -> tuple[AreaCode, int]:
    """
    Tell the area and the version that an alert was raised at, from its id.

    Raises:
        Refused: `alert.unknown`, where this cannot be an id.
    """
    area, _, version = alert_id.rpartition("-")[0].rpartition("-")
    if not (area and version.isascii() and version.isdigit() and len(version) < 10):
        raise unknown_alert(alert_id)
    return AreaCode(area), int(version)


def unknown_alert(alert_id: str) -> Refused:
    """Say that there never was an alert with this id."""
    return Refused("alert.unknown", f"There is no alert {alert_id[:80]}.", status=404)


def _by_operator(request: Request) -> bool:
    """Say whether the machine's own operator asks; a phone has no token, and is not that."""
    return request.grant is None and not isinstance(request.commands[0], ReportShelter)


def _answer(request: Request, accepted: list[Json], draft: Draft) -> str:
    if type(request.commands[0]) in _NAMES_ONE:
        one = accepted[0]
        assert isinstance(one, dict)  # An invariant: built just above.
        return canonical({**one, "position": draft.position})
    return canonical({"accepted": accepted, "position": draft.position})
