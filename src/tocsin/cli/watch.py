"""
`tocsin watch`: one area or several, live in a terminal, from the server's stream.

The most dangerous state is shown largest. What is shown is never older than it looks: 12 s
without a word from the server and the screen says that the link is lost. `--json` prints each
event as one line; without a terminal each change is one sentence.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from tocsin.cli import paper, places
from tocsin.cli.options import URL, AsJson, Country, Url, areas_like
from tocsin.cli.program import Verb, app
from tocsin.cli.tongue import say
from tocsin.kernel.time import parse_rfc3339

if TYPE_CHECKING:
    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.cli.display import Display
    from tocsin.client.follow import Heard, follow_sync

REDRAWN_A_SECOND = 2


@app.command("watch", cls=Verb, help=say("watch"))
def watch(
    named: Annotated[
        list[str],
        typer.Argument(metavar="AREA", help=say("o.watch_areas"), autocompletion=areas_like),
    ],
    *,
    url: Url = URL,
    bell: Annotated[bool, typer.Option("--bell", help=say("o.bell"))] = False,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Watch areas until Ctrl-C."""
    from tocsin.client.follow import follow_sync

    gazetteer = places.load_country(country)
    areas = [places.one(gazetteer, text) for text in named]
    try:
        with follow_sync(url, [area.code for area in areas]) as followed:
            if as_json:
                for one in followed.heard():
                    _print_event(one)
                return
            watching = Watching(gazetteer, areas, url, followed)
            if sys.stdout.isatty():
                _show(watching, followed.heard(), bell=bell)
            else:
                for one in followed.heard():
                    if watching.take(one):
                        paper.put(watching.sentence())
                        sys.stdout.flush()
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


class Watching:
    """
    What one terminal shows. The stream's thread tells it what was heard, the screen's reads.

    Args:
        url: The server's address.
        followed: Keeps the rules; a screen that draws in between sees one state or the next.
    """

    def __init__(
        self, gazetteer: Gazetteer, areas: Sequence[Area], url: str, followed: follow_sync
    ) -> None:
        self._gazetteer = gazetteer
        self._areas = areas
        self._server = urlsplit(url).netloc or url
        self._followed = followed
        self._heard_at = time.monotonic()
        self._told = ""
        self._was_lost = False

    def take(self, one: Heard) -> bool:
        """Take note of what was heard; say whether a person should hear of it."""
        from tocsin.client.follow import Opened
        from tocsin.client.stream import Event

        if isinstance(one, Opened):
            return False
        if isinstance(one, Event):
            self._heard_at = time.monotonic()
        lost = self.lost
        told = self._told if lost else self._state()
        changed = lost != self._was_lost or told != self._told
        self._was_lost, self._told = lost, told
        return changed

    @property
    def lost(self) -> bool:
        """Say whether nobody vouches for what is shown, or the connection has just broken."""
        return self._followed.lost or bool(self._followed.why)

    def now(self) -> datetime:
        """Tell the server's moment: a replay has a clock of its own, which only it can tell."""
        from tocsin.cli import moments

        board = self._followed.board
        if not board["as_of"]:
            return moments.now()
        at = parse_rfc3339(board["as_of"])
        if board["replay"]:
            return at
        return at + timedelta(seconds=time.monotonic() - self._heard_at)

    def display(self) -> Display:
        """Draw the most dangerous of the areas as it is known now."""
        from tocsin.cli.display import Link, look
        from tocsin.web.face import Scene

        board = self._followed.board
        at = board["as_of"]
        why = self._followed.why
        link = Link(self._server, self.lost, parse_rfc3339(at) if at else None, why)
        if not board["epoch"]:
            return look(None, (), self.now(), link)
        scene = Scene(self._gazetteer, board)
        faces = [scene.face(area.code) for area in self._areas]
        return look(scene, faces, self.now(), link)

    def sentence(self) -> str:
        """Say the same in one line."""
        from tocsin.cli.display import lost_panel, plain, shown_of
        from tocsin.web.face import Scene

        now = self.now()
        stamp = f"{now.astimezone():%H:%M:%S}"
        if self.lost:
            return f"{stamp} {plain([lost_panel(self._server)], now)}"
        scene = Scene(self._gazetteer, self._followed.board)
        panels = [shown_of(scene.face(area.code), scene, now) for area in self._areas]
        return f"{stamp} {plain(panels, now)}"

    def _state(self) -> str:
        """Tell what a person would want to be woken for, as a text to compare."""
        board = self._followed.board
        alerts = sorted(
            (alert["id"], alert["level"], str(alert["threat"])) for alert in board["alerts"]
        )
        return repr((alerts, [gap["area"]["code"] for gap in board["unknown"]]))


class _Screen:
    """Asks for a new drawing each time it is drawn."""

    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    def __rich__(self) -> Display:
        return self._watching.display()


def _show(watching: Watching, heard: Iterator[Heard], *, bell: bool) -> None:
    from rich.console import Console
    from rich.live import Live

    console = Console(highlight=False, markup=False, emoji=False)
    with Live(
        _Screen(watching), console=console, screen=True, refresh_per_second=REDRAWN_A_SECOND
    ) as live:
        for one in heard:
            if watching.take(one):
                live.refresh()
                if bell:
                    console.bell()


def _print_event(one: Heard) -> None:
    """Write what was heard as one line of JSON."""
    import json

    from tocsin.client.follow import Closed
    from tocsin.client.stream import Event

    line: dict[str, Any]
    match one:
        case Event(name, place, data):
            line = {"event": name, "id": None if place is None else str(place), "data": data}
        case Closed(why, again_in_s):
            line = {"event": "lost", "why": why, "again_in_s": round(again_in_s, 1)}
        case _:
            line = {"event": "open"}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
