"""
A zone's state tells what was known at a moment, and what stood then, without deciding anything.

Method: the room's own sayings, folded, asked just before and at each of their moments.
"""

from __future__ import annotations

from tests.power.grids import TODAY, TOMORROW, after, at, cuts, day, publishes, restores, slots

from tocsin.power.messages import GroupCode

ONE = GroupCode("1.1")
NIGHT = "n" * 6 + "y" * 18


def test_the_version_that_was_known_is_the_last_one_from_before_or_at_a_moment():
    state = after(publishes(day(NIGHT)), publishes(day(), seconds=60))

    assert state.known(ONE, TODAY, at(-1)) is None
    assert state.known(ONE, TODAY, at(59)).slots == slots(NIGHT)
    assert state.known(ONE, TODAY, at(60)).slots == slots("y" * 24)
    assert state.known(ONE, TOMORROW, at(60)) is None


def test_a_shutdown_stands_from_its_beginning_until_it_is_lifted():
    state = after(cuts(60), restores(120), cuts(180))

    assert [state.emergency(at(s)) is not None for s in (59, 60, 119, 120, 179, 180, 10**6)] == [
        False, True, True, False, False, True, True,
    ]  # fmt: skip
    assert state.standing.since == at(180)
    assert after(restores(240), state=state).standing is None
