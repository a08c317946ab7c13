"""
The board on a terminal: one word and a count first, then a line for each alert that stands.

Alerts are grouped by what they ask of people, the gravest first, each group under its word; a
part of a region says which region. What is unknown is listed, never left out, and nothing is
called safe. The same in black and white: words and marks carry it all, colour only helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from tocsin.cli import places
from tocsin.cli.moments import Reading
from tocsin.cli.tongue import say, words
from tocsin.kernel.time import parse_rfc3339
from tocsin.web.face import Scene
from tocsin.web.panel import panel
from tocsin.web.times import Times

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer

MARKS: Final = {"warning": "■", "watch": "▲", "drill": "◇", "unknown": "?"}
"""Told apart by shape, for who sees no colour; the word stands beside each."""

STYLES: Final = {
    "warning": "bold white on red",
    "part": "bold white on red",
    "watch": "bold black on yellow",
    "part_watch": "bold black on yellow",
    "drill": "bold white on blue",
    "unknown": "bold reverse",
    "calm": "bold",
}

WIDE: Final = 100
"""From this width on, what an alert is about has a column of its own."""


def draw(
    console: Console,
    gazetteer: Gazetteer,
    board: dict[str, Any],
    wanted: Sequence[Area],
    *,
    past: bool,
) -> None:
    """
    Write a board.

    Args:
        wanted: The areas that were asked about; none for the whole country.
        past: Whether a moment was asked for that isn't now.
    """
    scene = Scene(gazetteer, board)
    reading = Reading(scene.as_of)
    for area in wanted:
        _headline(console, scene, area, reading)
    if not wanted:
        _country(console, scene)
    console.print(words().say("as_of", time=reading.full(scene.as_of)))
    if scene.replay:
        console.print(replay_line())
    elif past:
        console.print(Text(f"{words().say('past')} · {words().say('past.what')}", "bold magenta"))
    groups = _grouped(board["alerts"])
    shared = _shared(board["alerts"])
    if shared:
        console.print(say("board.all_about", what=shared))
    for kind, alerts in groups.items():
        _group(console, gazetteer, kind, alerts, reading, shared)
    _unknown(console, gazetteer, board["unknown"], reading)
    if not board["alerts"] and not board["unknown"] and not wanted:
        console.print()
        console.print(words().say("do.calm"))


def replay_line() -> Text:
    """Say that this is a replay, as every page does."""
    return Text(f"{words().say('replay')} · {words().say('replay.what')}", style="bold magenta")


def _headline(console: Console, scene: Scene, area: Area, reading: Reading) -> None:
    face = scene.face(area.code)
    shown = panel(face, scene, Times(words(), reading.now))
    word = " ".join(shown.word).upper()
    line = Text.assemble((f" {word} ", STYLES[face.state]), "  ", (shown.place, "bold"))
    if shown.what:
        line.append(f" · {shown.what}")
    console.print(line)
    console.print(shown.act)
    for text in shown.notes:
        console.print(text, style="dim")


def _country(console: Console, scene: Scene) -> None:
    regions = scene.regions()
    alerted = sum(1 for face in regions if face.state == "warning")
    part = sum(1 for face in regions if face.state == "part")
    word = words().say("word.warning").upper() if alerted or part else ""
    country = scene.gazetteer.root.name[words().language]
    if word:
        count = words().say("word.country", n=alerted, all=len(regions))
        line = Text.assemble(
            (f" {word} ", STYLES["warning"]), "  ", (f"{country}: {count}", "bold")
        )
        if part:
            line.append(", " + words().say("country.part", regions=words().count("region", part)))
        console.print(line)
        return
    state = scene.face(scene.gazetteer.root.code).state
    told = " ".join(words().lines(f"word.{'country_calm' if state == 'calm' else state}"))
    console.print(Text.assemble((f" {told.upper()} ", STYLES[state]), "  ", (country, "bold")))


def _grouped(alerts: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {"warning": [], "watch": [], "drill": []}
    for alert in alerts:
        drill = alert["status"] != "Actual"
        groups["drill" if drill else "watch" if alert["level"] == "watch" else "warning"] += [alert]
    return {kind: found for kind, found in groups.items() if found}


def _shared(alerts: Sequence[dict[str, Any]]) -> str:
    """Say once what all alerts are about; nothing where they differ."""
    told = {about(alert) for alert in alerts}
    return told.pop() if len(told) == 1 and len(alerts) > 1 else ""


def about(alert: dict[str, Any]) -> str:
    """Say what an alert is about: the hazard, and where it comes from if that is known."""
    hazard = words().named("hazard", alert["hazard"])
    threat = words().named("threat", alert["threat"])
    return f"{hazard} ({threat})" if threat else hazard


def _group(
    console: Console,
    gazetteer: Gazetteer,
    kind: str,
    alerts: Sequence[dict[str, Any]],
    reading: Reading,
    shared: str,
) -> None:
    console.print()
    label = words().say(f"state.{kind}").upper()
    console.print(
        Text.assemble(
            (f" {MARKS[kind]} {label} ", STYLES[kind]), f"  {say('count', n=len(alerts))}"
        )
    )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(ratio=None, overflow="fold")
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    wide = console.width >= WIDE
    if wide:
        table.add_column(overflow="fold")
    for alert in _in_tree_order(gazetteer, alerts):
        since = parse_rfc3339(alert["since"])
        name = _named(gazetteer, alert["area"])
        note = _note(alert, shared)
        if note and not wide:
            name.append(f"\n    {note}", style="dim")
        cells: list[Text | str] = [name, reading.short(since), reading.age(since)]
        table.add_row(*cells, *([note] if wide else []))
    console.print(table)


def _named(gazetteer: Gazetteer, shape: dict[str, Any]) -> Text:
    area = gazetteer.get(shape["code"])
    above = places.lies_in(gazetteer, area)
    text = Text(f"  {places.name(area)}")
    if above:
        text.append(f"  {above}", style="dim")
    return text


def _note(alert: dict[str, Any], shared: str) -> str:
    parts = [] if shared else [about(alert)]
    if alert.get("relation") in {"inside", "around"}:
        parts.append(say(f"relation.{alert['relation']}"))
    senders = [alert["sender"], *(entry["sender"] for entry in alert["confirmations"])]
    parts.append(", ".join(senders))
    return " · ".join(parts)


def _in_tree_order(gazetteer: Gazetteer, alerts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    place = {area.code: number for number, area in enumerate(gazetteer)}
    return sorted(alerts, key=lambda alert: (place[alert["area"]["code"]], alert["since"]))


def _unknown(
    console: Console, gazetteer: Gazetteer, unknown: Sequence[dict[str, Any]], reading: Reading
) -> None:
    if not unknown:
        return
    console.print()
    label = words().say("state.unknown").upper()
    console.print(
        Text.assemble(
            (f" {MARKS['unknown']} {label} ", STYLES["unknown"]),
            f"  {say('count', n=len(unknown))}",
        )
    )
    console.print(words().say("do.unknown"))
    for (since, _), found in _by_since(unknown).items():
        names = ", ".join(places.name(gazetteer.get(gap["area"]["code"])) for gap in found)
        told = words().say("since.never") if since is None else _no_data(since, reading)
        console.print(f"  {names}: {told}")


def _no_data(since: datetime, reading: Reading) -> str:
    return f"{words().say('since.unknown', time=reading.clock(since))}, {reading.age(since)}"


def _by_since(
    unknown: Sequence[dict[str, Any]],
) -> dict[tuple[datetime | None, str], list[dict[str, Any]]]:
    groups: dict[tuple[datetime | None, str], list[dict[str, Any]]] = {}
    for gap in unknown:
        since = None if gap["since"] is None else parse_rfc3339(gap["since"])
        groups.setdefault((since, gap["since"] or ""), []).append(gap)
    return groups
