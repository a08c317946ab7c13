"""
Goal: whatever waits is told in order, as few writes as it takes, and the queue has an end.

Method: random broadcasts are put and taken; what comes out is compared with what went in.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.groups import Group
from tocsin.edge.waiting import JOINED_BYTES, WAITING_MAX, Waiting

BROADCASTS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9_000)), min_size=1, max_size=3),
        st.booleans(),
    ),
    max_size=20,
)


@given(BROADCASTS)
def test_each_group_gets_its_frames_in_order_and_joined_up_to_a_bound(broadcasts):
    groups = [Group(bytes) for _ in range(3)]
    waiting, wanted = Waiting(), {group: [] for group in groups}
    for number, (drawn, lossy) in enumerate(broadcasts, 1):
        work = [(groups[which], b"%d" % number + b"." * size) for which, size in drawn]
        waiting.put(number, float(number), work, lossy=lossy)
        for group, frame in work:
            wanted[group].append((number, frame, lossy))
    taken, last = {group: [] for group in groups}, 0
    while waiting.queue:
        latest, asked_at, joined = waiting.take()
        assert asked_at == last + 1
        last = latest
        for group, parts in joined.items():
            taken[group] += parts
            numbers = {part.number for part in parts}
            assert len(numbers) == 1 or sum(len(part.frame) for part in parts) <= JOINED_BYTES

    assert last == len(broadcasts)
    assert taken == wanted


def test_more_than_the_queue_holds_becomes_the_newest_board_of_each_group():
    one, other, waiting = Group(lambda: b"newest"), Group(lambda: b"other"), Waiting()
    waiting.put(1, 1.0, [(other, b"x")], lossy=True)
    for number in range(2, WAITING_MAX + 2):
        waiting.put(number, float(number), [(one, b"x")], lossy=True)
    last, asked_at, joined = waiting.take()

    assert last == WAITING_MAX + 1
    assert asked_at == 1.0
    assert {group: [part.frame for part in parts] for group, parts in joined.items()} == {
        one: [b"newest"],
        other: [b"other"],
    }
    assert not any(part.lossy for parts in joined.values() for part in parts)
    assert not waiting.queue
