"""
Goal: a page whose packets are dropped, while no socket is closed, turns amber within 15 s.

Method: `dropped.py` in a network namespace of its own, with a real server, Chromium and packet
filter; 20 pages are cut at moments spread over a heartbeat. Control: pages that are not cut stay
as they are, which `test_live.py` shows.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

TRIALS = 20


@pytest.mark.root
def test_twenty_pages_whose_packets_are_dropped_turn_amber_within_fifteen_seconds(
    tmp_path, record_property
):
    said = subprocess.run(
        [
            *("unshare", "--net", sys.executable, "-m", "tests.e2e.dropped"),
            *(str(tmp_path / "a.db"), str(TRIALS)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert said.returncode == 0, said.stderr

    took = json.loads(said.stdout.splitlines()[-1])

    record_property("amber_after_s", took)
    print(f"amber after {min(took):.1f} to {max(took):.1f} s in {len(took)} trials")
    assert len(took) == TRIALS
    assert max(took) <= 15
