"""
Existing clients as they are published, each in an environment of its own, run against a server.

No test is here. `read` runs one of `clients/read_*.py` in its client's environment and gives what
it printed. The environments are made by scripts/install-compat, once; where that cannot be done
(no network), the tests are skipped with a sentence, and fail on a continuous-integration machine.

`standing` is the day told without Tocsin: rows of the official file, and the two alerts that its
README says are permanent and left out.
"""

from __future__ import annotations

import csv
import functools
import json
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = Path(__file__).with_name("clients")
DAY = ROOT / "src/tocsin/replay/data/day_2023-01-26_official_data_uk.csv"

PERMANENT = {
    "Луганська область": "2022-04-04T16:45:00+00:00",
    "Автономна Республіка Крим": "2022-12-10T22:22:00+00:00",
}


@functools.cache
def environment(client):
    """The interpreter of a client's environment."""
    made = subprocess.run(
        [ROOT / "scripts" / "install-compat", client], capture_output=True, text=True, check=False
    )
    if made.returncode:
        sentence = f"The client {client} cannot be installed here: {made.stderr.strip()[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return ROOT / ".venv-compat" / client / "bin" / "python"


def command(client, url, *more):
    """What runs a client against a server."""
    script = CLIENTS / f"read_{client.replace('-', '_')}.py"
    return [environment(client), "-W", "ignore", script, url, *more]


def read(client, url):
    """Run a client against a server; what its own API returned."""
    ran = subprocess.run(
        command(client, url), capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[0])


def standing(at):
    """Which oblasts were under an alert of their own at a moment, and since when, by the files."""
    moment = datetime.fromisoformat(at)
    found = dict(PERMANENT)
    with DAY.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, end = (datetime.fromisoformat(row[k]) for k in ("started_at", "finished_at"))
            if row["level"] == "oblast" and start <= moment < end:
                found[row["oblast"]] = start.isoformat()
    return found
