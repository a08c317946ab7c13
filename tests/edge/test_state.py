"""
Goal: the edge's board is the core's board, byte for byte, whatever has happened.

Method: any history, decided by the room, goes through the core's live view; its board and its
messages are what the state is told. After each its board for any areas is held against the live
view's own bytes and tags. Messages without a place are held against the client's rules, which are
a second writing of the same. Then single cases by name.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER
from tests.alerts.histories import histories
from tests.edge.hall import EPOCH, LATER_EPOCH, Core, moment
from tests.views.shown import add, ledger_of, of_another_room, view_of

from tocsin.areas.gazetteer import Gazetteer
from tocsin.channels.feed import topics_of
from tocsin.client.standing import Standing
from tocsin.edge import state as module
from tocsin.edge.state import State, read_message
from tocsin.edge.topics import read_topics
from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import rfc3339
from tocsin.kernel.wire import Place, encode
from tocsin.web.api import _tag

TOPICS = read_topics(encode(topics_of(GAZETTEER)))
ALL = frozenset()
asked = st.frozensets(st.sampled_from(CODES), max_size=3)


def told(core):
    """A state that has heard a core's board."""
    state = State(TOPICS)
    state.take_board(core.board().body)
    return state


def hear(state, line):
    if line.kind == "board":
        return state.take_board(line.body)
    return state.take(read_message(line.body))


def alerts(state, areas=ALL):
    return [alert["id"] for alert in json.loads(state.board(areas).plain)["alerts"]]


@given(histories(), st.integers(0, 25), st.lists(asked, max_size=3))
def test_after_any_history_each_board_is_the_cores_own_byte_for_byte(events, first, sets):
    ledger = ledger_of(events[:first])
    live, projections = view_of(ledger)
    state = State(TOPICS)
    state.take_board(live.board_bytes(ALL))
    for event in events[first:]:
        add(ledger, [event])
        message = live.changed(projections.apply(event))
        if message is None:
            state.take_board(live.board_bytes(ALL))
        else:
            assert state.take(read_message(message.data))
        state.vouch(rfc3339(live.now()))
        for areas in (ALL, *sets):
            shown = state.board(areas)
            assert shown.plain == live.board_bytes(areas)
            assert gzip.decompress(shown.gzipped) == shown.plain
            assert shown.etag == f"W/{_tag(live, areas, None)}"
        assert state.place == live.place


def test_what_is_recorded_besides_alerts_changes_no_board_until_the_core_says_so():
    ledger = ledger_of()
    live, projections = view_of(ledger)
    state = State(TOPICS)
    state.take_board(live.board_bytes(ALL))
    of_another_room(ledger)
    projections.catch_up(ledger)

    assert state.take_board(live.board_bytes(ALL)), "another place"
    assert not state.take_board(live.board_bytes(ALL)), "the same again"
    assert state.place == live.place


def test_the_same_bytes_are_given_until_something_changes_or_the_core_vouches_anew():
    core = Core()
    core.happen("PORT")
    state = told(core)
    shown = state.board(ALL)

    assert state.board(ALL) is shown
    state.vouch(shown.as_of)
    assert state.board(ALL) is shown
    state.vouch(moment(1))
    assert state.board(ALL) is not shown
    assert state.board(ALL).etag == shown.etag
    assert json.loads(state.board(ALL).plain)["as_of"] == moment(1)


def test_a_message_that_is_not_newer_changes_nothing():
    core = Core()
    raised = core.happen("PORT")
    over = core.happen("PORT", raised=False)
    state = told(Core())

    assert hear(state, over)
    assert not hear(state, raised)
    assert not hear(state, over)
    assert alerts(state) == []
    assert state.place == Place(EPOCH, 2)


def test_a_message_from_before_the_board_changes_nothing_in_an_area_it_shows_as_calm():
    core = Core()
    raised = core.happen("PORT")
    core.happen("PORT", raised=False)
    state = told(core)

    assert not hear(state, raised)
    assert alerts(state) == []


def test_in_one_life_of_a_record_nothing_goes_back_and_in_another_or_a_replay_all_does():
    core = Core()
    early = core.board()
    core.happen("PORT")
    state = told(core)

    assert hear(state, early) is None
    assert alerts(state) == ["PORT-1"]
    assert hear(state, Core(LATER_EPOCH).board())
    assert alerts(state) == []

    core.replay = True
    assert hear(state, core.board())
    again = Core()
    again.replay = True
    assert hear(state, again.board())
    assert state.place == Place(EPOCH, 0)
    assert hear(state, again.happen("PORT")), "though it was heard before the clock was set back"


def test_a_message_without_a_place_stands_and_moves_no_place():
    core = Core()
    core.happen("PORT")
    state = told(core)
    before = state.board(ALL)

    assert hear(state, core.happen("HILLS", placed=False))
    assert state.place == Place(EPOCH, 1)
    assert alerts(state) == ["HILLS-1", "PORT-1"]
    after = state.board(ALL)
    assert not after.known_to(before.etag), "whoever holds the board of that place must have it"


