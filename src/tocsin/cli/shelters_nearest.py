"""
`tocsin shelters nearest`: where to take shelter from a point, from a ledger or from a server.

First one line that can be read out over a telephone, then each shelter with what is known of it.
What nobody has said is called not known, and distances are called straight lines where no walking
network was named. With none to tell of it leaves with 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import URL, AsJson, Country, OwnDb, SharedLedger, Url
from tocsin.cli.program import EXIT_WANTING, Verb
from tocsin.cli.shelter_view import Network
from tocsin.cli.shelters import verbs
from tocsin.cli.shelters_city import Pace
from tocsin.cli.tongue import say, words


@verbs.command("nearest", cls=Verb, help=say("shelters.nearest"))
def nearest(  # noqa: PLR0913  # An option for each part of the question.
    point: Annotated[
        str | None, typer.Argument(metavar="LAT,LON", help=say("o.point"), show_default=False)
    ] = None,
    *,
    lat: Annotated[float | None, typer.Option("--lat", min=-90, max=90, help=say("o.lat"))] = None,
    lon: Annotated[
        float | None, typer.Option("--lon", min=-180, max=180, help=say("o.lon"))
    ] = None,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    network: Network = None,
    url: Url = URL,
    k: Annotated[int, typer.Option("--k", min=1, max=10, help=say("o.k"))] = 5,
    hazard: Annotated[
        str | None, typer.Option("--hazard", metavar="HAZARD", help=say("o.hazard"))
    ] = None,
    step_free: Annotated[bool, typer.Option("--step-free", help=say("o.step_free"))] = False,
    pets: Annotated[bool, typer.Option("--pets", help=say("o.pets"))] = False,
    speed: Pace = "walk",
    at: Annotated[str | None, typer.Option("--at", metavar="T", help=say("o.at"))] = None,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Tell where to take shelter; with none known, leave with 1."""
    where = _where(point, lat, lon)
    wishes = {"k": k, "hazard": hazard, "step_free": step_free, "pets": pets, "speed": speed}
    if db is None and not ledger:
        if at is not None:
            raise typer.BadParameter(say("shelters.at_needs_db"), param_hint="'--at'")
        answer = _from_server(url, where, wishes)
    else:
        answer = _from_record(ledger or db, network, where, wishes, at, country)
    if as_json:
        paper.put_json(answer)
    else:
        tell(answer)
    if not answer["shelters"]:
        raise typer.Exit(EXIT_WANTING)


def tell(answer: dict[str, Any]) -> None:
    """Write an answer for a person: a line to be read out, then each shelter."""
    from tocsin.kernel.time import parse_rfc3339
    from tocsin.web.shelter_card import card
    from tocsin.web.times import Times

    straight = answer["way"] == "straight_line"
    times = Times(words(), parse_rfc3339(answer["as_of"]))
    cards = [card(one, times, straight=straight) for one in answer["shelters"]]
    for line in _notes(answer):
        paper.put(line)
    if not cards:
        paper.put(say("shelters.no_way" if not straight else "shelters.none"))
        return
    first = _in_a_line(cards[0])
    if len(cards) > 1:
        line = say("shelters.else", first=first, name=cards[1].name, minutes=cards[1].minutes)
    else:
        line = say("shelters.only", first=first)
    paper.put(line)
    paper.put()

    for number, one in enumerate(cards, start=1):
        paper.put(f"{number}. {one.name}, {one.minutes}, {one.where}")
        paper.put(f"   {one.door}: {one.said}" if one.state != "unknown" else f"   {one.said}")
        paper.put(f"   {one.facts}")
        for warning in one.warnings:
            paper.put(f"   ! {warning}")
        if one.directions:
            paper.put(f"   {one.directions}")
    if answer["attribution"]:
        paper.put()
        paper.put(answer["attribution"])


def _in_a_line(one: Any) -> str:
    """Write the first of a list so that it can be read out."""
    said = words().say("near.nobody") if one.state == "unknown" else one.door
    step_free = words().say("short.step_free")
    facts = [step_free] if step_free in one.facts.split(", ") else []
    opened = [words().say("door.open")] if one.state == "filling" else []
    return ", ".join([one.name, one.minutes, *facts, *opened, said])


def _notes(answer: dict[str, Any]) -> list[str]:
    """Tell what has to be known before the list is believed."""
    notes = []
    if answer["replay"]:
        notes.append(f"{words().say('replay')}: {words().say('replay.what')}")
    if answer["invented"]:
        notes.append(words().say("shelter.invented"))
    if answer["advice"] == "cover_now":
        notes.append(say("shelters.cover_now", seconds=answer["within_s"]))
    if answer["way"] == "straight_line" and answer["shelters"]:
        notes.append(say("shelters.straight"))
    return notes


def _where(point: str | None, lat: float | None, lon: float | None) -> tuple[float, float]:
    """Read the point from its one form or from the other."""
    if point is not None and lat is None and lon is None:
        found = places.point(point)
        if found is None:
            raise typer.BadParameter(say("shelters.no_point"), param_hint="'LAT,LON'")
        return found
    if point is None and lat is not None and lon is not None:
        return lat, lon
    raise typer.BadParameter(say("shelters.which_point"), param_hint="'LAT,LON'")


def _from_server(url: str, where: tuple[float, float], wishes: dict[str, Any]) -> dict[str, Any]:
    from urllib.parse import urlencode

    from tocsin.cli.remote import call

    asked = {"lat": where[0], "lon": where[1], **wishes}
    said = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in asked.items()
        if value is not None
    }
    return call(url, f"/api/v1/shelters/nearest?{urlencode(said)}")


def _from_record(
    record: Path | str | None,
    network: Path | None,
    where: tuple[float, float],
    wishes: dict[str, Any],
    at: str | None,
    country: str,
) -> dict[str, Any]:
    from tocsin.cli.shelter_view import seeing
    from tocsin.views.shelter_near import Asked
    from tocsin.walking.profile import PROFILES

    assert record is not None, "one of the two was named"
    moment = None if at is None else moments.asked(at, "--at")
    profile = PROFILES[wishes.pop("speed")]
    with seeing(record, places.load_country(country), network=network, at=moment) as view:
        view.doors()
        return view.nearest(Asked(*where, **wishes, profile=profile), view.over(*where))
