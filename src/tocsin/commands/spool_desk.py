"""
What a core does while its ledger cannot be reached: take alarms and corrections, and nothing else.

A raise that waits costs lives, and a correction that waits costs trust, so both are decided on the
last board that is known, put on this machine's own disk, told at once, and answered with a null
position. An all-clear, an update and a drill are refused (`ledger.unreachable`): whether a danger
is over can only be said by who knows all that was recorded, and nothing that was once accepted
here may have to be turned down later. For the same reason an actual raise is never refused by the
record; a correction may be, where another authority has confirmed the alert meanwhile.

What waits stays shown over whatever is recorded in between (`over`), decided anew on it, until the
record holds it. Source: design, section 2, rules 1 and 7; decision 0017.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from tocsin.alerts import alert
from tocsin.alerts.alert import AreaAlerts, Standing
from tocsin.alerts.board import Applied, Board
from tocsin.alerts.messages import (
    AlertEvent,
    CorrectAlert,
    GiveAllClear,
    RaiseAlert,
    UpdateAlert,
)
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.register import Register
from tocsin.authority.remit import Grant
from tocsin.commands.desk import Answer, Desk, Request
from tocsin.commands.draft import Draft
from tocsin.commands.rooms import Rooms, RoomsDraft
from tocsin.kernel.canonical import Json, canonical
from tocsin.kernel.errors import Malformed, Refused, TocsinError, Unavailable
from tocsin.kernel.ids import AlertId, CommandId
from tocsin.kernel.words import Status
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Answered
from tocsin.ledger.spool import Spool, Spooled

RECENT_KEPT: Final = 4_000
"""Answers of the ledger that are remembered for senders who did not hear them: 4,000 × 0.3 kB."""

SEEN_KEPT: Final = 20_000
"""Commands seen in the record: one that comes again is no news, even if its answer is out of reach.
Two days of a country; 20,000 × 0.1 kB = 2 MB."""

UNPLACED: Final = 0
"""`Applied.position` of what was spooled: it has no place; on the wire its position is null."""


class SpooledRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a spool keeps of a request, for whichever core will decide it."""

    fingerprint: str
    grant: Grant | None
    raises: list[RaiseAlert] = []
    corrections: list[CorrectAlert] = []


_DECODER = msgspec.json.Decoder(SpooledRequest)


def read_spooled(command_id: CommandId, text: str) -> Request:
    """
    Read a request as it was spooled.

    Raises:
        Malformed: `spool.unreadable`.
    """
    try:
        kept = _DECODER.decode(text)
    except msgspec.MsgspecError as error:
        raise Malformed(
            "spool.unreadable", f"A spooled command cannot be read: {error}.", where=command_id
        ) from error
    return Request(command_id, [*kept.raises, *kept.corrections], kept.fingerprint, kept.grant)


