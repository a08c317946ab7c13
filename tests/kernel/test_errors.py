"""
One tree of failures, each with a stable code, an HTTP status and an exit code.

Method: the tree is walked, and compared with what the design's section 5 and the table in
`docs/reference/errors.md` promise.
"""

from __future__ import annotations

import pytest

from tocsin.kernel.errors import Conflict, Corrupt, Malformed, Refused, TocsinError, Unavailable

TREE = {
    Refused: (409, 1),
    Conflict: (409, 1),
    Malformed: (400, 2),
    Unavailable: (503, 3),
    Corrupt: (500, 1),
}


def _below(parent):
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def test_the_tree_has_no_other_branches():
    assert {c for c in _below(TocsinError) if c.__module__.startswith("tocsin.")} == set(TREE)


@pytest.mark.parametrize("kind", TREE)
def test_every_failure_says_how_a_door_and_a_terminal_answer(kind):
    failure = kind("room.what_happened", "A sentence.")

    assert (failure.status, failure.exit_code) == TREE[kind]
    assert str(failure) == "room.what_happened: A sentence."


def test_one_failure_may_have_a_status_of_its_own():
    assert Refused("alert.unknown", "There is no such alert.", status=404).status == 404


def test_what_was_not_understood_says_where():
    assert Malformed("time.malformed", "No moment.", where="at").where == "at"


def test_what_may_be_tried_again_says_when():
    assert Unavailable("ledger.busy", "Too much at once.", retry_after_s=1).retry_after_s == 1


def test_a_conflict_is_a_refusal():
    with pytest.raises(Refused):
        raise Conflict("ledger.conflict", "Somebody else wrote in between.")
