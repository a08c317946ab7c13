"""
`tocsin shelters open|close|status`: a keeper's or an official's word on one shelter, over HTTP.

As with alerts, a sentence says what will happen and waits for a yes, and whether it is an exercise
is always said. How much the word weighs follows from the token.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tocsin.cli import moments, paper
from tocsin.cli.options import URL, AsJson, Url, Yes
from tocsin.cli.program import Verb
from tocsin.cli.sending import CommandId, StatusName, Token, agree, send
from tocsin.cli.shelters import verbs
from tocsin.cli.tongue import say, words

Shelter = Annotated[str, typer.Argument(metavar="SHELTER", help=say("o.shelter"))]
Meant = Annotated[
    StatusName,
    typer.Option("--status", metavar="STATUS", help=say("o.status"), case_sensitive=False),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=say("o.reason"))]
Until = Annotated[str | None, typer.Option("--until", metavar="T", help=say("o.until"))]


@verbs.command("open", cls=Verb, help=say("shelters.open"))
def open_(  # noqa: PLR0913  # An option for each part of what is said.
    shelter: Shelter,
    *,
    token: Token,
    status: Meant,
    reason: Reason = None,
    until: Until = None,
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Say that a shelter is open."""
    body = _body("open", status, reason, until)
    _say(shelter, body, token, command_id, url, yes=yes, as_json=as_json)


@verbs.command("close", cls=Verb, help=say("shelters.close"))
def close(  # noqa: PLR0913  # As above.
    shelter: Shelter,
    *,
    token: Token,
    status: Meant,
    reason: Reason = None,
    until: Until = None,
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Say that a shelter is closed."""
    body = _body("closed", status, reason, until)
    _say(shelter, body, token, command_id, url, yes=yes, as_json=as_json)


@verbs.command("status", cls=Verb, help=say("shelters.status"))
def status_(
    shelter: Shelter,
    *,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="TOKEN", envvar="TOCSIN_TOKEN", help=say("o.token_reads")),
    ] = None,
    url: Url = URL,
    as_json: AsJson = False,
) -> None:
    """Tell how a shelter is said to be."""
    from tocsin.cli.remote import call

    told = call(url, f"/api/v1/shelters/{_named(shelter)}/status", token=token)
    if as_json:
        paper.put_json(told)
        return
    for line in _lines(told):
        paper.put(line)


def _lines(told: dict[str, Any]) -> list[str]:
    """Write how a shelter is for a person."""
    from tocsin.kernel.time import parse_rfc3339
    from tocsin.web.times import Times

    times = Times(words(), parse_rfc3339(told["as_of"]))

    def full(moment: str) -> str:
        return moments.Reading(parse_rfc3339(told["as_of"])).full(parse_rfc3339(moment))

    if told["state"] == "unknown":
        lines = [f"{told['id']}: {words().say('near.nobody')}"]
    else:
        age = times.age(parse_rfc3339(told["since"]))
        door, by = words().named("door", told["state"]), words().named("by", told["by"])
        lines = [f"{told['id']}: {door} ({by}, {age})"]
    if told["reason"]:
        lines.append(f"  {told['reason']}")
    if told["expires_at"]:
        lines.append("  " + say("shelters.until", time=full(told["expires_at"])))
    if told["closed_reports"]:
        lines.append("  " + say("shelters.reports", n=told["closed_reports"]))
    if told["doubted"]:
        lines.append("  " + words().named("because", "doubted"))
    if told.get("occupancy") is not None:
        places = told["capacity"]
        inside = say("shelters.inside", n=told["occupancy"])
        lines.append(f"  {inside}" + (f" / {places}" if places is not None else ""))
    return lines


def _body(state: str, status: str, reason: str | None, until: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"status": status, "state": state}
    if reason is not None:
        body["reason"] = reason
    if until is not None:
        from tocsin.kernel.time import rfc3339

        body["expires_at"] = rfc3339(moments.asked(until, "--until"))
    return body


def _say(
    shelter: str,
    body: dict[str, Any],
    token: str,
    command_id: str | None,
    url: str,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Agree with the person on what will be said, then send it."""
    agree(say(f"shelters.will.{body['status']}.{body['state']}", id=shelter), yes=yes)
    answer = send(url, token, f"/api/v1/shelters/{_named(shelter)}/status", body, command_id)
    if as_json:
        paper.put_json(answer)
    else:
        paper.put(say(f"shelters.done.{body['state']}", id=answer["id"]))


def _named(shelter: str) -> str:
    """Write an id into a path, whatever a person typed."""
    from urllib.parse import quote

    return quote(shelter.strip(), safe="")
