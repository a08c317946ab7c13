"""
One question to a server over HTTP, and its answer or the error that it was.

A link that cannot be made is `Unavailable`, exit code 3: nobody knows whether a command that was
under way has acted, so it is sent again with the same command id. Never without end: 10 s.
"""

from __future__ import annotations

from typing import Any, Final

import httpx

from tocsin.client.problem import read_problem
from tocsin.kernel.errors import Malformed, Unavailable

PATIENCE_S: Final = 10.0
"""A commit takes milliseconds; whoever waits longer should know that something is wrong."""


def call(
    url: str, path: str, *, body: dict[str, Any] | None = None, token: str | None = None
) -> dict[str, Any]:
    """
    Ask a server: GET, or POST where there is a body.

    Raises:
        Malformed: `url.malformed`, or what the server says.
        Refused, Corrupt: What the server says.
        Unavailable: `server.unreachable`, or what the server says.
    """
    address = f"{url.rstrip('/')}{path}"
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    method = "GET" if body is None else "POST"
    try:
        with httpx.Client(timeout=PATIENCE_S) as client:
            answer = client.request(method, address, json=body, headers=headers)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeEncodeError):
        raise Malformed(
            "url.malformed", f"“{url[:80]}” is not the address of a server.", where="--url"
        ) from None
    except httpx.HTTPError as error:
        raise Unavailable(
            "server.unreachable", f"{url} does not answer ({str(error) or type(error).__name__})."
        ) from error
    if answer.status_code >= 400:
        raise read_problem(
            answer.status_code, answer.content, answer.headers.get("retry-after", "")
        )
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unavailable("server.not_tocsin", f"What answers at {url} is not Tocsin.")
    return found
