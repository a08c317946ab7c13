"""
A hall for a hub: a core that speaks the feed, readers who read and readers who do not.

No test is here. `Core` says what a core would, through the real board and the real shapes.
`Writers` is the fan-out in as few lines as it takes: what it writes to a `Reader` is there at once,
unless that one has stopped reading; then it is given what the group says it needs.
"""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import count

from tests.alerts.country import GAZETTEER

from tocsin.channels.feed import topics_of
from tocsin.client.stream import read_frames
from tocsin.edge.hub import Asked, Hub
from tocsin.kernel.feed import Line, parse_line
from tocsin.kernel.time import from_milliseconds, rfc3339
from tocsin.kernel.wire import Form, Place, encode, parse_place
from tocsin.views.board import area_shape

EPOCH = "0123456789abcdef"
SECRET = "s" * 43
TOKEN = f"tcs_0123456789ab_{SECRET}"
EDGE_TOKEN = f"tcs_ba9876543210_{SECRET}"
LATER_EPOCH = "fedcba9876543210"


def moment(second):
    return rfc3339(from_milliseconds(1_674_713_743_000 + round(1000 * second)))


class Core:
    """What stands, kept as simply as can be, and the lines that say so."""

    def __init__(self, epoch=EPOCH):
        self.epoch = epoch
        self.position = 0
        self.second = 0
        self.versions = {}
        self.standing = {}
        self.unknown = []
        self.replay = False

    @property
    def place(self):
        return Place(self.epoch, self.position)

    def hello(self):
        return self.line("hello", {"version": "1", "epoch": self.epoch})

    def topics(self, gazetteer=GAZETTEER):
        return self.line("topics", topics_of(gazetteer))

    def devices(self, devices=("0123456789ab",), edges=("ba9876543210",)):
        digest = sha256(SECRET.encode()).hexdigest()
        listed = {"devices": dict.fromkeys(devices, digest), "edges": dict.fromkeys(edges, digest)}
        return self.line("devices", listed)

    def happen(self, area="PORT", *, raised=True, placed=True, event=None, text="", skip=0):
        """Let an alert begin or all alerts end in an area; the line that says so."""
        self.position += (1 + skip) if placed else 0
        version = self.versions[area] = self.versions.get(area, 0) + 1
        alert = {
            "id": f"{area}-{version}",
            "area": area_shape(area, GAZETTEER),
            "hazard": "air_raid",
            "level": "warning",
            "threat": None,
            "status": "Actual",
            "since": moment(self.second),
            "version": version,
            "sender": "kmva",
            "rank": "authority",
            "confirmations": [],
            "shelter_within_s": None,
            "reason": None,
            "text": {"uk": f"Тривога {text}", "en": text},
        }
        if raised:
            self.standing[area] = [*self.standing.get(area, ()), alert]
        else:
            self.standing.pop(area, None)
        shape = {
            "epoch": self.epoch,
            "position": self.position if placed else None,
            "at": moment(self.second),
            "status": "Actual",
            "replay": self.replay,
            "sender": "kmva",
            "area": area_shape(area, GAZETTEER),
            "version": version,
            "standing": list(self.standing.get(area, ())),
            "alert": alert,
        }
        return self.line(event or ("alert" if raised else "all-clear"), shape)

    def cover(self, *areas):
        """Let it be known that nobody is heard about some areas; only a board says so."""
        self.position += 1
        self.unknown = [{"area": area_shape(a, GAZETTEER), "since": None} for a in sorted(areas)]
        return self.board()

    def board_shape(self):
        alerts = [alert for area in sorted(self.standing) for alert in self.standing[area]]
        return {
            "epoch": self.epoch,
            "position": self.position,
            "as_of": moment(self.second),
            "replay": self.replay,
            "alerts": alerts,
            "unknown": self.unknown,
        }

    def board(self):
        return self.line("board", self.board_shape())

    def tick(self):
        return self.line("tick", {"at": moment(self.second)})

    def heartbeat(self):
        shape = {
            "epoch": self.epoch,
            "position": self.position,
            "tree_head": "0" * 64,
            "at": moment(self.second),
            "status": "ok",
            "replay": self.replay,
            "key_id": "k",
            "signature": "s",
        }
        return self.line("heartbeat", shape)

    def line(self, kind, shape):
        body = encode(shape)
        return Line(kind, body, f"signed-{sha256(kind.encode() + body).hexdigest()[:8]}")


def past_of(line):
    """Say an earlier line as one of before the board."""
    body = b'{"event":"%s","data":%s}' % (line.kind.encode(), line.body)
    return Line("past", body, "signed-past")


