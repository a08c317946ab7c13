"""
The bus carries every line in order, minds no loss of what NATS held, and lets nothing wait for it.

Method: a real core's feed, a real nats-server that is killed, emptied and frozen, and the real
source of an edge on the other side. What the edge heard is held against what was said.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import nats
from tests.nats_servers import NatsServer
from tests.speaker import AREAS, Heard, RealClock, Speaker, until

from tocsin.channels import bus as bus_module
from tocsin.channels.bus import Bus
from tocsin.edge.source_nats import NatsSource
from tocsin.edge.verify import Gate
from tocsin.edge.watch import Watch
from tocsin.kernel.feed import parse_line
from tocsin.kernel.parcel import ASK, STREAM, unpack


class Edge:
    """An edge on another machine."""

    def __init__(self, urls, speaker) -> None:
        loop = asyncio.get_running_loop()
        self.hub = Heard()
        self.gate = Gate(speaker.public_key, speaker.clock)
        self.watch = Watch(self.gate, self.hub, loop.time)
        self.source = NatsSource(urls, self.watch, lambda: 0.0)
        self.tasks = [loop.create_task(work) for work in (self.source.run(), self.watch.run())]


class Machines:
    """A core, its bus, and an edge on the other side."""

    def __init__(self, servers: list[NatsServer]) -> None:
        self.urls = [server.url for server in servers]
        self.speaker = Speaker(RealClock())
        self.bus = Bus(self.speaker.feed, self.urls)
        loop = asyncio.get_running_loop()
        self.core = [loop.create_task(work) for work in (self.bus.run(), self.tick())]
        self.edges: list[Edge] = []
        edge = self.newcomer()
        self.hub, self.gate = edge.hub, edge.gate

    def newcomer(self) -> Edge:
        """Start another edge."""
        self.edges.append(Edge(self.urls, self.speaker))
        return self.edges[-1]

    async def core_dies(self) -> None:
        """End the core's bus, and its ticks."""
        for task in self.core:
            task.cancel()
        await asyncio.gather(*self.core, return_exceptions=True)

    async def tick(self) -> None:
        while True:
            self.speaker.feed.tick()
            await asyncio.sleep(0.1)

    async def edge_knows_everything(self) -> None:
        """Wait until the edge has heard a tick that vouches for what stands now."""
        await until(lambda: self.gate.whole and self.hub.place == self.speaker.place)

    async def stream_has_everything(self) -> None:
        await until(lambda: self.bus.stored, within_s=20)

    async def bus_is(self, *, connected: bool) -> None:
        await until(lambda: self.bus.connected is connected)


