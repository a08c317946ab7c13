"""
Goal: what is shown now, what is sent, and what is shown of the past are one and the same record.

Method: over any history, prepared bytes against the shape they stand for, the past against the
present as it was then, and messages against boards; then single cases.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER
from tests.alerts.histories import AROUND_THE_HOUR, histories, recorded_events
from tests.alerts.sayings import RUSH_HOUR, Room, all_clear, begin, end, minute, sound
from tests.views.shown import add, ledger_of, of_another_room, view_of

from tocsin.delivery.audience import Audience
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import parse_rfc3339
from tocsin.kernel.words import Relation
from tocsin.views import live as views

asked = st.frozensets(st.sampled_from(CODES), max_size=3)
IN_ORDER = st.just(0)


@given(histories(), asked)
def test_the_prepared_board_is_the_board(events, areas):
    live, _ = view_of(ledger_of(events))
    board = live.board(areas=areas)

    assert json.loads(live.board_bytes(areas)) == board
    assert json.loads(gzip.decompress(live.board_gzip(areas))) == board


@given(histories(), asked)
def test_a_prepared_board_is_never_an_old_one(events, areas):
    """Also where what came changed no alert: its position has moved."""
    ledger = ledger_of()
    live, projections = view_of(ledger)
    for number, event in enumerate(events):
        add(ledger, [event])
        applied = projections.apply(event)
        live.changed(applied)
        assert json.loads(live.board_bytes(areas)) == live.board(areas=areas)
        assert json.loads(live.board_bytes(areas))["position"] == number + 1
    of_another_room(ledger)
    projections.catch_up(ledger)
    assert json.loads(live.board_bytes(areas))["position"] == len(events) + 1
    assert live.place.position == len(events) + 1


@given(histories(), asked, AROUND_THE_HOUR)
def test_a_board_of_the_past_is_what_had_happened_by_then(events, areas, at):
    """Against a ledger that ends there."""
    live, _ = view_of(ledger_of(events))
    past = live.board(parse_rfc3339(minute(at)), areas)
    upto = [event for event in events if event.happened_at <= minute(at)]
    then = view_of_any(upto)

    topics = Audience(GAZETTEER).topics(areas)
    expected = [a for a in then if not areas or topics.get(a["area"]["code"])]
    assert past["alerts"] == expected
    assert past["as_of"] == minute(at)
    assert past["position"] == len(events)


def view_of_any(events):
    """The alerts of a board after events in the order of the ledger, whatever their positions."""
    from tocsin.alerts.alert import CALM, evolve
    from tocsin.alerts.codec import decode
    from tocsin.views.board import alert_shape

    areas = {}
    for event in events:
        areas[event.area] = evolve(areas.get(event.area, CALM), decode(event))
    standing = [alert for code in sorted(areas) for alert in areas[code].standing]
    return [alert_shape(alert, GAZETTEER) for alert in standing]


@given(histories(minutes=IN_ORDER))
def test_the_board_of_the_last_moment_is_the_board_of_now(events):
    live, _ = view_of(ledger_of(events))
    now, then = live.board(), live.board(RUSH_HOUR)

    assert then == now


@given(histories(), asked, AROUND_THE_HOUR)
def test_the_past_is_shown_alike_from_another_thread(events, areas, at):
    live, _ = view_of(ledger_of(events))
    moment, found = parse_rfc3339(minute(at)), []
    show = live.past(moment, areas)
    thread = Thread(target=lambda: found.append(show()))
    thread.start()
    thread.join()

    assert found == [live.board(moment, areas)]


@given(histories())
def test_a_message_is_encoded_as_it_will_be_sent(events):
    ledger = ledger_of()
    live, projections = view_of(ledger)
    for event in events:
        add(ledger, [event])
        message = live.changed(projections.apply(event))
        if message is None:
            assert event.kind in {"CoverageBegan", "CoverageEnded"}
            continue
        data = json.loads(message.data)
        assert message.place == (ledger.epoch, event.position)
        assert message.area == event.area == data["area"]["code"]
        assert data["epoch"] == ledger.epoch
        here = [a for a in live.board()["alerts"] if a["area"]["code"] == event.area]
        assert data["standing"] == here


def test_what_is_unknown_changes_with_coverage():
    room = Room()
    room.tell(begin(area="LAND", at=0))
    room.tell(end(area="LAND", at=5))
    first, last = recorded_events(room.events)
    ledger = ledger_of()
    live, projections = view_of(ledger)

    def unknown():
        return [(gap["area"]["code"], gap["since"]) for gap in live.board()["unknown"]]

    assert unknown() == [("LAND", None)]
    live.changed(projections.apply(first))
    assert unknown() == []
    live.changed(projections.apply(last))
    assert unknown() == [("LAND", minute(5))]
    assert json.loads(live.board_bytes(frozenset()))["unknown"][0]["since"] == minute(5)
    assert live.board(parse_rfc3339(minute(2)))["unknown"] == []


def test_as_of_is_the_clock_that_ages_are_judged_by():
    live, _ = view_of(ledger_of(), minutes=3)

    assert json.loads(live.board_bytes(frozenset()))["as_of"] == minute(3)
    assert live.now() == RUSH_HOUR + timedelta(minutes=3)


def test_no_more_boards_are_kept_ready_than_memory_was_set_aside_for(monkeypatch):
    monkeypatch.setattr(views, "BOARDS_KEPT", 4)
    live, _ = view_of(ledger_of())
    for code in CODES:
        live.board_bytes(frozenset({code}))

    assert len(live._prepared) == 4


def test_how_an_area_lies_to_the_one_asked_about():
    live, _ = view_of(ledger_of())

    def lies(asked, other):
        return live.relation(AreaCode(asked), AreaCode(other))

    assert lies("COAST", "COAST") is Relation.HERE
    assert lies("COAST", "PORT") is Relation.INSIDE
    assert lies("COAST", "SOUTH") is Relation.AROUND
    assert lies("COAST", "HILLS") is None


def test_when_the_last_alert_over_an_area_ended():
    room = Room()
    room.tell(all_clear(room.sound(area="SOUTH", at=0), at=10))
    room.tell(all_clear(room.sound(area="PORT", at=1), at=5))
    room.tell(sound(area="NORTH", at=2))
    live, _ = view_of(ledger_of(recorded_events(room.events)))

    def cleared(code, at):
        ended = live.cleared(AreaCode(code), parse_rfc3339(minute(at)))
        return None if ended is None else (ended - RUSH_HOUR).seconds // 60

    assert cleared("PORT", 30) == 10, "what it lies in counts"
    assert cleared("PORT", 9) == 5
    assert cleared("PORT", 4) is None
    assert cleared("HILLS", 30) == 10
    assert cleared("NORTH", 30) is None


def test_the_turns_of_a_day_count_the_first_level_alone():
    room = Room()
    room.tell(all_clear(room.sound(area="SOUTH", at=0), at=10))
    room.tell(sound(area="PORT", at=1))
    room.tell(sound(area="NORTH", at=2))
    live, _ = view_of(ledger_of(recorded_events(room.events)))
    turns = live.changes(date(2023, 1, 26))

    assert [count for _, count in turns] == [0, 1, 2, 1]
    assert [(at - RUSH_HOUR).total_seconds() // 60 for at, _ in turns[1:]] == [0, 2, 10]
