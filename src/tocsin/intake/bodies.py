"""
What every door in has in common: who speaks, what was said, and when.

A token says who asks. A body is read strictly: what is not known is refused, what is missing is
never assumed. Nothing is answered before it is on disk, and no answer is kept by anybody.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tocsin.authority.remit import Grant
from tocsin.commands import Answer
from tocsin.commands import Request as DeskRequest
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.limits import FUTURE_S, TEXT_CHARACTERS
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Status

PAST_S: Final = 7 * 86_400
"""A spool that was cut off for a week may still say what it saw; older than that is a mistake."""

PRINTABLE: Final = r"^[^\x00-\x08\x0b-\x1f\x7f\u2028\u2029]*$"
"""No control characters but tab and line feed; JSON itself lets no lone surrogate through."""

POSITION: Final = "In the record; null where it is out of reach and this is kept here until then."

Text = Annotated[
    str, StringConstraints(min_length=1, max_length=TEXT_CHARACTERS, pattern=PRINTABLE)
]

Written = Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"})]
"""A moment as RFC 3339 writes it; `moment` reads it."""

SaidStatus = Annotated[Status, Field(description="Has no default: an exercise is said to be one.")]

Submit = Callable[[DeskRequest], Awaitable[Answer]]
Authenticate = Callable[[str], Awaitable[Grant | None]]


class Body(BaseModel):
    """What all commands carry."""

    model_config = ConfigDict(extra="forbid")

    command_id: UUID = Field(description="Chosen by the sender; the same id acts once.")


class SaidShape(BaseModel):
    """What was accepted: on disk, or already so."""

    id: str
    position: int | None = Field(description=POSITION)


BodyT = TypeVar("BodyT", bound=Body)

AT: Final[Any] = Field(
    None,
    max_length=40,
    description="RFC 3339; now where left out.",
    json_schema_extra={"format": "date-time"},
)


async def granted(request: Request, authenticate: Authenticate) -> Grant:
    """
    Tell who speaks.

    Raises:
        Malformed: `query.unknown_parameter`; a command has none.
        Refused: `token.missing` or `token.unknown`, HTTP 401.
    """
    no_query(request)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Refused("token.missing", "This needs a token.", status=401)
    grant = await authenticate(token.strip())
    if grant is None:
        raise Refused("token.unknown", "This token is unknown or void.", status=401)
    return grant


def no_query(request: Request) -> None:
    """
    Let through what says all in its body.

    Raises:
        Malformed: `query.unknown_parameter`.
    """
    if query := request.scope["query_string"]:
        name = query.decode("ascii", "replace").partition("=")[0][:40]
        sentence = f"There is no parameter “{name}” here; all is said in the body."
        raise Malformed("query.unknown_parameter", sentence, where=name)


async def read_body(request: Request, kind: type[BodyT]) -> BodyT:
    """
    Read a JSON body strictly.

    Raises:
        Malformed: `request.malformed`, with the field as `where`.
    """
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80] or "body"
        raise Malformed(
            "request.malformed", f"“{where}” cannot be taken: {first['msg']}.", where=where
        ) from None


def said_at(text: str | None, now: datetime) -> Moment:
    """
    Read when a sender says that something was so; now where it does not say.

    Raises:
        Malformed: `time.malformed`, `command.time_unlikely`.
    """
    if text is None:
        return rfc3339(now)
    at = parse_rfc3339(text, where="at")
    if not -timedelta(seconds=PAST_S) <= at - now <= timedelta(seconds=FUTURE_S):
        raise Malformed(
            "command.time_unlikely",
            "“at” lies in the future or more than a week ago; check the sender's clock.",
            where="at",
        )
    return rfc3339(at)


def moment(text: str | None, where: str) -> Moment | None:
    """
    Read a moment that may be left out.

    Raises:
        Malformed: `time.malformed`.
    """
    return None if text is None else rfc3339(parse_rfc3339(text, where=where))


def said_by(body: Body, grant: Grant, area: AreaCode, at: Moment) -> dict[str, Any]:
    """Give what all commands carry: which one it is, whose, about what area, as of when."""
    return {
        "command_id": CommandId(str(body.command_id)),
        "sender": grant.sender,
        "rank": grant.rank,
        "area": area,
        "at": at,
    }


def answered(body: str, status: int = 200) -> Response:
    """Answer with JSON that nobody keeps."""
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


def documented(
    summary: str,
    body: type[Body],
    answer: type[BaseModel],
    status: int = 200,
    *,
    public: bool = False,
) -> dict[str, Any]:
    """
    Describe a route whose body is read strictly by `read_body`, for the OpenAPI document.

    Args:
        public: It needs no token.
    """
    schema = json.loads(
        json.dumps(body.model_json_schema(ref_template="#/components/schemas/{model}"))
    )
    definitions = schema.pop("$defs", {})
    inlined = _inline(schema, definitions)
    repeated = {"description": "As answered the first time; the command acted once."}
    return {
        "summary": summary,
        "status_code": status,
        "responses": {
            status: {"model": answer, "description": "Recorded, and on disk."},
            **({200: repeated | {"model": answer}} if status != 200 else {}),
        },
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": inlined}},
            },
            "security": [] if public else [{"bearer": []}],
        },
    }


def _inline(schema: object, definitions: dict[str, Any]) -> object:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inline(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
        return {name: _inline(value, definitions) for name, value in schema.items()}
    if isinstance(schema, list):
        return [_inline(value, definitions) for value in schema]
    return schema
