"""
`tocsin shelters network`: make a walking network from a map or from tables.

It says what the network came to, what was left out, and whose the streets are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import paper
from tocsin.cli.options import AsJson
from tocsin.cli.program import Verb
from tocsin.cli.shelters import verbs
from tocsin.cli.tongue import say


@verbs.command("network", cls=Verb, help=say("shelters.network"))
def network(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=say("o.streets"))],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=say("o.network_to"))],
    licence: Annotated[str | None, typer.Option("--licence", help=say("o.licence"))] = None,
    attribution: Annotated[
        str | None, typer.Option("--attribution", help=say("o.attribution"))
    ] = None,
    invented: Annotated[bool, typer.Option("--invented", help=say("o.invented"))] = False,
    as_json: AsJson = False,
) -> None:
    """Make a network, or say which line of which file is wrong and make nothing."""
    from tocsin.walking.source import make

    made = make(files, to, licence=licence, attribution=attribution, invented=invented)
    if as_json:
        paper.put_json({**made.public(), "file": str(to)})
    else:
        built = made.built
        megabytes = built.bytes / 1e6
        paper.put(say("network.made", path=to, mb=f"{megabytes:.1f}"))
        paper.put(
            say(
                "network.counts", nodes=built.nodes, edges=built.edges, km=f"{built.kilometres:.0f}"
            )
        )
        share = f"{100 * built.largest / built.nodes:.1f}"
        paper.put(say("network.parts", parts=built.parts, share=share))
        paper.put(say("network.barriers", n=built.barriers))
        for key, count in (
            ("private", made.private),
            ("locked", made.locked),
            ("missing", made.missing),
            ("loops", built.loops),
            ("doubled", built.doubled),
            ("lengthened", built.lengthened),
        ):
            if count:
                paper.put(say(f"network.{key}", n=count))
        paper.put(say("network.about", licence=made.about.licence, whose=made.about.attribution))
        paper.put(say("network.how_to_use", path=to))
    if not made.stated:
        paper.note(say("network.not_stated"))
