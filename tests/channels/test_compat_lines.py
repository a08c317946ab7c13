"""
Goal: who stays connected is told each change once, in order; who cannot keep up, or cannot be told
the truth, is let go.

Method: lines of the real desk, read by tasks of one event loop.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest
from tests.channels.abroad import KYIV, LVIV, VINNYTSIA_RAION, Abroad

from tocsin.channels import compat_lines
from tocsin.channels.compat_lines import FRAMES_WAITING, Line
from tocsin.kernel.errors import Unavailable


def names(table, changed):
    """Speak a change as the sorted uids it is about."""
    return ",".join(map(str, sorted(changed))).encode()


def lines_of(abroad):
    return abroad.dialects._lines


def test_a_line_gives_frames_in_order_and_silence_as_nothing():
    async def read():
        line = Line()
        line.put(b"one")
        line.put(b"two")
        return [await line.next(9), await line.next(9), await line.next(0.001)]

    assert asyncio.run(read()) == [b"one", b"two", None]


def test_a_line_wakes_whoever_waits():
    async def read():
        line = Line()
        asyncio.get_running_loop().call_later(0.01, line.put, b"now")
        return await line.next(30)

    assert asyncio.run(read()) == b"now"


def test_a_reader_that_falls_behind_is_let_go():
    async def read():
        line = Line()
        for _ in range(FRAMES_WAITING + 1):
            line.put(b"frame")
        await line.next(9)

    with pytest.raises(EOFError):
        asyncio.run(read())


def test_each_change_of_an_oblast_or_city_is_told_and_nothing_else():
    abroad = Abroad()
    lines = lines_of(abroad)
    with lines.joined(names, "") as line:
        (kyiv,) = abroad.sound(KYIV)
        (raion,) = abroad.sound(VINNYTSIA_RAION)
        abroad.sound("37")  # Its oblast shows a part already.
        abroad.end(raion)
        abroad.end(kyiv)
        abroad.sound("1293")
        told = list(line._frames)

    assert told == [b"31", b"4", b"31", b"22,1293"]
    assert len(lines) == 0


def test_who_comes_late_is_not_told_what_was_before():
    abroad = Abroad()
    abroad.sound(KYIV)
    with lines_of(abroad).joined(names, "") as line:
        abroad.sound(LVIV)

        assert list(line._frames) == [b"27"]


def test_a_frame_is_made_once_for_all_who_speak_alike():
    abroad = Abroad()
    made = []

    def speak(table, changed):
        made.append(changed)
        return b"frame"

    with ExitStack() as stack:
        lines = [stack.enter_context(lines_of(abroad).joined(speak, "")) for _ in range(5)]
        abroad.sound(KYIV)

        assert made == [{31}]
        assert all(list(line._frames) == [b"frame"] for line in lines)


def test_there_are_only_so_many_lines(monkeypatch):
    monkeypatch.setattr(compat_lines, "LINES_MOST", 2)
    lines = lines_of(Abroad())
    with lines.joined(names, ""), lines.joined(names, ""):
        with pytest.raises(Unavailable, match=r"compat\.full"), lines.joined(names, ""):
            pass
        assert len(lines) == 2


def test_one_address_cannot_take_all_lines(monkeypatch):
    monkeypatch.setattr(compat_lines, "LINES_PER_ADDRESS", 1)
    lines = lines_of(Abroad())
    with lines.joined(names, "198.51.100.7"), lines.joined(names, "198.51.100.8"):
        with pytest.raises(Unavailable, match=r"compat\.full"):
            lines.check("198.51.100.7")
        lines.check("127.0.0.1")
    lines.check("198.51.100.7")

    assert not lines._by_address


def test_a_server_that_cannot_vouch_for_itself_lets_everybody_go(monkeypatch):
    monkeypatch.setattr(compat_lines, "CHECK_EVERY_S", 0.001)
    abroad = Abroad()
    lines = lines_of(abroad)

    async def read():
        watching = asyncio.get_running_loop().create_task(lines.watch())
        with lines.joined(names, "") as line:
            assert await line.next(0.02) is None
            abroad.vouched = False
            assert abroad.answering.fresh()
            abroad.seconds += 13
            with pytest.raises(EOFError):
                await line.next(30)
        with pytest.raises(Unavailable, match=r"compat\.stale"), lines.joined(names, ""):
            pass
        watching.cancel()

    asyncio.run(read())
