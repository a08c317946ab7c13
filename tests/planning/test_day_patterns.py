"""
The best day of a feeder is legal, and no legal day is better.

Method: prices drawn at random; short days against every legal row of cuts there is.
"""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.small_grid import SMALL

from tocsin.planning.day_model import day_model
from tocsin.planning.day_patterns import best_days, quick_days
from tocsin.planning.rules import Rules, broken

RULES = Rules(off_least=2, off_most=5, on_least=3, day_most=9)


@cache
def legal_days(half_hours, free_from):
    """List every legal row of cuts in so many half-hours."""
    found = [()]
    stack = [((), free_from)]
    while stack:
        days, free = stack.pop()
        for start in range(free, half_hours - 1):
            for length in range(2, min(5, half_hours - start) + 1):
                more = (*days, (start, start + length))
                if sum(end - begin for begin, end in more) <= RULES.day_most:
                    found.append(more)
                    stack.append((more, start + length + RULES.on_least))
    return found


def model(rested):
    from dataclasses import replace

    feeders = [replace(SMALL[0], rested=rested)]
    return day_model(feeders, [0] * 46, RULES)


@settings(max_examples=60)
@given(
    st.lists(st.floats(-5, 5), min_size=14, max_size=14),
    st.integers(0, 4),
)
def test_no_legal_day_costs_less(prices, rested):
    made = model(rested)
    cost = np.full((1, 46), 100.0)
    cost[0, :14] = prices

    found = best_days(made, cost)

    first = max(0, RULES.on_least - rested)
    least = min(
        sum(sum(prices[start:end]) + made.per_cut[0] for start, end in days)
        + made.per_day[0, sum(end - start for start, end in days)]
        for days in legal_days(14, first)
    )
    assert found.cost[0] == pytest.approx(least)
    assert broken({"a": found.cells[0].tolist()}, made.feeders, 46, RULES) == []
    quick = quick_days(made, cost, np.array([6]))
    assert quick.cost[0] <= found.cost[0] + 1e-9
