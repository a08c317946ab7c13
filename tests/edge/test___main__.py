"""
Goal: an edge that was not told what to do says so and ends; one that was told to stop ends well.

Method: the program itself, as its core starts it.
"""

from __future__ import annotations

import signal
import subprocess
import sys

import msgspec
import pytest
from tests.edge.test_settings import SETTINGS


def run(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-P", "-m", "tocsin.edge", *arguments],
        capture_output=True, text=True, check=False, timeout=60, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ((), "edge.settings_malformed"),
        (("{}",), "edge.settings_malformed"),
        ((msgspec.structs.replace(SETTINGS, listen=(), source="smoke:signals").encode(),),
         "edge.source_unknown"),
        ((msgspec.structs.replace(SETTINGS, listen=(), core=("nowhere",)).encode(),),
         "edge.core_malformed"),
    ],
)  # fmt: skip
def test_what_it_cannot_do_is_said_with_its_code(told, code):
    finished = run(*told)

    assert finished.returncode == 2
    assert code in finished.stderr
    assert finished.stdout == ""


def test_it_ends_well_when_it_is_told_to(tmp_path):
    control = tmp_path / "edge.sock"
    settings = msgspec.structs.replace(
        SETTINGS, listen=(), source=f"unix:{tmp_path / 'feed.sock'}", control=str(control)
    )
    command = [sys.executable, "-P", "-m", "tocsin.edge", settings.encode()]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as edge:
        while not control.exists() and edge.poll() is None:
            pass
        edge.send_signal(signal.SIGTERM)
        assert edge.wait(30) == 0
        assert edge.stderr.read() == b""
    assert not control.exists()
