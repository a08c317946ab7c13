"""`tocsin power status`: whether a group has power, until when, and by whose word."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, kept
from tocsin.cli.power import verbs
from tocsin.cli.program import Verb
from tocsin.cli.tongue import language, say
from tocsin.kernel.time import parse_rfc3339


@verbs.command("status", cls=Verb, help=say("power.status"))
def status(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    group: Annotated[str, typer.Option("--group", metavar="GROUP", help=say("o.group"))],
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ID", help=say("o.operator"))
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help=say("o.known_at"))] = None,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Say how it is with a group; that nobody knows is an answer too."""
    from tocsin.cli.record import reading
    from tocsin.intake.schedule_edition import read_group
    from tocsin.views.power import PowerView

    moment = moments.now() if at is None else moments.asked(at, "--at")
    gazetteer = places.load_country(country)
    with reading(kept(db, ledger), gazetteer) as record:
        grid = record.projections.grid
        code = read_group(group) or group
        company = grid.companies[grid.find(code, operator).operator]
        told = PowerView(grid, record.live).group(company.operator, code, moment)
    if as_json:
        paper.put_json(told)
    else:
        _tell(told, company.name)


def _tell(told: dict[str, Any], name: str) -> None:
    now = parse_rfc3339(told["as_of"])
    read = moments.Reading(now)
    paper.put(say("power.of", group=told["group"], company=name, at=read.full(now)))
    paper.put(told["words"][language()])
    emergency = told["emergency"]
    if emergency is not None and emergency["reason"]:
        paper.put(say("power.why", reason=emergency["reason"]))
    for outage in told["outages"]:
        since = read.clock(parse_rfc3339(outage["since"]))
        paper.put(say("power.damage", since=since, cause=outage["cause"]))
    if told["known_at"] is not None:
        known = parse_rfc3339(told["known_at"])
        paper.put(
            say("power.known", at=read.full(known), age=read.age(known), source=told["source"])
        )
    if told["failing"] is not None:
        since = read.full(parse_rfc3339(told["failing"]["since"]))
        paper.put(say("power.failing", since=since, reason=told["failing"]["reason"]))
