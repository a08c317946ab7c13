"""
Goal: an edge hears all that its core says, once; and tells silence from a pause.

Method: a real feed on a real socket, and a hub that notes what it is told; the core goes and comes
back, says nonsense, or says nothing.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest
from tests.channels.test_feed import EPOCH, Core
from tests.channels.test_unix import opened
from tests.edge.hall import Reader, Writers
from tests.edge.test_settings import SETTINGS
from tests.speaker import AREAS, HandClock, Speaker, until

from tocsin.edge import source
from tocsin.edge.hub import Asked, Hub
from tocsin.edge.source import UnixSource
from tocsin.edge.verify import Gate, Outcome
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import MESSAGES, UNSIGNED
from tocsin.kernel.wire import Form, Place


class Ear:
    """Notes what a hub would be told."""

    def __init__(self):
        self.place = None
        self.needs_board = False
        self.refuses = None
        self.told = []
        self.silences = []

    def take(self, line):
        if self.refuses == line.kind:
            self.refuses = None
            raise Malformed("feed.out_of_turn", "Not now.", where="line")
        body = json.loads(line.body)
        if line.kind == "board":
            self.needs_board = False
        if line.kind in MESSAGES or line.kind == "board":
            self.place = Place(EPOCH, body["position"])
            self.told.append((line.kind, body["position"]))

    def silent(self, lost):
        self.silences.append(lost)


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(source, "LOOK_S", 0.01)
    monkeypatch.setattr(source, "PAUSE_S", 0.005)
    monkeypatch.setattr(source, "TICK_S", 0.05)


@asynccontextmanager
async def following(path, ear, orphaned=lambda: None):
    one = UnixSource(str(path), ear, lambda: b'{"ready": true}', lambda: 0.5, orphaned)
    task = asyncio.get_running_loop().create_task(one.run())
    async with asyncio.timeout(30):
        yield one
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_it_hears_everything_and_reports_at_once(tmp_path):
    core, ear = Core(), Ear()

    async def scene():
        async with opened(core, tmp_path / "s") as server, following(tmp_path / "s", ear):
            await server.served()
            core.tell()
            core.change_board()
            await until(lambda: len(ear.told) == 3)

    asyncio.run(scene())
    assert ear.told == [("board", 0), ("alert", 1), ("board", 2)]
    assert ear.silences == []


def test_it_waits_for_a_core_that_is_not_there_yet_and_goes_on_when_one_comes_back(tmp_path):
    core, ear = Core(), Ear()

    async def scene():
        async with following(tmp_path / "s", ear):
            await asyncio.sleep(0.05)
            async with opened(core, tmp_path / "s") as server:
                await server.served()
            core.tell()
            core.tell()
            async with opened(core, tmp_path / "s"):
                await until(lambda: len(ear.told) == 3)

    asyncio.run(scene())
    assert ear.told == [("board", 0), ("alert", 1), ("alert", 2)]
    assert ear.silences == []


def test_a_core_that_is_silent_for_long_is_said_to_be_once_and_back_with_its_first_tick(
    tmp_path, monkeypatch
):
    core, ear, lost = Core(), Ear(), []
    monkeypatch.setattr(source, "FEED_LOST_AFTER_S", 0.1)

    async def scene():
        async with following(tmp_path / "s", ear, lambda: lost.append(1)) as one:
            async with opened(core, tmp_path / "s") as server:
                await server.served()
                await until(lambda: ear.silences == [True])  # It is there, and says nothing.
                core.feed.tick()
                await until(lambda: ear.silences == [True, False])
            await until(lambda: len(ear.silences) == 3)  # It is gone.
            async with opened(core, tmp_path / "s"):
                await until(lambda: len(ear.silences) == 4)
            assert one.counts() == {"silences": 2}

    asyncio.run(scene())
    assert ear.silences == [True, False, True, False]
    assert lost == [1, 1]


def test_what_the_hub_cannot_take_is_asked_for_anew(tmp_path):
    core, ear = Core(), Ear()

    async def scene():
        async with opened(core, tmp_path / "s") as server, following(tmp_path / "s", ear):
            await server.served()
            core.tell()
            await until(lambda: len(ear.told) == 2)
            ear.refuses = "alert"
            core.tell()
            await until(lambda: len(ear.told) == 3)

    asyncio.run(scene())
    assert ear.told == [("board", 0), ("alert", 1), ("board", 2)]


def test_a_hub_that_wants_a_board_is_given_one_on_the_same_link(tmp_path):
    core, ear = Core(), Ear()

    async def scene():
        async with opened(core, tmp_path / "s") as server, following(tmp_path / "s", ear):
            await server.served()
            (link,) = server.links
            ear.needs_board = True
            await until(lambda: not ear.needs_board)
            core.tell()
            await until(lambda: len(ear.told) == 3)
            assert server.links == {link}
            assert link.report == {"ready": True}, "a question is no report"

    asyncio.run(scene())
    assert ear.told == [("board", 0), ("board", 0), ("alert", 1)]


def test_where_other_edges_feed_from_here_every_alert_comes_as_itself_while_boards_are_renewed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("tocsin.edge.kept.LINES_KEPT", 40)
    speaker = Speaker(HandClock())
    gate = Gate(speaker.public_key, speaker.clock)
    begun = speaker.position
    passed = []

    async def scene():
        hub = Hub(Writers, asyncio.get_running_loop(), lambda low, _: low)
        async with opened(speaker, tmp_path / "s") as server, following(tmp_path / "s", hub):
            await server.served()
            page, below = reader(hub, Form.NDJSON), reader(hub, Form.FEED)
            (link,) = server.links
            while below.names().count("board") < 5 or hub.place != speaker.place:
                if below.names().count("board") < 5:
                    for area in AREAS:
                        speaker.press(area)
                await asyncio.sleep(0.001)
                new = below.lines()[len(passed) :]
                passed.extend(gate.admit(line.encode()) for line in new)
            newcomer = reader(hub, Form.FEED)
            assert server.links == {link}
        return page, newcomer

    page, newcomer = asyncio.run(scene())
    pressed = list(range(begun + 1, speaker.position + 1))
    assert len(pressed) > 4 * 30
    assert page.names() == ["board", *(name for name in page.names() if name in MESSAGES)]
    assert [data["position"] for _, _, data in page.frames()[1:]] == pressed
    messages = [line for line in passed if line and line.kind in MESSAGES]
    assert [json.loads(line.body)["position"] for line in messages] == pressed
    assert not gate.outcomes.keys() & {Outcome.GAP, Outcome.FORGED}
    assert gate.whole
    assert UNSIGNED not in {line.signature for line in newcomer.lines()}


@pytest.mark.parametrize("scheme", ["https://x", "nats://x"])
def test_a_source_far_away_tells_what_became_of_each_line(scheme):
    settings = msgspec.structs.replace(SETTINGS, source=scheme, key="A" * 43)
    counts = source.open_source(settings, Ear(), bytes, lambda: None).counts()

    assert counts["lines"].keys() == set(Outcome)


def reader(hub, form):
    one = Reader(form)
    hub.join(one, Asked(frozenset(), None, form, head=b"HTTP/1.1 200 OK\r\n\r\n"), lambda: None)
    return one


def test_lines_are_the_same_in_whatever_pieces_they_come():
    lines = [b"tick - {}", b"hello - {}", b"tick - {1}"]
    whole = b"".join(line + b"\n" for line in lines)
    for size in range(1, len(whole) + 1):
        taken = []
        wire = source._Wire(taken.append, lambda: None)
        for begin in range(0, len(whole), size):
            wire.data_received(whole[begin : begin + size])

        assert [raw.rstrip(b"\n") for raw in taken] == lines


def test_a_line_without_end_ends_the_link(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "LINE_BYTES", 1_000)
    tries = []

    async def nonsense(reader, writer):
        tries.append(1)
        with suppress(ConnectionError):
            while True:
                writer.write(b"x" * 100)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    async def scene():
        server = await asyncio.start_unix_server(nonsense, tmp_path / "s")
        ear = Ear()
        async with following(tmp_path / "s", ear):
            await until(lambda: len(tries) > 2)
        assert ear.told == []
        server.close()

    asyncio.run(scene())
