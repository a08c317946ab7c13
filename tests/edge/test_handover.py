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

from tocsin.edge.handover import SEND_BUFFER_BYTES, WIDE_BYTES, set_send_buffer, sink_of


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


def test_what_waits_in_the_kernel_is_made_more_for_an_answer_and_less_for_a_stream():
    async def sizes():
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
        found = []
        for size in (WIDE_BYTES, SEND_BUFFER_BYTES):
            set_send_buffer(transport, size)
            found.append(ours.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
        transport.abort()
        theirs.close()
        return found

    wide, narrow = uvloop.run(sizes())
    assert wide >= 2 * narrow > 0
