"""
Goal: what was changed is given back whole, in whatever order it was changed; what was kept stays.

Method: any changes of a dictionary, some requests kept and some forgotten, against copies of it.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.commands.undo import Undo

changes = st.lists(st.tuples(st.sampled_from("abc"), st.integers()), max_size=6)


@given(st.lists(st.tuples(changes, st.booleans()), max_size=6))
def test_a_request_that_is_forgotten_is_as_if_it_had_never_been_made(requests):
    kept, undo = {}, Undo()
    for changed, keeps in requests:
        before = dict(kept)
        for key, value in changed:
            undo.put(kept, key, value)
        if keeps:
            undo.keep()
            assert kept == before | dict(changed)
        else:
            undo.forget()
            assert kept == before
