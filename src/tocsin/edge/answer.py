"""
What the edge itself says in HTTP: heads, problem documents, and the headers that go with all.

The headers are those of the web door, so that nobody can tell which process has answered; a test
holds the two lists against each other. Errors are problem documents (RFC 9457) as everywhere.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from tocsin.kernel.errors import Malformed, TocsinError, Unavailable

SECURITY: Final = (
    b"content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    b"img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"referrer-policy: no-referrer\r\n"
    b"permissions-policy: geolocation=(self), camera=(), microphone=(), interest-cohort=()\r\n"
    b"cross-origin-opener-policy: same-origin\r\n"
    b"x-frame-options: DENY\r\n"
)
OPEN: Final = (
    b"access-control-allow-origin: *\r\n"
    b"access-control-expose-headers: etag, retry-after\r\n"
    b"cross-origin-resource-policy: cross-origin\r\n"
)
PREFLIGHT: Final = (
    b"access-control-allow-methods: GET, HEAD\r\n"
    b"access-control-allow-headers: if-none-match, last-event-id\r\n"
    b"access-control-max-age: 86400\r\n"
)

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

SSE_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-store\r\n"
    b"access-control-allow-origin: *\r\n"
    b"x-content-type-options: nosniff\r\n"
    b"x-accel-buffering: no\r\n"
    b"connection: close\r\n\r\n"
)
"""No length and no chunks: the stream ends when the connection does (RFC 9112, section 6.3)."""

NDJSON_HEAD: Final = SSE_HEAD.replace(b"text/event-stream; charset=utf-8", b"application/x-ndjson")
FEED_HEAD: Final = SSE_HEAD.replace(b"text/event-stream", b"text/plain")

_JSON: Final = b"application/json"
_PROBLEM: Final = b"application/problem+json"


def status_line(status: int) -> bytes:
    """Write the first line of a response."""
    return b"HTTP/1.1 %d %s\r\n" % (status, HTTPStatus(status).phrase.encode())


def whole(
    status: int,
    body: bytes,
    *,
    content_type: bytes = _JSON,
    headers: bytes = b"cache-control: no-store\r\n",
    close: bool = False,
    with_body: bool = True,
) -> bytes:
    """
    Write a whole response, open to pages of any origin.

    Args:
        headers: More of them, as lines.
        close: Whether the connection ends with it; its client is told.
        with_body: False in answer to HEAD.
    """
    return b"%scontent-type: %s\r\ncontent-length: %d\r\n%s%s%s%s\r\n%s" % (
        status_line(status), content_type, len(body), headers, SECURITY, OPEN,
        b"connection: close\r\n" if close else b"", body if with_body else b"",
    )  # fmt: skip


def bodiless(status: int, headers: bytes, *, close: bool) -> bytes:
    """Write a response that has no body by its status: 204 and 304."""
    ending = b"connection: close\r\n" if close else b""
    return b"%s%s%s%s%s\r\n" % (status_line(status), headers, SECURITY, OPEN, ending)


def problem(error: TocsinError, *, close: bool, with_body: bool = True) -> bytes:
    """Write an error as a whole response."""
    said: dict[str, Any] = {
        "type": f"tocsin:error:{error.code}",
        "title": type(error).__name__,
        "status": error.status,
        "detail": error.sentence,
        "code": error.code,
    }
    headers = b"cache-control: no-store\r\n"
    if isinstance(error, Malformed) and error.where:
        said["where"] = error.where
    if isinstance(error, Unavailable):
        headers += b"retry-after: %d\r\n" % error.retry_after_s
    if error.status == HTTPStatus.UPGRADE_REQUIRED:
        headers += b"sec-websocket-version: 13\r\n"
    return whole(
        error.status,
        json.dumps(said, ensure_ascii=False).encode(),
        content_type=_PROBLEM,
        headers=headers,
        close=close,
        with_body=with_body,
    )
