"""
What stands before every route: body limits, security headers, and errors with their names.

Strict headers for all: nothing is loaded from another host, nothing is framed, nothing sniffed.
A route may set its own policy (a picture that carries its style inside does). Reading is open to
any origin, so answers say so; writing needs a token, which a foreign page does not have.

Source: ASVS 5.0, sections 3.4 and 4.1; design, section 5.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.kernel.errors import Malformed, Refused, TocsinError, Unavailable
from tocsin.kernel.limits import BODY_BYTES
from tocsin.web.problem import MEDIA_TYPE, problem
from tocsin.web.right_of_way import RightOfWay

SECURITY_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(self), camera=(), microphone=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}

OPEN_PATHS: Final = (
    "/api/",
    "/badge/",
    "/map.",
    "/.well-known/",
    "/cap/",
    "/healthz",
    "/readyz",
    "/tocsin.js",
)
"""What any page of any origin may read."""

OPEN_HEADERS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, retry-after",
    "cross-origin-resource-policy": "cross-origin",
}

NO_HEAD: Final = frozenset({"/api/v1/stream"})
"""What has no end has no head to ask for alone."""

HEAD_ALONE: Final = "tocsin.head_alone"
"""In the scope of a request for the head alone; only what has no whole to give looks for it."""

BODY_WITHIN_S: Final = 15.0
"""64 kB over a bad 64 kbit/s link take 8 s."""


class Guard:
    """
    Wrap an application; nothing reaches it, or leaves it, unseen.

    Args:
        way: What is no reading has the right of way here.
    """

    def __init__(self, app: ASGIApp, way: RightOfWay) -> None:
        self._app = app
        self._way = way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within the limits, and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_open = scope["path"].startswith(OPEN_PATHS)
        added = _OPEN if is_open else _CLOSED

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                set_already = {name for name, _ in headers}
                headers += [header for header in added if header[0] not in set_already]
            await send(message)

        match scope["method"]:
            case "OPTIONS" if is_open:
                await _preflight(scope, receive, send_guarded)
            case "GET":
                await self._app(scope, receive, send_guarded)
            case "HEAD" if scope["path"] not in NO_HEAD:
                # The server below sends no body in answer to HEAD, whatever the route says.
                alone = {**scope, "method": "GET", HEAD_ALONE: True}
                await self._app(alone, receive, send_guarded)
            case _:
                with self._way.command():
                    await self._with_body(scope, receive, send_guarded)

    async def _with_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                body = await _read_body(scope, receive)
        except TimeoutError:
            slow = Refused("request.too_slow", "The body did not come in time.", status=408)
            await error_response(slow)(scope, receive, send)
        except TocsinError as error:
            await error_response(error)(scope, receive, send)
        else:
            await self._app(scope, _once(body, receive), send)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


_CLOSED: Final = _raw(SECURITY_HEADERS)
_OPEN: Final = _raw(SECURITY_HEADERS | OPEN_HEADERS)


def error_response(error: TocsinError) -> Response:
    """Answer with an error as problem details."""
    status, body, headers = problem(error)
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, status, {**headers, "cache-control": "no-store"}, MEDIA_TYPE)


async def on_tocsin_error(_: Request, error: Exception) -> Response:
    """Answer for a route that raised an error of ours."""
    assert isinstance(error, TocsinError)  # Registered for this class alone.
    return error_response(error)


async def on_http_error(_: Request, error: Exception) -> Response:
    """Answer for the framework's own refusals: no such path, no such method."""
    assert isinstance(error, HTTPException)  # Registered for this class alone.
    match error.status_code:
        case 404:
            refused = Refused("http.not_found", "There is nothing here.", status=404)
        case 405:
            refused = Refused("http.method_not_allowed", "Not this way.", status=405)
        case status:
            refused = Refused("http.refused", f"{HTTPStatus(status).phrase}.", status=status)
    response = error_response(refused)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def on_fault(_: Request, error: Exception) -> Response:
    """Answer for what nobody foresaw; the server logs it, and nothing of it is shown."""
    del error
    fault = Unavailable("server.fault", "Something went wrong here.", status=500)
    response = error_response(fault)
    for name, value in (SECURITY_HEADERS | OPEN_HEADERS).items():
        response.headers[name] = value
    return response


async def _preflight(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "if-none-match, last-event-id",
        "access-control-max-age": "86400",
    }
    await Response(status_code=204, headers=headers)(scope, receive, send)


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    """
    Read a request's body whole.

    Raises:
        Refused: `request.body_too_large`, HTTP 413.
        Malformed: `request.incomplete`, where the sender went away.
    """
    too_large = Refused(
        "request.body_too_large", f"A body may hold {BODY_BYTES:,} bytes.", status=413
    )
    for name, value in scope["headers"]:
        if name == b"content-length" and int(value) > BODY_BYTES:
            raise too_large
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Malformed("request.incomplete", "The request ended before its body.")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > BODY_BYTES:
            raise too_large
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _once(body: bytes, receive: Receive) -> Receive:
    """Hand out a body that was already read; then whatever else comes (a disconnect)."""
    handed_out = False

    async def receive_body() -> Message:
        nonlocal handed_out
        if handed_out:
            return await receive()
        handed_out = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_body
