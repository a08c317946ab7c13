"""
Succession: an edge hands its connections over to the next one, and no plain one ends.

The successor has heard a board, as new as what the predecessor shows, before it asks. Then the
predecessor stands still, at most `HANDING_S`: it has written all that waited, and hands over the
descriptor of each plain subscriber with what that one listens to and still has to be told. The
successor holds them, writes nothing, and says that it has them all. With one last word, `YOURS`,
they are the successor's, all at once: until that is written they are the predecessor's, which
goes on with every one of them when anything fails or the successor dies, and from then on it
writes to none. So no frame is written twice, or by two, or left half. Who dies right after that
word leaves connections that end, as an edge that dies always does; their readers come back by
their place.

Those on which nothing is asked go the same way right after, and so does whoever was busy, once it
is not: a request that comes just then waits in the kernel, and is read by whoever is given it.

Where the core is not heard, a successor begins with the lines that the predecessor has kept.

Sent are frames of a kind, a length, a count of descriptors, and JSON; what is unknown in it is
passed over, since the two are of different versions. Nobody but the same user is answered
(`tocsin.edge.control`). TLS does not travel, since its keys are in the process; what becomes of
those connections says `tocsin.edge.predecessor`.

Source: unix(7), SCM_RIGHTS; decision 0021.
"""

from __future__ import annotations

import os
import socket
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final, NamedTuple

import msgspec

from tocsin.kernel.errors import Unavailable
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import Form, Place, parse_place

HANDING_S: Final = 2.0
"""20,000 take 0.3 s; nobody is told anything meanwhile, and nobody's patience ends before 12 s."""

BATCH: Final = 250
"""Descriptors in one message: Linux lets 253 through (SCM_MAX_FD). Each batch is acknowledged, so
no more are under way than the kernel counts against one user's limit of open files."""

BATCH_BYTES: Final = 1_048_576
BODY_BYTES: Final = 67_108_864
"""A batch ends at the connection that takes it past `BATCH_BYTES`: whose rest may be a board, or
for an edge further down a line of the feed, 16 MB, as base64."""

_HEAD: Final = struct.Struct(">cIB")
_DESCRIPTOR: Final = array("i").itemsize
_WAIT, _BATCH, _ALL, _YOURS, _GOT = b"W", b"B", b"A", b"Y", b"+"


class Connection(msgspec.Struct, frozen=True):
    """
    What one connection listens to, and what it must still be told.

    Args:
        form: None for one that listens to nothing, and waits for its next request.
        rest: Of a frame that was begun; it goes out before anything else.
        missed: Whether it needs a board after that.
    """

    form: Form | None
    areas: tuple[AreaCode, ...] = ()
    actuator: bool = False
    missed: bool = False
    rest: bytes = b""


class _Batch(msgspec.Struct, frozen=True):
    connections: list[Connection]


class Inheritance(NamedTuple):
    """
    What a successor gets: descriptors with what they are.

    Args:
        place: Up to where each has been told everything, its `rest` included.
        granted: False where the successor knows less than that place, and has to ask again.
    """

    place: Place | None
    connections: list[tuple[int, Connection]]
    granted: bool = True


def hand_over(
    link: socket.socket,
    place: Place | None,
    connections: Sequence[tuple[int, Connection]],
    within_s: float = HANDING_S,
) -> bool:
    """
    Hand connections over to who is at the other end.

    Returns:
        Whether they are the successor's now, all of them; else all are still the caller's.
    """
    until = monotonic() + within_s
    try:
        for batch in _batches(connections):
            body = _Batch([connection for _, connection in batch])
            _say(link, until, _BATCH, msgspec.json.encode(body), [one for one, _ in batch])
            _await_got(link, until)
        _say(link, until, _ALL, written(place))
        _await_got(link, until)
        # The link is empty now, so these few bytes are written all or not at all.
        _say(link, until, _YOURS)
    except (OSError, Unavailable):
        return False
    return True


def ask_to_wait(link: socket.socket, place: Place | None) -> None:
    """Tell a successor the place that it has to know before it asks again."""
    with suppress(OSError, Unavailable):
        _say(link, monotonic() + HANDING_S, _WAIT, written(place))


