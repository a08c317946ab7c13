"""
What comes from the wire is read leniently where that is the safer side, and refused where not.

Method: shapes as the server makes them, then with one thing wrong or unknown.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.alert import DANGER, Alert, Area, read_beat, read_board, read_message
from tocsin.kernel.errors import Malformed

KYIV = {"code": "UA80", "iso": "UA-30", "uid": 31, "level": 1, "name": {"en": "Kyiv"}}
ALERT = {"id": "UA80-4-aa", "area": KYIV, "version": 4, "hazard": "air_raid", "status": "Actual"}
BOARD = {
    "epoch": "e",
    "position": 9,
    "as_of": "2023-01-26T06:00:00.000Z",
    "replay": False,
    "alerts": [ALERT],
    "unknown": [{"area": KYIV, "since": None}],
}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def test_a_board_is_read_with_what_it_knows_and_what_it_does_not():
    board = read_board(BOARD | {"something_new": 1})

    assert board.alerts[0].area.name["en"] == "Kyiv"
    assert board.unknown[0].area.iso == "UA-30"


@pytest.mark.parametrize("missing", ["id", "area", "version"])
def test_without_id_area_and_version_there_is_no_alert(missing):
    alert = {key: value for key, value in ALERT.items() if key != missing}

    with pytest.raises(Malformed, match=r"stream\.unreadable"):
        read_board(BOARD | {"alerts": [alert]})


@given(st.sampled_from(sorted(BOARD)), anything)
def test_a_board_with_anything_in_it_is_read_or_refused(key, value):
    try:
        read_board(BOARD | {key: value})
    except Malformed as error:
        assert len(error.sentence) <= 200  # noqa: PT017  # Either outcome is right.


@pytest.mark.parametrize("read", [read_board, read_message, read_beat])
def test_nothing_is_no_event(read):
    with pytest.raises(Malformed, match=r"stream\.unreadable"):
        read({})


@pytest.mark.parametrize(
    ("status", "level", "kind"),
    [
        ("Actual", "warning", "warning"),
        ("Actual", "watch", "watch"),
        ("Exercise", "warning", "drill"),
        ("Test", "watch", "drill"),
        ("Actual", "red", "warning"),
        ("Sharp", "warning", "warning"),
    ],
)
def test_what_is_not_known_is_taken_for_the_graver_one(status, level, kind):
    alert = Alert("a", Area("UA80"), 1, status=status, level=level)

    assert alert.kind == kind
    assert alert.drill == (kind == "drill")


def test_calm_is_what_is_left():
    assert DANGER == ("warning", "watch", "unknown", "drill", "calm")
