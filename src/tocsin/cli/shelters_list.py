"""
`tocsin shelters list`: the shelters of a ledger, without how any of them is.

As the public is shown them; `--all` lists also those that it is not, and says so of each.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import paper, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, areas_like, kept
from tocsin.cli.program import EXIT_WANTING, Verb
from tocsin.cli.shelters import verbs
from tocsin.cli.tongue import say, words


@verbs.command("list", cls=Verb, help=say("shelters.list"))
def list_(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    area: Annotated[
        str | None,
        typer.Option("--area", metavar="AREA", help=say("o.in_area"), autocompletion=areas_like),
    ] = None,
    text: Annotated[str | None, typer.Option("--q", metavar="TEXT", help=say("o.q"))] = None,
    hidden: Annotated[bool, typer.Option("--all", help=say("o.all_shelters"))] = False,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """List shelters; with none that fit, leave with 1."""
    from tocsin.cli.shelter_view import seeing
    from tocsin.views.shelter_roll import Roll, Wanted

    gazetteer = places.load_country(country)
    code = None if area is None else places.one(gazetteer, area).code
    with seeing(kept(db, ledger), gazetteer) as view:
        roll = Roll(view.map.all(), gazetteer, view.map.edition) if hidden else view.roll()
        found = roll.find(Wanted(area=code, words=text or None))
        if as_json:
            features = [view.feature(one) for one in found]
            paper.put_json(
                {
                    "type": "FeatureCollection",
                    "timeStamp": view.now(),
                    "position": view.map.position,
                    "numberMatched": len(found),
                    "numberReturned": len(found),
                    "links": [],
                    "features": features,
                }
            )
        else:
            for one in found:
                told = [one.listing.id, one.listing.name]
                told += [one.listing.address] if one.listing.address else []
                told.append(words().named("kind", one.listing.kind.value))
                told += [] if one.entrances else [say("shelters.not_located")]
                told += [] if view.in_bulk(one) else [say("shelters.not_shown")]
                paper.put(" · ".join(told))
    if not found:
        paper.note(say("shelters.none_listed"))
        raise typer.Exit(EXIT_WANTING)
