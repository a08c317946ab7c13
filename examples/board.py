#!/usr/bin/env python3
"""
Print what stands, now or at a moment, with nothing but the standard library.

    python examples/board.py
    python examples/board.py http://127.0.0.1:8026 2023-01-26T06:15:00Z

Areas that are unknown are printed too: nobody is heard about them, which is not calm.
"""

from __future__ import annotations

import json
import sys
from urllib.parse import urlencode
from urllib.request import urlopen


def main(url: str = "http://127.0.0.1:8026", at: str = "") -> None:
    """Ask a server for its board and print it, an alert or an unknown area a line."""
    query = f"?{urlencode({'at': at})}" if at else ""
    with urlopen(f"{url}/api/v1/board{query}", timeout=10) as answer:  # noqa: S310  # http only.
        board = json.load(answer)
    said = "a replay" if board["replay"] else "live"
    print(f"{board['as_of']}, {said}, {len(board['alerts'])} alerts")
    for alert in board["alerts"]:
        print(f"{alert['area']['name']['en']}: {alert['hazard']} since {alert['since']}")
    for gap in board["unknown"]:
        print(f"{gap['area']['name']['en']}: unknown since {gap['since']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
