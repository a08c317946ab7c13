"""
How a connection whose request was read becomes a stream: its descriptor changes hands.

Closing a descriptor does not shut a connection down as long as another one stands for it. So a
plain connection lives on in a copy, and its transport is closed; with TLS the socket itself is
given away, since what is encrypted with is in it.

One on which nothing is asked may go on in another process altogether (`edge.succession`): what its
client sends meanwhile waits in the kernel, for whoever reads next.

A stream's send buffer in the kernel is small, so that who does not read costs little.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from tocsin.edge.hub import Asked
from tocsin.edge.tls import TlsTransport
from tocsin.edge.writes import Sink
from tocsin.kernel.limits import STREAM_BUFFER_BYTES
from tocsin.kernel.wire import Form

SEND_BUFFER_BYTES: Final = STREAM_BUFFER_BYTES

WIDE_BYTES: Final = 65_536
"""For a large answer: a buffer smaller than a packet of the machine's own loopback, 64 kB, waits
for an acknowledgement each time. And for an edge that feeds from here: it takes everything, and
would be closed each time its link is full. Linux doubles it."""


class Listeners(Protocol):
    """Who takes over connections that want to hear: the hub."""

    def join(self, sink: Sink, asked: Asked, gone: Callable[[], None]) -> None:
        """Make a connection a stream."""

    def poll(self, asked: Asked, answer: Callable[[bytes], None]) -> Callable[[], None]:
        """Answer a long poll; gives what forgets it."""


def sink_of(transport: asyncio.Transport) -> Sink:
    """
    Give a connection to be written to, all that was written before having been sent.

    A plain one is a copy: its transport is still to be closed, by `abort`.
    """
    if isinstance(transport, TlsTransport):
        return transport.detach()
    descriptor = os.dup(transport.get_extra_info("socket").fileno())
    os.set_blocking(descriptor, False)  # As the standard library has it.
    return descriptor


def rest(transport: asyncio.Transport) -> bool:
    """Read no more, so that the connection can change hands; False where it cannot."""
    if isinstance(transport, TlsTransport) or transport.is_closing():
        return False
    transport.pause_reading()
    return True


def resting_descriptor(transport: asyncio.Transport) -> int | None:
    """
    Give the descriptor of a connection that rests, if nothing is left to be sent on it.

    The loop has to have come round since it rests: uvloop sends then, and counts from then on what
    it could not send. The descriptor is still the transport's, and ends here by `abort`.
    """
    if transport.is_closing() or transport.get_write_buffer_size():
        return None
    descriptor: int = transport.get_extra_info("socket").fileno()
    return descriptor


def wake(transport: asyncio.Transport) -> None:
    """Read again: the connection stays."""
    if not transport.is_closing():
        transport.resume_reading()


def refuse(tls: ssl.SSLSocket, said: bytes) -> None:
    """Say why a connection does not become a stream after all, as far as it goes at once."""
    with suppress(OSError):
        tls.send(said)
    tls.close()


def set_stream_buffer(transport: asyncio.Transport, form: Form) -> None:
    """Set how much of a stream waits in the kernel; of one that feeds an edge, more."""
    set_send_buffer(transport, WIDE_BYTES if form is Form.FEED else SEND_BUFFER_BYTES)


def set_send_buffer(transport: asyncio.Transport, size: int) -> None:
    """Set how many bytes of a connection wait in the kernel; Linux doubles it."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
