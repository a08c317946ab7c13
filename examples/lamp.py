#!/usr/bin/env python3
"""
A lamp for a community hall: one word for one area, live.

    python examples/lamp.py UA-30

Prints a word whenever it changes: ALERT, DRILL, CALM or UNKNOWN. A lost link is UNKNOWN, never
CALM, because silence is not safety. A real lamp would switch a pin where this one prints.
"""

from __future__ import annotations

import sys

from tocsin.client.standing import Standing
from tocsin.client.stream import Event, listen


def word(standing: Standing) -> str:
    """Choose the word for what stands in, inside or around the area."""
    board = standing.board()
    if any(alert["status"] == "Actual" for alert in board["alerts"]):
        return "ALERT"
    if board["unknown"] or not standing.known:
        return "UNKNOWN"
    return "DRILL" if board["alerts"] else "CALM"


def main(area: str = "UA-30", url: str = "http://127.0.0.1:8026") -> None:
    """Listen until interrupted; the client comes back by itself when the link was lost."""
    standing, shown = Standing(), ""
    for heard in listen(url, [area]):
        if isinstance(heard, Event):
            standing.take(heard.name, heard.data)
        now = word(standing) if isinstance(heard, Event) else "UNKNOWN"
        if now != shown:
            print(now, flush=True)
            shown = now


if __name__ == "__main__":
    main(*sys.argv[1:])
