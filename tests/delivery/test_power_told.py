"""
Goal: what was told stays told: after a start, after a crash inside a line, and for two days.

Method: a file in a directory of its own, read again as a server that starts does.
"""

from __future__ import annotations

import asyncio

import pytest
from tests.power.grids import at

from tocsin.delivery.power_notices import Kind, Notice
from tocsin.delivery.power_told import GIVEN_MOST, ToldFile, notices_path
from tocsin.kernel.errors import Unavailable
from tocsin.power.messages import Power


def notice(number, group="1.1", over=3_600):
    return Notice(
        id=f"grid/{group}/now/off/{number}",
        kind=Kind.NOW,
        operator="grid",
        zone="east",
        group=group,
        at=at(number),
        due_at=at(number),
        over_at=None if over is None else at(number + over),
        change=Power.OFF,
    )


def opened(path, seconds=0):
    told = ToldFile(path)
    told.load(at(seconds))
    return told


def add(told, *batch, seconds=0):
    return asyncio.run(told.add(batch, at(seconds)))


def test_a_notice_is_told_once_also_by_who_starts_again(tmp_path):
    path = notices_path(tmp_path / "town.db")
    told = opened(path)
    assert [one.notice.id for one in add(told, notice(1), notice(1), notice(2))] == [
        notice(1).id, notice(2).id,
    ]  # fmt: skip
    assert add(told, notice(1)) == []

    again = opened(path)
    assert notice(1) in again
    assert add(again, notice(2), notice(3), seconds=5)[0].notice == notice(3)
    assert path.name == "town.db.notices"
    assert path.stat().st_mode & 0o077 == 0


def test_what_comes_after_a_moment_is_given_in_order_and_none_twice(tmp_path):
    told = opened(tmp_path / "n")
    add(told, notice(1), notice(2, "1.2"))
    add(told, notice(3))
    (first, other, last) = told.since("")

    assert first.told_at == other.told_at < last.told_at, "a moment is never told of twice"
    assert told.since(first.told_at) == [last]
    assert told.since("", "1.2") == [other]
    assert told.since("", "1.1", "another") == []
    add(told, *(notice(n) for n in range(10, 10 + GIVEN_MOST)))
    assert len(told.since("")) == GIVEN_MOST


def test_a_line_that_a_crash_cut_short_was_told_to_nobody(tmp_path):
    path = tmp_path / "n"
    add(opened(path), notice(1), notice(2))
    path.write_bytes(path.read_bytes()[:-9])

    again = opened(path)
    assert notice(1) in again
    assert notice(2) not in again
    assert len(add(again, notice(2))) == 1
    assert [one.notice for one in opened(path).since("")] == [notice(1), notice(2)]


def test_what_is_older_than_two_days_is_let_go(tmp_path):
    path = tmp_path / "n"
    add(opened(path), notice(1))

    assert len(opened(path, seconds=86_400).since("")) == 1
    told = opened(path, seconds=3 * 86_400)
    assert told.since("") == []
    assert notice(1) not in told


def test_what_is_older_than_two_days_is_let_go_by_a_server_that_runs_on(tmp_path):
    told = opened(tmp_path / "n")
    add(told, notice(1))
    add(told, notice(2), seconds=3 * 86_400)

    assert [one.notice for one in told.since("")] == [notice(2)]
    assert notice(1) not in told


def test_what_still_stands_after_two_days_is_not_told_again(tmp_path):
    path = tmp_path / "n"
    stands = notice(1, over=None)
    told = opened(path)
    add(told, stands)
    add(told, notice(2), seconds=3 * 86_400)
    assert stands in told

    for days in (4, 8):
        again = opened(path, seconds=days * 86_400)
        assert add(again, stands, seconds=days * 86_400) == []
        assert stands not in [one.notice for one in again.since("")], "it is no news"


def test_what_cannot_be_written_is_not_told(tmp_path):
    told = opened(tmp_path / "n")
    (tmp_path / "n").unlink()
    (tmp_path / "n").mkdir()

    with pytest.raises(Unavailable, match=r"power\.notices_unwritable"):
        add(told, notice(1))
    assert told.since("") == []
    with pytest.raises(Unavailable):
        told.load(at(0))
    (tmp_path / "n").rmdir()
    told.load(at(0))
    assert len(add(told, notice(1))) == 1
