"""
The stream in which NATS keeps what the core has said, for edges that come while no core is there.

It may be lost at any time: whoever needs it begins at its last `hello`, and the bus sees to it that
there is one. Its bounds let go of what is oldest. Source: decision 0020.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from nats.errors import Error as NatsError
from nats.js import JetStreamContext, api
from nats.js.errors import APIError, NotFoundError

from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import MESSAGES, Line, parse_line
from tocsin.kernel.parcel import STREAM, SUBJECTS, subject_of, unpack
from tocsin.kernel.vouch import read_body, text_of
from tocsin.kernel.wire import Place

ANSWER_S: Final = 1.0
"""JetStream answers within milliseconds; without a leader for 4 to 9 s not at all."""

REPLICAS: Final = 3

MESSAGES_PER_SUBJECT: Final = 20_000
"""5.5 h of ticks, 27 h of heartbeats, and 40 times the messages between two beginnings."""

STREAM_BYTES: Final = 512 * 1024 * 1024
"""20,000 × 4 kinds of message × 4 kB = 320 MB, 40,000 ticks and heartbeats × 0.6 kB = 24 MB, and
150 h of checkpoints × 12 × 100 kB = 180 MB: what is oldest goes first."""

STREAM_AGE_S: Final = 86_400.0
"""Whoever comes needs the last `CHECKPOINT_S`; the rest of a day is for people who look back."""

DUPLICATES_S: Final = 120.0
"""Within this time NATS itself drops a message that is published again."""

_INSUFFICIENT: Final = frozenset({10005, 10023, 10074})
"""Too few servers for so many replicas; no cluster at all."""

_IN_USE: Final = 10058
"""The stream is there, with other settings."""


async def ensure_stream(js: JetStreamContext) -> None:
    """
    Make the stream, or bring it to what it must be; with fewer copies where servers are few.

    Raises:
        nats.errors.Error: It has no leader, or refuses.
        TimeoutError: As above.
    """
    for replicas in (REPLICAS, 1):
        config = api.StreamConfig(
            name=STREAM,
            description="Carries the feed of a Tocsin core; may be lost at any time.",
            subjects=[SUBJECTS],
            storage=api.StorageType.FILE,
            discard=api.DiscardPolicy.OLD,
            max_msgs_per_subject=MESSAGES_PER_SUBJECT,
            max_bytes=STREAM_BYTES,
            max_age=STREAM_AGE_S,
            duplicate_window=DUPLICATES_S,
            num_replicas=replicas,
        )
        try:
            await js.add_stream(config)
        except APIError as error:
            if error.err_code == _IN_USE:
                if await _update(js, config):
                    return
            elif error.err_code not in _INSUFFICIENT or replicas == 1:
                raise
        else:
            return


async def _update(js: JetStreamContext, config: api.StreamConfig) -> bool:
    try:
        await js.update_stream(config)
    except APIError as error:
        if error.err_code not in _INSUFFICIENT:
            raise
        return False
    return True


async def last_place(js: JetStreamContext) -> Place | None:
    """Tell how far the stream has come; None where that is not known, and a board says it."""
    places = []
    try:
        async with asyncio.timeout(ANSWER_S):
            for kind in sorted(MESSAGES | {"board"}):
                with suppress(NotFoundError, Malformed):
                    message = await js.get_last_msg(STREAM, subject_of(kind))
                    place = place_of(parse_line(unpack(message.data or b"")))
                    if place is not None:
                        places.append((message.seq or 0, place))
    except (NatsError, TimeoutError):
        return None
    if not places:
        return None
    # An epoch ends where the next begins: only places of the newest count.
    epoch = max(places)[1].epoch
    return max(place for _, place in places if place.epoch == epoch)


def place_of(line: Line) -> Place | None:
    """Tell the place of a message or board; None where it has none."""
    said = read_body(line.body)
    position = said.get("position")
    return Place(text_of(said, "epoch"), position) if isinstance(position, int) else None
