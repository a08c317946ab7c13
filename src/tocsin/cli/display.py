"""
A terminal as a siren display: the one word, large, then where, since when, what to do, the rest.

Nothing stands above the word. Each state has its own field, its own pattern under it and its own
word, so that it is told apart without colour; calm is plain, never green. A lost link shows
instead of what was last known, which is then told with its age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.text import Text

from tocsin.cli import letters
from tocsin.cli.moments import Reading, zone
from tocsin.cli.tongue import say, words
from tocsin.web.face import Face, Scene
from tocsin.web.panel import Panel, country, panel
from tocsin.web.times import Times

FIELDS: Final = {
    "warning": "bold white on #a50d12",
    "country": "bold white on #a50d12",
    "part": "bold white on #a50d12",
    "watch": "bold black on #ffb000",
    "part_watch": "bold black on #ffb000",
    "unknown": "bold",
    "drill": "bold white on #123f8c",
    "calm": "bold",
    "lost": "bold black on #ffb000",
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
}
"""Under the word; repeated across the screen."""

RIBBON: Final = "bold white on #5b2a86"
AMBER: Final = "bold black on #ffb000"
NOTES_SHOWN: Final = 6


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
    """One area on a whole screen."""

    def __init__(
        self, shown: Panel, was: Panel, now: datetime, link: Link, *, replay: bool
    ) -> None:
        self._shown = shown
        self._was = was
        self._now = now
        self._link = link
        self._replay = replay

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the screen out for the size it has."""
        height = options.height or console.height
        width = options.max_width
        below = self._below(width)
        room = max(3, height - 2 - sum(_height(text, width) for text in below))
        yield from self._word(console, width, room)
        yield Group(*below)

    def _word(self, console: Console, width: int, room: int) -> RenderResult:
        shown = self._shown
        blocks = console.encoding.lower().startswith("utf")
        style = FIELDS[shown.state]
        rows = letters.draw(shown.word, width - 4, room - 2, blocks=blocks)
        if not rows:
            rows = [" ".join(shown.word).upper()]
        for row in ("", *rows, ""):
            yield Text(f"  {row}".ljust(width)[:width], style=style)
        pattern = PATTERNS[shown.state] if blocks else "="
        yield Text((pattern * width)[:width])

    def _below(self, width: int) -> list[Text]:
        shown = self._shown
        lines = [_line(Text(shown.place, style="bold"), shown.what)]
        lines.append(Text(since(shown, self._now)))
        if shown.act:
            lines.append(Text(shown.act, style="bold"))
        if shown is not self._was:
            lines.append(Text(words().say("link.last", state=_told(self._was))))
        lines += [Text(note, style="dim") for note in shown.notes[:NOTES_SHOWN]]
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


def look(scene: Scene | None, face: Face | None, now: datetime, link: Link) -> Display:
    """Put one area, as the listener knows it, on a screen; nothing heard yet is a lost link."""
    if scene is None or face is None:
        empty = lost_panel("", "")
        return Display(empty, empty, now, link, replay=False)
    times = Times(words(), now)
    root = scene.gazetteer.root.code
    was = country(scene.regions(), scene, times) if face.code == root else panel(face, scene, times)
    shown = lost_panel(was.code, was.place) if link.lost else was
    return Display(shown, was, now, link, replay=scene.replay)


def lost_panel(code: str, place: str) -> Panel:
    """Say that the link is lost, in the words of the page."""
    return Panel(
        code=code,
        state="lost",
        word=words().lines("word.lost"),
        size="",
        place=place,
        what="",
        since="",
        since_at=None,
        act=words().say("do.lost"),
        notes=(),
    )


def since(shown: Panel, now: datetime) -> str:
    """Say since when, on the reader's clock; the same sentence as on the page."""
    from tocsin.kernel.time import parse_rfc3339

    if shown.since_at is None:
        return shown.since
    at = parse_rfc3339(shown.since_at)
    reading = Reading(now)
    told = f"{reading.clock(at)} {zone(at)}"
    if shown.state in {"calm", "country"}:
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
