"""
The write loop: the same bytes to many descriptors, for little more than the system calls cost.

A `for` over a flat list whose body is one `write` costs 1.01 to 1.06 times what a C loop costs,
since nearly all of it is the kernel's. So the `try` stands outside the loop, and costs nothing
until something fails; the iterator outlives an exception and goes on with the next descriptor.
Whoever does not take a frame whole is only noted here; what becomes of it is not decided here.

Both kinds are written without waiting: a plain descriptor with `os.write`, one with TLS by its
non-blocking `SSLSocket`. OpenSSL, once it has begun a record, must be handed the same bytes
again, from wherever they now lie (CPython sets `SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER`): so for TLS
a frame is begun as soon as it was tried, and at most one record is tried at a time.

Source: decision 0016; OpenSSL 3.0, SSL_write(3), "Notes"; RFC 8446, section 5.1.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple, TypeAlias

Sink: TypeAlias = int | ssl.SSLSocket
"""A non-blocking descriptor, or a TLS socket past its handshake."""

RECORD_BYTES: Final = 16_384
"""The most that one TLS record holds (RFC 8446, section 5.1)."""

BLOCKED: Final = (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError)


class Untaken(NamedTuple):
    """
    Who did not take a frame whole.

    Args:
        short: Those whose link is full, and how many bytes each took.
        broken: Those whose connection is gone.
    """

    short: list[tuple[int, int]]
    broken: list[int]


def write_plain(descriptors: Sequence[int], frame: bytes) -> Untaken:
    """Write a frame to each descriptor once."""
    untaken = Untaken([], [])
    write, size, descriptor = os.write, len(frame), -1
    one_by_one = iter(descriptors)
    while True:
        try:
            for descriptor in one_by_one:
                if (taken := write(descriptor, frame)) != size:
                    untaken.short.append((descriptor, taken))
        except BlockingIOError:
            untaken.short.append((descriptor, 0))
        except OSError:
            untaken.broken.append(descriptor)
        else:
            return untaken


def write_tls(sockets: Sequence[ssl.SSLSocket], frame: bytes) -> Untaken:
    """Write a frame to each TLS socket once; of a short one all whole records were taken."""
    untaken = Untaken([], [])
    if len(frame) > RECORD_BYTES:
        return _write_records(sockets, frame)
    one_by_one = iter(sockets)
    while True:
        try:
            for tls in one_by_one:
                tls.send(frame)
        except BLOCKED:
            untaken.short.append((tls.fileno(), 0))
        except OSError:
            untaken.broken.append(tls.fileno())
        else:
            return untaken


def _write_records(sockets: Sequence[ssl.SSLSocket], frame: bytes) -> Untaken:
    untaken, whole = Untaken([], []), memoryview(frame)
    for tls in sockets:
        try:
            rest = push(tls, whole)
        except OSError:
            untaken.broken.append(tls.fileno())
        else:
            if rest:
                untaken.short.append((tls.fileno(), len(whole) - len(rest)))
    return untaken


def push(sink: Sink, data: memoryview) -> memoryview:
    """
    Write as much as is taken without waiting, and give what is left.

    What is left of a TLS socket begins with a record that may have been begun, so it has to be
    pushed again as it is, with nothing put before it.

    Raises:
        OSError: The connection is gone.
    """
    try:
        if isinstance(sink, int):
            while data:
                data = data[os.write(sink, data) :]
        else:
            while data:
                data = data[sink.send(data[:RECORD_BYTES]) :]
    except BLOCKED:
        pass
    return data


def pull(sink: Sink, size: int) -> bytes | None:
    """
    Read what is there, at most `size` bytes; None where nothing is there yet, empty at the end.

    Raises:
        OSError: The connection is gone.
    """
    try:
        return os.read(sink, size) if isinstance(sink, int) else sink.recv(size)
    except BLOCKED:
        return None


def end(sink: Sink) -> None:
    """Close, and over TLS say that this was the end (RFC 8446, section 6.1)."""
    if isinstance(sink, int):
        os.close(sink)
    else:
        with suppress(OSError, ValueError):
            sink.unwrap()  # Does not wait for the answer.
        sink.close()
