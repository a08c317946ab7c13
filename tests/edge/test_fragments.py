"""
Goal: whatever areas somebody asks for, exactly the pieces that concern them are found, in order.

Method: random changes, and after each every set of a small country against the definition.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES
from tests.edge.test_state import TOPICS
from tests.edge.test_topics import EVERY_SET

from tocsin.edge.fragments import Fragments

changes = st.lists(
    st.tuples(st.sampled_from([*CODES, "ABOLISHED"]), st.integers(0, 2)), max_size=12
)


@given(changes, st.sampled_from(EVERY_SET))
def test_what_concerns_some_areas_is_what_is_found(happened, areas):
    fragments, stands = Fragments(), {}
    interest = TOPICS.interest(areas)
    for number, (code, count) in enumerate(happened):
        stands[code] = [f"{code}-{number}-{n}".encode() for n in range(count)]
        fragments.put(TOPICS, code, stands[code])
        assert fragments.of(code) == stands[code]
    wanted = [
        piece
        for code in sorted(stands)
        if interest.relation(code, TOPICS.above(code)) is not None
        for piece in stands[code]
    ]
    for found in (fragments, fragments.again(TOPICS)):
        assert found.concerning(interest) == wanted
        assert found.concerning(None) == [p for code in sorted(stands) for p in stands[code]]
        assert found.says_the_same_as(fragments)


def test_other_pieces_say_something_else():
    one, other = Fragments(), Fragments()
    one.put(TOPICS, CODES[0], [b"1"])
    assert not one.says_the_same_as(other)
    other.put(TOPICS, CODES[0], [b"2"])
    assert not one.says_the_same_as(other)
