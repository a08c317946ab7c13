"""
The board on a terminal: one word and a count first, then a line for each alert that stands.

Alerts are grouped by what they ask of people, the gravest first, each group under its word; a
part of a region says which region. What is unknown is listed, never left out, and nothing is
called safe. The same in black and white: words and marks carry it all, colour only helps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from tocsin.cli import places
from tocsin.cli.display import since
from tocsin.cli.moments import Reading
from tocsin.cli.tongue import say, words
from tocsin.kernel.ids import AreaCode
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

CALM_NAMED: Final = 12

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
    shared = Shared.of(board["alerts"])
    for kind, alerts in _grouped(board["alerts"]).items():
        _group(console, gazetteer, kind, alerts, reading, shared)
    _unknown(console, gazetteer, board["unknown"], reading)
    if not wanted:
        _calm(console, scene)


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
    console.print(since(shown, reading.now))
    console.print(shown.act, style="bold")
    for text in shown.notes:
        console.print(text, style="dim")


def _country(console: Console, scene: Scene) -> None:
    regions = scene.regions()
    alerted = sum(1 for face in regions if face.state == "warning")
    part = sum(1 for face in regions if face.state == "part")
    word = words().say("word.warning").upper() if alerted or part else ""
    country = scene.gazetteer.root.name[words().language]
    if word:
        count = words().say(
            "word.country", n=alerted, all=words().count("of_regions", len(regions))
        )
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


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What most alerts have in common, said once and left out of their lines.

    Args:
        what: What they are about.
        who: Who says so.
    """

    what: str
    who: str

    @classmethod
    def of(cls, alerts: Sequence[dict[str, Any]]) -> Shared:
        """Find what is most common among alerts; nothing for one alone."""
        if len(alerts) < 2:
            return cls("", "")
        what = Counter(map(about, alerts)).most_common(1)[0][0]
        return cls(what, Counter(map(who, alerts)).most_common(1)[0][0])

    def told(self) -> str:
        """Say it."""
        return f"{self.what} · {words().say('note.sender', senders=self.who)}" if self.what else ""


def who(alert: dict[str, Any]) -> str:
    """Name everybody who holds an alert, the first holder first."""
    senders = [alert["sender"], *(entry["sender"] for entry in alert["confirmations"])]
    return ", ".join(dict.fromkeys(senders))


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
    shared: Shared,
) -> None:
    console.print()
    console.print(_label(kind, len(alerts), shared.told()))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    wide = console.width >= WIDE
    if wide:
        table.add_column(overflow="fold")
    listed = {alert["area"]["code"] for alert in alerts}
    for alert in _in_tree_order(gazetteer, alerts):
        began = parse_rfc3339(alert["since"])
        name = _named(gazetteer, alert["area"]["code"], listed)
        note = _note(alert, shared)
        if note and not wide:
            name.append(f"\n      {note}", style="dim")
        cells: list[Text | str] = [name, reading.short(began), reading.age(began)]
        table.add_row(*cells, *([note] if wide else []))
    console.print(table)


def _label(kind: str, count: int, told: str = "") -> Text:
    state = words().say(f"state.{kind}").upper()
    line = Text.assemble((f" {MARKS[kind]} {state} ", STYLES[kind]), f"  {count}")
    return line.append(f" · {told}", style="dim") if told else line


def _named(gazetteer: Gazetteer, code: AreaCode, listed: set[AreaCode]) -> Text:
    """Name an area, set in under what it lies in; that is named too unless it is just above."""
    area = gazetteer.get(code)
    above = [found for found in gazetteer.lineage(area.code)[:-1] if found not in listed]
    text = Text("  " * max(1, area.level) + places.name(area))
    if above:
        around = ", ".join(places.name(gazetteer.get(found)) for found in above)
        text.append(f"\n{'  ' * area.level}  {around}", style="dim")
    return text


def _note(alert: dict[str, Any], shared: Shared) -> str:
    parts = [] if about(alert) == shared.what else [about(alert)]
    if alert.get("relation") in {"inside", "around"}:
        parts.append(say(f"relation.{alert['relation']}"))
    if who(alert) != shared.who:
        parts.append(who(alert))
    return " · ".join(parts)


def _calm(console: Console, scene: Scene) -> None:
    """Name what is left, so that nobody has to work it out; where nothing is known is not calm."""
    calm = [face.code for face in scene.regions() if face.state == "calm"]
    if not calm:
        return
    console.print()
    if len(calm) == len(scene.regions()):
        console.print(words().say("do.calm"))
        return
    names = ", ".join(places.name(scene.gazetteer.get(code)) for code in calm[:CALM_NAMED])
    if len(calm) > CALM_NAMED:
        names = words().say("note.more", areas=names, n=len(calm) - CALM_NAMED)
    console.print(Text(f"{words().say('state.calm').upper()}  {len(calm)} · {names}", style="dim"))


def _in_tree_order(gazetteer: Gazetteer, alerts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    place = {area.code: number for number, area in enumerate(gazetteer)}
    return sorted(alerts, key=lambda alert: (place[alert["area"]["code"]], alert["since"]))


def _unknown(
    console: Console, gazetteer: Gazetteer, unknown: Sequence[dict[str, Any]], reading: Reading
) -> None:
    if not unknown:
        return
    console.print()
    console.print(_label("unknown", len(unknown)))
    console.print(words().say("do.unknown"))
    for (silent_since, _), found in _by_since(unknown).items():
        names = ", ".join(places.name(gazetteer.get(gap["area"]["code"])) for gap in found)
        never = words().say("since.never")
        told = never if silent_since is None else _no_data(silent_since, reading)
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
