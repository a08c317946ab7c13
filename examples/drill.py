#!/usr/bin/env python3
"""
Raise a drill for an area and give its all-clear: the two commands that every sender needs.

    TOCSIN_TOKEN=… python examples/drill.py UA-30

Each command has an id of its own. When no answer comes, send the same command again with the same
id, as often as you like: it acts once. A drill is refused where an actual alert stands.
"""

from __future__ import annotations

import os
import sys
from uuid import uuid4

import httpx


def main(area: str, url: str = "http://127.0.0.1:8026") -> None:
    """Raise a drill, then end it; prints the id of the alert and its version at the end."""
    token = os.environ["TOCSIN_TOKEN"]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as server:
        command = {
            "command_id": str(uuid4()),
            "areas": [area],
            "hazard": "air_raid",
            "level": "warning",
            "status": "Exercise",
        }
        raised = server.post("/api/v1/alerts", json=command)
        raised.raise_for_status()
        alert = raised.json()["accepted"][0]["id"]
        print(alert)
        cleared = server.post(
            f"/api/v1/alerts/{alert}/all-clear", json={"command_id": str(uuid4())}
        )
        cleared.raise_for_status()
        print(f"all clear, version {cleared.json()['version']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
