"""
`tocsin token`: let an organisation speak, list who may, take a token back.

It writes to the ledger beside a stopped or running server, which sees it within a quarter
of a second. A new token is printed alone on standard output, once; only its hash is kept. With a
token to write alerts its sender begins to be heard about its area, and when the last such token of
a sender for an area is taken back, it is no longer heard there: unknown from then on, never calm.
"""

from __future__ import annotations

import re
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import uuid4

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, kept
from tocsin.cli.program import Verb, group
from tocsin.cli.recording import OPERATOR, put
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank

if TYPE_CHECKING:
    from tocsin.commands import Command

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

verbs = group("token")


@verbs.command("new", cls=Verb, help=say("token.new"))
def new(
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=say("o.name"))],
    scope: Annotated[str, typer.Option("--scope", metavar="SCOPE", help=say("o.scope"))],
    db: OwnDb = None,
    ledger: SharedLedger = None,
    rank: Annotated[
        Literal["authority", "observer"], typer.Option("--rank", metavar="RANK", help=say("o.rank"))
    ] = "authority",
    country: Country = "UA",
) -> None:
    """Make a token and print it alone."""
    from tocsin.alerts.messages import BeginCoverage
    from tocsin.authority.messages import IssueToken
    from tocsin.authority.remit import ALERTS_WRITE, parse_scope

    gazetteer = places.load_country(country)
    power, text = parse_scope(scope)
    area = gazetteer.get(text).code
    sender = sender_of(name)
    if sender != name:
        paper.note(say("token.sender", sender=sender))
    public, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    at = rfc3339(moments.now())
    issue = IssueToken(
        command_id=CommandId(str(uuid4())),
        sender=OPERATOR,
        area=area,
        at=at,
        token=public,
        name=sender,
        rank=Rank(rank),
        power=power,
        secret_sha256=sha256(secret.encode()).hexdigest(),
    )
    heard = BeginCoverage(
        command_id=CommandId(str(uuid4())), sender=sender, rank=Rank(rank), area=area, at=at
    )
    # Who only listens is no source: its silence says nothing, and it must not hide another's.
    put(kept(db, ledger), gazetteer, [issue, heard] if power == ALERTS_WRITE else [issue])
    paper.put(f"tcs_{public}_{secret}")


@verbs.command("list", cls=Verb, help=say("token.list"))
def list_(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """List the tokens in force, without their secrets."""
    from tocsin.cli.record import reading

    gazetteer = places.load_country(country)
    with reading(kept(db, ledger), gazetteer) as record:
        listing = record.projections.register.listing()
    if as_json:
        paper.put_json(
            {
                "tokens": [
                    {
                        "token": token,
                        "sender": grant.sender,
                        "rank": grant.rank,
                        "scope": f"{grant.remit.power}:{grant.remit.area}",
                    }
                    for token, grant in listing
                ]
            }
        )
        return
    if not listing:
        paper.put(say("token.none"))
    for token, grant in listing:
        area = places.name(gazetteer.get(grant.remit.area))
        rank = say(f"rank.{grant.rank}")
        paper.put(
            f"{token}  {grant.sender} · {rank} · {grant.remit.power}:{grant.remit.area} ({area})"
        )


@verbs.command("revoke", cls=Verb, help=say("token.revoke"))
def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help=say("o.token_half"))],
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    country: Country = "UA",
) -> None:
    """Take a token back; it says nothing from here on."""
    from tocsin.alerts.messages import EndCoverage
    from tocsin.authority.messages import RevokeToken
    from tocsin.authority.remit import ALERTS_WRITE
    from tocsin.cli.record import reading

    gazetteer = places.load_country(country)
    public = token.removeprefix("tcs_")[:12]
    with reading(kept(db, ledger), gazetteer) as record:
        listing = dict(record.projections.register.listing())
    grant = listing.pop(public, None)
    if grant is None:
        raise Refused("token.unknown", f"No token {public} is in force.", status=404)
    at = rfc3339(moments.now())
    commands: list[Command] = [
        RevokeToken(
            command_id=CommandId(str(uuid4())),
            sender=OPERATOR,
            area=grant.remit.area,
            at=at,
            token=public,
        )
    ]
    last = not any(g.sender == grant.sender and g.remit == grant.remit for g in listing.values())
    if last and grant.remit.power == ALERTS_WRITE:
        commands.append(
            EndCoverage(
                command_id=CommandId(str(uuid4())),
                sender=grant.sender,
                rank=grant.rank,
                area=grant.remit.area,
                at=at,
            )
        )
    put(kept(db, ledger), gazetteer, commands)
    paper.put(say("token.revoked", token=public, sender=grant.sender))


def sender_of(name: str) -> SenderId:
    """
    Write an organisation's name as a sender: lower case, words joined by hyphens, Latin letters.

    Raises:
        Malformed: `token.name_malformed`, where nothing is left of it.
    """
    written = name.strip().lower()
    if not _NAME.fullmatch(written):
        from tocsin.areas.names import fold

        written = re.sub(r"[^a-z0-9._-]+", "-", fold(written).full).strip("-._")[:64]
    if not _NAME.fullmatch(written):
        raise Malformed(
            "token.name_malformed",
            f"“{name[:60]}” names no organisation; use letters, digits, full stops and hyphens.",
            where="--name",
        )
    return SenderId(written)
