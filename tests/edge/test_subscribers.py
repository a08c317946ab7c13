"""
Goal: an entry is there as long as somebody is in it, and the bounds count what is there.

Method: a random coming and going against a plain list of who is there.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES
from tests.edge.test_state import TOPICS

from tocsin.edge import subscribers as module
from tocsin.edge.subscribers import Subscribers
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Form

comings = st.lists(
    st.tuples(st.frozensets(st.sampled_from(CODES), max_size=2), st.sampled_from(Form)), max_size=15
)


@given(comings, st.randoms())
def test_who_is_there_is_counted_and_who_was_is_forgotten(comings, chance):
    subscribers, there = Subscribers(TOPICS), []
    for areas, form in comings:
        listeners = subscribers.listeners(areas)
        there.append((areas, form, subscribers.enter(listeners, form, object)))
        if chance.random() < 0.4:
            subscribers.leave(there.pop(chance.randrange(len(there)))[2])
        assert {one.areas for one in subscribers} == {areas for areas, _, _ in there}
        assert len(subscribers) == len({areas for areas, _, _ in there})
        assert subscribers._codes == sum(len(one.areas) for one in subscribers)
        assert all(subscribers.home(group) == (areas, form) for areas, form, group in there)
        for one in Form:
            assert subscribers.open[one] == sum(form is one for _, form, _ in there)
    for _, _, group in there:
        subscribers.leave(group)
        subscribers.leave(object())
    assert len(subscribers) == subscribers._codes == len(subscribers._homes) == 0


def test_all_areas_of_all_sets_together_are_bounded(monkeypatch):
    monkeypatch.setattr(module, "CODES_MAX", 3)
    subscribers = Subscribers(TOPICS)
    subscribers.listeners(frozenset({"PORT", "COAST"}))
    with pytest.raises(Unavailable, match=r"stream\.too_many_sets"):
        subscribers.listeners(frozenset({"PORT", "HILLS"}))
    subscribers.listeners(frozenset({"PORT"}))
    for listeners in tuple(subscribers):
        subscribers.tidy(listeners)
        subscribers.tidy(listeners)
    subscribers.listeners(frozenset({"PORT", "HILLS"}))
