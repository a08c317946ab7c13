"""
What a tick vouches for: that all which was said until now has been heard.

A signature shows that the core said a line. It does not show that nothing was left out, nor that
the line is of today. So each tick of a feed that leaves the machine says more than the time:

    at      the core's time, a replay's own in a replay
    run     when this run of the core began to speak; its `hello` has the same
    sent    the machine's time when the tick was made, later in each tick of a run
    place   the newest message (or the board that the run began with), as EPOCH:POSITION
    said    how many messages this run has said so far
    topics  over the newest line `topics`

Nothing vouches for `devices`: a tick goes out by public doors, and nothing made from a token may
(decision 0022). Who withholds that line changes in what order an alert reaches people, no more.

Whoever carries a feed and withholds one line is thereby found out within a second, and whoever
gives out yesterday's can't make it look fresh. Source: reliability-security, sections 1.3 and 2.1.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final, NamedTuple

from tocsin.kernel.wire import Place, encode, parse_place

COUNT_MAX: Final = 2**53
"""What every reader of JSON can hold; a message each millisecond takes 285,000 years."""

MOMENT_CHARACTERS: Final = 24
"""`2023-01-26T05:45:43.000Z`: all moments are equally long, so that their texts compare."""


class Vouch(NamedTuple):
    """What one tick says; the fields are explained in the module."""

    at: str
    run: str
    sent: str
    place: Place
    said: int
    topics: str


def encode_vouch(vouch: Vouch) -> bytes:
    """Write the body of a tick."""
    return encode({**vouch._asdict(), "place": str(vouch.place)})


def read_vouch(body: bytes) -> Vouch | None:
    """Read the body of a tick; None where it vouches for nothing, or cannot be read."""
    fields = read_body(body)
    place = parse_place(text_of(fields, "place"))
    said = fields.get("said")
    texts = [text_of(fields, name) for name in ("at", "run", "sent", "topics")]
    if place is None or not all(texts) or not isinstance(said, int) or isinstance(said, bool):
        return None
    if not 0 <= said <= COUNT_MAX:
        return None
    at, run, sent, topics = texts
    if any(len(moment) != MOMENT_CHARACTERS for moment in (at, run, sent)):
        return None
    return Vouch(at, run, sent, place, said, topics)


def digest_topics(body: bytes) -> str:
    """Name a body of `topics`: 16 hexadecimal digits."""
    return sha256(body).hexdigest()[:16]


def read_body(body: bytes) -> dict[str, object]:
    """Read a line's body; empty where it is no JSON object."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def text_of(fields: dict[str, object], name: str) -> str:
    """Give a field that is a text; empty where it is missing or something else."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""
