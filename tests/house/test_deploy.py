"""
The files for a machine's service manager are ones that it understands, and that do what they say.

Method: systemd reads each unit, where it is at hand, with a program in it that every machine has;
what a signal is sent for, and what is started again, is read from the units themselves.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[2] / "deploy/systemd").glob("*.service"))
SYSTEMD = shutil.which("systemd-analyze")


def said(unit, name):
    """Give all that a unit says by a name."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)


def unit_of(name):
    (found,) = (unit for unit in UNITS if unit.name.startswith(name))
    return found


@pytest.mark.skipif(SYSTEMD is None, reason="systemd is not installed here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_unit(unit, tmp_path):
    copy = tmp_path / unit.name
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text("utf-8")))
    read = subprocess.run(
        [SYSTEMD, "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (read.returncode, read.stderr) == (0, "")


def test_a_core_is_told_by_the_signal_it_knows_to_renew_its_edge():
    assert said(unit_of("tocsin-core"), "ExecReload") == ["/bin/kill -USR2 $MAINPID"]
    assert said(unit_of("tocsin-core"), "Restart") == ["always"]


def test_a_core_that_is_started_again_leaves_its_edge_to_the_next():
    assert said(unit_of("tocsin-core"), "KillMode") == ["process"]
    assert said(unit_of("tocsin-core"), "RestartKillSignal") == ["SIGKILL"]


def test_an_edge_that_has_handed_everything_over_is_not_started_again():
    edge = unit_of("tocsin-edge")
    assert said(edge, "Restart") == ["on-failure"]
    assert said(edge, "RuntimeDirectoryPreserve") == ["yes"], "else the older takes it along"
    assert "%" not in said(edge, "RuntimeDirectory")[0], "both names meet in one place"
