"""
What every test may use: the repository, the data beside it, and how Hypothesis behaves.

Nothing here reads a clock or opens a socket. On a continuous-integration machine (`CI=true`)
Hypothesis draws the same examples every time, so that a landing does not hang on luck; elsewhere
it explores, and prints how to draw a failing example again.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.contract")
pytest_plugins = ["tests.serving", "tests.postgres", "tests.nats_servers"]

# A shell that starts this in the background has Ctrl-C ignored, and so would every program that a
# test starts and means to end by it; a handler, unlike that, is not inherited.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))

# No deadline: two shared cores make any time limit on a single example a lottery.
settings.register_profile("explore", deadline=None, print_blob=True)
# The whole suite has a quarter of an hour there: half as many examples as anywhere else, and always
# the same. Who tests a change tries 100, others each time.
settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,
    print_blob=True,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "explore")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the checkout; a test that needs them is skipped where there are none."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip(f"No real data at {data}: set TOCSIN_SHARED to the folder that has `data/`.")
    return data
