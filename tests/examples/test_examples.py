"""
Every example runs as its first lines say, and is short enough to be read at once.

Method: each is run as a person would run it, in a process of its own, against a real server.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.serving import morning, running_server  # noqa: F401  # Fixtures.

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LINES_MAX = 100


def _command(name, *arguments):
    return [sys.executable, str(EXAMPLES / name), *arguments]


def _run(name, *arguments, **environment):
    finished = subprocess.run(
        _command(name, *arguments),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.splitlines()


@contextmanager
def _running(name, *arguments):
    with subprocess.Popen(_command(name, *arguments), stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.name)
def test_an_example_fits_on_a_page(path):
    assert path.read_text().count("\n") <= LINES_MAX


def test_the_board_is_printed_with_what_is_unknown(morning):  # noqa: F811
    first, *rest = _run("board.py", morning.url, "2023-01-26T06:15:00Z")

    assert "a replay" in first
    assert any(line.startswith("Kyiv") and "air_raid" in line for line in rest)


def test_the_lamp_says_alert_where_an_alert_stands(morning):  # noqa: F811
    with _running("lamp.py", "UA-30", morning.url) as lamp:
        said = [next(lamp.stdout).strip()]
        while said[-1] == "UNKNOWN":
            said.append(next(lamp.stdout).strip())

    assert said[-1] == "ALERT"


def test_a_drill_is_raised_and_ended(running_server):  # noqa: F811
    raised, cleared = _run(
        "drill.py", "UA-46", running_server.url, TOCSIN_TOKEN=running_server.token
    )

    assert raised.startswith("UA46")
    assert cleared.startswith("all clear, version ")
