"""
Goal: a plain loop gets what a coroutine gives, in order, and leaves nothing behind when it is left.

Method: generators that say when they begin and end, some of them dropped half-read.
"""

from __future__ import annotations

import asyncio
import threading

import pytest

from tocsin.client.in_turn import in_turn


async def counting(ended):
    try:
        for number in range(1_000_000):
            yield number
            await asyncio.sleep(0)
    finally:
        await asyncio.sleep(0)
        ended.append("counting")


async def dropping(ended):
    """Reads another, as a library may, without ending it."""
    try:
        async for number in counting(ended):
            yield number
    finally:
        ended.append("dropping")


def test_what_is_given_comes_in_order_and_each_when_it_is_asked_for():
    given = []

    async def ahead():
        for number in range(5):
            given.append(number)
            yield number

    for number in in_turn(ahead()):
        assert given == list(range(number + 1))
    assert given == list(range(5))


def test_what_ends_it_is_raised_in_the_loop():
    async def ahead():
        yield 1
        raise ValueError("torn")

    heard = in_turn(ahead())
    assert next(heard) == 1
    with pytest.raises(ValueError, match="torn"):
        next(heard)


@pytest.mark.parametrize("number", range(20))
def test_when_it_is_left_all_that_was_begun_has_ended_without_a_word(caplog, number):
    ended, threads = [], threading.active_count()
    heard = in_turn(dropping(ended))
    for _ in range(number % 3 + 1):
        next(heard)
    heard.close()

    assert sorted(ended) == ["counting", "dropping"]
    assert caplog.records == []
    assert threading.active_count() == threads
