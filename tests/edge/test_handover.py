"""
Goal: a connection goes on in other hands, and not a byte of it is lost.

Method: a pair of sockets; a transport of the event loop on one end, given away.
"""

from __future__ import annotations

import asyncio
import os
import socket

import uvloop
from tests.web.doorway import read_all

from tocsin.edge.handover import (
    SEND_BUFFER_BYTES,
    WIDE_BYTES,
    rest,
    resting_descriptor,
    set_send_buffer,
    set_stream_buffer,
    sink_of,
    wake,
)
from tocsin.kernel.wire import Form


def test_a_plain_connection_goes_on_in_a_copy_when_its_transport_is_closed():
    ours, theirs = socket.socketpair()

    async def give_away():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
        transport.write(b"before ")
        await asyncio.sleep(0.01)
        sink = sink_of(transport)
        transport.abort()
        await asyncio.sleep(0.01)
        assert not os.get_blocking(sink)
        os.write(sink, b"after")
        os.close(sink)

    uvloop.run(give_away())
    with theirs:
        assert read_all(theirs) == b"before after"


def test_a_connection_can_change_hands_when_all_is_sent_and_while_it_is_open():
    ours, theirs = socket.socketpair()

    async def look():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
        found = []
        for size in (1, 10_000_000):
            transport.write(b"x" * size)
            assert rest(transport)
            theirs.send(b"?")
            await asyncio.sleep(0)
            found.append(resting_descriptor(transport))
            assert not transport.is_reading()
            wake(transport)
            assert transport.is_reading()
        transport.abort()
        assert not rest(transport)
        wake(transport)
        return [*found, resting_descriptor(transport)]

    descriptor = ours.fileno()
    with theirs:
        assert uvloop.run(look()) == [descriptor, None, None]
        assert theirs.recv(1) == b"x"


def test_what_waits_in_the_kernel_is_more_for_an_answer_or_an_edge_and_less_for_a_stream():
    async def sizes():
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
        found = []
        for set_buffer, how in (
            (set_send_buffer, WIDE_BYTES),
            (set_stream_buffer, Form.SSE),
            (set_stream_buffer, Form.FEED),
        ):
            set_buffer(transport, how)
            found.append(ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
        transport.abort()
        theirs.close()
        return found

    answer, stream, edge = uvloop.run(sizes())
    assert answer == edge >= 2 * stream
    assert 0 < stream <= 2 * SEND_BUFFER_BYTES
