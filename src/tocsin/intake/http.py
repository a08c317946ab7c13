"""
Alerts by HTTP: a token says who asks, a body says what, and the desk decides.

Nothing is answered before it is on disk. A body is read strictly: what is not known is refused,
what is missing is never assumed, and status has no default. Who sends the same command again
gets the same answer.

Source: design, section 5 ("raise", "others") and section 2, rules 5 to 7.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StringConstraints

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
from tocsin.commands import Command, fingerprint, split_id
from tocsin.commands import Request as DeskRequest
from tocsin.intake.bodies import (
    AT,
    POSITION,
    Authenticate,
    Body,
    SaidStatus,
    Submit,
    Text,
    answered,
    documented,
    granted,
    read_body,
    said_at,
    said_by,
)
from tocsin.kernel.ids import AlertId, AreaCode
from tocsin.kernel.limits import AREAS_PER_COMMAND, TEXT_LANGUAGES
from tocsin.kernel.time import Clock, rfc3339

_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
_Texts = Annotated[dict[_Language, Text], Field(max_length=TEXT_LANGUAGES)]
_Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class RaiseBody(Body):
    """Raise an alert in one area or several: in all of them, or in none."""

    areas: Annotated[list[_Code], Field(min_length=1, max_length=AREAS_PER_COMMAND)]
    hazard: Hazard
    level: Level
    status: SaidStatus
    threat: Threat | None = None
    text: _Texts | None = None
    at: str | None = AT


class UpdateBody(Body):
    """Change what is said of a standing alert; what is left out stays as it is."""

    level: Level | None = None
    threat: Threat | None = None
    reason: Text | None = None
    text: _Texts | None = None


class AllClearBody(Body):
    """Say that the danger is over."""


class CorrectionBody(Body):
    """Say that the alert was false, and why."""

    reason: Text


class Accepted(BaseModel):
    """One area's part of an accepted raise."""

    area: str
    id: str
    version: int


class RaisedShape(BaseModel):
    """An accepted raise: on disk."""

    accepted: list[Accepted]
    position: int | None = Field(description=POSITION)


class ChangedShape(BaseModel):
    """An accepted update, all-clear or correction: on disk, or already so."""

    id: str
    version: int
    position: int | None = Field(description=POSITION)


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
        request: Request, body: Body, commands: list[Command], grant: Grant
    ) -> tuple[str, bool]:
        content = body.model_dump(mode="json", exclude={"command_id"}, exclude_none=True)
        mark = fingerprint(grant.sender, request.url.path, content)
        command_id = commands[0].command_id
        answer = await submit(DeskRequest(command_id, commands, mark, grant))
        return answer.body, answer.repeated

    @router.post("", **documented("Raise an alert", RaiseBody, RaisedShape, 201))
    async def raise_alert(request: Request) -> Response:
        grant = await granted(request, authenticate)
        body = await read_body(request, RaiseBody)
        at = said_at(body.at, clock.now())
        codes = dict.fromkeys(gazetteer.get(code).code for code in body.areas)
        commands: list[Command] = [
            RaiseAlert(
                **said_by(body, grant, code, at),
                hazard=body.hazard,
                level=body.level,
                status=body.status,
                threat=body.threat,
                text=body.text or {},
            )
            for code in codes
        ]
        answer, repeated = await ask(request, body, commands, grant)
        return answered(answer, 200 if repeated else 201)

    @router.post("/{id}/update", **documented("Change an alert", UpdateBody, ChangedShape))
    async def update(request: Request, id: str) -> Response:  # noqa: A002  # The path's own name.
        grant = await granted(request, authenticate)
        body = await read_body(request, UpdateBody)
        command = UpdateAlert(
            **said_by(body, grant, _area(id), rfc3339(clock.now())),
            alert=AlertId(id),
            level=body.level,
            threat=body.threat,
            reason=body.reason,
            text=body.text,
        )
        answer, _ = await ask(request, body, [command], grant)
        return answered(answer)

    @router.post("/{id}/all-clear", **documented("Give the all-clear", AllClearBody, ChangedShape))
    async def all_clear(request: Request, id: str) -> Response:  # noqa: A002
        grant = await granted(request, authenticate)
        body = await read_body(request, AllClearBody)
        command = GiveAllClear(
            **said_by(body, grant, _area(id), rfc3339(clock.now())), alert=AlertId(id)
        )
        answer, _ = await ask(request, body, [command], grant)
        return answered(answer)

    @router.post(
        "/{id}/correction", **documented("Correct a false alert", CorrectionBody, ChangedShape)
    )
    async def correction(request: Request, id: str) -> Response:  # noqa: A002
        grant = await granted(request, authenticate)
        body = await read_body(request, CorrectionBody)
        command = CorrectAlert(
            **said_by(body, grant, _area(id), rfc3339(clock.now())),
            alert=AlertId(id),
            reason=body.reason,
        )
        answer, _ = await ask(request, body, [command], grant)
        return answered(answer)

    def _area(alert_id: str) -> AreaCode:
        # Not looked up: an alert in an area that only an older tree knew can still be ended.
        code, _ = split_id(AlertId(alert_id))
        return code

    return router
