"""
An edge follows a core through NATS, whoever else publishes there and whichever server dies.

Method: real servers and a real core's bus; a stranger publishes forgeries on the same subjects;
what the edge has heard is held against what was said. `tests/channels/test_bus.py` has the losses.
"""

from __future__ import annotations

import asyncio

import nats
from tests.channels.test_bus import machines
from tests.speaker import Speaker, until

from tocsin.edge.verify import Outcome
from tocsin.kernel.feed import Line
from tocsin.kernel.parcel import pack, subject_of


def test_what_strangers_publish_is_never_heard(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            await made.edge_knows_everything()
            stranger = await nats.connect(nats_server.url)
            forger = Speaker(made.speaker.clock, epoch=made.speaker.epoch)
            forger.position = 100
            lines = [*forger.feed.opening(), Line("alert", b'{"epoch":"x"}')]
            forger.feed.subscribe(lines.append)
            forger.press("UA63")
            for line in lines:
                await stranger.publish(subject_of(line.kind), pack(line))
            await stranger.publish(subject_of("alert"), b"\x78\x9cdamaged")
            await stranger.publish(subject_of("alert"), b"")
            await stranger.flush()
            await until(lambda: made.gate.outcomes[Outcome.FORGED] >= len(lines))
            made.speaker.press()
            await made.edge_knows_everything()
            assert made.hub.standing == {"UA80": 1}
            assert made.hub.positions == [8]
            await stranger.close()

    asyncio.run(story())


def test_a_forged_beginning_in_the_stream_only_keeps_a_newcomer_waiting(nats_server):
    async def story():
        async with machines([nats_server]) as made:
            made.speaker.press()
            await made.stream_has_everything()
            await made.core_dies()
            forger = Speaker(made.speaker.clock, epoch=made.speaker.epoch)
            stranger = await nats.connect(nats_server.url)
            for line in forger.feed.opening():
                await stranger.publish(subject_of(line.kind), pack(line))
            await stranger.flush()
            newcomer = made.newcomer()
            await until(lambda: newcomer.gate.outcomes[Outcome.FORGED] > 0)
            assert newcomer.hub.lines == []
            await stranger.close()

    asyncio.run(story())


def test_an_edge_goes_to_another_server_when_its_own_falls_silent(nats_cluster):
    async def story():
        async with machines(nats_cluster) as made:
            await made.edge_knows_everything()
            first = made.edges[0].source._servers[0]
            server = next(server for server in nats_cluster if server.url == first)
            server.freeze()
            made.speaker.press()
            made.speaker.press("UA32")
            await until(lambda: made.edges[0].source._servers[0] != first, within_s=20)
            await until(
                lambda: made.gate.whole and made.hub.place == made.speaker.place, within_s=20
            )
            heard = made.hub.positions
            assert heard == sorted(set(heard))
            assert made.hub.standing == made.speaker.truth
            server.thaw()

    asyncio.run(story())