@asynccontextmanager
async def machines(servers):
    """Run a core's bus and an edge's source until the block ends."""
    made = Machines(servers)
    try:
        yield made
    finally:
        await made.core_dies()
        tasks = [task for edge in made.edges for task in edge.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_a_line_published_is_heard_once_and_in_order(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            for number in range(300):
                made.speaker.press(AREAS[number % 3])
            await made.edge_knows_everything()
            assert made.hub.positions == list(range(8, 308))
            assert made.hub.standing == made.speaker.truth
            assert made.hub.count("board") == 1

    asyncio.run(story())


def test_what_was_said_while_nats_was_away_is_heard_when_it_is_back(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            made.speaker.press()
            await made.edge_knows_everything()
            nats_server.kill()
            await made.bus_is(connected=False)
            for _ in range(5):
                made.speaker.press()
            nats_server.start()
            await made.edge_knows_everything()
            assert made.hub.positions == list(range(8, 14))
            assert made.bus.counts.refilled == 5

    asyncio.run(story())


def test_a_nats_that_lost_everything_is_filled_again_and_nobody_misses_or_hears_twice(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            made.speaker.press()
            await made.edge_knows_everything()
            nats_server.kill()
            await made.bus_is(connected=False)
            nats_server.empty()
            made.speaker.press("UA32")
            nats_server.start()
            await made.stream_has_everything()
            made.speaker.press("UA63")
            await made.edge_knows_everything()
            assert made.hub.standing == made.speaker.truth == {"UA80": 1, "UA32": 1, "UA63": 1}
            assert made.hub.positions == [8, 9, 10]
            assert made.hub.silences in ([], [True, False])

            await made.core_dies()
            newcomer = made.newcomer()
            await until(lambda: newcomer.hub.place == made.speaker.place)
            assert newcomer.hub.standing == made.speaker.truth

    asyncio.run(story())


def test_a_nats_that_hangs_is_left_and_what_it_swallowed_is_said_again(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            nats_server.freeze()
            for number in range(200):
                made.speaker.press(AREAS[number % 3])
            await made.bus_is(connected=False)
            assert not made.bus._waiting
            nats_server.thaw()
            await made.edge_knows_everything()
            heard = made.hub.positions
            assert heard == sorted(set(heard))
            assert made.hub.standing == made.speaker.truth

    asyncio.run(story())


def test_more_lines_than_may_wait_are_let_go_and_said_anew(nats_server, monkeypatch):
    monkeypatch.setattr(bus_module, "LINES_WAITING", 20)

    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            for number in range(50):
                made.speaker.press(AREAS[number % 3])
                assert len(made.bus._waiting) <= 40
            await made.edge_knows_everything()
            assert made.bus.counts.overflows == 1
            assert made.hub.positions == list(range(8, 58))

    asyncio.run(story())


def test_a_newcomer_begins_at_the_last_beginning_not_at_the_oldest_line(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.stream_has_everything()
            for _ in range(bus_module.CHECKPOINT_MESSAGES + 3):
                made.speaker.press()
            await made.edge_knows_everything()
            await until(lambda: made.bus.counts.beginnings >= 3)
            await made.stream_has_everything()
            await made.core_dies()
            newcomer = made.newcomer()
            await until(lambda: newcomer.hub.place == made.speaker.place)
            assert len(newcomer.hub.positions) <= 3
            assert newcomer.hub.standing == made.speaker.truth

    asyncio.run(story())


def test_an_edge_that_asks_is_told_what_it_missed_and_one_that_asks_for_all_gets_a_board(
    nats_server,
):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            since = made.speaker.place
            made.speaker.press()
            client = await nats.connect(nats_server.url)
            told = {}
            for asked in ("", str(since), "nonsense", "\x00" * 5_000):
                inbox = client.new_inbox()
                answer = await client.subscribe(inbox)
                await client.publish(ASK, asked.encode(), reply=inbox)
                lines = []
                while (carried := await answer.next_msg(5)).data:
                    lines.append(parse_line(unpack(carried.data)).kind)
                told[asked[:8]] = lines
            await client.close()
            beginning = ["hello", "topics", "devices", "board", "tick", "tick"]
            assert told[""] == told["nonsense"] == told["\x00" * 8] == beginning
            assert told[str(since)[:8]] == ["hello", "topics", "devices", "alert", "tick"]

    asyncio.run(story())


def test_the_stream_has_copies_where_there_are_servers_for_them_and_one_of_them_may_die(
    nats_cluster,
):
    async def story():
        async with machines(nats_cluster) as made:
            await made.edge_knows_everything()
            await made.stream_has_everything()
            client = await nats.connect(made.urls[0])
            stream = await client.jetstream().stream_info(STREAM)
            assert stream.config.num_replicas == 3
            await client.close()
            leader = next(
                server
                for server, name in zip(nats_cluster, ("n0", "n1", "n2"), strict=True)
                if stream.cluster.leader == name
            )
            leader.kill()
            for _ in range(20):
                made.speaker.press()
                await asyncio.sleep(0.01)
            await made.edge_knows_everything()
            heard = made.hub.positions
            assert heard == sorted(set(heard))
            assert made.hub.standing == made.speaker.truth

    asyncio.run(story())


def test_messages_are_named_by_their_place_so_that_nats_drops_repetitions(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            await made.stream_has_everything()
            message = made.speaker.press()
            await made.edge_knows_everything()
            await asyncio.sleep(0.1)
            client = await nats.connect(nats_server.url)
            stored = await client.jetstream().get_last_msg(STREAM, "tocsin.feed.alert")
            assert stored.headers["Nats-Msg-Id"] == str(message.place)
            assert message.data in unpack(stored.data)
            await client.close()

    asyncio.run(story())
