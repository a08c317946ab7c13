"""
A terminal as a siren display: the one word, large, then where, since when, what to do, the rest.

Nothing stands above the word. Each state has its own field, its own pattern under it and its own
word, so that it is told apart without colour; calm is plain, never green. A lost link shows
instead of what was last known, which is then told with its age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from tocsin.cli import letters
from tocsin.cli.moments import Reading, zone
from tocsin.cli.tongue import say, words
from tocsin.kernel.time import parse_rfc3339
from tocsin.web.face import DANGER, Face, Scene
from tocsin.web.panel import Panel, country, panel
from tocsin.web.times import Times

FIELDS: Final = {
    "warning": "bold #ffffff on #a50d12",
    "country": "bold #ffffff on #a50d12",
    "part": "bold #ffffff on #a50d12",
    "watch": "#000000 on #ffb000",
    "part_watch": "#000000 on #ffb000",
    "unknown": "bold",
    "drill": "bold #ffffff on #123f8c",
    "calm": "bold",
    "lost": "#000000 on #ffb000",
    "wait": "bold",
}
PATTERNS: Final = {
    "warning": "█",
    "country": "█",
    "part": "▚ ",
    "watch": "▲ ",
    "part_watch": "△ ",
    "unknown": "? ",
    "drill": "╌ ",
    "calm": "─",
    "lost": "× ",
    "wait": "· ",
}
"""Under the word; repeated across the screen."""

RIBBON: Final = "bold #ffffff on #5b2a86"
AMBER: Final = "#000000 on #ffb000"
NOTES_SHOWN: Final = 6
OTHERS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Link:
    """
    How the link to the server is.

    Args:
        server: Its address, as a person reads it.
        lost: Whether nothing was heard for too long.
        confirmed_at: When the server was last heard, on its own clock; None if never.
        why: What is wrong, for the bottom line.
    """

    server: str
    lost: bool
    confirmed_at: datetime | None
    why: str = ""


class Display:
    """
    One area on a whole screen.

    Args:
        shown: What stands large.
        was: What was last known; `shown` itself while the link stands.
        others: Further areas, a line each.
    """

    def __init__(  # What a screen has on it.
        self,
        shown: Panel,
        was: Panel,
        now: datetime,
        link: Link,
        *,
        others: Sequence[Panel] = (),
        replay: bool = False,
    ) -> None:
        self._shown = shown
        self._was = was
        self._now = now
        self._link = link
        self._others = others
        self._replay = replay

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the screen out for the size it has."""
        height = options.height or console.height
        width = options.max_width
        below = self._below(width)
        room = max(3, height - 1 - sum(_height(text, width) for text in below))
        yield from self._word(console, width, room)
        yield Group(*below)

    def _word(self, console: Console, width: int, room: int) -> RenderResult:
        """Fill the field, the word in its middle, and draw its pattern under it."""
        shown = self._shown
        blocks = console.encoding.lower().startswith("utf")
        rows = letters.draw(shown.word, width - 4, room, blocks=blocks)
        if not rows:
            rows = [" ".join(shown.word).upper()]
        above = (room - len(rows)) // 2
        field = [*[""] * above, *rows, *[""] * (room - len(rows) - above)]
        for row in field:
            yield Text(f"  {row}".ljust(width)[:width], style=FIELDS[shown.state])
        pattern = PATTERNS[shown.state] if blocks else "="
        yield Text((pattern * width)[:width])

    def _below(self, width: int) -> list[Text]:
        shown = self._shown
        lines = [_line(Text(shown.place, style="bold"), shown.what)] if shown.place else []
        told = since(shown, self._now)
        lines += [Text(told)] if told else []
        lines += [Text(shown.act, style="bold")] if shown.act else []
        if shown is not self._was:
            then = " · ".join(filter(None, (_told(self._was), since(self._was, self._now))))
            lines.append(Text(words().say("link.last", state=then)))
        lines += [Text(note, style="dim") for note in shown.notes[:NOTES_SHOWN]]
        for other in self._others[:OTHERS_SHOWN]:
            state = Text(f" {_told(other).upper()} ", style=FIELDS[other.state])
            lines.append(Text.assemble(state, f" {other.place}"))
        if self._replay:
            ribbon = f" {words().say('replay')} · {words().say('replay.what')} "
            day = Times(words(), self._now).day(self._now.astimezone().date())
            lines.append(Text(f"{ribbon}· {day} ".ljust(width)[:width], style=RIBBON))
        lines.append(self._bottom())
        return lines

    def _bottom(self) -> Text:
        link = self._link
        if not link.lost:
            clock = f"{self._now.astimezone():%H:%M:%S} {zone(self._now)}"
            return Text(f"{words().say('link.live')} · {clock} · {link.server}", style="dim")
        if link.confirmed_at is None:
            told = say("watch.never", server=link.server)
        else:
            clock = Reading(self._now).clock(link.confirmed_at)
            told = f"{words().say('link.lost', time=clock)} · {link.server}"
        return Text(told + (f" ({link.why})" if link.why else ""), style=AMBER)


