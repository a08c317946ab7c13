"""
The stream is made, brought to what it must be, and read for how far it has come.

Method: a real nats-server, and streams that others made or filled.
"""

from __future__ import annotations

import asyncio

import nats
from nats.js import api
from tests.speaker import Speaker

from tocsin.channels.bus_stream import STREAM_BYTES, ensure_stream, last_place
from tocsin.kernel.parcel import STREAM, SUBJECTS, pack, subject_of


def with_jetstream(server, story):
    """Run a story with a client's JetStream."""

    async def run():
        client = await nats.connect(server.url)
        try:
            await story(client.jetstream())
        finally:
            await client.close()

    asyncio.run(run())


def test_a_stream_is_made_once_and_may_be_asked_for_again(nats_server):
    async def story(js):
        await ensure_stream(js)
        await ensure_stream(js)
        stream = await js.stream_info(STREAM)
        assert stream.config.max_bytes == STREAM_BYTES
        assert stream.config.num_replicas == 1

    with_jetstream(nats_server, story)


def test_a_stream_with_other_settings_is_brought_to_what_it_must_be(nats_server):
    async def story(js):
        await js.add_stream(api.StreamConfig(name=STREAM, subjects=[SUBJECTS], max_msgs=5))
        await ensure_stream(js)
        assert (await js.stream_info(STREAM)).config.max_bytes == STREAM_BYTES

    with_jetstream(nats_server, story)


def test_a_stream_tells_how_far_the_newest_epoch_has_come(nats_server):
    async def story(js):
        speaker = Speaker()
        assert await last_place(js) is None
        await ensure_stream(js)
        assert await last_place(js) is None
        lines = []
        speaker.feed.subscribe(lines.append)
        speaker.press()
        speaker.press("UA32")
        for line in lines:
            await js.publish(subject_of(line.kind), pack(line))
        assert await last_place(js) == speaker.place

        restored = speaker.again(restored=True)
        for line in restored.feed.opening():
            await js.publish(subject_of(line.kind), pack(line))
        assert await last_place(js) == restored.place

        await js.publish(subject_of("alert"), b"nonsense")
        assert await last_place(js) == restored.place

    with_jetstream(nats_server, story)
