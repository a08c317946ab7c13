"""
A record that several machines share, as the event loop of one core sees it.

Nothing of it is asked on the loop: a database that hangs answers nobody for 3.5 s. What the loop
must know at once (the end of the record, the duty) is kept here as it was last heard; what the
record's own threads tell is handed to the loop. Decision 0017 says what a core may do when.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Final

import structlog

from tocsin.alerts.board import Applied, Board
from tocsin.app.record import Submit
from tocsin.app.shared_record import Heard, SharedRecord
from tocsin.areas.gazetteer import Gazetteer
from tocsin.commands import Answer, Desk, Request
from tocsin.commands.desk import Aliases
from tocsin.kernel.errors import Corrupt, TocsinError, Unavailable
from tocsin.ledger.duty import Duty, refusal
from tocsin.ledger.event import Recorded
from tocsin.ledger.port import Head
from tocsin.ledger.postgres import PostgresLedger

COPIED_WITHIN_S: Final = 1.0
"""How long the writer waits for the loop to copy the board; 1,633 areas take 10 ms."""

FIRST_DUTY_WITHIN_S: Final = 5.0
"""A core knows what it is after one question, or once the record has not answered that."""

LOOK_S: Final = 0.5

_log = structlog.get_logger()


class FarRecord:
    """
    One core's part in a shared record.

    Args:
        make_desk: As of `SharedRecord`.
        board: Gives the board folded from the record.
        wake: Says, from any thread, that something may have been written.
    """

    def __init__(
        self,
        ledger: PostgresLedger,
        gazetteer: Gazetteer,
        make_desk: Callable[[Aliases], Desk],
        *,
        board: Callable[[], Board],
        wake: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._board = board
        self._loop: asyncio.AbstractEventLoop | None = None
        self._head: Head = ledger.head()
        self._failure: TocsinError | None = None
        self._turned = asyncio.Event()
        self._spooled: Callable[[Sequence[Applied]], None] = lambda _told: None
        self._settled: Callable[[], None] = lambda: None
        self._shared = SharedRecord(
            ledger,
            gazetteer,
            make_desk,
            known=self._copy,
            shown=lambda: board().position,
            heard=Heard(
                spooled=lambda told: self._soon(lambda: self._spooled(told)),
                settled=lambda: self._soon(lambda: self._settled()),  # noqa: PLW0108  # Set by `start`.
                duty=lambda duty: self._soon(lambda: self._turn(duty)),
                wake=wake,
                failed=_failed,
            ),
        )

    @property
    def duty(self) -> Duty:
        """Tell what this core is to the record."""
        return self._shared.duty

    @property
    def waiting_count(self) -> int:
        """Tell how many spooled commands wait to be recorded."""
        return self._shared.waiting_count

    @property
    def boards_alone(self) -> bool:
        """Say whether only boards may be told now."""
        return self._shared.boards_alone

    async def start(
        self,
        submit: Submit,
        *,
        spooled: Callable[[Sequence[Applied]], None],
        settled: Callable[[], None],
    ) -> None:
        """
        Begin to stand, to listen and to hand over; answer once it is known what this core is.

        Args:
            spooled: Told, on the loop, what was taken without the record.
            settled: Told, on the loop, that nothing waits any more.

        Raises:
            Unavailable: `ledger.unreachable` and others of the record.
        """
        self._loop = asyncio.get_running_loop()
        self._spooled, self._settled = spooled, settled
        await asyncio.to_thread(self._shared.start, submit)
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_DUTY_WITHIN_S):
                await self.changed(Duty.CUT_OFF)

    def close(self) -> None:
        """End; what waits is handed over after the next start."""
        self._shared.close()

    def handle(self, requests: Sequence[Request]) -> Sequence[Answer | TocsinError]:
        """Answer requests, on the writer's thread."""
        return self._shared.handle(requests)

    def passes(self, recorded: Recorded) -> None:
        """Take note of an event before it is folded."""
        self._shared.passes(recorded)

    def over(self, board: Board) -> Board:
        """Show a board with what waits to be recorded."""
        return self._shared.over(board)

    def head(self) -> Head:
        """Tell the end as it was last heard."""
        if self._failure is not None:
            raise self._failure
        return self._head

    async def newest(self) -> Head:
        """Ask for the end; a core that is cut off knows that it need not ask."""
        if self.duty is Duty.CUT_OFF:
            raise refusal(Duty.CUT_OFF)
        try:
            head = await asyncio.to_thread(self._ledger.head)
        except (Unavailable, Corrupt) as error:
            self._failure = error
            raise
        self._failure = None
        if head.position >= self._head.position:
            self._head = head
        return self._head

    async def look(self) -> None:
        """Ask for the end twice a second, for ever."""
        while True:
            with suppress(Unavailable):
                await self.newest()
            await asyncio.sleep(LOOK_S)

    async def changed(self, known: Duty) -> Duty:
        """Wait until the duty is another than the one known; tell it."""
        while self.duty is known:
            with suppress(TimeoutError):  # A lease that runs out unheard wakes nobody.
                async with asyncio.timeout(LOOK_S):
                    await self._turned.wait()
        return self.duty

    def _turn(self, duty: Duty) -> None:
        _log.info("duty", duty=duty.value)
        self._turned.set()
        self._turned = asyncio.Event()

    def _soon(self, act: Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # The loop has ended, and with it whoever would be told.
                loop.call_soon_threadsafe(act)

    def _copy(self) -> Board:
        """Copy the board, from another thread, between two events."""
        copied: Future[Board] = Future()
        loop = self._loop
        try:
            assert loop is not None, "requests are decided once the loop runs"
            loop.call_soon_threadsafe(lambda: copied.set_result(Board.load(self._board().dump())))
            return copied.result(COPIED_WITHIN_S)
        except (RuntimeError, TimeoutError):
            sentence = "The server is busy or ends; try again."
            raise Unavailable("ledger.busy", sentence, retry_after_s=1) from None


def _failed(error: TocsinError) -> None:
    _log.warning("shared_record", code=error.code, sentence=error.sentence)
