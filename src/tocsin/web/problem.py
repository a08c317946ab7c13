"""
Errors as a door shows them: problem details (RFC 9457), with the error's stable `code`.

`type` names the code's row in the documentation, `title` is the kind of error, `detail` the
sentence; nothing of the server's inside is ever shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from tocsin.kernel.errors import Malformed, TocsinError, Unavailable

MEDIA_TYPE: Final = "application/problem+json"


def problem(error: TocsinError) -> tuple[int, dict[str, Any], Mapping[str, str]]:
    """Give an error's HTTP status, its body, and the headers that go with it."""
    body: dict[str, Any] = {
        "type": f"tocsin:error:{error.code}",
        "title": type(error).__name__,
        "status": error.status,
        "detail": error.sentence,
        "code": error.code,
    }
    headers: dict[str, str] = {}
    if isinstance(error, Malformed) and error.where:
        body["where"] = error.where
    if isinstance(error, Unavailable):
        headers["retry-after"] = str(error.retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return error.status, body, headers


def http_response(error: TocsinError) -> bytes:
    """Write an error as a whole HTTP/1.1 response, for a connection without a framework."""
    status, body, headers = problem(error)
    content = json.dumps(body, ensure_ascii=False).encode()
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"content-type: {MEDIA_TYPE}",
        f"content-length: {len(content)}",
        "access-control-allow-origin: *",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content
