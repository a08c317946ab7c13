#!/usr/bin/env python3
"""
A sensor at a shelter's door: counts who comes and goes, and loses nobody when the network does.

    light-barrier | TOCSIN_TOKEN=… python examples/door_sensor.py kyiv.105 Actual https://alerts.example

Whatever drives the sensor writes a line for each person, `in` or `out`; each is on disk before the
next is read. Every 20 s what is new becomes one command with an id of its own, sent word for word
until the server has it, also after a restart. The token's power is `shelters:sense`.
"""

import os
import sqlite3
import sys
import threading
import time
import uuid

import httpx

TABLE = """CREATE TABLE IF NOT EXISTS people (one INTEGER PRIMARY KEY, entered INT, command TEXT,
    at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))"""
WAITING = """SELECT command, max(at), sum(entered), sum(NOT entered) FROM people
    WHERE command IS NOT NULL GROUP BY command ORDER BY min(one)"""


def send(kept: sqlite3.Connection, server: httpx.Client, path: str, status: str) -> None:
    """Make a command of those that are new, and send in order what waits."""
    kept.execute("UPDATE people SET command = ? WHERE command IS NULL", [str(uuid.uuid4())])
    for command, at, entered, left in kept.execute(WAITING).fetchall():
        said = {"command_id": command, "status": status, "at": at, "entered": entered, "left": left}
        server.post(path, json=said).raise_for_status()
        kept.execute("DELETE FROM people WHERE command = ?", [command])
        print(f"{entered} in, {left} out", flush=True)


def main(shelter: str, status: str, url: str, name: str = "door.db", every_s: str = "20") -> None:
    """Count lines until there are no more; what is not sent by then is sent at the next start."""
    token = {"Authorization": f"Bearer {os.environ['TOCSIN_TOKEN']}"}
    kept = sqlite3.connect(name, isolation_level=None)  # Each line is on disk as it is said.
    kept.execute(TABLE)

    def sender() -> None:
        kept = sqlite3.connect(name, isolation_level=None)
        with httpx.Client(base_url=url, headers=token) as server:
            while True:
                time.sleep(float(every_s))
                try:
                    send(kept, server, f"/api/v1/shelters/{shelter}/count", status)
                except httpx.HTTPError as error:
                    print(f"Kept for later: {error}", file=sys.stderr)

    threading.Thread(target=sender, daemon=True).start()
    for line in sys.stdin:
        if (word := line.strip()) in {"in", "out"}:
            kept.execute("INSERT INTO people (entered) VALUES (?)", [word == "in"])


if __name__ == "__main__":
    main(*sys.argv[1:])
