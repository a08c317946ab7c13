"""
The words of a question: all that an answer for everybody may depend on, and nothing of who asks.

Only questions for pages, their pictures and their files are read so. Whoever brings anything of his
own (a token, a cookie that no page has given) has no words here, and is answered alone.

Source: RFC 9111, section 4.1; decision 0023.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from tocsin.edge.request import Request

PATHS: Final = frozenset({
    b"/", b"/wall", b"/map.svg", b"/map.png", b"/sw.js", b"/tocsin.js", b"/manifest.webmanifest",
    b"/favicon.ico",
})  # fmt: skip
UNDER: Final = (b"/static/", b"/badge/")
"""Where pages, their pictures and their files are; no command and no list for machines."""
BARE: Final = frozenset({b"/shelter"})
"""Pages that are alike for all where nothing is asked of them: a question there names a place."""

_PRIVATE: Final = frozenset({
    b"authorization", b"proxy-authorization", b"range", b"if-range", b"upgrade",
})  # fmt: skip
_WORDS: Final = frozenset({b"host", b"accept-language", b"accept-encoding", b"cookie"})
VARIES: Final = _WORDS - {b"host"}
_COOKIES: Final = frozenset({b"areas", b"lang"})
"""What pages remember: areas and a language, the same for many. Who has others asks alone."""


class Key(NamedTuple):
    """The words of a request: all that its answer may depend on."""

    target: bytes
    host: bytes
    language: bytes
    cookie: bytes
    packs: bool

    def size(self) -> int:
        """Count its bytes."""
        return len(self.target) + len(self.host) + len(self.language) + len(self.cookie)


def key_of(request: Request) -> Key | None:
    """Read a request's words; None for one that is to be answered alone."""
    path = request.target.partition(b"?")[0]
    if path not in PATHS and not path.startswith(UNDER) and request.target not in BARE:
        return None
    if request.method != b"GET" or request.body or request.upgrade or not request.modern:
        return None
    found: dict[bytes, bytes] = {}
    for name, value in request.headers:
        if name in _PRIVATE:
            return None
        if name in _WORDS:
            if name in found:
                return None
            found[name] = value
    cookie = found.get(b"cookie", b"")
    if cookie and not _remembered(cookie):
        return None
    packs = b"gzip" in found.get(b"accept-encoding", b"")
    language = found.get(b"accept-language", b"")
    return Key(request.target, found.get(b"host", b""), language, cookie, packs)


def _remembered(cookie: bytes) -> bool:
    """Say whether a header holds nothing but what pages remember."""
    names = [part.partition(b"=")[0].strip() for part in cookie.split(b";")]
    return set(names) <= _COOKIES and len(set(names)) == len(names)


def plain(key: Key) -> Request:
    """Write the request that the words make."""
    headers = [(b"host", key.host)] if key.host else []
    if key.language:
        headers.append((b"accept-language", key.language))
    if key.cookie:
        headers.append((b"cookie", key.cookie))
    if key.packs:
        headers.append((b"accept-encoding", b"gzip"))
    return Request(b"GET", key.target, headers)
