"""
Goal: from whatever place somebody comes back, it gets all that came after, or one board.

Method: a random list of messages and boards, kept within small bounds, and every place asked for;
the definition is the whole list. Then single cases, also of lines for other edges.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.edge.hall import EPOCH, LATER_EPOCH, Core, past_of

from tocsin.edge import kept as module
from tocsin.edge.kept import Kept, Pasts, message_of
from tocsin.edge.state import read_message
from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import LINES_KEPT, Line
from tocsin.kernel.wire import Place


def message(line, heard_after=0):
    said = read_message(line.body)
    return message_of(line, line.kind, line.body, said, heard_after=heard_after)


def begun(core, pasts=()):
    kept = Kept()
    kept.begin(core.board(), core.place, pasts, moved=True)
    return kept


def positions(messages):
    return messages and [m.place.position if m.place else None for m in messages]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 2)), max_size=12),
    st.integers(1, 6),
    st.integers(0, 5),
)
def test_every_place_gets_all_that_came_after_it_or_nothing(happened, bound, first):
    core = Core()
    core.position = first
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LINES_KEPT", bound)
        kept = begun(core)
        told = []
        for placed, skip in happened:
            before = core.position
            told.append(message(core.happen(placed=placed, skip=skip), heard_after=before))
            kept.add(told[-1])
        assert len(kept) == min(len(told), bound)
        complete = 0
        for seen in range(core.position + 2):
            missed = kept.since(Place(EPOCH, seen), core.place)
            after = [m for m in told if m.after >= seen]
            possible = first <= seen <= core.position and len(after) <= bound
            assert missed == (after if possible else None)
            complete += possible
        assert kept.since(core.place, core.place) is not None or len(told) > bound
        assert kept.since(Place(LATER_EPOCH, first), core.place) is None
        assert kept.since(None, core.place) is None


def test_bytes_are_bounded_too(monkeypatch):
    core = Core()
    kept = begun(core)
    line = core.happen(text="x" * 1_000)
    monkeypatch.setattr(module, "KEPT_BYTES", 3 * len(line.body) + 50)
    kept.add(message(line))
    for _ in range(3):
        core.standing.clear()
        kept.add(message(core.happen(text="x" * 1_000)))
    assert len(kept) == 3
    assert kept.since(Place(EPOCH, 0), core.place) is None
    kept.add(message(core.happen(text="x" * 50_000)))
    assert len(kept) == 1, "one is kept however long it is"


def test_before_any_board_nobody_can_come_back():
    kept = Kept()
    assert kept.since(Place(EPOCH, 0), Place(EPOCH, 0)) is None
    assert kept.lines_anew() is None
    assert not kept.board_is_old


def test_the_messages_of_before_a_board_reach_back_as_far_as_they_do():
    core, pasts = Core(), Pasts()
    lines = [core.happen() for _ in range(5)]
    for line in lines[2:]:
        pasts.take(past_of(line))
    kept = begun(core, pasts.hand_over())

    assert positions(kept.since(Place(EPOCH, 2), core.place)) == [3, 4, 5]
    assert kept.since(Place(EPOCH, 1), core.place) is None
    assert pasts.hand_over() == []


def test_messages_of_before_that_break_off_and_come_again_are_there_once():
    core, pasts = Core(), Pasts()
    lines = [
        core.happen(), core.happen(placed=False), core.happen(), core.happen(placed=False),
    ]  # fmt: skip
    for line in (*lines[:2], *lines, *lines):
        pasts.take(past_of(line))

    messages = pasts.hand_over()
    assert positions(messages) == [1, None, 2, None]
    assert [m.after for m in messages] == [0, 1, 1, 2]


@pytest.mark.parametrize("body", [b"{}", b'{"event":"alert","data":7}', b"\xff"])
def test_a_line_of_before_that_cannot_be_read_is_refused(body):
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        Pasts().take(Line("past", body))


def test_another_board_at_the_same_place_is_given_to_all_who_come_back():
    core = Core()
    kept = begun(core)
    kept.begin(core.board(), core.place, (), moved=False)

    assert kept.since(core.place, core.place) is None
    core.happen()
    assert positions(kept.since(core.place, core.place)) == []


def test_another_edge_begins_with_the_board_its_tick_and_every_line_after_it():
    core = Core()
    early = core.happen()
    pasts = Pasts()
    pasts.take(past_of(early))
    board, tick = core.board(), core.tick()
    kept = Kept()
    kept.begin(board, core.place, pasts.hand_over(), moved=True)
    kept.vouch(tick)
    later = [core.happen(), core.happen(placed=False)]
    for line in later:
        kept.add(message(line, core.position))
    core.second = 1
    kept.vouch(core.tick())

    assert kept.lines_anew() == [past_of(early), board, tick, *later]
    assert kept.lines_since(Place(EPOCH, 1), core.place) == later
    assert kept.lines_since(Place(EPOCH, 0), core.place) is None, "signed as a past, not as it was"


def test_a_board_that_says_the_same_lets_an_edge_begin_later():
    core = Core()
    kept = begun(core)
    for _ in range(LINES_KEPT * 3 // 4):
        kept.add(message(core.happen()))
        core.standing.clear()
    assert not kept.board_is_old
    kept.add(message(core.happen()))
    assert kept.board_is_old
    for _ in range(LINES_KEPT // 2):
        kept.add(message(core.happen()))
        core.standing.clear()
    assert kept.lines_anew() is None
    board = core.board()
    kept.note(board)
    assert kept.lines_anew() == [board]
    assert not kept.board_is_old
    assert len(kept.since(Place(EPOCH, core.position - 9), core.place)) == 9, "and forgets nothing"
    assert json.loads(board.body)["position"] == core.position
