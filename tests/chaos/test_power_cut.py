"""
A power cut at any moment loses nothing that was acknowledged before it, and leaves no half.

Method: a real ext4 file system whose power is cut at random moments, and weakened builds that must
be caught by the same harness. `scripts/campaign` runs three hundred cuts of it.
"""

from __future__ import annotations

import pytest
from tests.chaos.disk import disk, needs_disks
from tests.chaos.harness import power_rounds

pytestmark = pytest.mark.root


def test_nothing_acknowledged_is_lost_when_the_power_is_cut():
    needs_disks()
    with disk(96) as made:
        outcome = power_rounds(6, made.root / "ledger.db", made.cut_power)
    print(outcome)
    assert outcome.clean, outcome.notes
    assert (outcome.rounds, outcome.acknowledged > 100) == (6, True)


@pytest.mark.parametrize("build", ["AnswersFirst", "SyncsNormal", "SyncsOff"])
def test_the_harness_catches_a_build_that_breaks_the_promise(build):
    needs_disks()
    with disk(96) as made:
        outcome = power_rounds(
            60, made.root / "ledger.db", made.cut_power, build, until_caught=True
        )
    print(f"controls: {build} was caught in round {outcome.rounds}")
    assert not outcome.clean
