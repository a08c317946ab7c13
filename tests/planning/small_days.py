"""Days to plan drawn at random: a few feeders, and what every half-hour asks for."""

from hypothesis import strategies as st
from tests.planning.small_grid import grids

from tocsin.planning.feeders import Class, may_be_cut
from tocsin.planning.rules import broken, missing


@st.composite
def days(draw, most=10):
    """Draw feeders of which one may be cut, and a requirement by half-hour."""
    feeders = draw(
        grids(most=most).filter(lambda many: any(any(one.watts) for one in may_be_cut(many)))
    )
    shares = draw(st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.1]), min_size=4, max_size=4))
    could = sum(one.load(0) for one in may_be_cut(feeders))
    return feeders, [int(could * shares[at // 12]) for at in range(48)]


def keeps_every_rule(plan, feeders, required):
    """Say whether a plan breaks no rule, cuts nobody protected, and counts right."""
    protected = {one.id for one in feeders if one.kind is Class.PROTECTED}
    return (
        broken(plan.off, feeders, len(required)) == []
        and not protected & plan.off.keys()
        and list(plan.missing) == missing(plan.off, feeders, required)
    )
