"""
A process that is killed at any moment loses nothing it acknowledged, and leaves no half.

Method: SIGKILL at random moments, weakened builds that must be caught by the same harness.
`scripts/campaign` runs a thousand rounds of it.
"""

from __future__ import annotations

import pytest
from tests.chaos.harness import kill_rounds


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path):
    outcome = kill_rounds(20, tmp_path)
    print(outcome)
    assert outcome.clean, outcome.notes
    assert (outcome.rounds, outcome.acknowledged > 200) == (20, True)


@pytest.mark.parametrize("build", ["AnswersFirst", "CommitsApart"])
def test_the_harness_catches_a_build_that_breaks_the_promise(tmp_path, build):
    outcome = kill_rounds(60, tmp_path, build, until_caught=True)
    print(f"controls: {build} was caught in round {outcome.rounds}")
    assert not outcome.clean
