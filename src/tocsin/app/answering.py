"""
Answering: a request waits for the writer's thread, is decided, and is answered once it is shown.

It also says who speaks by a token, and whether an alarm would be accepted and shown right now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from tocsin.app.folding import Folding
from tocsin.app.record import Record
from tocsin.authority.remit import Grant
from tocsin.commands import Answer, Request
from tocsin.kernel.errors import Corrupt, TocsinError, Unavailable
from tocsin.ledger.duty import Duty, refusal
from tocsin.ledger.writer import GroupCommit
from tocsin.ops.health import Readiness
from tocsin.views.live import Live
from tocsin.views.projections import Projections

BEHIND_MOST = 1_000
"""Events that may be recorded and not shown yet before nobody should rely on what is shown."""


class Answering:
    """
    Answer those who speak here. The event loop calls everything but the writer's own part.

    Args:
        wake: Says that there is something new to read.
        timed: Measures one turn of the writer.
    """

    def __init__(
        self,
        record: Record,
        projections: Projections,
        live: Live,
        folding: Folding,
        *,
        wake: Callable[[], None],
        timed: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._record = record
        self._projections = projections
        self._live = live
        self._folding = folding
        self._wake = wake
        self._timed = timed
        self._corrupt: Corrupt | None = None
        self._unwritable: Unavailable | None = None
        self.writer: GroupCommit[Request, Answer] = GroupCommit(self._decide)

    def _decide(self, requests: Sequence[Request]) -> Sequence[Answer | TocsinError]:
        """Run on the writer's thread."""
        with self._timed():
            answers = self._record.handle(requests)
        self._wake()
        if any(isinstance(answer, Answer) and answer.events for answer in answers):
            self._unwritable = None
        self._unwritable = next(
            (one for one in answers if isinstance(one, Unavailable) and not _of_duty(one)),
            self._unwritable,
        )
        return answers

    async def authenticate(self, token: str) -> Grant | None:
        """
        Tell who speaks by a token; None for one that is unknown or void.

        Raises:
            Unavailable: A token that is not known here, while the record cannot be asked.
        """
        register = self._projections.register
        grant = register.grant(token)
        if grant is not None:
            return grant
        self._wake()
        await self._folding.caught_up((await self._record.newest()).position)
        return register.grant(token)

    async def submit(self, request: Request) -> Answer:
        """
        Answer once all is on disk, and shown as well, so that who asks next sees it.

        Raises:
            Corrupt: Nothing new is shown any more, so nothing is accepted either.
        """
        self._stop_if_corrupt()
        answer = await asyncio.wrap_future(self.writer.submit(request))
        if answer.events:
            await self._folding.caught_up(answer.events[-1].position)
            self._stop_if_corrupt()
        return answer

    def readiness(self) -> Readiness:
        """Say whether an alarm would be accepted and shown; of a standby, whether it shows all."""
        position = self._live.place.position
        behind = 0
        found: list[TocsinError | None] = [self._corrupt, self._unwritable]
        if self._record.duty is Duty.CUT_OFF:
            found.append(refusal(Duty.CUT_OFF))
        else:
            try:
                if not self._live.replay:
                    behind = max(0, self._record.head().position - position)
            except (Unavailable, Corrupt) as error:
                found.append(error)
        reasons = [error.sentence for error in found if error is not None]
        if behind > BEHIND_MOST:
            reasons.append(f"The live view is {behind} events behind the ledger.")
        return Readiness(position, behind, tuple(reasons))

    def recorded(self) -> int | None:
        """Tell the last position recorded; None where what is shown cannot be vouched for."""
        ready = self.readiness()
        return None if ready.reasons else ready.position + ready.behind

    def on_corrupt(self, error: Corrupt) -> None:
        """Be told that the record is damaged."""
        self._corrupt = error

    def _stop_if_corrupt(self) -> None:
        if self._corrupt is not None:
            raise Corrupt(self._corrupt.code, self._corrupt.sentence)


def _of_duty(error: Unavailable) -> bool:
    """Say whether a refusal only says what this core is now, which `duty` tells better."""
    return error.code in {"ledger.standby", "ledger.unreachable"}
