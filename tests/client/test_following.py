"""
What is shown is believed only while somebody vouches for it, whatever came when.

Method: the rules one by one are in `vectors/`; here nights are drawn at random, and what must hold
in all of them is asked after each step.
"""

from hypothesis import given
from hypothesis import strategies as st
from tests.client.test_standing import KYIV, ODESA, alert, board, message

from tocsin.client.following import Following
from tocsin.kernel.limits import STALE_AFTER_S

BEAT = {"epoch": "e1", "position": 99, "at": "2023-01-26T06:15:00.000Z"}


def _message(area, version, stands):
    standing = [alert(area, version)] if stands else []
    return "alert" if stands else "all-clear", message(version, standing, area=area)


events = st.one_of(
    st.builds(_message, st.sampled_from([KYIV, ODESA]), st.integers(1, 9), st.booleans()),
    st.builds(lambda p: ("board", board(position=p)), st.integers(0, 9)),
    st.just(("heartbeat", BEAT)),
    st.just(("stale", {})),
    st.none(),
)
nights = st.lists(st.tuples(st.floats(0, 20), events), max_size=25)


def _heard(night):
    """Live through a night; after each step give the time, the change and the listener."""
    following, now = Following(0.0), 0.0
    for wait_s, event in night:
        now += wait_s
        change = following.look(now)
        if event is not None:
            change = following.take(*event, now) or change
        yield now, change, following


@given(nights)
def test_calm_is_never_shown_by_a_lost_link(night):
    for now, _, following in _heard(night):
        if following.lost(now):
            assert following.state(now) not in {"calm", "drill"}
        assert following.lost(now + STALE_AFTER_S + 0.1)


@given(nights)
def test_each_alert_begins_once_and_ends_only_after_it_began(night):
    stands = set()
    for _, change, following in _heard(night):
        if change is not None:
            began = {a.id for a in change.began}
            ended = {a.id for a in change.ended}
            assert not began & stands
            assert ended <= stands
            stands = (stands | began) - ended
        assert stands == {a.id for a in following.alerts}


@given(nights)
def test_lost_is_told_once_until_the_link_is_back(night):
    lost = False
    for now, change, following in _heard(night):
        if change is not None and change.why == "lost":
            assert not lost
        lost = following.lost(now) and (lost or (change is not None and change.why == "lost"))


@given(nights, st.floats(0, 60))
def test_silence_ends_nothing(night, wait_s):
    following, now = Following(0.0), 0.0
    for now, _, following in _heard(night):  # noqa: B007  # The last of them is asked below.
        pass
    before = following.alerts
    following.look(now + wait_s)

    assert following.alerts == before


def test_a_connection_is_given_up_when_nobody_vouched_for_long_enough():
    following = Following(0.0)
    assert following.deadline == STALE_AFTER_S
    following.take("board", board(), 5.0)
    assert following.deadline == 5.0 + STALE_AFTER_S
    following.look(18.0)
    following.opened(20.0)
    assert following.deadline == 20.0 + STALE_AFTER_S
    assert following.lost(20.0)


def test_a_server_that_says_it_is_stale_is_stayed_with():
    following = Following(0.0)
    following.take("board", board(), 0.0)
    for now in (5.0, 10.0, 15.0):
        following.take("stale", {}, now)
    assert following.deadline == 15.0 + STALE_AFTER_S
