"""
Answers in the dialects of existing clients: bytes made once a change, given to whoever asks.

Every answer has `Last-Modified` and an ETag. What the client sends back as `If-Modified-Since` is
compared byte for byte, as those clients expect; an empty one counts as absent. Past the freshness
bound the answer is 503 and never the last state: a client then shows "unavailable", which is true.

No key is ever asked for or looked at. Source: RFC 9110, section 13; decision 0018.
"""

from __future__ import annotations

import gzip
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.requests import HTTPConnection

from tocsin.alerts.board import Applied, Board
from tocsin.channels.compat_limits import Buckets, address_of, retry_after_s
from tocsin.channels.compat_stamps import Stamps
from tocsin.channels.compat_table import Region, Regions, Table
from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.limits import STALE_AFTER_S
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.views.live import Live

FRESH_WITHIN: Final = timedelta(seconds=STALE_AFTER_S)
"""As long as a page trusts a silent server; past it a state is no longer what stands now."""

GZIP_FROM_BYTES: Final = 1_000
"""One packet carries 1,400 bytes; below that compression saves nothing."""

ANSWERS_KEPT: Final = 4_096
"""One for each of 1,611 regions in two dialects, most of 200 bytes: under 2 MB."""

PREFLIGHT: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "authorization, if-modified-since, x-api-key",
    "access-control-max-age": "86400",
}
"""A page of any origin may ask with the headers that these clients send; no key is looked at."""

Endpoint = Callable[[Request], Awaitable[Response]]

Vouched = Callable[[], "int | None"]
"""Tell the last position recorded; None where the server cannot vouch for what it shows."""


class Answer(NamedTuple):
    """An answer ready to be sent: its body, the same compressed where that helps, and its name."""

    body: bytes
    gzipped: bytes | None
    tag: str


class Interpreter:
    """
    What all dialects answer from: the table, its second, and whether it may be shown.

    Args:
        board: The board that the view shows; its owner tells `changed` of every event.
        stamps: Folded as far as the board.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        live: Live,
        board: Board,
        stamps: Stamps,
        *,
        vouched: Vouched,
        clock: Callable[[], float],
    ) -> None:
        self.live = live
        self.regions = Regions(live.gazetteer)
        self.stamps = stamps
        self.buckets = Buckets(clock)
        self._board = board
        self._vouched = vouched
        self._owed: tuple[int | None, datetime] | None = None
        self._table: Table | None = None
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._ended: dict[int, datetime | None] = {}

    @property
    def table(self) -> Table:
        """Give the table of what stands, built once a change."""
        if self._table is None or self._table.position != self._board.position:
            self._table = Table(self._board, self.regions)
            self._answers.clear()
        return self._table

    def changed(self, applied: Applied) -> None:
        """Take in one event that the board has just taken."""
        self.stamps.apply(applied)
        self._table = None
        code = applied.event.area
        if code in self.regions.gazetteer:
            gazetteer = self.regions.gazetteer
            for related in (code, *gazetteer.lineage(code), *gazetteer.descendants(code)):
                self._ended.pop(gazetteer.get(related).uid or 0, None)

    def fresh(self) -> bool:
        """
        Say whether what is shown may be given out as what stands now, by the server's clock.

        What was recorded is owed until it is shown; it may be owed for `FRESH_WITHIN`. `Lines`
        asks every few seconds, so that a debt is noticed whoever else asks.
        """
        now, recorded, shown = self.live.now(), self._vouched(), self._board.position
        owed = self._owed
        if recorded is None:
            owed = self._owed = (None, owed[1] if owed else now)
        elif owed is None or owed[0] is None or shown >= owed[0]:
            self._owed = (recorded, now) if recorded > shown else None
            return True
        return now - owed[1] <= FRESH_WITHIN

    def check(self, region: Region | None = None) -> None:
        """
        Let an answer about a region, or about the whole country, go out.

        Raises:
            Unavailable: `compat.stale` or `compat.unknown`.
        """
        if not self.fresh():
            raise Unavailable("compat.stale", "This server has lost touch with its own record.")
        table = self.table
        if table.nobody and not table.placed:
            raise Unavailable("compat.unknown", "Nobody is heard about any area just now.")
        if region is None or table.known(region) or table.over(region) or table.inside(region):
            return
        raise Unavailable("compat.unknown", "Nobody is heard about this area just now.")

    def alerted(self, region: Region) -> list[AreaCode]:
        """List a region, what it lies in and what lies in it, where anything was ever said."""
        gazetteer, code = self.regions.gazetteer, region.area.code
        related = (code, *gazetteer.lineage(code), *gazetteer.descendants(code))
        return [area for area in related if self._board.area(area).version]

    def ended(self, region: Region) -> datetime | None:
        """Tell when the last alert in a region, or around it, ended; None if none ever did."""
        if region.uid not in self._ended:
            gazetteer, code = self.regions.gazetteer, region.area.code
            over = frozenset((code, *gazetteer.lineage(code), *gazetteer.descendants(code)))
            self._ended[region.uid] = self._last_end(over)
        return self._ended[region.uid]

    def _last_end(self, over: frozenset[AreaCode]) -> datetime | None:
        ended = self.live.history.last_end(over, rfc3339(self.live.now()))
        return None if ended is None else parse_rfc3339(ended)

    def since(self, region: Region) -> datetime | None:
        """Tell when a region's air-raid state last changed: its start, or the end of the last."""
        standing = [placed.alert.since for placed in self.table.air(region)]
        return parse_rfc3339(min(standing)) if standing else self.ended(region)

    def answer(self, key: str, build: Callable[[Table], Any]) -> Answer:
        """Give the answer of that name, built at most once a change."""
        table = self.table
        ready = self._answers.get(key)
        if ready is None:
            ready = self._answers[key] = prepared(build(table))
            if len(self._answers) > ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return ready

    def modified(self) -> str:
        """Tell the second of the newest state, as HTTP writes it."""
        return format_datetime(self.stamps.serve(), usegmt=True)

    def send(self, request: Request, ready: Answer) -> Response:
        """Send an answer, or 304 to a client that has it."""
        headers = {
            "last-modified": self.modified(),
            "etag": ready.tag,
            "cache-control": "public, max-age=1",
            "vary": "accept-encoding",
            "access-control-allow-origin": "*",
        }
        if self.live.replay:
            headers["tocsin-replay"] = "true"
        if _seen(request, ready.tag, headers["last-modified"]):
            return Response(status_code=304, headers=headers)
        body = ready.body
        if ready.gzipped and "gzip" in request.headers.get("accept-encoding", ""):
            body = ready.gzipped
            headers["content-encoding"] = "gzip"
        return Response(body, media_type="application/json", headers=headers)

    def admit(self, request: HTTPConnection, tokens: float = 1) -> None:
        """
        Let a request in, within what its address may ask.

        Raises:
            Unavailable: `compat.too_many`, HTTP 429, with the seconds to wait.
        """
        wait = self.buckets.take(address_of(request), tokens)
        if wait:
            seconds = retry_after_s(wait)
            sentence = f"Please wait {seconds} seconds before asking again."
            raise Unavailable("compat.too_many", sentence, retry_after_s=seconds, status=429)


