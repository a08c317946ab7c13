"""
`tocsin history`: every alert over an area in a span of time, and when nobody was heard.

Gaps stand among the alerts where they belong: an absent record is not an absent alert.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tocsin.cli import moments, places
from tocsin.cli.options import AsJson, Country, OwnDb, SharedLedger, areas_like, kept
from tocsin.cli.program import Verb, app
from tocsin.cli.tongue import say, words
from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.cli.record import Record
    from tocsin.cli.roster import Shared


@app.command("history", cls=Verb, help=say("history"))
def history(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    area: Annotated[
        str, typer.Option("--area", metavar="AREA", help=say("o.area"), autocompletion=areas_like)
    ],
    since: Annotated[str | None, typer.Option("--from", metavar="T", help=say("o.from"))] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="T", help=say("o.to"))] = None,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Show an area's alerts, with the gaps."""
    from tocsin.cli.paper import put_json, sheet
    from tocsin.cli.record import reading
    from tocsin.views.history import history_shape

    gazetteer = places.load_country(country)
    wanted = places.one(gazetteer, area)
    with reading(kept(db, ledger), gazetteer) as record:
        start = moments.asked(since, "--from") if since else _first(record)
        end = moments.asked(until, "--to") if until else _last(record)
        if start > end:
            raise Malformed("time.span_malformed", "--from is later than --to.", where="--from")
        shape = history_shape(
            record.projections.history,
            gazetteer,
            wanted.code,
            (rfc3339(start), rfc3339(end)),
            record.live.read_area,
        )
        replay = record.live.replay
    if as_json:
        put_json(shape)
    else:
        draw(sheet(), gazetteer, wanted, shape, replay=replay)


def _first(record: Record) -> datetime:
    events = record.ledger.read(0, 1)
    return events[0].happened() if events else moments.now()


def _last(record: Record) -> datetime:
    """A replay ends where its record does: what came after it is not its business."""
    if record.live.replay:
        last = record.ledger.read(record.projections.position - 1, 1)
        return last[-1].happened()
    return moments.now()


def draw(
    console: Console, gazetteer: Gazetteer, area: Area, shape: dict[str, Any], *, replay: bool
) -> None:
    """Write the history for a person: a line for each alert and for each gap, by start."""
    from rich.table import Table
    from rich.text import Text

    from tocsin.cli.roster import Shared, replay_line

    start, end = parse_rfc3339(shape["from"]), parse_rfc3339(shape["to"])
    reading = moments.Reading(end)
    title = ", ".join(part for part in (places.name(area), places.lies_in(gazetteer, area)) if part)
    console.print(Text(title, style="bold"))
    console.print(say("history.span", start=reading.full(start), end=reading.full(end)))
    if replay:
        console.print(replay_line())
    shared = Shared.of(shape["alerts"])
    if shared.what:
        console.print(shared.told())
    console.print()
    rows = [(alert["since"], "alert", alert) for alert in shape["alerts"]]
    rows += [(gap["from"], "gap", gap) for gap in shape["gaps"]]
    if not rows:
        console.print(say("history.none"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for key in ("history.from", "history.until", "history.lasted", "history.what"):
        table.add_column(say(key), no_wrap=key != "history.what")
    for _, kind, row in sorted(rows, key=lambda found: (found[0], found[1])):
        cells = (
            _gap(row, start, end) if kind == "gap" else _alert(gazetteer, area, row, end, shared)
        )
        table.add_row(*cells, style="reverse" if kind == "gap" else "")
    console.print(table)
    counted = say("history.count", alerts=len(shape["alerts"]), gaps=len(shape["gaps"]))
    console.print()
    console.print(counted)


def _gap(gap: dict[str, Any], start: datetime, end: datetime) -> tuple[str, str, str, str]:
    begins, ends = parse_rfc3339(gap["from"]), parse_rfc3339(gap["to"])
    return (
        ("…" if begins <= start else "") + _stamp(begins),
        _stamp(ends) + ("…" if ends >= end else ""),
        moments.lasted(ends - begins),
        f"? {say('history.gap')}",
    )


def _alert(
    gazetteer: Gazetteer, area: Area, alert: dict[str, Any], end: datetime, shared: Shared
) -> tuple[str, str, str, str]:
    from tocsin.cli.roster import about, who

    begins = parse_rfc3339(alert["since"])
    until = alert["until"]
    what = about(alert)
    notes = [] if what == shared.what else [what]
    if alert["status"] != "Actual":
        notes.insert(0, words().say("state.drill"))
    if alert["level"] == "watch":
        notes.append(words().say("state.watch"))
    if who(alert) != shared.who:
        notes.append(who(alert))
    if alert["area"]["code"] != area.code:
        around = places.name(gazetteer.get(alert["area"]["code"]))
        notes.append(words().say("note.around", areas=around))
    if alert["ending"] == "AlertCorrected":
        notes.append(say("history.false"))
    elif alert["ending"] == "DrillGaveWay":
        notes.append(say("history.gave_way"))
    if alert["estimated"]:
        notes.append(say("history.estimated"))
    stands = until is None
    ends = end if stands else parse_rfc3339(until)
    return (
        _stamp(begins),
        say("history.stands") if stands else _stamp(ends),
        moments.lasted(ends - begins),
        " · ".join(notes) or what,
    )


def _stamp(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
