"""
The OpenAPI document, made whole: problems, the stream, tokens.

The framework describes each route and its shapes. What holds for all of them is added here, in
one place: which problems a kind of request can meet, in their own media type, and the stream,
which is served beside the framework. A test asks a running server whether it keeps to this.

Source: OpenAPI 3.1; RFC 9457 for problems.
"""

from __future__ import annotations

from typing import Any, Final

from tocsin.web.api import AREAS
from tocsin.web.problem import MEDIA_TYPE

PROBLEMS: Final = {
    "400": "Not understood; `where` says what.",
    "401": "This needs a token, or the token is unknown or void.",
    "403": "Outside the token's remit.",
    "404": "There is no such area or alert.",
    "408": "The body did not come in time.",
    "409": "Refused as things stand; `code` says why.",
    "413": "The body is too large.",
    "414": "Path and query are too long.",
    "421": "The stream needs a connection of its own; ask again on another.",
    "429": "This address asked too often; `Retry-After` says when to try again.",
    "431": "The headers are too long.",
    "500": "The record is damaged, and nothing is accepted: call a person.",
    "503": "Not now; `Retry-After` says when to try again.",
}
READING: Final = ("400", "404", "414", "431", "503")
WRITING: Final = tuple(status for status in PROBLEMS if status not in {"421", "429"})
SHELTERS: Final = ("401", "403", "429")
"""A token shows more of them, and has to be good for that; how each is is not told often."""

OUTAGES: Final = ("429",)
"""What is looked up for one asker alone: a house, a point, a moment of the past."""

OPERATING: Final = ("414", "431", "503")

_STREAM: Final[dict[str, Any]] = {
    "tags": ["read"],
    "summary": "Every change as it happens (server-sent events)",
    "description": "First a board, or with `since` just what was missed, if that is still at hand; "
    "then `alert`, `update`, `all-clear`, `correction`, `board` as they happen and a signed "
    "`heartbeat` every 5 s. Without one for 12 s, what you show is no longer known.",
    "operationId": "stream_api_v1_stream_get",
    "parameters": [
        AREAS,
        {
            "name": "since",
            "in": "query",
            "schema": {"type": "string"},
            "description": "`EPOCH:POSITION`, the last `id:` seen.",
        },
        {
            "name": "last-event-id",
            "in": "header",
            "schema": {"type": "string"},
            "description": "As `since`, which it outweighs; browsers send it by themselves.",
        },
    ],
    "responses": {
        "200": {
            "description": "Events without end. `id:` is `EPOCH:POSITION`; `data:` is JSON with "
            "`area`, `relation` (`here`, `inside`, `around`), `version`, `standing` and `alert`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
}

_PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "An error (RFC 9457) with a stable code.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for a person."},
        "code": {"type": "string", "pattern": r"^[a-z_]+(\.[a-z0-9_]+)+$"},
        "where": {"type": "string", "description": "What part of the request is wrong."},
    },
}


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Complete the framework's document in place, and give it back."""
    document["paths"]["/api/v1/stream"] = {"get": _STREAM}
    parts = document.setdefault("components", {})
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    shapes = parts.setdefault("schemas", {})
    shapes["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        shapes.pop(unused, None)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            possible: tuple[str, ...] = READING if path.startswith("/api/") else OPERATING
            if method == "post":
                possible = WRITING
            answers = operation["responses"]
            answers.pop("422", None)  # The framework checks nothing here; our readers do.
            if operation is _STREAM:
                possible = (*possible, "421")
            elif path.startswith("/api/v1/shelters"):
                possible = (*possible, *SHELTERS)
            elif path.startswith("/api/v1/outages") and method == "get":
                possible = (*possible, *OUTAGES)
            for status in possible:
                answers.setdefault(status, _answer(PROBLEMS[status]))
    return document


def _answer(description: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}
