"""
`tocsin shelters coverage`: who reaches an open shelter in time, and where the others live.

Also who would be worse off if shelters closed, a bridge were down, the power out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import paper, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger
from tocsin.cli.program import Verb
from tocsin.cli.shelters import verbs
from tocsin.cli.shelters_city import (
    Closed,
    Pace,
    People,
    ReckonUnknown,
    Seen,
    Ways,
    known_lines,
    look,
    tell,
)
from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.planning.plan import City

BRIDGE_M = 100.0
"""From the point that names a bridge to one of its ends."""

MINUTES_MOST = 120


@verbs.command("coverage", cls=Verb, help=say("shelters.coverage"))
def coverage(  # noqa: PLR0913  # An option for each part of the question.
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    network: Ways,
    people: People,
    minutes: Annotated[
        str, typer.Option("--minutes", metavar="N,N", help=say("o.minutes"))
    ] = "5,10",
    closed: Closed = None,
    bridge: Annotated[
        str | None, typer.Option("--bridge", metavar="LAT,LON", help=say("o.bridge"))
    ] = None,
    dark: Annotated[
        str | None, typer.Option("--dark", metavar="GROUP,GROUP|all", help=say("o.dark"))
    ] = None,
    unknown: ReckonUnknown = False,
    speed: Pace = "walk",
    gaps: Annotated[int, typer.Option("--gaps", min=0, max=10_000, help=say("o.gaps"))] = 10,
    sites: Annotated[int, typer.Option("--sites", min=0, max=100, help=say("o.sites"))] = 0,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Say how a city is covered, now or after what may happen to it."""
    from tocsin.cli.progress import stages

    asked = _minutes(minutes)
    where = None if bridge is None else places.point(bridge)
    if bridge is not None and where is None:
        raise typer.BadParameter(say("shelters.no_point"), param_hint="'--bridge'")
    with stages(quiet=as_json) as stage:
        seen = look(
            db, ledger, network, people, closed,
            unknown=unknown, speed=speed, country=country, stage=stage,
        )  # fmt: skip
        stage(say("city.walking"), 0.9)
        answer = _answer(seen, asked, where, dark, gaps, sites)
    if as_json:
        paper.put_json(answer)
        return
    for line in _lines(answer, seen, places.load_country(country)):
        paper.put(line)


def _minutes(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 0 < int(part) <= MINUTES_MOST for part in parts):
        raise typer.BadParameter(say("city.bad_minutes"), param_hint="'--minutes'")
    return tuple(sorted({int(part) for part in parts}))


def _answer(
    seen: Seen,
    minutes: tuple[int, ...],
    bridge: tuple[float, float] | None,
    dark: str | None,
    gaps: int,
    sites: int,
) -> dict[str, Any]:
    from tocsin.planning import coverage as covering
    from tocsin.planning import shapes
    from tocsin.planning.cells import cells
    from tocsin.planning.places import doors
    from tocsin.planning.siting import sites as choose
    from tocsin.planning.streets import nearest
    from tocsin.planning.whatif import change

    after, happened = _after(seen, bridge, dark)
    metres, _ = nearest(after.streets, doors(after.places).nodes)
    pace = seen.profile.metres_per_minute
    said = covering.coverage(after.demand, metres, metres_per_minute=pace, minutes=minutes)
    limit_m = minutes[0] * pace
    cut = cells(after.streets, after.demand)
    found = covering.gaps(after.streets, after.demand, cut, metres, limit_m)
    chosen = (
        choose(after.streets, after.demand, cut, metres, limit_m=limit_m, count=sites)
        if sites
        else ()
    )
    if happened:
        city = seen.survey.city
        before, _ = nearest(city.streets, doors(city.places).nodes)
        happened.update(shapes.change_shape(change(city.demand, before, metres, limit_m)))
    return {
        **seen.about,
        "shelters": shapes.shelters_shape(seen.survey),
        **shapes.coverage_shape(said),
        "off_network": after.demand.off_network,
        "cells_with_gaps": len(found),
        "gaps": shapes.gaps_shape(found[:gaps]),
        "sites": shapes.sites_shape(chosen),
        "what_if": happened or None,
    }


def _after(
    seen: Seen, bridge: tuple[float, float] | None, dark: str | None
) -> tuple[City, dict[str, Any]]:
    """Give the city after all that is to have happened to it, and what that came to."""
    from dataclasses import replace

    from tocsin.planning.whatif import bridge_down, power_out

    city, happened = seen.after, dict[str, Any]()
    if seen.closed:
        happened["closed"] = list(seen.closed)
    if dark is not None:
        groups = None if dark == "all" else [one.strip() for one in dark.split(",")]
        out = power_out(city.places, groups)
        city = replace(city, places=out.places)
        happened.update(dark=out.dark, dark_unknown=out.unknown)
    if bridge is not None:
        streets, ways = bridge_down(city.streets, seen.survey.bridges, *bridge, BRIDGE_M)
        city = replace(city, streets=streets)
        happened["bridge_ways"] = ways
    return city, happened


def _lines(answer: dict[str, Any], seen: Seen, gazetteer: Gazetteer) -> Iterator[str]:
    minutes = answer["minutes"]
    yield from known_lines(seen)
    yield _covered(tell("city.whole"), answer, minutes)
    if answer["no_way"]:
        yield tell("city.no_way", n=answer["no_way"])
    if any(one["code"] for one in answer["areas"]):
        for one in answer["areas"]:
            yield "  " + _covered(_area(one["code"], gazetteer), one, minutes)
    if answer["what_if"] is not None:
        yield tell("city.what_if")
        yield from ("  " + line for line in _happened(answer["what_if"], minutes[0]))
    if answer["gaps"]:
        yield tell("city.gaps", minutes=minutes[0], n=answer["cells_with_gaps"])
        for gap in answer["gaps"]:
            way = tell("city.no_way_here") if gap["metres"] is None else f"{gap['metres']:.0f} m"
            yield "  " + tell("city.gap", lat=gap["lat"], lon=gap["lon"], n=gap["people"], way=way)
    if answer["sites"]:
        yield tell("city.sites")
        for number, site in enumerate(answer["sites"], start=1):
            place = {"lat": site["lat"], "lon": site["lon"]}
            yield "  " + tell("city.site", number=number, n=site["people"], **place)
    yield answer["attribution"]


def _happened(happened: dict[str, Any], minutes: int) -> Iterator[str]:
    """Say what was taken away, and who is worse off for it."""
    for key in ("dark", "bridge_ways"):
        if key in happened:
            yield tell(f"city.{key}", n=happened[key])
    if happened.get("dark_unknown"):
        yield tell("city.dark_unknown", n=happened["dark_unknown"])
    yield tell("city.lost", n=happened["lost"], minutes=minutes)
    if happened["cut_off"]:
        yield tell("city.cut_off", n=happened["cut_off"])
    if happened["farther_m"]:
        yield tell("city.farther", metres=round(happened["farther_m"]))


def _area(code: str | None, gazetteer: Gazetteer) -> str:
    if code is None:
        return say("city.no_area")
    return places.name(gazetteer.get(code)) if code in gazetteer else code


def _covered(name: str, one: dict[str, Any], minutes: list[int]) -> str:
    shares = (
        tell("city.share", share=f"{100 * share:.1f}", minutes=minute)
        for share, minute in zip(one["shares"], minutes, strict=True)
    )
    return tell("city.covered", name=name, n=one["people"], shares=", ".join(shares))
