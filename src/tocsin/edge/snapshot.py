"""
A snapshot: the board for some areas at one moment, as the bytes that are sent, made once.

Its tag is the core's own (`tocsin.web.api`), so that whoever was answered by the one can ask the
other. Source: RFC 9110, section 8.8 (a weak tag: `as_of` moves on) and section 13.1.2.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b

from tocsin.kernel import wire
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.prepared import Prepared
from tocsin.kernel.time import Moment
from tocsin.kernel.wire import Form, Place


class Snapshot:
    """
    The board for some areas at one moment, as bytes.

    Args:
        place: In the stream, that the board is as of.
        as_of: The last moment that the core vouched for it.
        etag: Value of the header, from `weak_tag`.
        fresh: Whether the core is heard. Where it is not, nobody is told "as you know it": that
            would pass for a board of now, and the one that stands here says how old it is.
    """

    def __init__(
        self, ready: Prepared, place: Place, as_of: Moment, etag: str, *, fresh: bool
    ) -> None:
        self._ready = ready
        self._frames: dict[Form, bytes] = {}
        self.place = place
        self.as_of = as_of
        self.etag = etag
        self.fresh = fresh

    @cached_property
    def plain(self) -> bytes:
        """The board as JSON."""
        return self._ready.plain(self.as_of)

    @cached_property
    def gzipped(self) -> bytes:
        """The board as JSON, packed by gzip."""
        return self._ready.gzipped(self.as_of)

    def frame(self, form: Form) -> bytes:
        """Give the board as an event of a stream; the same bytes for everybody who asks."""
        framed = self._frames.get(form)
        if framed is None:
            framed = self._frames[form] = wire.frame(form, "board", self.plain, self.place)
        return framed

    def known_to(self, if_none_match: str) -> bool:
        """Say whether somebody who sends this header may be answered 304."""
        return self.fresh and (
            self.etag.removeprefix("W/") in if_none_match or if_none_match.strip() == "*"
        )


def weak_tag(version: str, areas: frozenset[AreaCode]) -> str:
    """
    Name a board, as the value of the header `etag`.

    Args:
        version: Of all that stands: the place.
    """
    if not areas:
        return f'W/"{version}-all"'
    asked = blake2b(f"{','.join(sorted(areas))};None".encode(), digest_size=6).hexdigest()
    return f'W/"{version}-{asked}"'
