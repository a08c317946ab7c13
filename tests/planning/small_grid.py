"""Grids of a few feeders, drawn at random or built by hand, and the best choice among them."""

from itertools import combinations

from hypothesis import strategies as st

from tocsin.planning.feeders import WATTS, Class, Feeder, may_be_cut

SMALL = [
    Feeder(id="a", queue="1.1", zone="z", watts=(4 * WATTS,)),
    Feeder(id="b", queue="1.2", zone="z", watts=(3 * WATTS,)),
    Feeder(id="c", queue="2.1", zone="z", watts=(2 * WATTS,), kind=Class.HEATING),
    Feeder(id="h", queue="2.2", zone="z", watts=(9 * WATTS,), kind=Class.PROTECTED),
]


@st.composite
def grids(draw, most=12, half_hours=1):
    """Draw feeders, a few of them protected, loads flat or by half-hour."""
    many = draw(st.integers(1, most))
    return [
        Feeder(
            id=f"f{at:02}",
            queue=f"{at % 6 + 1}.{at % 2 + 1}",
            zone="z1",
            watts=tuple(
                draw(st.lists(st.integers(0, 5_000_000), min_size=half_hours, max_size=half_hours))
            ),
            kind=draw(st.sampled_from(Class)),
            weight=draw(st.none() | st.floats(0.5, 5)),
            shelters=draw(st.integers(0, 3)),
            off_hours=draw(st.integers(0, 40)) / 2,
            rested=draw(st.integers(0, 6)),
        )
        for at in range(many)
    ]


def least_harm(feeders, required, half_hour=0):
    """Find the least harm by trying every choice; None where nothing is enough."""
    known = may_be_cut(feeders)
    found = [
        sum(one.harm * one.load(half_hour) for one in chosen) / WATTS
        for many in range(len(known) + 1)
        for chosen in combinations(known, many)
        if sum(one.load(half_hour) for one in chosen) >= required
    ]
    return min(found, default=None)


def steady(many, megawatts=2.0):
    """Build feeders of nearly one size, whose days leave room to plan."""
    return [
        Feeder(
            id=f"f{at:02}",
            queue=f"{at % 6 + 1}.{at // 6 % 2 + 1}",
            zone="z1",
            watts=(round(WATTS * megawatts * (1 + at % 5 / 20)),),
            people=1_000,
        )
        for at in range(many)
    ]
