"""
`tocsin areas`: find an area by name, code or point; import another country from GeoJSON.

Where a name fits several areas all are listed, with what tells them apart; none is chosen.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import paper, places
from tocsin.cli.options import AsJson, Country
from tocsin.cli.program import EXIT_WANTING, Verb, group
from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer

verbs = group("areas")


@verbs.command("find", cls=Verb, help=say("areas.find"))
def find(
    text: Annotated[list[str], typer.Argument(metavar="TEXT|LAT,LON", help=say("o.find_text"))],
    *,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Find the areas that a text may mean; with none, leave with 1."""
    gazetteer = places.load_country(country)
    sought = " ".join(text)  # `areas find Кривий Ріг`, without quotation marks.
    found = places.candidates(gazetteer, sought)
    if as_json:
        paper.put_json({"areas": [_shape(gazetteer, area) for area in found]})
    elif found:
        _write(gazetteer, found)
    if not found:
        paper.note(say("areas.none", text=sought[:80]))
        raise typer.Exit(EXIT_WANTING)


def _shape(gazetteer: Gazetteer, area: Area) -> dict[str, Any]:
    above = [gazetteer.get(code).public() for code in gazetteer.lineage(area.code)]
    return {**area.public(), "lies_in": above}


def _write(gazetteer: Gazetteer, found: tuple[Area, ...]) -> None:
    for area in found:
        other = area.name["en" if places.name(area) != area.name["en"] else "uk"]
        paper.put(f"{places.name(area)} · {other}")
        above = places.lies_in(gazetteer, area)
        paper.put(f"  {places.level(area)}" + (f", {above}" if above else ""))
        codes = [("KATOTTH", area.code), ("ISO", area.iso), ("uid", area.uid)]
        paper.put("  " + " · ".join(f"{kind} {code}" for kind, code in codes if code is not None))
    if len(found) > 1:
        paper.note(say("areas.several", n=len(found)))


@verbs.command("import", cls=Verb, help=say("areas.import"))
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("o.geojson"))],
    *,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help=say("o.pack_to"))] = None,
    as_json: AsJson = False,
) -> None:
    """Turn GeoJSON into a country pack, or say what is wrong with it and make nothing."""
    from tocsin.areas.importer import import_country
    from tocsin.cli.progress import stages

    target = to or file.with_suffix(".areas")
    with stages(quiet=as_json) as progress:
        report = import_country(file, target, progress)
    if as_json:
        problems = [
            {"feature": problem.feature, "name": problem.name, "why": problem.why}
            for problem in report.problems
        ]
        paper.put_json({**asdict(report), "problems": problems, "ok": report.ok})
    else:
        for line in report.lines():
            paper.put(line)
        if report.ok:
            found = {"areas": report.areas, "outlined": report.outlines}
            paper.put(say("areas.imported", path=target, **found))
            paper.put(say("areas.how_to_use", path=target))
    if not report.ok:
        paper.note(say("areas.wrong", path=file, n=report.count))
        raise typer.Exit(EXIT_WANTING)
