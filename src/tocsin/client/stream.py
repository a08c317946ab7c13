"""
Listening to a server: its events in order, resumed where the link broke, with a word for silence.

A stream is read until the server closes it, or until nothing has come for 12 s, two heartbeats
and their way; then the listener hears that the link is lost, waits a little longer each time, by
chance so that a country does not come back in one second, and goes on after the last place seen.
What the server refuses (a wrong area) is raised, not tried again. Nothing is sent but the areas.

Source: WHATWG HTML, section 9.2 (server-sent events); design, section 3.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import httpx

from tocsin.client.problem import read_problem
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.limits import STALE_AFTER_S
from tocsin.kernel.wire import Place, parse_place

FRAME_BYTES: Final = 16_777_216
"""A board with an alert in each of 1,633 areas is 1.6 MB; ten times that."""

WAIT_FIRST_S: Final = 1.0
WAIT_MOST_S: Final = 30.0
"""1, 2, 4, 8, 16, 30 s, each shortened by chance to as little as half."""


class Frame(NamedTuple):
    """One server-sent event as it stood on the wire; `retry_ms` is None where it isn't said."""

    event: str
    data: str
    id: str
    retry_ms: int | None


class Event(NamedTuple):
    """
    Something that the server said.

    Args:
        name: `alert`, `update`, `all-clear`, `correction`, `board`, `heartbeat`, or a new one.
        place: Where in the stream; None where the event has no place of its own.
    """

    name: str
    place: Place | None
    data: dict[str, Any]


class Opened(NamedTuple):
    """The link stands (again)."""


class Lost(NamedTuple):
    """The link is gone; it is tried again after `again_in_s` seconds."""

    why: str
    again_in_s: float


Heard: TypeAlias = Event | Opened | Lost


def listen(
    url: str,
    areas: Sequence[str] = (),
    *,
    since: Place | None = None,
    sleep: Callable[[float], None] = time.sleep,
    chance: Callable[[], float] = random.random,
    silence_s: float = STALE_AFTER_S,
) -> Iterator[Heard]:
    """
    Listen for ever.

    Args:
        url: The server's address, for instance `http://127.0.0.1:8026`.
        areas: Any codes; none for all areas.
        since: The last place seen earlier; the stream goes on after it, or begins with a board.
        sleep: Waits so many seconds.
        chance: Draws from [0, 1).
        silence_s: Seconds without a byte after which the link counts as lost.

    Raises:
        Malformed, Refused: What the server answers to a question that is wrong.
    """
    place = since
    failures = 0
    base_s = WAIT_FIRST_S
    timeout = httpx.Timeout(silence_s, pool=None)
    with httpx.Client(timeout=timeout, follow_redirects=True, trust_env=True) as client:
        while True:
            why = "closed"
            wait_s = 0.0
            try:
                for frame in _frames(client, url, areas, place):
                    if frame is None:
                        yield Opened()
                        continue
                    failures = 0
                    if frame.retry_ms is not None:
                        base_s = max(0.1, min(frame.retry_ms / 1000, WAIT_MOST_S))
                    place = parse_place(frame.id) or place
                    event = _event(frame)
                    if event is not None:
                        yield event
            except Unavailable as error:
                why, wait_s = error.sentence, float(error.retry_after_s)
            except httpx.TimeoutException:
                why = "silent"
            except httpx.HTTPError as error:
                why = str(error) or type(error).__name__
            wait_s = max(wait_s, min(base_s * 2**failures, WAIT_MOST_S)) * (0.5 + chance() / 2)
            failures = min(failures + 1, 10)
            yield Lost(why, wait_s)
            sleep(wait_s)


def read_frames(chunks: Iterable[bytes]) -> Iterator[Frame]:
    """
    Cut bytes into events; one that the end cuts short is left out, as the standard asks.

    Raises:
        Unavailable: `stream.too_large`, where one event is larger than 16 MiB.
    """
    event, data, last_id, retry_ms = "", list[str](), "", None
    for line in _lines(chunks):
        if not line:
            if data or retry_ms is not None:
                yield Frame(event or "message", "\n".join(data), last_id, retry_ms)
            event, data, retry_ms = "", [], None
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "event":
                event = value
            case "data":
                data.append(value)
            case "id" if "\0" not in value:
                last_id = value
            case "retry" if value.isascii() and value.isdigit() and len(value) < 10:
                retry_ms = int(value)
            case _:
                pass  # A comment, or a field of a later standard.


def _frames(
    client: httpx.Client, url: str, areas: Sequence[str], place: Place | None
) -> Iterator[Frame | None]:
    """Open the stream, say so with None, and hand out its events until it ends."""
    headers = {"accept": "text/event-stream", "cache-control": "no-store"}
    if place is not None:
        headers["last-event-id"] = str(place)
    params = {"areas": ",".join(areas)} if areas else {}
    address = f"{url.rstrip('/')}/api/v1/stream"
    with client.stream("GET", address, params=params, headers=headers) as answer:
        if answer.status_code != 200:
            body = answer.read()[:65_536]
            raise read_problem(answer.status_code, body, answer.headers.get("retry-after", ""))
        yield None
        yield from read_frames(answer.iter_bytes())


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        if len(rest) > FRAME_BYTES:
            raise Unavailable("stream.too_large", "The server sends more than one event can hold.")
        if b"\n" not in chunk:
            continue
        *lines, last = rest.split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode(errors="replace")
        rest = bytearray(last)


def _event(frame: Frame) -> Event | None:
    try:
        data = json.loads(frame.data)
    except (ValueError, RecursionError):
        return None  # Nothing that we can act on; the next board says all that stands.
    if not isinstance(data, dict):
        return None
    return Event(frame.event, parse_place(frame.id), data)
