"""
Goal: an edge hears all the core says, in order; one that is slow or talks nonsense is cut off.

Method: a real socket between a feed and edges of a few lines, in one event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import stat
from contextlib import asynccontextmanager

import pytest
from tests.channels.test_feed import EPOCH, Core
from tests.speaker import until

from tocsin.channels import unix
from tocsin.channels.unix import FeedServer, by_form
from tocsin.kernel.feed import LINE_BYTES, parse_line


@asynccontextmanager
async def serving(tmp_path):
    core = Core()
    async with asyncio.timeout(30), opened(core, tmp_path / "feed.sock") as server:
        yield core, server


@asynccontextmanager
async def opened(core, path):
    server = FeedServer(core.feed)
    await server.open(path)
    yield server
    server.close()


async def connected(server, since=""):
    path = str(server._path)
    reader, writer = await asyncio.open_unix_connection(path, limit=LINE_BYTES)
    writer.write(since.encode() + b"\n")
    return reader, writer


async def heard(reader, count):
    """Read so many lines; say what they are."""
    return " ".join([parse_line(await reader.readline()).kind for _ in range(count)])


def run(scene):
    asyncio.run(scene)


def test_an_edge_is_given_the_opening_and_then_every_line(tmp_path):
    async def scene():
        async with serving(tmp_path) as (core, server):
            core.tell()
            reader, writer = await connected(server)
            assert await heard(reader, 7) == "hello topics devices past board tick tick"
            core.tell()
            core.change_board()
            core.feed.tick()
            assert await heard(reader, 4) == "alert board tick tick"
            writer.close()

    run(scene())


def test_an_edge_that_comes_back_is_given_what_it_missed(tmp_path):
    async def scene():
        async with serving(tmp_path) as (core, server):
            core.tell()
            core.tell()
            reader, writer = await connected(server, f"{EPOCH}:1")
            assert await heard(reader, 5) == "hello topics devices alert tick"
            writer.close()

    run(scene())


def test_an_edge_that_asks_for_a_board_is_alone_given_one_between_two_messages(tmp_path):
    async def scene():
        async with serving(tmp_path) as (core, server):
            (asks, writer), (hears, other) = await connected(server), await connected(server)
            await heard(asks, 6)
            await heard(hears, 6)
            core.tell()
            assert await heard(asks, 1) == "alert"
            writer.write(b'{"asks":"board"}\n')
            assert await heard(asks, 2) == "board tick"
            core.tell()
            assert await heard(asks, 1) == "alert"
            assert await heard(hears, 2) == "alert alert"
            assert not server.reports()
            writer.close()
            other.close()

    run(scene())


def test_every_edge_is_told_and_what_they_report_is_added_up(tmp_path):
    async def scene():
        async with serving(tmp_path) as (core, server):
            links = [await connected(server) for _ in range(3)]
            for number, (_, writer) in enumerate(links):
                report = {"ready": True, "connections": number, "subscribers": {"sse": 2, "ws": 1}}
                writer.write(json.dumps(report).encode() + b"\n")
            await server.served()
            await until(lambda: len(server.reports()) == 3)
            assert server.count("connections") == 3
            assert server.count("subscribers") == 9
            assert server.count("unheard of") == 0
            core.tell()
            core.feed.tick()
            for reader, writer in links:
                assert await heard(reader, 8) == "hello topics devices board tick tick alert tick"
                writer.close()
            await until(lambda: not server.links)
            assert server.count("connections") == 0

    run(scene())


@pytest.mark.parametrize(
    "nonsense", [b"[]\n", b"{\n", b"\xff\n", b"[" * 10_000 + b"\n", b"x" * 70_000]
)
def test_an_edge_that_talks_nonsense_is_cut_off(tmp_path, nonsense):
    async def scene():
        async with serving(tmp_path) as (_, server):
            reader, writer = await connected(server)
            await heard(reader, 6)
            writer.write(nonsense)
            rest = await reader.read()
            assert b"board" not in rest
            assert not server.links
            writer.close()

    run(scene())


def test_an_edge_that_does_not_read_is_cut_off_and_the_others_hear_all(tmp_path, monkeypatch):
    monkeypatch.setattr(unix, "BUFFER_BYTES", 100_000)

    async def scene():
        async with serving(tmp_path) as (core, server):
            (reads, one), (_, other) = await connected(server), await connected(server)
            assert await heard(reads, 6)
            await until(lambda: sum(link._asked for link in server.links) == 2)
            told = 0
            while len(server.links) == 2:
                core.change_board()
                told += 1
                core.told.append("x" * 1_000)
                assert await heard(reads, 2) == "board tick"
                await asyncio.sleep(0)
                assert told < 20_000
            one.close()
            other.close()

    run(scene())


def test_who_does_not_say_what_it_knows_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(unix, "WHO_ASKS_WITHIN_S", 0.05)

    async def scene():
        async with serving(tmp_path) as (_, server):
            reader, writer = await asyncio.open_unix_connection(str(server._path))
            assert await reader.read() == b""
            writer.close()

    run(scene())


def test_the_socket_takes_the_place_of_a_dead_cores_and_is_gone_at_the_end(tmp_path):
    path = tmp_path / "feed.sock"

    async def scene():
        async with opened(Core(), path):
            assert stat.S_ISSOCK(path.stat().st_mode)
            os.link(path, tmp_path / "left")  # As a killed process leaves it.
        assert not path.exists()
        (tmp_path / "left").rename(path)
        async with opened(Core(), path) as server:
            reader, writer = await connected(server)
            assert await heard(reader, 6)
            writer.close()

    run(scene())


def test_the_feed_ticks_for_ever(tmp_path):
    async def scene():
        async with serving(tmp_path) as (_, server):
            reader, writer = await connected(server)
            await heard(reader, 6)
            ticking = asyncio.get_running_loop().create_task(server.tick())
            assert await heard(reader, 1) == "tick"
            ticking.cancel()
            writer.close()

    run(scene())


def test_a_count_is_read_by_form_or_for_all():
    assert by_form({"slow": {"sse": 1, "ws": "x"}}, "slow") == {"sse": 1}
    assert by_form({"slow": 3}, "slow") == {"": 3}
    assert by_form({}, "slow") == {"": 0}
