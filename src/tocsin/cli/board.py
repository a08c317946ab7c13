"""
`tocsin board`: what stands now, or stood at a moment, read from the ledger beside the server.

`--json` prints the board of the API. With `--area` it holds what concerns that area: alerts for
it, for what lies in it and for what it lies in, each with how it relates.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tocsin.cli import moments
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, areas_like, kept
from tocsin.cli.program import Verb, app
from tocsin.cli.tongue import say


@app.command("board", cls=Verb, help=say("board"))
def board(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help=say("o.at"))] = None,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help=say("o.area"), autocompletion=areas_like),
    ] = None,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Show what stands."""
    from tocsin.cli import places
    from tocsin.cli.paper import put_json, sheet
    from tocsin.cli.record import reading

    moment = None if at is None else moments.asked(at, "--at")
    gazetteer = places.load_country(country)
    wanted = [places.one(gazetteer, text) for text in area or ()]
    with reading(kept(db, ledger), gazetteer) as record:
        codes = frozenset(found.code for found in wanted)
        shape = record.live.board(moment, codes)
        if wanted:
            from tocsin.delivery.audience import Audience

            topics = Audience(gazetteer).topics(codes)
            for alert in shape["alerts"]:
                alert["relation"] = topics[alert["area"]["code"]]
    if as_json:
        put_json(shape)
        return
    from tocsin.cli.roster import draw

    draw(sheet(), gazetteer, shape, wanted, past=moment is not None)