def serve(
    router: APIRouter,
    interpreter: Interpreter,
    path: str,
    endpoint: Endpoint,
    member: str,
    tokens: float = 1,
) -> None:
    """
    Serve a path of a dialect to any origin, within the limits, with refusals in its own form.

    Args:
        member: Where the dialect's clients look for an error's sentence.
        tokens: What a request costs its address.
    """

    async def guarded(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT)
        try:
            interpreter.admit(request, tokens)
            return await endpoint(request)
        except TocsinError as error:
            return refusal(error, member)

    router.add_route(path, guarded, methods=["GET", "HEAD", "OPTIONS"])


def just_after(now: datetime) -> Moment:
    """Give the end of a span that has in it what began at this moment."""
    return rfc3339(now + timedelta(milliseconds=1))


def prepared(shape: Any) -> Answer:  # noqa: ANN401  # Whatever JSON a dialect answers with.
    """Encode and compress an answer, and name it by what it says."""
    body = json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode()
    gzipped = gzip.compress(body, 6, mtime=0) if len(body) >= GZIP_FROM_BYTES else None
    return Answer(body, gzipped, f'"{blake2b(body, digest_size=8).hexdigest()}"')


def refusal(error: TocsinError, member: str) -> Response:
    """Answer with an error as a dialect's clients read it: its sentence as the named member."""
    headers = {"cache-control": "no-store", "access-control-allow-origin": "*"}
    if isinstance(error, Unavailable):
        headers["retry-after"] = str(error.retry_after_s)
    shape: Mapping[str, str] = {member: error.sentence, "code": error.code}
    content = json.dumps(shape, ensure_ascii=False).encode()
    return Response(content, error.status, headers, "application/json")


def _seen(request: Request, tag: str, modified: str) -> bool:
    """Say whether the client holds what would be sent; its tags count before its second."""
    tags = request.headers.get("if-none-match", "")
    if tags:
        return tag in tags or tags.strip() == "*"
    return request.headers.get("if-modified-since", "") == modified
