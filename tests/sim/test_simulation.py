"""
Goal: no promise of the design is broken by losing, doubling and re-ordering messages, by power
cuts in the middle of a commit, by full disks, other writers, stalled readers or a clock that steps
by an hour; and the simulator that says so finds every bug that is planted in it.

Method: seeded worlds of ten minutes around the real desk, projections, feed, edge hub and client
rules, in which core, edge and every link die by themselves. A failure prints its seed and what
went wrong in that world: `scripts/simulate --first SEED --seeds 1` shows it again, and
`scripts/simulate` runs as many more as one likes.
"""

from __future__ import annotations

import pytest
from tests.sim.planted import PLANTED
from tests.sim.simulation import simulate

SEEDS = 200
TOGETHER = 20
SEEDS_FOR_A_BUG = 80


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_ten_minutes_of_trouble_break_no_promise(first):
    for seed in range(first, first + TOGETHER):
        outcome = simulate(seed)
        assert not outcome.wrong, str(outcome)
        assert outcome.events, "a world in which nothing happens proves nothing"


def test_a_seed_gives_the_same_morning_again():
    assert simulate(7) == simulate(7)
    assert simulate(7) != simulate(8)


def test_every_planted_bug_is_caught(capsys):
    missed = [
        name
        for name, parts in PLANTED.items()
        if not any(simulate(seed, parts).wrong for seed in range(SEEDS_FOR_A_BUG))
    ]
    with capsys.disabled():
        print(f"\nplanted bugs caught: {len(PLANTED) - len(missed)} of {len(PLANTED)}")
    assert not missed


def test_a_planted_bug_is_gone_when_its_world_is_over():
    for parts in PLANTED.values():
        if parts.swapped:
            simulate(0, parts, minutes=0.1)
    assert not simulate(0).wrong