def written(place: Place | None) -> bytes:
    """Write a place; nothing where there is none."""
    return b"" if place is None else str(place).encode()


def receive(link: socket.socket, within_s: float = HANDING_S) -> Inheritance:
    """
    Take what a predecessor hands over; each descriptor is the caller's from then on.

    Raises:
        Unavailable: `edge.not_handed_over`; whatever came is closed, and still the predecessor's.
    """
    until = monotonic() + within_s
    got: list[tuple[int, Connection]] = []
    place: Place | None = None
    try:
        while True:
            kind, body, descriptors = _hear(link, until)
            if kind == _BATCH:
                _take_batch(body, descriptors, got)
            elif kind in {_WAIT, _ALL}:
                place = parse_place(body.decode())
            else:
                return Inheritance(place, got)
            if kind == _WAIT:
                return Inheritance(place, [], granted=False)
            _remaining(link, until)
            link.sendall(_GOT)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        close_all(descriptor for descriptor, _ in got)
        raise _not_handed_over() from error
    except Unavailable:
        close_all(descriptor for descriptor, _ in got)
        raise


def _take_batch(body: bytes, descriptors: list[int], got: list[tuple[int, Connection]]) -> None:
    try:
        told = msgspec.json.decode(body, type=_Batch).connections
        if len(told) != len(descriptors):  # This process may open no more files.
            raise _not_handed_over()
    except (msgspec.MsgspecError, Unavailable):
        close_all(descriptors)
        raise
    got += zip(descriptors, told, strict=True)


def _batches(
    connections: Sequence[tuple[int, Connection]],
) -> Iterator[list[tuple[int, Connection]]]:
    batch: list[tuple[int, Connection]] = []
    size = 0
    for descriptor, connection in connections:
        batch.append((descriptor, connection))
        size += len(connection.rest) + sum(map(len, connection.areas))
        if len(batch) == BATCH or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _say(
    link: socket.socket,
    until: float,
    kind: bytes,
    body: bytes = b"",
    descriptors: Sequence[int] = (),
) -> None:
    _remaining(link, until)
    socket.send_fds(link, [_HEAD.pack(kind, len(body), len(descriptors))], descriptors)
    if body:
        _remaining(link, until)
        link.sendall(body)


def _hear(link: socket.socket, until: float) -> tuple[bytes, bytes, list[int]]:
    _remaining(link, until)
    # `socket.recv_fds` ignores its flags, up to Python 3.13 at least.
    head, beside, _, _ = link.recvmsg(
        _HEAD.size,
        socket.CMSG_SPACE(BATCH * _DESCRIPTOR),
        socket.MSG_CMSG_CLOEXEC | socket.MSG_WAITALL,
    )
    descriptors = array("i")
    for _, _, data in beside:
        descriptors.frombytes(data[: len(data) - len(data) % _DESCRIPTOR])
    try:
        if len(head) < _HEAD.size:
            raise _not_handed_over()
        kind, size, count = _HEAD.unpack(head)
        if size > BODY_BYTES or count != len(descriptors):
            raise _not_handed_over()
        return kind, _exactly(link, until, size), list(descriptors)
    except (OSError, Unavailable):
        close_all(descriptors)
        raise


def _exactly(link: socket.socket, until: float, size: int) -> bytes:
    body = bytearray()
    while len(body) < size:
        _remaining(link, until)
        part = link.recv(min(size - len(body), 1_048_576))
        if not part:
            raise _not_handed_over()
        body += part
    return bytes(body)


def _await_got(link: socket.socket, until: float) -> None:
    if _exactly(link, until, 1) != _GOT:
        raise _not_handed_over()


def _remaining(link: socket.socket, until: float) -> None:
    remaining = until - monotonic()
    if remaining <= 0:
        raise _not_handed_over()
    link.settimeout(remaining)


def _not_handed_over() -> Unavailable:
    sentence = "The edge that runs here did not hand its connections over."
    return Unavailable("edge.not_handed_over", sentence)


def close_all(descriptors: Iterable[int]) -> None:
    """Close copies; the connections go on where somebody else has one."""
    for descriptor in descriptors:
        os.close(descriptor)
