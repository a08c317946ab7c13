"""
A server that went away is asked again later each time, and never by everybody at once.

Method: chance is given, so that each pause is known; then drawn, for what holds whatever it says.
"""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.client.pauses import Pauses


def test_each_failure_waits_longer_and_never_more_than_thirty_seconds():
    pauses = Pauses(lambda: 1.0)

    assert [pauses.next_s() for _ in range(8)] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_chance_shortens_a_pause_by_up_to_half():
    assert Pauses(lambda: 0.0).next_s() == 0.5


def test_a_server_that_speaks_makes_the_next_failure_the_first():
    pauses = Pauses(lambda: 1.0)
    pauses.next_s()
    pauses.next_s()
    pauses.heard()

    assert pauses.next_s() == 1.0


def test_a_server_may_ask_for_the_first_pause_within_bounds():
    pauses = Pauses(lambda: 1.0)
    pauses.asked(2_500)
    assert pauses.next_s() == 2.5
    pauses.asked(0)
    pauses.heard()
    assert pauses.next_s() == 0.1


@given(
    st.lists(st.floats(0, 0.999)),
    st.integers(0, 10**9),
    st.floats(0, 3_600),
)
def test_no_pause_is_shorter_than_the_server_says(chances, retry_ms, retry_after_s):
    drawn = iter([*chances, *[0.0] * 40])
    pauses = Pauses(lambda: next(drawn))
    pauses.asked(retry_ms)
    for _ in range(12):
        assert retry_after_s <= pauses.next_s(retry_after_s) <= max(30.0, retry_after_s * 1.5)
