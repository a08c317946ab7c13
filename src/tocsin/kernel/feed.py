"""
The feed: what the core tells its edges, line by line, the same on every way there.

A line is `KIND SIGNATURE BODY` and a line feed. The body is one line of JSON; the signature is
Ed25519 over the kind, a line feed and the body, base64url without padding, so that an edge on
another machine believes the core and not whoever carried the line. On a Unix socket that only the
core's own user may open it is `-`. Nothing in a feed can sound an alarm: it tells what was decided.

    hello      {"version", "key_id", "public_key", "epoch", "at"}, the first line of every feed;
               `at` is when this run of the core began to speak
    topics     {"root", "above": {code: [what it lies in, nearest first]}, "known_as": {code: code}}
    devices    {"devices", "edges"}, each {public part of a token: SHA-256 of its secret}: whoever
               shows one is told first, and an edge that shows one of its own is told this line,
               which goes to nobody else by a public door (decision 0022)
    board      the public board of all areas: takes the place of everything before
    alert, update, all-clear, correction   a message as the public stream has it, without `relation`
    past       {"event", "data"}: a message from before the board, for those who come back
    heartbeat  as the public stream has it
    tick       {"at", …}: each second and after each board; the core lives, this is its time, and
               the rest says what must have been heard by now (`tocsin.kernel.vouch`)

Source: design, section 3 ("Board and streams") and section 7; RFC 8032 for the signature.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tocsin.kernel.errors import Malformed

UNSIGNED: Final = "-"

MESSAGES: Final = frozenset({"alert", "update", "all-clear", "correction"})
KINDS: Final = MESSAGES | {"hello", "topics", "devices", "board", "past", "heartbeat", "tick"}

_KIND_OF: Final = {kind.encode(): kind for kind in KINDS}

LINE_BYTES: Final = 16_777_216
"""A board with an alert in each of 1,633 areas is 1.6 MB; ten times that."""

LINES_KEPT: Final = 1_000
"""Messages for those who come back: 1,000 × 1 to 4 kB = 4 MB, more than a night of one region."""

TICK_S: Final = 1.0
FEED_LOST_AFTER_S: Final = 4.0
"""Three ticks missed and a second: subscribers hear of it well before their own 12 s are over."""


class Line(NamedTuple):
    """
    One line of a feed.

    Args:
        body: One line of JSON, UTF-8, without its line feed.
        signature: 86 characters of base64url, or `UNSIGNED`.
    """

    kind: str
    body: bytes
    signature: str = UNSIGNED

    def signed_text(self) -> bytes:
        """Give the bytes that the signature is over."""
        return self.kind.encode() + b"\n" + self.body

    def encode(self) -> bytes:
        """Write the line, with its line feed."""
        return b"%s %s %s\n" % (self.kind.encode(), self.signature.encode(), self.body)


def parse_line(raw: bytes) -> Line:
    """
    Read a line, with or without its line feed.

    Raises:
        Malformed: `feed.malformed`, where it has no three parts or a kind nobody knows.
    """
    parts = raw.rstrip(b"\r\n").split(b" ", 2)
    kind = _KIND_OF.get(parts[0])
    if kind is not None and len(parts) == 3:
        _, signature, body = parts
        if len(signature) <= 128 and body.startswith(b"{"):
            return Line(kind, body, signature.decode("ascii", "replace"))
    raise Malformed("feed.malformed", "A line of the feed cannot be read.", where="line")
