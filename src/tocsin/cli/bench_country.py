"""
`tocsin bench country`: what a village, a city and a country of 30 million phones need.

It measures nothing: it works out, from figures that were measured and say where, and plays what
happens at an edge when the alarm comes. The same seed gives the same answer on any machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import paper
from tocsin.cli.bench import verbs
from tocsin.cli.options import AsJson
from tocsin.cli.program import Verb
from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.ops.country import Needs, Played


@verbs.command("country", cls=Verb, help=say("bench.country"))
def country(
    *,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help=say("o.seed"))] = 20230126,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help=say("o.picture"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work out and play, and say what came of it."""
    from tocsin.ops.country import SCENES, needs, simulate
    from tocsin.ops.country_figures import FIGURES, PLACES
    from tocsin.ops.country_picture import draw

    wanted = [needs(place) for place in PLACES]
    played = {place.name: [simulate(place, scene, seed) for scene in SCENES] for place in PLACES}
    if picture is not None:
        title, axis = say("bench.country.title"), say("bench.country.axis")
        text = draw(played[PLACES[-1].name], title=title, axis=axis)
        picture.write_text(text, encoding="utf-8")
    if as_json:
        paper.put_json(
            {
                "seed": seed,
                "figures": {name: figure._asdict() for name, figure in FIGURES.items()},
                "assumed": [place._asdict() for place in PLACES],
                "needs": [one._asdict() for one in wanted],
                "played": {
                    name: [{**one._asdict(), "curve": len(one.curve)} for one in scenes]
                    for name, scenes in played.items()
                },
            }
        )
        return
    for one in wanted:
        _write(one, played[one.place])


def _write(wanted: Needs, played: list[Played]) -> None:
    paper.put(say("bench.country.needs", **wanted._asdict()))
    for scene in played:
        paper.put(
            f"  {scene.scene:30} {scene.told_p50_ms:9,.0f} {scene.told_p99_ms:9,.0f}"
            f" {scene.told_last_ms:9,.0f} ms  {scene.wait_p99_ms:7,.0f} ms"
            f"  {scene.back_s:5.1f} s  {scene.refused:,}"
        )
    paper.put()