class SpoolDesk:
    """
    A desk that takes alarms also without its ledger. Not thread-safe, but for `over`.

    Args:
        desk: Decides whatever the ledger can be asked about.
        reachable: Tells, without asking anybody, whether the ledger can be reached.
        known: Gives the last board that was folded from the record; it's not changed.
        tell: Told what each spooled request changed, once it is on disk; `position` is `UNPLACED`.
    """

    def __init__(
        self,
        desk: Desk,
        spool: Spool,
        gazetteer: Gazetteer,
        *,
        reachable: Callable[[], bool],
        known: Callable[[], Board],
        tell: Callable[[Sequence[Applied]], None],
    ) -> None:
        self._desk = desk
        self._spool = spool
        self._gazetteer = gazetteer
        self._reachable = reachable
        self._known = known
        self._tell = tell
        self._recent: OrderedDict[CommandId, tuple[str, str]] = OrderedDict()
        self._seen: OrderedDict[CommandId, None] = OrderedDict()
        self._recorded: set[CommandId] = set()
        self._last: CommandId | None = None

    def begin(self, answered: Mapping[CommandId, Answered], position: int) -> None:
        """
        Learn at a start what of the spool is recorded already.

        Args:
            answered: What the ledger says of the commands that wait.
            position: Up to which the record is shown.
        """
        self._recorded |= {one for one, said in answered.items() if said.position <= position}

    def passes(self, recorded: Recorded) -> None:
        """
        Take note of an event before it's shown: what it records is no longer shown as spooled.

        The events of one command belong together, so it counts once the next command's comes by;
        of the last one the inbox tells the outcome (`tocsin.commands.handover`).
        """
        last, self._last = self._last, recorded.command_id
        self._seen[recorded.command_id] = None
        if len(self._seen) > SEEN_KEPT:
            self._seen.popitem(last=False)
        if last is not None and last != recorded.command_id and last in self._spool.waiting_ids:
            self._recorded.add(last)

    def handle(self, requests: Sequence[Request]) -> list[Answer | TocsinError]:
        """Answer requests in their order: by the desk, or where that cannot, by the spool."""
        answers: list[Answer | TocsinError] = [_unreachable()] * len(requests)
        if self._reachable():
            open_ids = self._waiting_ids()
            asked = [n for n, one in enumerate(requests) if not _names(one, open_ids)]
            found = self._desk.handle([requests[n] for n in asked]) if asked else []
            for number, answer in zip(asked, found, strict=True):
                answers[number] = answer
                if isinstance(answer, Answer):
                    self._remember(requests[number], answer)
        cut = [
            number
            for number, answer in enumerate(answers)
            if isinstance(answer, Unavailable) and answer.code == "ledger.unreachable"
        ]
        if cut:
            for number, answer in zip(cut, self._take([requests[n] for n in cut]), strict=True):
                answers[number] = answer
        return answers

    def over(self, board: Board) -> Board:
        """
        Show a board as it will be when all that waits has been decided on it.

        Safe from any thread that owns `board`, which stays as it is.
        """
        shown = Board.load(board.dump())
        waiting_ids = self._spool.waiting_ids
        self._recorded &= waiting_ids
        for waiting in self._spool.waiting() if waiting_ids else ():
            if waiting.command_id in self._recorded:
                continue
            draft = Draft(shown, Register(), self._gazetteer, RoomsDraft(Rooms()))
            try:
                self._decide(read_spooled(waiting.command_id, waiting.request), draft)
            except TocsinError:
                continue  # The record has moved on; the active core will say so.
            draft.settle(shown, shown.position)
        return shown

    def _take(self, requests: Sequence[Request]) -> list[Answer | TocsinError]:
        """Decide requests on the board that is known, and keep them on this machine's disk."""
        try:
            shown = self.over(self._known())
            earlier = self._earlier([request.command_id for request in requests])
        except Unavailable as error:
            return [error] * len(requests)
        draft = Draft(shown, Register(), self._gazetteer, RoomsDraft(Rooms()))
        answers: list[Answer | TocsinError] = []
        taken: list[Spooled] = []
        told: list[Applied] = []
        for request in requests:
            try:
                answer = earlier.get(request.command_id)
                if answer is None and request.command_id in self._seen:
                    raise _unreachable()  # Recorded, and answered by the ledger when it's back.
                if answer is None:
                    body, changed = self._decide(request, draft)
                    draft.keep()
                    taken.append(_spooled(request, body))
                    told += changed
                    earlier[request.command_id] = (request.fingerprint, body)
                    answers.append(Answer(body, repeated=False, events=()))
                else:
                    answers.append(_repeated(request, *answer))
            except TocsinError as error:
                draft.forget()
                answers.append(error)
        if taken:
            try:
                self._spool.put(taken)
            except (Unavailable, Refused) as error:
                return [error if isinstance(one, Answer) else one for one in answers]
            self._tell(told)
        return answers

    def _decide(self, request: Request, draft: Draft) -> tuple[str, list[Applied]]:
        """Decide one request; answer with what its sender is told, and what it changes."""
        accepted: list[Json] = []
        told: list[Applied] = []
        for command in request.commands:
            if isinstance(command, RaiseAlert) and command.status is Status.ACTUAL:
                self._desk.admit(command, request.grant)
                events = alert.decide(draft.area(command.area), command, draft.near(command))
                told += _fold(draft, events)
                raised = draft.area(command.area).find(command.hazard, command.status)
                assert raised is not None  # An invariant: an actual raise stands afterwards.
                accepted.append({"area": command.area, "id": raised.id, "version": raised.version})
            elif isinstance(command, CorrectAlert):
                self._desk.admit(command, request.grant)
                known = _find(draft.area(command.area), command.alert)
                if known is None:
                    raise _unreachable()
                meant = msgspec.structs.replace(command, alert=known.id)
                told += _fold(draft, alert.decide(draft.area(command.area), meant))
                version = draft.area(command.area).version
                return canonical({"id": known.id, "version": version, "position": None}), told
            else:
                raise _unreachable()
        return canonical({"accepted": accepted, "position": None}), told

    def _earlier(self, command_ids: Sequence[CommandId]) -> dict[CommandId, tuple[str, str]]:
        """Look up what commands were answered with before, by the ledger or by the spool."""
        found = {one: self._recent[one] for one in command_ids if one in self._recent}
        for one in self._spool.answers(command_ids).values():
            found.setdefault(one.command_id, (one.fingerprint, one.answer))
        return found

    def _remember(self, request: Request, answer: Answer) -> None:
        self._recent[request.command_id] = (request.fingerprint, answer.body)
        if len(self._recent) > RECENT_KEPT:
            self._recent.popitem(last=False)

    def _waiting_ids(self) -> frozenset[AlertId]:
        """Name the alerts that were told and are not recorded yet."""
        if not self._spool.waiting_ids:
            return frozenset()
        return frozenset(
            AlertId(str(one["id"]))
            for waiting in self._spool.waiting()
            for one in msgspec.json.decode(waiting.answer).get("accepted", ())
        )


