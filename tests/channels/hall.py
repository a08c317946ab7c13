"""
A hall for a hub: readers who read, readers who do not, and a board that is just its place.

No test is here. A `Reader` is a transport in as few lines as it takes: what is written to it lies
in its buffer until it reads, and the hub is told of a full buffer and an empty one as a real
event loop tells it.
"""

from __future__ import annotations

import json

from tocsin.channels.sse import BUFFER_BYTES, Outgoing, StreamHub
from tocsin.kernel.wire import Place
from tocsin.kernel.words import Relation

EPOCH = "0123456789abcdef"
INSIDE = {"UA-32": Relation.INSIDE, "UA-30": Relation.HERE, "UA": Relation.AROUND}


class Reader:
    """One open connection, seen from the hub's side."""

    def __init__(self, *, reads=True):
        self.reads = reads
        self.protocol = None
        self.high = 0
        self.buffer = b""
        self.got = b""
        self.aborted = self.closing = self.gone = False
        self._paused = False

    # What the hub calls.

    def set_protocol(self, protocol):
        self.protocol = protocol

    def set_write_buffer_limits(self, high):
        self.high = high

    def get_write_buffer_size(self):
        return len(self.buffer)

    def write(self, data):
        assert not self.aborted
        assert not self.closing
        self.buffer += data
        if self.reads:
            self.read()
        elif len(self.buffer) > self.high and not self._paused:
            self._paused = True
            self.protocol.pause_writing()

    def abort(self):
        self.aborted = True
        self.lost()

    def close(self):
        self.closing = True
        self.lost()

    # What the test calls.

    def read(self, count=None):
        """Take so many bytes, or all there are."""
        taken = self.buffer[:count]
        self.got += taken
        self.buffer = self.buffer[len(taken) :]
        if self._paused and len(self.buffer) <= self.high // 4:
            self._paused = False
            self.protocol.resume_writing()

    def lost(self):
        self.protocol.connection_lost(None)

    def frames(self):
        """List what was read as (event, id, data), without `retry:` and what is not yet whole."""
        _, _, body = self.got.partition(b"\r\n\r\n")
        found = []
        for block in body.decode().split("\n\n")[:-1]:
            if block.startswith("retry:"):
                continue
            fields = dict(line.split(": ", 1) for line in block.split("\n"))
            found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
        return found

    def names(self):
        return [name for name, _, _ in self.frames()]


class Hall:
    """A hub with a board that holds what was published; `size` is how long the board is."""

    def __init__(self, *, size=0, epoch=EPOCH):
        self.place = Place(epoch, 0)
        self.size = size
        self.boards = 0
        self.drawn = []
        self.hub = StreamHub(self._topics, lambda: self.place, self._board, self._retry)

    def _topics(self, areas):
        if not areas:
            return dict.fromkeys(("UA-30", "UA-32", "UA-46"), Relation.INSIDE)
        return {next(iter(areas)): Relation.HERE, "UA": Relation.AROUND}

    def _board(self, areas):
        self.boards += 1
        shape = {"position": self.place.position, "areas": sorted(areas), "long": "x" * self.size}
        return json.dumps(shape).encode()

    def _retry(self, low, high):
        self.drawn.append((low, high))
        return low + len(self.drawn)

    def open(self, *areas, since=None, reads=True):
        reader = Reader(reads=reads)
        self.hub.open(reader, frozenset(areas), since, lambda: setattr(reader, "gone", True))
        return reader

    def publish(self, area="UA-30", event="alert", size=0):
        """Let something happen: one event in the ledger, one message to whom it concerns."""
        self.place = Place(self.place.epoch, self.place.position + 1)
        data = json.dumps({"position": self.place.position, "long": "x" * size}).encode()
        self.hub.publish(Outgoing(self.place, area, event, data))
        return self.place

    def skip(self):
        """Let something happen that concerns no alert: a token, for instance."""
        self.place = Place(self.place.epoch, self.place.position + 1)


__all__ = ["BUFFER_BYTES", "EPOCH", "Hall", "Reader"]
