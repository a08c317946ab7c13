"""
Shelters by HTTP: how one is, who came and left, where its doors are, what an area wishes.

How much a word weighs follows from the token it comes with, never from the body; only what
somebody found at a door needs no token. Nothing is answered before it is on disk. A shelter of
which whoever asks may not know is answered as one that is not there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from fastapi import APIRouter, Request, Response

from tocsin.authority.remit import Grant
from tocsin.commands import Command, fingerprint
from tocsin.commands import Request as DeskRequest
from tocsin.commands.powers import source_of
from tocsin.intake.bodies import (
    Authenticate,
    Body,
    SaidShape,
    Submit,
    answered,
    documented,
    granted,
    moment,
    no_query,
    read_body,
    said_at,
    said_by,
)
from tocsin.intake.shelter_bodies import (
    AreaBody,
    CountBody,
    CountedShape,
    EntrancesBody,
    ReportBody,
    ReportedShape,
    StatusBody,
    entrance,
)
from tocsin.intake.shelter_reports import Reporters
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import Clock, Moment, rfc3339
from tocsin.kernel.words import Rank
from tocsin.shelters.messages import (
    CountPeople,
    LocateShelter,
    ReportShelter,
    SayStatus,
    SetTimeToShelter,
    ShowShelters,
    State,
)
from tocsin.shelters.shelter import Shelter, unknown
from tocsin.views.shelters import Shelters

PUBLIC: Final = SenderId("public")
"""In whose name a phone's report is recorded: nobody's."""


class Desk(NamedTuple):
    """
    Where what is said goes, and who may say it.

    Args:
        submit: Hands a request to the desk, and answers once it is on disk and shown.
        authenticate: Tells who speaks by a token; None for one that is unknown or void.
    """

    view: Shelters
    clock: Clock
    submit: Submit
    authenticate: Authenticate

    def meant(self, name: str, grant: Grant) -> Shelter:
        """
        Find the shelter that is meant by somebody who may know of it.

        Raises:
            Refused: `shelter.unknown`.
        """
        shelter = self.view.map.get(name)
        if shelter is None or not (self.view.may_see(grant, shelter) or self.view.shows(shelter)):
            raise unknown(name)
        return shelter

    def now(self) -> Moment:
        """Tell the moment."""
        return rfc3339(self.clock.now())

    async def ask(
        self, request: Request, body: Body, commands: Sequence[Command], grant: Grant | None
    ) -> str:
        """Let the desk decide, and give its answer."""
        content = body.model_dump(mode="json", exclude={"command_id"}, exclude_unset=True)
        sender = PUBLIC if grant is None else grant.sender
        mark = fingerprint(sender, request.url.path, _without_fractions(content))
        answer = await self.submit(DeskRequest(commands[0].command_id, commands, mark, grant))
        return answer.body


def shelters_said(desk: Desk, reporters: Reporters) -> APIRouter:
    """Make the router of everything that is said of shelters."""
    router = APIRouter(prefix="/api/v1/shelters", tags=["write"])
    _serve_words(router, desk)
    _serve_places(router, desk)
    _serve_reports(router, desk, reporters)
    return router


def _serve_words(router: APIRouter, desk: Desk) -> None:
    @router.post("/{id}/status", **documented("Say how a shelter is", StatusBody, SaidShape))
    async def status(request: Request, id: str) -> Response:  # noqa: A002  # The path's own name.
        grant = await granted(request, desk.authenticate)
        body = await read_body(request, StatusBody)
        shelter = desk.meant(id, grant)
        command = SayStatus(
            **said_by(body, grant, shelter.area, said_at(body.at, desk.clock.now())),
            shelter=shelter.listing.id,
            source=source_of(grant),
            status=body.status,
            state=body.state,
            occupancy=body.occupancy,
            reason=body.reason,
            expires_at=moment(body.expires_at, "expires_at"),
        )
        return answered(await desk.ask(request, body, [command], grant))

    @router.post("/{id}/count", **documented("Count people in and out", CountBody, CountedShape))
    async def count(request: Request, id: str) -> Response:  # noqa: A002
        grant = await granted(request, desk.authenticate)
        body = await read_body(request, CountBody)
        shelter = desk.meant(id, grant)
        command = CountPeople(
            **said_by(body, grant, shelter.area, said_at(body.at, desk.clock.now())),
            shelter=shelter.listing.id,
            status=body.status,
            entered=body.entered,
            left=body.left,
        )
        said = json.loads(await desk.ask(request, body, [command], grant))
        known = desk.view.map.get(id)
        inside = None if known is None else known.effective(desk.view.now()).occupancy
        return answered(json.dumps(said | {"occupancy": inside}))


def _serve_places(router: APIRouter, desk: Desk) -> None:
    @router.post(
        "/{id}/entrances", **documented("Say where its doors are", EntrancesBody, SaidShape)
    )
    async def entrances(request: Request, id: str) -> Response:  # noqa: A002
        grant = await granted(request, desk.authenticate)
        body = await read_body(request, EntrancesBody)
        shelter = desk.meant(id, grant)
        command = LocateShelter(
            **said_by(body, grant, shelter.area, desk.now()),
            shelter=shelter.listing.id,
            entrances=tuple(entrance(door) for door in body.entrances),
        )
        return answered(await desk.ask(request, body, [command], grant))

    @router.post("/areas/{code}", **documented("Set what an area wishes", AreaBody, SaidShape))
    async def area(request: Request, code: str) -> Response:
        grant = await granted(request, desk.authenticate)
        body = await read_body(request, AreaBody)
        found = desk.view.gazetteer.get(code).code
        said = said_by(body, grant, found, desk.now())
        commands: list[Command] = []
        if body.shown is not None:
            commands.append(ShowShelters(**said, shown=body.shown))
        if "within_s" in body.model_fields_set:
            commands.append(SetTimeToShelter(**said, within_s=body.within_s))
        return answered(await desk.ask(request, body, commands, grant))


def _serve_reports(router: APIRouter, desk: Desk, reporters: Reporters) -> None:
    @router.post(
        "/{id}/report",
        **documented("Report what you found at a door", ReportBody, ReportedShape, public=True),
    )
    async def report(request: Request, id: str) -> Response:  # noqa: A002
        no_query(request)
        body = await read_body(request, ReportBody)
        shelter = desk.view.find(id)
        address = request.client and request.client.host
        reporters.admit(address)
        phone = reporters.pseudonym(body.phone, shelter.listing.id)
        if not reporters.counts(address, phone, shelter.listing.id):
            heard = {"id": shelter.listing.id, "position": None, "counted": False}
            return answered(json.dumps(heard))
        command = ReportShelter(
            command_id=CommandId(str(body.command_id)),
            sender=PUBLIC,
            rank=Rank.OBSERVER,
            area=shelter.area,
            at=desk.now(),
            shelter=shelter.listing.id,
            phone=phone,
            state=State(body.state),
        )
        said = json.loads(await desk.ask(request, body, [command], None))
        return answered(json.dumps(said | {"counted": True}))


def _without_fractions(content: object) -> object:
    """Write fractions as text: canonical JSON has none."""
    match content:
        case float():
            return repr(content)
        case dict():
            return {name: _without_fractions(value) for name, value in content.items()}
        case list():
            return [_without_fractions(value) for value in content]
        case _:
            return content
