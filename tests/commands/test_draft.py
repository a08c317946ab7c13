"""
Goal: what a request has changed can be taken back whole, and the board moves on by exactly what
was kept, and not before it is told to.

Method: what a draft holds before and after a request that is forgotten; the draft against a board
that is folded from the same events.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER, areas, areas_around
from tests.alerts.desks import a_token, revocation
from tests.alerts.histories import histories
from tests.alerts.sayings import begin, drill, end, facts, sound

from tocsin.alerts import alert
from tocsin.alerts.alert import CALM
from tocsin.alerts.board import Board
from tocsin.authority.register import Register
from tocsin.commands.draft import Draft
from tocsin.commands.rooms import Rooms, RoomsDraft
from tocsin.kernel.ids import AreaCode


def draft_over(board):
    return Draft(board, Register(), GAZETTEER, RoomsDraft(Rooms()))


def everything(draft):
    """All that a draft holds, whichever request put it there."""
    held = (draft._areas, draft._sources, draft._versions, draft._tokens)
    return draft.position, tuple(map(dict, held))


SAYINGS = {
    "raise": lambda draft, area: draft.take(alert.decide(draft.area(area), sound(area=area))),
    "begin": lambda draft, area: draft.take(draft.cover(begin(area=area))),
    "end": lambda draft, area: draft.take(draft.cover(end(area=area))),
    "token": lambda draft, area: draft.authorise(a_token(area=area)),
    "revoke": lambda draft, area: draft.authorise(revocation(area=area)),
}
sayings = st.lists(st.tuples(st.sampled_from(sorted(SAYINGS)), areas), max_size=4)


@given(st.lists(st.tuples(sayings, st.booleans()), max_size=8))
def test_a_request_that_is_forgotten_is_as_if_it_had_never_been_made(requests):
    draft = draft_over(Board())
    for said, keeps in requests:
        before = everything(draft)
        for name, area in said:
            draft.position += len(SAYINGS[name](draft, area))
        if keeps:
            draft.keep()
        else:
            draft.forget()
            assert everything(draft) == before


def board_of(events):
    board = Board()
    for event in events:
        board.apply(event)
    return board


@given(histories(), st.sampled_from(CODES), st.booleans())
def test_a_draft_shows_its_board_until_it_changes_it_and_never_changes_it_itself(
    events, area, keeps
):
    board = board_of(events)
    before = board.dump()
    draft = draft_over(board)
    assert all(draft.area(code) == board.area(code) for code in CODES)
    decided = alert.decide(CALM, sound(area=area))
    draft.take(decided)
    assert draft.area(area).version == 1
    assert board.dump() == before
    if keeps:
        draft.keep()
    draft.forget()
    assert (draft.area(area).version == 1) is (keeps or board.area(area).version == 1)
    assert board.dump() == before


@given(histories(), st.sampled_from(CODES), st.booleans())
def test_a_raise_sees_all_that_it_may_meet_around_it_and_inside_it(events, area, drills):
    """A drill must see what stands; an actual alert only needs to see the drills."""
    board = board_of(events)
    draft = draft_over(board)
    near = draft.near((drill if drills else sound)(area=area))
    related = {c for c in CODES if c in areas_around(area) or area in areas_around(c)}
    wanted = {
        code
        for code in related
        if any(drills or standing.status.drill for standing in board.area(code).standing)
    }
    shown = dict(near)
    assert wanted <= shown.keys() <= related
    assert all(shown[code] == board.area(code) for code in shown)


@pytest.mark.parametrize("second", [sound, drill])
def test_a_raise_sees_what_was_drafted_before_it(second):
    draft = draft_over(Board())
    draft.take(alert.decide(CALM, drill(area="PORT")))
    draft.keep()
    shown = dict(draft.near(second(area="LAND")))
    assert [standing.status.drill for standing in shown["PORT"].standing] == [True]


@given(histories())
def test_a_board_that_takes_over_a_draft_is_the_board_of_the_same_events(events):
    board, draft = Board(), draft_over(Board())
    for recorded in events:
        applied = board.apply(recorded)
        draft.take((applied.event,))
    draft.keep()
    taken = Board()
    draft.settle(taken, board.position)
    assert taken.standing() == board.standing()
    assert taken.position == board.position
    assert taken.alerted_areas == board.alerted_areas
    assert taken.drilled_areas == board.drilled_areas
    assert all(taken.area(code) == board.area(code) for code in CODES)


def test_coverage_and_tokens_are_decided_on_what_was_drafted():
    draft = draft_over(Board())
    assert facts(draft.cover(begin(area="PORT"))) == ["CoverageBegan"]
    assert draft.cover(begin(area="PORT")) == ()
    assert facts(draft.cover(end(area="PORT"))) == ["CoverageEnded"]
    draft.keep()
    assert facts(draft.cover(begin(area="PORT"))) == ["CoverageBegan"]
    draft.forget()
    assert draft.cover(end(area="PORT")) == ()
    issued, again = draft.authorise(a_token()), draft.authorise(a_token())
    assert ([e.version for e in issued], again) == ([1], [])
    assert [e.kind for e in draft.authorise(revocation())] == ["TokenRevoked"]
    draft.forget()
    assert draft.authorise(revocation()) == []


def test_an_area_never_heard_of_is_calm():
    assert draft_over(Board()).area(AreaCode("PORT")) == CALM