def look(scene: Scene | None, faces: Sequence[Face], now: datetime, link: Link) -> Display:
    """Put areas, as the listener knows them, on a screen; the most dangerous one large."""
    if scene is None or not faces:
        empty = lost_panel("") if link.why else waiting_panel()
        return Display(empty, empty, now, link)
    first, *rest = sorted(faces, key=lambda face: DANGER.index(face.state))
    was = shown_of(first, scene, now)
    shown = lost_panel(was.place) if link.lost else was
    others = [] if link.lost else [shown_of(face, scene, now) for face in rest]
    return Display(shown, was, now, link, others=others, replay=scene.replay)


def shown_of(face: Face, scene: Scene, now: datetime) -> Panel:
    """Put a face into words; the country as a whole is counted, with a stroke between."""
    times = Times(words(), now)
    if face.code != scene.gazetteer.root.code:
        return panel(face, scene, times)
    regions = scene.regions()
    whole = country(regions, scene, times)
    if whole.state != "country":
        return whole
    # “24 З 27” reads as 24 3 27 in large letters.
    alerted = sum(1 for region in regions if region.state == "warning")
    return replace(whole, word=(f"{alerted}/{len(regions)}",))


def lost_panel(place: str) -> Panel:
    """Say that the link is lost."""
    return _panel("lost", words().lines("word.lost"), place, say("watch.no_news"))


def waiting_panel() -> Panel:
    """Say that nothing was heard yet: not even that all is calm."""
    return _panel("wait", (words().say("link.wait").rstrip("…"),), "", "")


def _panel(state: str, word: tuple[str, ...], place: str, act: str) -> Panel:
    return Panel(
        code="",
        state=state,
        word=word,
        size="",
        place=place,
        what="",
        since="",
        since_at=None,
        act=act,
        notes=(),
    )


def since(shown: Panel, now: datetime) -> str:
    """Say since when, on the reader's clock; the same sentence as on the page."""
    if shown.since_at is None:
        return shown.since
    at = parse_rfc3339(shown.since_at)
    reading = Reading(now)
    told = f"{reading.clock(at)} {zone(at)}"
    if shown.since.startswith(words().say("as_of", time="")):
        return words().say("as_of", time=told)
    if shown.state == "unknown":
        return f"{words().say('since.unknown', time=told)}, {reading.age(at)}"
    return words().say("since", time=told, age=reading.age(at))


def plain(panels: Sequence[Panel], now: datetime) -> str:
    """Say the same in one line, for a screen that is no screen."""
    parts = []
    for shown in panels:
        pieces = (_told(shown).upper(), shown.place, shown.what, since(shown, now), shown.act)
        parts.append(" · ".join(piece for piece in pieces if piece))
    return " | ".join(parts)


def _told(shown: Panel) -> str:
    return " ".join(shown.word)


def _line(first: Text, rest: str) -> Text:
    return first.append(f" · {rest}", style="not bold") if rest else first


def _height(text: Text, width: int) -> int:
    return max(1, -(-text.cell_len // max(1, width)))