class Reader:
    """One open connection, from the side that reads."""

    def __init__(self, form=Form.SSE, *, reads=True):
        self.form = form
        self.reads = reads
        self.got = b""
        self.missed = self.closed = self.gone = self.actuator = False

    def frames(self):
        """List what was read as (event, id, data), without the head and `retry:`."""
        body = self.got.partition(b"\r\n\r\n")[2]
        match self.form:
            case Form.SSE:
                last, found = "", []
                for frame in read_frames((body,)):
                    if frame.data:
                        own = frame.id if frame.id != last else None
                        last = frame.id
                        found.append((frame.event, own, json.loads(frame.data)))
                return found
            case Form.FEED:
                lines = [parse_line(raw) for raw in body.splitlines()]
                return [(line.kind, None, json.loads(line.body)) for line in lines]
            case Form.NDJSON:
                said = [json.loads(line) for line in body.splitlines()]
            case Form.WEBSOCKET:
                said = list(_text_frames(body))
        return [(one["event"], one["id"], one["data"]) for one in said]

    def names(self):
        return [name for name, _, _ in self.frames()]

    def lines(self):
        return [parse_line(raw) for raw in self.got.partition(b"\r\n\r\n")[2].splitlines()]

    def last_place(self):
        places = [parse_place(id_) for _, id_, _ in self.frames() if id_]
        return places[-1] if places else None


def _text_frames(body):
    while body:
        size, start = body[1], 2
        if size == 126:
            size, start = int.from_bytes(body[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(body[2:10], "big"), 10
        yield json.loads(body[start : start + size])
        body = body[start + size :]


class _Group:
    def __init__(self, catch_up):
        self.catch_up = catch_up
        self.readers = {}


class Writers:
    """A fan-out to readers; writes are counted by group."""

    def __init__(self, gone):
        self.gone = gone
        self.groups = 0
        self.broadcasts = []

    def group(self, catch_up):
        self.groups += 1
        return _Group(catch_up)

    def add(self, group, sink, first, *, actuator=False):
        group.readers[sink] = None
        sink.group, sink.actuator = group, actuator
        sink.got += first

    def broadcast(self, work, *, lossy=False):
        self.broadcasts.append([frame for _, frame in work])
        for group, frame in work:
            for reader in group.readers:
                if reader.reads:
                    reader.got += frame
                elif not lossy:
                    reader.missed = True

    def close(self, group, sink):
        sink.closed = sink.group is group
        self.lose(sink)

    def wake(self, reader):
        reader.reads = True
        if reader.missed:
            reader.missed = False
            reader.got += reader.group.catch_up()

    def lose(self, reader):
        if group := reader.group:
            reader.group = None
            del group.readers[reader]
            self.gone(group, reader)


class Clockwork:
    """An event loop's timers, wound by hand."""

    def __init__(self):
        self.now = 100.0
        self._due = []
        self._number = count()

    def time(self):
        return self.now

    def call_later(self, delay, callback, *args):
        due = [self.now + delay, next(self._number), lambda: callback(*args)]
        self._due.append(due)
        return type(
            "Handle", (), {"cancel": lambda _: due in self._due and self._due.remove(due)}
        )()

    def run(self, seconds):
        until = self.now + seconds
        while due := min((d for d in self._due if d[0] <= until), default=None):
            self._due.remove(due)
            self.now = due[0]
            due[2]()
        self.now = until


class Hall:
    """A hub with a core that has said its board, and readers to come."""

    def __init__(self, *, began=True, hub=Hub):
        self.core = Core()
        self.timer = Clockwork()
        self.drawn = []
        self.hub = hub(self._writers, self.timer, self._draw)
        if began:
            self.connect()

    def _writers(self, gone):
        self.writers = Writers(gone)
        return self.writers

    def _draw(self, low, high):
        self.drawn.append((low, high))
        return low + len(self.drawn)

    def say(self, *lines):
        for line in lines:
            self.hub.take(line)

    def connect(self, *rest):
        """Let the core begin a feed: with a board, or with what was missed."""
        core = self.core
        self.say(core.hello(), core.topics(), core.devices(), *(rest or (core.board(),)))

    def happen(self, *args, **said):
        line = self.core.happen(*args, **said)
        self.say(line)
        return self.core.place

    def open(self, *areas, since=None, form=Form.SSE, reads=True, actuator=False):
        reader = Reader(form)
        asked = Asked(frozenset(areas), since, form, actuator, b"HTTP/1.1 200 OK\r\n\r\n")
        self.hub.join(reader, asked, lambda: setattr(reader, "gone", True))
        reader.reads = reads
        return reader

    def poll(self, *areas, since=None):
        """Ask by a long poll; the list gets the answer, and the function forgets the question."""
        answers = []
        asked = Asked(frozenset(areas), since, Form.NDJSON)
        cancel = self.hub.poll(asked, lambda body: answers.append(json.loads(body)))
        return answers, cancel


__all__ = [
    "EDGE_TOKEN",
    "EPOCH",
    "LATER_EPOCH",
    "TOKEN",
    "Core",
    "Hall",
    "Reader",
    "moment",
    "past_of",
]
