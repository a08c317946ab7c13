"""
Read your own writes: an answer to a command says how far the stream had come when it was given.

The edge holds such an answer back until it has told everybody as much itself, which is a matter of
milliseconds; so whoever asks for the board right after, anywhere on this machine, sees what was
said. The place is the last that the feed has told, never one that the edge will not hear of.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.kernel.wire import Place

HEADER = b"tocsin-place"


def placed(app: ASGIApp, place: Callable[[], Place | None]) -> ASGIApp:
    """Wrap an application: answers to POST carry the place that `place` tells then, if any."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = place()
                if now is not None:
                    message["headers"] = [*message["headers"], (HEADER, str(now).encode())]
            await send(message)

        await app(scope, receive, say)

    return wrapped
