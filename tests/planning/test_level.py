"""
Making a week level breaks no rule, misses nothing more, and never makes it less level.

Method: weeks of legal days drawn at random.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.planning.feeders import WATTS, Feeder
from tocsin.planning.level import Week, rested
from tocsin.planning.queue_plan import after
from tocsin.planning.rules import KYIV, broken, missing


@st.composite
def legal_days(draw):
    row, free = [False] * 48, 4
    for _ in range(draw(st.integers(0, 3))):
        start, length = free + draw(st.integers(0, 12)), draw(st.integers(2, 8))
        if start + length > 48:
            break
        row[start : start + length] = [True] * length
        free = start + length + 4
    return row


@settings(max_examples=40)
@given(
    st.lists(st.lists(legal_days(), min_size=4, max_size=4), min_size=1, max_size=3),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
    st.floats(0, 1),
)
def test_it_is_never_worse(days, loads, part):
    queues = [
        Feeder(id=str(at), queue=str(at), zone="z", watts=(load * WATTS,))
        for at, load in enumerate(loads)
    ]
    required = [
        [
            int(part * sum(load * WATTS for load, row in zip(loads, day, strict=True) if row[at]))
            for at in range(48)
        ]
        for day in days
    ]
    week = Week(queues, days, required, KYIV)
    before = week.spread

    week.level()

    assert week.spread <= before
    now = tuple(queues)
    for day, wanted in zip(week.days, required, strict=True):
        off = {one.id: row for one, row in zip(queues, day, strict=True)}
        assert broken(off, now, 48) == []
        assert not any(missing(off, now, wanted))
        now = after(now, off)
    assert week.totals == [round(2 * one.off_hours) for one in now]


def test_two_queues_that_were_cut_unequally_exchange_until_they_are_level():
    queues = [Feeder(id=str(at), queue=str(at), zone="z", watts=(WATTS,)) for at in range(2)]
    row = [False] * 4 + [True] * 8 + [False] * 4 + [True] * 8 + [False] * 24
    days = [[row, [False] * 48], [row, [False] * 48]]

    week = Week(queues, days, [[WATTS * off for off in row]] * 2, KYIV)
    week.level()

    assert week.spread <= 2


def test_rest_is_counted_from_the_last_cut():
    assert rested([True, False, False], 9) == 2
    assert rested([False] * 3, 9) == 12
