"""
What a grid company says by HTTP: schedules, emergencies, damage, its end, and what was approved.

All of it takes a token for the area of the zone. Nothing is answered before it is on disk, and
nothing here switches anything: a person at the company does that, and says so.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response

from tocsin.authority.remit import Grant
from tocsin.commands import Command, fingerprint
from tocsin.commands import Request as DeskRequest
from tocsin.intake.bodies import (
    Authenticate,
    Body,
    BodyT,
    SaidShape,
    Submit,
    answered,
    documented,
    granted,
    moment,
    read_body,
    said_at,
    said_by,
)
from tocsin.intake.outage_bodies import (
    DamageBody,
    EmergencyBody,
    LiftBody,
    PlanBody,
    RestoredBody,
    ScheduleBody,
    days,
)
from tocsin.kernel.time import Clock
from tocsin.power.messages import (
    ApprovePlan,
    DeclareEmergency,
    LiftEmergency,
    PublishSchedule,
    ReportOutage,
    ReportRestoration,
)
from tocsin.power.state import ZoneState
from tocsin.views.power import PowerView


class Desk(NamedTuple):
    """
    Where what is said goes, and who may say it.

    Args:
        submit: Hands a request to the desk, and answers once it is on disk and shown.
        authenticate: Tells who speaks by a token; None for one that is unknown or void.
    """

    view: PowerView
    clock: Clock
    submit: Submit
    authenticate: Authenticate

    async def hear(
        self, request: Request, kind: type[BodyT], operator: str, zone: str
    ) -> tuple[Grant, BodyT, ZoneState]:
        """
        Tell who speaks, what is said, and of which zone.

        Raises:
            Malformed: `query.unknown_parameter`, `request.malformed`.
            Refused: `token.missing` or `token.unknown`, HTTP 401; `power.zone_unknown`, HTTP 404.
        """
        grant = await granted(request, self.authenticate)
        return grant, await read_body(request, kind), self.view.zone(operator, zone)

    async def ask(self, request: Request, body: Body, command: Command, grant: Grant) -> Response:
        """Let the desk decide, and give its answer."""
        content = body.model_dump(mode="json", exclude={"command_id"}, exclude_unset=True)
        mark = fingerprint(grant.sender, request.url.path, content)
        asked = DeskRequest(command.command_id, [command], mark, grant)
        return answered((await self.submit(asked)).body)

    def common(self, body: Body, at: str | None, grant: Grant, state: ZoneState) -> dict[str, Any]:
        """
        Give what all commands about a zone carry.

        Raises:
            Malformed: `time.malformed`, `command.time_unlikely`.
        """
        when = said_at(at, self.clock.now())
        return said_by(body, grant, state.zone.area, when) | {"operator": state.operator}


def outages_said(desk: Desk) -> APIRouter:
    """Make the router of everything that is said of the power."""
    router = APIRouter(prefix="/api/v1/outages", tags=["write"])
    _serve_emergencies(router, desk)
    _serve_damage(router, desk)
    _serve_plans(router, desk)
    return router


def _serve_emergencies(router: APIRouter, desk: Desk) -> None:
    @router.post(
        "/{operator}/{zone}/emergency",
        **documented("Declare an emergency shutdown in a zone", EmergencyBody, SaidShape),
    )
    async def declare(request: Request, operator: str, zone: str) -> Response:
        grant, body, state = await desk.hear(request, EmergencyBody, operator, zone)
        command = DeclareEmergency(
            **desk.common(body, body.at, grant, state),
            zone=state.zone.code,
            status=body.status,
            reason=body.reason,
            source=body.source,
        )
        return await desk.ask(request, body, command, grant)

    @router.post(
        "/{operator}/{zone}/emergency/lift",
        **documented("End an emergency shutdown", LiftBody, SaidShape),
    )
    async def lift(request: Request, operator: str, zone: str) -> Response:
        grant, body, state = await desk.hear(request, LiftBody, operator, zone)
        command = LiftEmergency(
            **desk.common(body, body.at, grant, state),
            zone=state.zone.code,
            status=body.status,
        )
        return await desk.ask(request, body, command, grant)


def _serve_damage(router: APIRouter, desk: Desk) -> None:
    @router.post(
        "/{operator}/{zone}/outages",
        **documented("Report an outage by damage", DamageBody, SaidShape),
    )
    async def damage(request: Request, operator: str, zone: str) -> Response:
        grant, body, state = await desk.hear(request, DamageBody, operator, zone)
        command = ReportOutage(
            **desk.common(body, body.at, grant, state),
            zone=state.zone.code,
            status=body.status,
            cause=body.cause,
            people=body.people,
            expected_at=moment(body.expected_at, "expected_at"),
        )
        return await desk.ask(request, body, command, grant)

    @router.post(
        "/{operator}/{zone}/outages/{id}/restored",
        **documented("Say that power is back, or for how many not", RestoredBody, SaidShape),
    )
    async def restored(request: Request, operator: str, zone: str, id: str) -> Response:  # noqa: A002  # The path's own name.
        grant, body, state = await desk.hear(request, RestoredBody, operator, zone)
        command = ReportRestoration(
            **desk.common(body, body.at, grant, state),
            outage=desk.view.hit(state, id),
            people_left=body.people_left,
        )
        return await desk.ask(request, body, command, grant)


def _serve_plans(router: APIRouter, desk: Desk) -> None:
    @router.post(
        "/{operator}/{zone}/schedule",
        **documented("Put in a schedule of a zone", ScheduleBody, SaidShape),
    )
    async def schedule(request: Request, operator: str, zone: str) -> Response:
        grant, body, state = await desk.hear(request, ScheduleBody, operator, zone)
        received = await request.body()
        command = PublishSchedule(
            **desk.common(body, body.at, grant, state),
            zone=state.zone.code,
            source=body.source,
            days=days(body.days),
            published_at=moment(body.published_at, "published_at"),
            payload=received.decode(),
            payload_sha256=sha256(received).hexdigest(),
            fewer=body.fewer,
        )
        return await desk.ask(request, body, command, grant)

    @router.post(
        "/{operator}/{zone}/plans",
        **documented("Record that a person approved a plan", PlanBody, SaidShape),
    )
    async def approve(request: Request, operator: str, zone: str) -> Response:
        grant, body, state = await desk.hear(request, PlanBody, operator, zone)
        command = ApprovePlan(
            **desk.common(body, body.at, grant, state),
            zone=state.zone.code,
            kind=body.kind,
            plan_sha256=body.plan_sha256,
            megawatts=body.megawatts,
            bound_percent=body.bound_percent,
            days=days(body.days),
        )
        return await desk.ask(request, body, command, grant)
