"""
`tocsin shelters assign`: who would go where, with no shelter sent more people than it holds.

In cells of 200 m, or exactly where that is asked for; without a solver by distance, and said so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import paper
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
    from tocsin.planning.plan import City, Plan

SHOWN = 10
"""Shelters named at a terminal; `--json` and `--to` have all."""


@verbs.command("assign", cls=Verb, help=say("shelters.assign"))
def assign(  # noqa: PLR0913  # An option for each part of the question.
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    network: Ways,
    people: People,
    closed: Closed = None,
    unknown: ReckonUnknown = False,
    capacity: Annotated[
        int | None,
        typer.Option("--capacity", metavar="N", min=0, max=100_000, help=say("o.assumed")),
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help=say("o.exact"))] = False,
    speed: Pace = "walk",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help=say("o.plan_to"))] = None,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Plan who goes where, and say who has no place."""
    from tocsin.cli.progress import stages

    with stages(quiet=as_json) as stage:
        seen = look(
            db, ledger, network, people, closed,
            unknown=unknown, speed=speed, country=country, stage=stage,
        )  # fmt: skip
        city = seen.after
        plan = _plan(city, capacity, exact=exact, stage=stage)
    answer = _answer(seen, city, plan)
    if to is not None:
        _write(to, city, plan)
    if as_json:
        paper.put_json(answer)
        return
    for line in _lines(answer, seen):
        paper.put(line)
    if to is not None:
        paper.put(say("city.written", path=to))


def _plan(city: City, capacity: int | None, *, exact: bool, stage: Any) -> Plan:
    from tocsin.planning import plan as planning

    def told(done: int, of: int) -> None:
        stage(say("city.walking"), done / of)

    if exact:
        rows = planning.row_table(city, told)
        stage(say("city.planning"), 0.5)
        return planning.plan_exactly(city, rows, capacity)
    cells = planning.cell_table(city, told)
    stage(say("city.planning"), 0.5)
    return planning.plan_cells(city, cells, capacity)


def _answer(seen: Seen, city: City, plan: Plan) -> dict[str, Any]:
    from tocsin.planning import shapes
    from tocsin.planning.load import loads, to_nearest
    from tocsin.planning.places import doors
    from tocsin.planning.streets import nearest

    listed = doors(city.places)
    _, owner = nearest(city.streets, listed.nodes)
    crowd = loads(city.places, to_nearest(city.demand, owner, listed, len(city.places)))
    sent = plan.within.load(len(city.places)) + plan.beyond.load(len(city.places))
    return {
        **seen.about,
        "closed": list(seen.closed),
        "shelters": shapes.shelters_shape(seen.survey),
        "to_nearest": {"over": crowd.over, "capacity_unknown": crowd.unknown},
        "plan": shapes.plan_shape(plan, city.demand.off_network),
        "load": shapes.loads_shape(loads(city.places, sent)),
    }


def _write(path: Path, city: City, plan: Plan) -> None:
    """Write who goes where as CSV: a line for each crossing and shelter."""
    import csv

    demand = city.demand
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("lat", "lon", "people", "shelter", "metres", "in_reach"))
        for found, in_reach in ((plan.within, "yes"), (plan.beyond, "no")):
            for row, place, people, metres in zip(
                found.rows.tolist(), found.places.tolist(), found.people.tolist(),
                found.metres.tolist(), strict=True,
            ):  # fmt: skip
                where = (f"{demand.lat[row]:.6f}", f"{demand.lon[row]:.6f}")
                table.writerow((*where, people, city.places[place].id, f"{metres:.0f}", in_reach))


def _lines(answer: dict[str, Any], seen: Seen) -> Iterator[str]:
    from tocsin.planning.reach import LIMIT_M

    yield from known_lines(seen)
    plan = answer["plan"]
    if plan["capacity_unknown"]:
        key = "city.assumed" if plan["capacity_assumed"] else "city.no_capacity"
        yield say(key, n=plan["capacity_unknown"], each=plan["capacity_assumed"])
    yield tell("city.room", people=plan["people"], room=plan["room"])
    yield tell("city.nearest", n=answer["to_nearest"]["over"])
    limit = f"{LIMIT_M:.0f}"
    yield tell("city.placed", n=plan["placed"], limit=limit, mean=round(plan["mean_m"]))
    if plan["beyond"]:
        yield tell("city.beyond", n=plan["beyond"], limit=limit, mean=round(plan["beyond_mean_m"]))
    if plan["unplaced"]:
        yield tell("city.unplaced", n=plan["unplaced"])
    if plan["off_network"]:
        yield tell("city.off_network", n=plan["off_network"])
    proven = ".proven" if plan["proven"] else ""
    yield tell(f"city.method.{plan['method']}{proven}", because=plan["because"])
    fullest = answer["load"]["shelters"][:SHOWN]
    if fullest:
        yield tell("city.fullest")
        for one in fullest:
            held = tell("city.nobody_knows") if one["capacity"] is None else one["capacity"]
            yield "  " + tell("city.load", id=one["id"], n=one["people"], held=held)
    yield answer["attribution"]
