"""
Map tiles over HTTP: parts of the operator's archive, and the libraries that draw them.

Nobody is handed the archive whole: a part is 1 MB at the most, read beside the loop in pieces, so
that neither a slow disk nor a slow reader holds up anything else. The libraries are others',
unmodified, and in memory only where there is an archive to draw.
Source: RFC 9110, sections 13 and 14; decision 0028.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from tocsin.kernel.errors import Refused
from tocsin.web.aside import Aside
from tocsin.web.files import FOR_ALL, SHARED
from tocsin.web.guard import HEAD_ALONE, error_response
from tocsin.web.tile_archive import TileArchive

ADDRESS: Final = "/tiles/map.pmtiles"

PART_BYTES: Final = 1_048_576
"""The largest tiles are 0.5 MB; a longer range is answered with its beginning."""

PIECE_BYTES: Final = 65_536
"""What is held in memory of a part for one reader."""

READS_WAITING: Final = 200
"""Of 0.1 ms each from memory, 10 ms each from a slow disk: two seconds at the very most."""

_PLACE: Final = Path(__file__).parent / "static" / "vendor"
_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})", re.IGNORECASE)
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


class Libraries:
    """The files of `static/vendor/`, unmodified, as they are and packed."""

    def __init__(self) -> None:
        self._bodies = {
            path.name: (body := path.read_bytes(), gzip.compress(body, 6, mtime=0))
            for path in sorted(_PLACE.iterdir())
            if path.suffix in _TYPES
        }
        digest = hashlib.sha256(b"".join(body for body, _ in self._bodies.values()))
        self.address = f"/static/vendor/{digest.hexdigest()[:12]}/"

    def answer(self, name: str, request: Request) -> Response:
        """
        Answer with a file.

        Raises:
            Refused: `web.no_such_file`, HTTP 404.
        """
        if name not in self._bodies:
            raise Refused("web.no_such_file", "There is no such file.", status=404)
        body, packed = self._bodies[name]
        current = request.url.path.startswith(self.address)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
            "Vary": "Accept-Encoding",
            SHARED: FOR_ALL,
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = packed
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=_TYPES[Path(name).suffix], headers=headers)


class Tiles:
    """An archive, and how a page draws it."""

    def __init__(self, archive: TileArchive) -> None:
        self._archive = archive
        self._libraries = Libraries()
        self._aside = Aside(READS_WAITING)

    def told(self) -> dict[str, Any]:
        """Tell a page's script what there is."""
        about = self._archive.about
        return {
            "address": ADDRESS,
            "libraries": self._libraries.address,
            "vector": about.vector,
            "layers": about.layers,
            "zooms": about.zooms,
            "bounds": about.bounds,
            "credit": about.credit,
        }

    def router(self) -> APIRouter:
        """Make the router of the archive and the libraries."""
        router = APIRouter(include_in_schema=False)

        @router.get(ADDRESS)
        async def part(request: Request) -> Response:
            return self._part(request)

        @router.get("/static/vendor/{version}/{name}")
        async def library(version: str, name: str, request: Request) -> Response:
            del version
            return self._libraries.answer(name, request)

        return router

    def _part(self, request: Request) -> Response:
        archive = self._archive
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": archive.etag,
            "Cache-Control": "public, max-age=3600",
            "Content-Type": "application/vnd.pmtiles",
            "Content-Encoding": "identity",  # Packed anew, a range would be another's bytes.
        }
        unchanged = request.headers.get("if-none-match", "")
        if unchanged.strip() == "*" or archive.etag in unchanged:
            return Response(status_code=304, headers=headers)
        asked = request.headers.get("range")
        if request.headers.get("if-range", archive.etag) != archive.etag:
            asked = None
        if asked is None and HEAD_ALONE in request.scope:
            return Response(headers=headers)
        found = read_range(asked or "", archive.size)
        if found is None:
            response = error_response(
                Refused(
                    "tiles.bad_range",
                    f"Ask for one part of the {archive.size} bytes, with a header “Range”.",
                    status=416,
                )
            )
            response.headers["Content-Range"] = f"bytes */{archive.size}"
            response.headers["Accept-Ranges"] = "bytes"
            return response
        begin, length = found
        headers["Content-Range"] = f"bytes {begin}-{begin + length - 1}/{archive.size}"
        headers["Content-Length"] = str(length)
        if HEAD_ALONE in request.scope:
            return Response(status_code=206, headers=headers)
        return StreamingResponse(self._pieces(begin, length), 206, headers)

    async def _pieces(self, begin: int, length: int) -> AsyncIterator[bytes]:
        end = begin + length
        while begin < end:
            piece = await self._aside.run(self._archive.part, begin, min(PIECE_BYTES, end - begin))
            if not piece:
                return  # The file was cut: the server below breaks the answer off.
            begin += len(piece)
            yield piece


def read_range(text: str, size: int) -> tuple[int, int] | None:
    """
    Read one range of a file: where it begins, and how many bytes of it are given.

    Args:
        text: `bytes=FIRST-LAST`, `bytes=FIRST-` or `bytes=-LAST_BYTES`.
        size: Of the file, in bytes.

    Returns:
        1 to `PART_BYTES` bytes; None for what is no range of the file, or several.
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < begin:
            return None
    if begin >= end:
        return None
    return begin, min(end - begin, PART_BYTES)
