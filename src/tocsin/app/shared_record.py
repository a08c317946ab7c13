"""
A core among several on one record: active or standing by, in reach of it or cut off.

It puts together what a server with a ledger in PostgreSQL needs beside one with a file: it stands
for the active core, is woken by what others write, takes alarms into the spool while the record is
out of reach, and hands them over when it is back. The server asks `handle` where it would ask its
desk, and shows `over(board)` where it would show its board. Decision 0017 says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import Final, NamedTuple

from tocsin.alerts.board import Applied, Board
from tocsin.areas.gazetteer import Gazetteer
from tocsin.commands.desk import Aliases, Answer, Desk, Request
from tocsin.commands.handover import alias, hand_over, take
from tocsin.commands.spool_desk import SpoolDesk
from tocsin.kernel.errors import Refused, TocsinError, Unavailable
from tocsin.ledger.duty import Duty, refusal
from tocsin.ledger.event import Recorded
from tocsin.ledger.postgres import PostgresLedger, channel
from tocsin.ledger.postgres_inbox import Inbox
from tocsin.ledger.postgres_listen import Listener
from tocsin.ledger.postgres_term import Candidate
from tocsin.ledger.spool import Spool, spool_path

HAND_OVER_EVERY_S: Final = 0.5
"""How soon after the record is back what was spooled is on its way; one look costs 1 ms."""


SETTLING_S: Final = 5.0
"""
How long an alert that nobody knows may be on its way into the record: after a core was cut off,
became the active one, or was handed something.
"""


class Heard(NamedTuple):
    """
    Whom a shared record tells what; each is called on a thread of the record's own.

    Args:
        spooled: What spooled requests changed, each on disk here and not recorded
            (`Applied.position` is `UNPLACED`): tell it, with a null position, and from then on
            boards alone.
        settled: All that was spooled is recorded and shown: tell a board, then messages again.
        duty: What this core has become.
        wake: Something may have been written.
        failed: Something else went wrong, and is tried again.
    """

    spooled: Callable[[Sequence[Applied]], None]
    settled: Callable[[], None]
    duty: Callable[[Duty], None]
    wake: Callable[[], None]
    failed: Callable[[TocsinError], None]


class SharedRecord:
    """
    One core's part in a shared record.

    Args:
        ledger: Opened with `core=True`.
        make_desk: Makes the desk, which resolves alerts' other names as it is told.
        known: Gives the last board folded from the record, from the writer's thread: a copy, or
            one that nobody changes meanwhile.
        shown: Tells the position up to which the record is shown.
    """

    def __init__(
        self,
        ledger: PostgresLedger,
        gazetteer: Gazetteer,
        make_desk: Callable[[Aliases], Desk],
        *,
        known: Callable[[], Board],
        shown: Callable[[], int],
        heard: Heard,
    ) -> None:
        self._ledger = ledger
        self._shown = shown
        self._heard = heard
        self._spool = Spool(spool_path(ledger.path))
        name = channel(ledger.address)
        self._inbox = Inbox(ledger.address, name)
        self._names = Inbox(ledger.address, name)  # The desk does not wait for the handover.
        self._desk = make_desk(partial(alias, self._names))
        self._spool_desk = SpoolDesk(
            self._desk,
            self._spool,
            gazetteer,
            reachable=self._reachable,
            known=known,
            tell=self._tell,
        )
        self._term = 0
        self._unsettled = bool(self._spool.waiting_ids)
        self._candidate = Candidate(ledger, heard.duty, heard.failed)
        self._listener = Listener(ledger.address, name, heard.wake)
        self._settled_at = 0.0
        self._ends = Event()
        self._submit: Callable[[Request], Future[Answer]] | None = None
        self._thread = Thread(target=self._run, name="spool-handover", daemon=True)

    @property
    def duty(self) -> Duty:
        """Tell what this core is now."""
        return self._ledger.duty

    @property
    def waiting_count(self) -> int:
        """Tell how many spooled commands wait to be recorded."""
        return len(self._spool.waiting_ids)

    @property
    def boards_alone(self) -> bool:
        """Say whether only boards may be told now: messages would leave out what still waits."""
        return self._unsettled

    def start(self, submit: Callable[[Request], Future[Answer]]) -> None:
        """
        Begin to stand, to listen and to hand over.

        Args:
            submit: Queues a request for `handle` on the writer's thread.
        """
        waiting = list(self._spool.waiting_ids)
        self._spool_desk.begin(self._ledger.answers(waiting) if waiting else {}, self._shown())
        self._submit = submit
        self._candidate.start()
        self._listener.start()
        self._thread.start()

    def handle(self, requests: Sequence[Request]) -> Sequence[Answer | TocsinError]:
        """Answer requests, on the writer's thread: recorded, spooled, or sent to another core."""
        duty = self.duty
        if duty is Duty.CUT_OFF:
            self._settling()  # A lease that only ran out begins no new term.
        if duty is Duty.STANDBY:
            return [refusal(duty)] * len(requests)
        if duty is Duty.ACTIVE and self._term != self._ledger.term:
            term = self._ledger.term
            try:
                self._desk.catch_up()  # Another core has decided since this desk last looked.
            except Unavailable as error:
                self._heard.failed(error)
            else:
                self._term = term
                self._settling()
        answers = self._spool_desk.handle(requests)
        if monotonic() >= self._settled_at:
            return answers
        return [_perhaps_spooled() if _names_nothing(one) else one for one in answers]

    def passes(self, recorded: Recorded) -> None:
        """Take note of each recorded event before it is shown."""
        self._spool_desk.passes(recorded)

    def over(self, board: Board) -> Board:
        """Show a board with all that waits decided on it; the board itself where nothing does."""
        return self._spool_desk.over(board) if self._spool.waiting_ids else board

    def close(self) -> None:
        """End; what waits in the spool is handed over after the next start."""
        self._ends.set()
        if self._submit is not None:
            for part in (self._candidate, self._listener):
                part.close()
            self._thread.join()
        for inbox in (self._inbox, self._names):
            inbox.close()
        self._spool.close()

    def _tell(self, told: Sequence[Applied]) -> None:
        self._unsettled = True  # Before anybody hears of it: the next message would contradict it.
        self._heard.spooled(told)

    def _reachable(self) -> bool:
        return self.duty is Duty.ACTIVE and self._term == self._ledger.term

    def _run(self) -> None:
        while not self._ends.wait(HAND_OVER_EVERY_S):
            if self.duty is Duty.CUT_OFF:
                continue
            try:
                self._hand_over()
            except TocsinError as error:
                self._heard.failed(error)

    def _hand_over(self) -> None:
        hand_over(self._spool, self._inbox, self._shown)
        if self._unsettled and not self._spool.waiting_ids:
            self._unsettled = False
            self._heard.settled()
        if self.duty is Duty.ACTIVE:
            take(self._inbox, self._decide_handed)

    def _decide_handed(self, request: Request) -> Future[Answer]:
        assert self._submit is not None, "nothing is handed over before the start"
        self._settling()
        return self._submit(request)

    def _settling(self) -> None:
        """Take note that alarms may have been taken without the record, here or elsewhere."""
        self._settled_at = monotonic() + SETTLING_S


def _names_nothing(answer: Answer | TocsinError) -> bool:
    return isinstance(answer, Refused) and answer.code == "alert.unknown"


def _perhaps_spooled() -> Unavailable:
    sentence = "Alarms taken without the record are being recorded now; try again."
    return Unavailable("ledger.settling", sentence, retry_after_s=1)
