"""
Alerts by HTTP: a token says who asks, a body says what, and the desk decides.

Nothing is answered before it is on disk. A body is read strictly: what is not known is refused,
what is missing is never assumed, and status has no default. Who sends the same command again
gets the same answer.

Source: design, section 5 ("raise", "others") and section 2, rules 5 to 7.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tocsin.alerts.messages import (
    CorrectAlert,
    GiveAllClear,
    Hazard,
    Level,
    RaiseAlert,
    Threat,
    UpdateAlert,
)
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.remit import Grant
from tocsin.commands import Answer, Command, fingerprint, split_id
from tocsin.commands import Request as DeskRequest
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AlertId, AreaCode, CommandId
from tocsin.kernel.limits import AREAS_PER_COMMAND, FUTURE_S, TEXT_CHARACTERS, TEXT_LANGUAGES
from tocsin.kernel.time import Clock, Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Status

PAST_S: Final = 7 * 86_400
"""A spool that was cut off for a week may still say what it saw; older than that is a mistake."""

_PRINTABLE: Final = r"^[^\x00-\x08\x0b-\x1f\x7f\u2028\u2029]*$"
"""No control characters but tab and line feed; JSON itself lets no lone surrogate through."""

_Text = Annotated[
    str, StringConstraints(min_length=1, max_length=TEXT_CHARACTERS, pattern=_PRINTABLE)
]
_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
_Texts = Annotated[dict[_Language, _Text], Field(max_length=TEXT_LANGUAGES)]
_POSITION: Final = "In the record; null where it is out of reach and this is kept here until then."

_Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    command_id: UUID = Field(description="Chosen by the sender; the same id acts once.")


class RaiseBody(_Body):
    """Raise an alert in one area or several: in all of them, or in none."""

    areas: Annotated[list[_Code], Field(min_length=1, max_length=AREAS_PER_COMMAND)]
    hazard: Hazard
    level: Level
    status: Status = Field(description="Has no default: an exercise is said to be one.")
    threat: Threat | None = None
    text: _Texts | None = None
    at: str | None = Field(
        None,
        max_length=40,
        description="RFC 3339; now where left out.",
        json_schema_extra={"format": "date-time"},
    )


class UpdateBody(_Body):
    """Change what is said of a standing alert; what is left out stays as it is."""

    level: Level | None = None
    threat: Threat | None = None
    reason: _Text | None = None
    text: _Texts | None = None


class AllClearBody(_Body):
    """Say that the danger is over."""


class CorrectionBody(_Body):
    """Say that the alert was false, and why."""

    reason: _Text


class Accepted(BaseModel):
    """One area's part of an accepted raise."""

    area: str
    id: str
    version: int


class RaisedShape(BaseModel):
    """An accepted raise: on disk."""

    accepted: list[Accepted]
    position: int | None = Field(description=_POSITION)


class ChangedShape(BaseModel):
    """An accepted update, all-clear or correction: on disk, or already so."""

    id: str
    version: int
    position: int | None = Field(description=_POSITION)


BodyT = TypeVar("BodyT", bound=_Body)

Submit = Callable[[DeskRequest], Awaitable[Answer]]
Authenticate = Callable[[str], Awaitable[Grant | None]]