def _fold(draft: Draft, events: Sequence[AlertEvent]) -> list[Applied]:
    told = []
    for event in events:
        before = draft.area(event.area)
        draft.take((event,))
        told.append(Applied(UNPLACED, event, before, draft.area(event.area)))
    return told


def _find(area: AreaAlerts, wanted: AlertId) -> Standing | None:
    """Look up an alert by its id, or by the mark of the command that it was spooled with."""
    mark = wanted.rpartition("-")[2]
    by_mark = [one for one in area.standing if one.id.rpartition("-")[2] == mark]
    return area.by_id(wanted) or (by_mark[0] if len(by_mark) == 1 else None)


def _names(request: Request, alerts: frozenset[AlertId]) -> bool:
    """Say whether a request is about one of these alerts."""
    return any(
        isinstance(one, UpdateAlert | GiveAllClear | CorrectAlert) and one.alert in alerts
        for one in request.commands
    )


def _spooled(request: Request, body: str) -> Spooled:
    kept = SpooledRequest(
        fingerprint=request.fingerprint,
        grant=request.grant,
        raises=[one for one in request.commands if isinstance(one, RaiseAlert)],
        corrections=[one for one in request.commands if isinstance(one, CorrectAlert)],
    )
    text = msgspec.json.encode(kept).decode()
    return Spooled(request.command_id, request.fingerprint, text, body)


def _repeated(request: Request, mark: str, body: str) -> Answer:
    if mark != request.fingerprint:
        raise Refused(
            "command.id_reused",
            "This command id was used before for something else; choose a new one.",
        )
    return Answer(body, repeated=True, events=())


def _unreachable() -> Unavailable:
    return Unavailable(
        "ledger.unreachable",
        "The record cannot be reached; only alarms and corrections are taken now.",
        retry_after_s=5,
    )
