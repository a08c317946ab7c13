"""
Group commit: one thread owns the state, decides, and commits for everybody who waits.

While one commit is on its way to the disk, commands queue; the next commit takes them all. So a
lone command waits for nobody, and a thousand at once share one fdatasync. Whoever submitted is
answered after the commit that holds the answer, never before. A full queue refuses
(`ledger.busy`); nothing that was taken in is dropped.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.limits import COMMANDS_PER_COMMIT, COMMANDS_WAITING

CommandT = TypeVar("CommandT")
AnswerT = TypeVar("AnswerT")


class GroupCommit(Generic[CommandT, AnswerT]):
    """
    Hand commands from any thread to the one thread that may write.

    Args:
        handle: Decides, appends and folds up to 1,000 commands, in order, and answers each, in
            order, with its answer or the error that its sender shall see. Only one call runs at a
            time, always on the same thread.
        on_crash: Told what `handle` raised, on that thread. The batch's senders are answered
            `ledger.writer_failed`, and the next batch is tried as if nothing had happened: so
            `handle` must leave its state as durable as it found it.
    """

    def __init__(
        self,
        handle: Callable[[list[CommandT]], Sequence[AnswerT | TocsinError]],
        on_crash: Callable[[BaseException], None] = traceback.print_exception,
    ) -> None:
        self._handle = handle
        self._on_crash = on_crash
        self._waiting: deque[tuple[CommandT, Future[AnswerT]]] = deque()
        self._lock = Lock()
        self._busy = False
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger-writer")

    def submit(self, command: CommandT) -> Future[AnswerT]:
        """
        Queue a command; the future is answered once its commit is on disk.

        A future that is cancelled before its turn takes its command with it.

        Raises:
            Unavailable: `ledger.busy`, 4,000 commands are waiting; `ledger.closed`.
        """
        answer: Future[AnswerT] = Future()
        with self._lock:
            if self._closed:
                raise Unavailable("ledger.closed", "The ledger is closing.")
            if len(self._waiting) >= COMMANDS_WAITING:
                raise Unavailable("ledger.busy", "Too much at once; again.", retry_after_s=1)
            self._waiting.append((command, answer))
            if not self._busy:
                self._schedule()
        return answer

    def close(self) -> None:
        """Take nothing more in, answer everything that waits, and return."""
        with self._lock:
            self._closed = True
        while self._busy:  # The last turn schedules the next before it ends.
            self._thread.submit(int).result()
        self._thread.shutdown()

    def _schedule(self) -> None:
        """Ask for one more turn; the caller holds the lock."""
        self._busy = True
        self._thread.submit(self._turn).add_done_callback(self._report)

    def _turn(self) -> None:
        """Handle what is queued now, once."""
        with self._lock:
            count = min(len(self._waiting), COMMANDS_PER_COMMIT)
            taken = [self._waiting.popleft() for _ in range(count)]
        batch = [pair for pair in taken if pair[1].set_running_or_notify_cancel()]
        answers: Sequence[AnswerT | TocsinError] = ()
        try:
            answers = self._handle([command for command, _ in batch])
        finally:
            self._answer([future for _, future in batch], answers)
            with self._lock:
                self._busy = False
                if self._waiting:
                    self._schedule()

    def _answer(
        self, futures: list[Future[AnswerT]], answers: Sequence[AnswerT | TocsinError]
    ) -> None:
        for future, answer in zip(futures, answers, strict=False):
            if isinstance(answer, TocsinError):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        for future in futures[len(answers) :]:
            future.set_exception(Unavailable("ledger.writer_failed", "Not decided; try again."))

    def _report(self, turn: Future[None]) -> None:
        failure = turn.exception()
        if failure is not None:
            self._on_crash(failure)
