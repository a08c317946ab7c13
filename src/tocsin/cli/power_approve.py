"""
`tocsin power approve`: a person at the grid company says that a proposal is approved.

The record gets the digest of the whole proposal, its megawatts, how far it is from its bound, and
which queues are off when. The proposal itself, with its feeders, stays in its file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import URL, AsJson, Country, OwnDb, SharedLedger, Url, Yes, kept
from tocsin.cli.power import looking, verbs
from tocsin.cli.power_tables import wall
from tocsin.cli.program import Verb
from tocsin.cli.recording import OPERATOR, put
from tocsin.cli.sending import CommandId, agree, send
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import CommandId as Id
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank

if TYPE_CHECKING:
    from tocsin.power.messages import GroupDay

BYTES_MOST = 50_000_000
"""20,000 feeders of a week are 30 MB."""


@verbs.command("approve", cls=Verb, help=say("power.approve"))
def approve(  # noqa: PLR0913  # An option for each part of what is said.
    proposal: Annotated[Path, typer.Argument(metavar="FILE", help=say("o.proposal"))],
    *,
    operator: Annotated[str, typer.Option("--operator", metavar="ID", help=say("o.approve_of"))],
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help=say("o.approve_zone"))],
    db: OwnDb = None,
    ledger: SharedLedger = None,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="TOKEN", envvar="TOCSIN_TOKEN", help=say("o.token")),
    ] = None,
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Record that a proposal is approved; without --db it is sent to a server."""
    from tocsin.planning.plan_page import digest

    whole = _read(proposal)
    name = digest(whole)
    agree(say("power.will_approve", sha=name[:12], operator=operator, zone=zone), yes=yes)
    if db is None and ledger is None and token is not None:
        told = _sent(whole, name, operator, zone, token, url, command_id)
    else:
        told = _recorded(whole, name, operator, zone, kept(db, ledger), country)
    if as_json:
        paper.put_json(told)
    else:
        paper.put(say("power.approved" if told["recorded"] else "power.approved_already", sha=name))


def _read(path: Path) -> dict[str, Any]:
    import json

    try:
        if path.stat().st_size > BYTES_MOST:
            raise ValueError
        whole = json.loads(path.read_text(encoding="utf-8"))
        fits = (
            whole["kind"] in {"shed", "day"}
            and isinstance(whole["groups"], list)
            and isinstance(whole["megawatts"], int)
        )
    except (OSError, ValueError, KeyError, TypeError):
        fits = False
    if not fits:
        raise Malformed(
            "planning.proposal_malformed",
            "This is no proposal as `tocsin power shed` or `plan` writes it with --to.",
            where=str(path),
        )
    return dict(whole)


def _sent(
    whole: dict[str, Any],
    name: str,
    operator: str,
    zone: str,
    token: str,
    url: str,
    command_id: str | None,
) -> dict[str, Any]:
    from tocsin.cli.remote import call

    listed = call(url, "/api/v1/outages", token=token)["zones"]
    groups: list[str] = next(
        (one["groups"] for one in listed if (one["operator"], one["zone"]) == (operator, zone)), []
    )
    path = f"/api/v1/outages/{operator}/{zone}/plans"
    body = {
        "kind": whole["kind"],
        "plan_sha256": name,
        "megawatts": whole["megawatts"],
        "bound_percent": whole.get("bound_percent"),
        "days": [
            {
                **{key: day[key] for key in ("group", "date", "regime")},
                "slots": [
                    {"from": wall(start), "to": wall(end), "state": power}
                    for start, end, power in day["slots"]
                ],
            }
            for day in _of(whole["groups"], groups)
        ],
    }
    answer = send(url, token, path, body, command_id)
    return {"plan_sha256": name, "recorded": answer.get("position") is not None, **answer}


def _recorded(  # What is recorded, of whom, where.
    whole: dict[str, Any], name: str, operator: str, zone: str, record: Path | str, country: str
) -> dict[str, Any]:
    """Have the desk record the approval, whoever else is writing."""
    from tocsin.power.messages import ApprovePlan, OperatorId, PlanKind, ZoneCode

    with looking(record) as grid:
        state = grid.zone(operator, zone)
    if state is None:
        raise Refused("power.zone_unknown", f"{operator[:32]} has no zone {zone[:32]}.", status=404)
    command = ApprovePlan(
        command_id=Id(str(uuid4())),
        sender=OPERATOR,
        rank=Rank.AUTHORITY,
        area=state.zone.area,
        at=rfc3339(moments.now()),
        operator=OperatorId(operator),
        zone=ZoneCode(zone),
        kind=PlanKind(whole["kind"]),
        plan_sha256=name,
        megawatts=whole["megawatts"],
        bound_percent=whole.get("bound_percent"),
        days=tuple(_day(day) for day in _of(whole["groups"], state.zone.groups)),
    )
    (answer,) = put(record, places.load_country(country), [command])
    return {"plan_sha256": name, "recorded": bool(answer.events)}


def _of(days: Iterable[dict[str, Any]], groups: Iterable[str]) -> list[dict[str, Any]]:
    """Take the days of a zone's groups: a proposal may be for several zones, and is one plan."""
    known, told = set(groups), list(days)
    found = [day for day in told if day.get("group") in known]
    if told and not found:
        raise Malformed(
            "planning.proposal_malformed", "None of its queues is in that zone.", where="groups"
        )
    return found


def _day(day: dict[str, Any]) -> GroupDay:
    from tocsin.power.messages import GroupCode, GroupDay, Power, Regime, Slot

    try:
        return GroupDay(
            group=GroupCode(day["group"]),
            date=day["date"],
            regime=Regime(day["regime"]),
            slots=tuple(Slot(start, end, Power(power)) for start, end, power in day["slots"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(
            "planning.proposal_malformed",
            "A queue's day in this proposal cannot be read.",
            where="groups",
        ) from error
