"""
A listener knows what stands, whatever the link did to its messages.

Method: an area's messages are made as a server makes them, each with its version and all that
stands at it; then they are lost, doubled and put in any order. Properties must hold for all.
"""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.standing import Standing

KYIV = {"code": "UA80", "level": 1}
ODESA = {"code": "UA51", "level": 1}


def alert(area, version, name="a"):
    return {"id": f"{area['code']}-{version}-{name}", "area": area, "version": version}


def message(version, standing, *, area=KYIV, position=None, epoch="e1"):
    return {
        "epoch": epoch,
        "position": version if position is None else position,
        "at": f"2023-01-26T06:00:{version:02}.000Z",
        "area": area,
        "version": version,
        "standing": standing,
    }


def board(alerts=(), *, position=0, epoch="e1", unknown=(), replay=False):
    return {
        "epoch": epoch,
        "position": position,
        "as_of": "2023-01-26T06:00:00.000Z",
        "replay": replay,
        "alerts": list(alerts),
        "unknown": list(unknown),
    }


def ids(listener):
    return [a["id"] for a in listener.board()["alerts"]]


# Each version of an area's past, with what stood at it.
pasts = st.lists(st.booleans(), min_size=1, max_size=12).map(
    lambda stood: [message(n, [alert(KYIV, n)] if yes else []) for n, yes in enumerate(stood, 1)]
)


def test_before_anything_is_heard_nothing_is_known():
    assert not Standing().known


@given(pasts, st.data())
def test_the_newest_version_seen_is_what_stands_in_whatever_order_messages_come(past, data):
    arriving = data.draw(st.lists(st.sampled_from(past), min_size=1, max_size=30))
    listener = Standing()
    listener.take("board", board())
    for one in arriving:
        listener.take("update", one)

    newest = max(arriving, key=lambda m: m["version"])
    assert listener.board()["alerts"] == newest["standing"]


@given(pasts, st.data())
def test_a_message_heard_again_changes_nothing(past, data):
    listener = Standing()
    listener.take("board", board())
    for number, one in enumerate(past):
        listener.take("alert", one)
        before = listener.board()
        again = data.draw(st.sampled_from(past[: number + 1]))
        assert not listener.take("alert", again)
        assert listener.board() == before


def test_an_all_clear_that_overtakes_its_alert_leaves_the_area_calm():
    listener = Standing()
    listener.take("board", board())
    assert listener.take("all-clear", message(2, []))
    assert not listener.take("alert", message(1, [alert(KYIV, 1)]))
    assert ids(listener) == []


def test_a_board_takes_the_place_of_everything_known_before():
    listener = Standing()
    listener.take("board", board([alert(KYIV, 3)], position=9))
    listener.take("board", board([alert(ODESA, 1)], position=12))
    assert ids(listener) == ["UA51-1-a"]


def test_what_a_board_already_knew_does_not_undo_it():
    listener = Standing()
    listener.take("board", board([], position=9))
    assert not listener.take("alert", message(4, [alert(KYIV, 4)], position=8))
    assert ids(listener) == []


def test_a_message_of_another_life_of_the_ledger_is_not_believed():
    listener = Standing()
    listener.take("board", board([alert(KYIV, 3)], position=9))
    assert not listener.take("all-clear", message(4, [], position=10, epoch="e2"))
    assert ids(listener) == ["UA80-3-a"]


def test_a_heartbeat_moves_the_clock_and_nothing_else():
    listener = Standing()
    listener.take("board", board([alert(KYIV, 3)], position=9))
    later = {"epoch": "e1", "position": 9, "at": "2023-01-26T06:15:00.000Z"}
    assert not listener.take("heartbeat", later)
    assert listener.at == "2023-01-26T06:15:00.000Z"
    assert ids(listener) == ["UA80-3-a"]


def test_an_area_that_went_quiet_is_told_as_unknown():
    listener = Standing()
    listener.take("board", board())
    gap = {"area": KYIV, "since": None}
    assert listener.take("board", board(unknown=[gap], position=1))
    assert listener.board()["unknown"] == [gap]


def test_an_event_of_a_later_server_is_passed_over():
    listener = Standing()
    listener.take("board", board([alert(KYIV, 3)], position=9))
    assert not listener.take("shelter", {"whatever": True})
    assert ids(listener) == ["UA80-3-a"]
