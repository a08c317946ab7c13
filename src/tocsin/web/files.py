"""
The pages' own files: style, script, icons, the service worker and the manifest.

All are read once at the start and named by a digest of them all, so that a browser may keep
them for a year and a new version is never mixed with an old one. Scripts and styles are sent
without their comments.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Response

from tocsin.kernel.errors import Refused

_PLACE: Final = Path(__file__).parent / "static"

SHARED: Final = "tocsin-shared"
"""
Tells the edge that everybody who asks in these words is answered with the same.

Its value is the place in the stream that the answer is of, or `FOR_ALL`. It goes no further than
the edge (decision 0023).
"""

FOR_ALL: Final = "*"
"""Whatever happens: a file stays the same as long as this process."""

_COMMENTS: Final = re.compile(rb"^\s*(?:/\*.*?\*/|//[^\n]*)\n|^[ \t]+", re.DOTALL | re.MULTILINE)
"""Whole lines of comment, and indentation: for whoever reads the source, not for a phone."""

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


class Files:
    """The files of `static/` by name, with the version they share."""

    def __init__(self) -> None:
        self._bodies = {
            path.name: _lean(path) for path in sorted(_PLACE.iterdir()) if path.suffix in _TYPES
        }
        digest = hashlib.sha256()
        for name, body in self._bodies.items():
            digest.update(f"{name}\n{len(body)}\n".encode())
            digest.update(body)
        self.version = digest.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Give the address of a file; it changes with the file."""
        assert name in self._bodies, name
        return f"/static/{self.version}/{name}"

    def serve(self, router: APIRouter) -> None:
        """Add the files' addresses to a router; the worker stands at the root, its scope."""

        @router.get("/static/{version}/{name}")
        async def file(version: str, name: str) -> Response:
            current = version == self.version
            return self._answer(
                name, "public, max-age=31536000, immutable" if current else "no-cache"
            )

        @router.get("/sw.js")
        async def worker() -> Response:
            return self._answer("sw.js", "no-cache")

        @router.get("/keeper-worker.js")
        async def keeper_worker() -> Response:
            return self._answer("keeper-worker.js", "no-cache")

        @router.get("/tocsin.js")
        async def client() -> Response:
            """Hand the client module out under a name that others can import."""
            return self._answer("tocsin.js", "no-cache")

        @router.get("/manifest.webmanifest")
        async def manifest() -> Response:
            return self._answer("manifest.webmanifest", "no-cache")

        @router.get("/favicon.ico")
        async def icon() -> Response:
            return self._answer("icon.svg", "public, max-age=86400")

    def _answer(self, name: str, kept: str) -> Response:
        body = self._bodies.get(name)
        if body is None:
            raise Refused("web.no_such_file", "There is no such file.", status=404)
        if name in {"sw.js", "keeper-worker.js", "manifest.webmanifest"}:
            body = body.replace(b"{{version}}", self.version.encode())
        return Response(
            body,
            media_type=_TYPES[Path(name).suffix],
            headers={"Cache-Control": kept, SHARED: FOR_ALL},
        )


def _lean(path: Path) -> bytes:
    body = path.read_bytes()
    return _COMMENTS.sub(b"", body) if path.suffix in {".js", ".css"} else body
