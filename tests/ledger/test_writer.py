"""
Group commit: everybody is answered, in order, after the commit, whatever goes wrong.

Method: real threads against a handler that the test holds back and lets go; nothing is timed.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.limits import COMMANDS_PER_COMMIT, COMMANDS_WAITING
from tocsin.ledger.writer import GroupCommit


class Handler:
    """Answers every command with itself doubled, when it's let go; refuses odd ones."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        self.batches: list[list[int]] = []
        self.threads: set[int] = set()
        self.crash: Exception | None = None

    def __call__(self, commands):
        self.threads.add(threading.get_ident())
        self.begun.set()
        self.go.wait()
        self.batches.append(commands)
        if self.crash:
            crash, self.crash = self.crash, None
            raise crash
        return [Refused("test.odd", "Odd.") if n % 2 else 2 * n for n in commands]


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
def crashes():
    return []


@pytest.fixture
def group(handler, crashes):
    group = GroupCommit(handler, crashes.append)
    yield group
    handler.go.set()
    group.close()


def held_back(group, handler):
    """Submit one command, and return once the writer is busy with it."""
    first = group.submit(0)
    handler.begun.wait()
    return first


def test_what_queues_while_one_commit_is_on_its_way_is_committed_together(group, handler):
    first = held_back(group, handler)
    others = [group.submit(n) for n in range(2, 8)]
    handler.go.set()
    assert first.result() == 0
    for number, future in enumerate(others, 2):
        if number % 2:
            with pytest.raises(Refused, match=r"test\.odd"):
                future.result()
        else:
            assert future.result() == 2 * number
    assert handler.batches == [[0], [2, 3, 4, 5, 6, 7]]


def test_nobody_is_answered_before_the_commit(group, handler):
    assert not held_back(group, handler).done()


def test_a_full_queue_refuses_and_drops_nothing(group, handler):
    held_back(group, handler)
    waiting = [group.submit(2 * n) for n in range(COMMANDS_WAITING)]
    with pytest.raises(Unavailable, match=r"ledger\.busy"):
        group.submit(2)
    handler.go.set()
    assert [future.result() for future in waiting] == [4 * n for n in range(COMMANDS_WAITING)]
    assert max(map(len, handler.batches)) == COMMANDS_PER_COMMIT


def test_a_crash_answers_its_batch_and_no_other(group, handler, crashes):
    handler.crash = ZeroDivisionError()
    first = held_back(group, handler)
    others = [group.submit(2), group.submit(4)]
    handler.go.set()
    with pytest.raises(Unavailable, match=r"ledger\.writer_failed"):
        first.result()
    assert [future.result() for future in others] == [4, 8]
    assert group.submit(6).result() == 12
    assert [type(crash) for crash in crashes] == [ZeroDivisionError]


def test_an_answer_too_few_is_a_failure_said_to_whom_it_concerns(crashes):
    group = GroupCommit(lambda commands: commands[:-1], crashes.append)
    with pytest.raises(Unavailable, match=r"ledger\.writer_failed"):
        group.submit(1).result()
    group.close()


def test_a_command_whose_sender_went_away_before_its_turn_is_not_carried_out(group, handler):
    held_back(group, handler)
    gone, stays = group.submit(2), group.submit(4)
    assert gone.cancel()
    handler.go.set()
    assert stays.result() == 8
    assert handler.batches == [[0], [4]]


def test_closing_answers_what_waits_and_takes_nothing_more(group, handler):
    first, second = held_back(group, handler), group.submit(2)
    handler.go.set()
    group.close()
    assert (first.result(), second.result()) == (0, 4)
    with pytest.raises(Unavailable, match=r"ledger\.closed"):
        group.submit(2)
    group.close()


def test_many_senders_share_one_thread_that_writes(group, handler):
    handler.go.set()
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda n: group.submit(2 * n).result(), range(2_000)))
    assert answers == [4 * n for n in range(2_000)]
    assert len(handler.threads) == 1
    assert sorted(n for batch in handler.batches for n in batch) == list(range(0, 4_000, 2))