def alerts(
    gazetteer: Gazetteer, clock: Clock, submit: Submit, authenticate: Authenticate
) -> APIRouter:
    """
    Make the router of everything that writes alerts.

    Args:
        submit: Hands a request to the desk, and answers once it is on disk.
        authenticate: Tells who speaks by a token; None for one that is unknown or void.
    """
    router = APIRouter(prefix="/api/v1/alerts", tags=["write"])

    async def ask(
        request: Request, body: _Body, commands: list[Command], grant: Grant
    ) -> tuple[str, bool]:
        content = body.model_dump(mode="json", exclude={"command_id"}, exclude_none=True)
        mark = fingerprint(grant.sender, request.url.path, content)
        command_id = commands[0].command_id
        answer = await submit(DeskRequest(command_id, commands, mark, grant))
        return answer.body, answer.repeated

    async def granted(request: Request) -> Grant:
        if query := request.scope["query_string"]:
            name = query.decode("ascii", "replace").partition("=")[0][:40]
            sentence = f"There is no parameter “{name}” here; all is said in the body."
            raise Malformed("query.unknown_parameter", sentence, where=name)
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refused("token.missing", "This needs a token.", status=401)
        grant = await authenticate(token.strip())
        if grant is None:
            raise Refused("token.unknown", "This token is unknown or void.", status=401)
        return grant

    @router.post("", **_documented("Raise an alert", RaiseBody, RaisedShape, 201))
    async def raise_alert(request: Request) -> Response:
        grant = await granted(request)
        body = await _read(request, RaiseBody)
        at = _at(body.at, clock.now())
        codes = dict.fromkeys(gazetteer.get(code).code for code in body.areas)
        commands: list[Command] = [
            RaiseAlert(
                command_id=CommandId(str(body.command_id)),
                sender=grant.sender,
                rank=grant.rank,
                area=code,
                at=at,
                hazard=body.hazard,
                level=body.level,
                status=body.status,
                threat=body.threat,
                text=body.text or {},
            )
            for code in codes
        ]
        answer, repeated = await ask(request, body, commands, grant)
        return _answered(answer, 200 if repeated else 201)

    @router.post("/{id}/update", **_documented("Change an alert", UpdateBody, ChangedShape))
    async def update(request: Request, id: str) -> Response:  # noqa: A002  # The path's own name.
        grant = await granted(request)
        body = await _read(request, UpdateBody)
        command = UpdateAlert(
            **_common(body, grant, _area(id), rfc3339(clock.now())),
            alert=AlertId(id),
            level=body.level,
            threat=body.threat,
            reason=body.reason,
            text=body.text,
        )
        answer, _ = await ask(request, body, [command], grant)
        return _answered(answer, 200)

    @router.post("/{id}/all-clear", **_documented("Give the all-clear", AllClearBody, ChangedShape))
    async def all_clear(request: Request, id: str) -> Response:  # noqa: A002
        grant = await granted(request)
        body = await _read(request, AllClearBody)
        command = GiveAllClear(
            **_common(body, grant, _area(id), rfc3339(clock.now())), alert=AlertId(id)
        )
        answer, _ = await ask(request, body, [command], grant)
        return _answered(answer, 200)

    @router.post(
        "/{id}/correction", **_documented("Correct a false alert", CorrectionBody, ChangedShape)
    )
    async def correction(request: Request, id: str) -> Response:  # noqa: A002
        grant = await granted(request)
        body = await _read(request, CorrectionBody)
        command = CorrectAlert(
            **_common(body, grant, _area(id), rfc3339(clock.now())),
            alert=AlertId(id),
            reason=body.reason,
        )
        answer, _ = await ask(request, body, [command], grant)
        return _answered(answer, 200)

    def _area(alert_id: str) -> AreaCode:
        # Not looked up: an alert in an area that only an older tree knew can still be ended.
        code, _ = split_id(AlertId(alert_id))
        return code

    return router


async def _read(request: Request, kind: type[BodyT]) -> BodyT:
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


def _at(text: str | None, now: datetime) -> Moment:
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


def _common(body: _Body, grant: Grant, area: AreaCode, at: Moment) -> dict[str, Any]:
    return {
        "command_id": CommandId(str(body.command_id)),
        "sender": grant.sender,
        "rank": grant.rank,
        "area": area,
        "at": at,
    }


def _answered(body: str, status: int) -> Response:
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


def _documented(
    summary: str, body: type[_Body], answer: type[BaseModel], status: int = 200
) -> dict[str, Any]:
    """Describe a route whose body is read strictly by `_read`, for the OpenAPI document."""
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
            "security": [{"bearer": []}],
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