def test_a_board_that_knows_nothing_of_a_message_without_a_place_takes_it_not_away():
    core, spool = Core(), Core()
    state = told(core)
    hear(state, spool.happen("HILLS", placed=False))
    tag = state.board(ALL).etag

    assert not hear(state, core.board())
    assert alerts(state) == ["HILLS-1"]
    assert state.board(ALL).etag == tag

    core.happen("PORT")
    assert hear(state, core.board()), "one of a later place does: it was recorded by then"
    assert alerts(state) == ["PORT-1"]


def test_where_two_claim_one_version_both_stand_until_the_next():
    core, spool = Core(), Core()
    state = told(core)
    hear(state, spool.happen("HILLS", placed=False, text="spooled"))
    recorded = core.happen("HILLS")
    other = json.loads(recorded.body)
    other["standing"][0]["id"] = "HILLS-1-other"

    assert state.take(read_message(encode(other)))
    assert alerts(state) == ["HILLS-1-other", "HILLS-1"]
    hear(state, core.happen("HILLS", raised=False))
    assert alerts(state) == []


@st.composite
def sayings(draw):
    """Boards and messages of two cores, of which one has lost its record, in some order."""
    active, spool, said = Core(), Core(), []
    for _ in range(draw(st.integers(0, 12))):
        core, placed = draw(st.sampled_from([(active, True), (active, True), (spool, False)]))
        if draw(st.integers(0, 4)) == 0:
            said.append(active.board())
        else:
            area = draw(st.sampled_from(CODES))
            raised = draw(st.booleans()) or not placed  # An all-clear is not spooled.
            said.append(core.happen(area, raised=raised, placed=placed))
        if draw(st.booleans()):
            said.append(draw(st.sampled_from(said)))
    return [Core().board(), *said]


@given(sayings())
def test_what_stands_is_what_every_client_takes_to_stand(said):
    """
    A client that hears a message without a place takes it to be of the last change it took part
    in, and the edge of the last place: so the edge may keep it up longer, never shorter.
    """
    state, client, spooled = State(TOPICS), Standing(), False
    for line in said:
        hear(state, line)
        data = json.loads(line.body)
        client.take(line.kind, data)
        spooled = spooled or data["position"] is None
        known = [alert["id"] for alert in client.board()["alerts"]]
        assert set(known) <= set(alerts(state))
        assert spooled or known == alerts(state)


def test_while_the_core_is_not_heard_nobody_is_answered_as_you_know_it():
    state = told(Core())
    tag = state.board(ALL).etag
    assert state.board(ALL).known_to(tag)
    assert state.board(ALL).known_to(tag.removeprefix("W/"))
    assert state.board(ALL).known_to("*")
    assert not state.board(frozenset({"PORT"})).known_to(tag)
    state.lose(lost=True)
    assert not state.board(ALL).known_to(tag)
    assert not state.board(ALL).known_to("*")
    state.lose(lost=False)
    assert state.board(ALL).known_to(tag)


def test_another_tree_changes_whom_something_concerns():
    core = Core()
    core.happen("PORT")
    state = told(core)
    hills = frozenset({"HILLS"})
    assert alerts(state, hills) == []
    port = GAZETTEER.get("PORT")
    areas = [area for area in GAZETTEER if area is not port]
    state.retell(read_topics(encode(topics_of(Gazetteer([*areas, replace(port, parent="HILLS")])))))
    assert alerts(state, hills) == ["PORT-1"]
    assert alerts(state, frozenset({"COAST"})) == []


@given(st.lists(asked, min_size=1, max_size=12))
def test_forgetting_prepared_boards_changes_no_answer(sets):
    core = Core()
    core.happen("PORT")
    core.happen("HILLS")
    state = told(core)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BOARDS_KEPT", 2)
        patch.setattr(module, "BOARD_BYTES_KEPT", 2_000)
        for areas in sets:
            assert state.board(areas).plain == told(core).board(areas).plain
            assert len(state._prepared) <= 3
            assert len(state._snapshots) <= 3


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[",
        b'{"epoch":"\xff"}',
        Core().board().body.replace(b'"as_of":"2023', b'"as_of":"yesterday 2023'),
        Core().board().body.replace(b'"alerts":[]', b'"alerts":[{}]'),
        Core().board().body.replace(b'"alerts":[]', b'"alerts":[7]'),
    ],
)
def test_a_board_that_cannot_be_read_is_refused_and_changes_nothing(body):
    core = Core()
    core.happen("PORT")
    state = told(core)
    before = state.board(ALL)
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        state.take_board(body)
    assert state.board(ALL) is before


MESSAGE = b'{"epoch":"e","position":1,"at":"%s","area":{"code":"A"},"version":1,"standing":[]}'


@pytest.mark.parametrize("body", [b"{}", b"\xff", Core().board().body, MESSAGE % b"yesterday"])
def test_so_is_a_message(body):
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        read_message(body)
    assert read_message(MESSAGE % moment(1).encode()).position == 1
