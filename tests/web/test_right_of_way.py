"""
Goal: whoever has a command goes first, and nobody waits for him for ever.

Method: a reader and a sender of commands in one event loop; what is looked at is their order.
"""

from __future__ import annotations

import asyncio

import pytest

from tocsin.web import right_of_way
from tocsin.web.right_of_way import RightOfWay


async def commanding(way, order, name, turns):
    with way.command():
        for _ in range(turns):
            await asyncio.sleep(0)
        order.append(name)


async def reading(way, order):
    await way.give(way.patience())
    order.append("reader")


def together(*parts):
    async def run():
        await asyncio.gather(*parts)

    asyncio.run(run())


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(right_of_way, "WAITS_S", 3_600)


def test_a_reader_lets_a_command_pass_to_its_end(patient):
    way, order = RightOfWay(), []
    together(commanding(way, order, "command", 100), reading(way, order))

    assert order == ["command", "reader"]


def test_a_command_that_comes_in_the_same_moment_goes_first(patient):
    way, order = RightOfWay(), []
    together(reading(way, order), commanding(way, order, "command", 100))

    assert order == ["command", "reader"]


def test_all_commands_that_are_on_their_way_go_first(patient):
    way, order = RightOfWay(), []
    together(
        commanding(way, order, "short", 10),
        commanding(way, order, "long", 100),
        reading(way, order),
    )

    assert order == ["short", "long", "reader"]


def test_a_command_that_fails_gives_the_way_free_as_well(patient):
    way, order = RightOfWay(), []

    async def fails():
        with way.command():
            await asyncio.sleep(0)
            raise KeyError

    async def both():
        await asyncio.gather(fails(), reading(way, order), return_exceptions=True)

    asyncio.run(both())
    assert order == ["reader"]


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(right_of_way, "WAITS_S", 0.01)
    way, order = RightOfWay(), []

    async def both():
        with way.command():
            await asyncio.wait_for(reading(way, order), 30)
            order.append("command")

    asyncio.run(both())
    assert order == ["reader", "command"]


def test_without_a_command_a_reader_goes_on_at_once(patient):
    way, order = RightOfWay(), []
    together(reading(way, order))
    together(commanding(way, order, "command", 1))
    together(reading(way, order))  # In another loop, and after a command.

    assert order == ["reader", "command", "reader"]
