"""
Goal: connections are counted by address and in all, and nobody is counted who was refused.

Method: steps drawn at random against a plain list of who is in.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.edge.connections import Connections, own

ADDRESSES = st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1", "127.0.0.1", "::1", ""])


@given(st.lists(st.tuples(st.booleans(), ADDRESSES)), st.integers(1, 6), st.integers(1, 4))
def test_connections_are_counted_by_address_and_in_all(steps, most, most_per_address):
    limits, inside, refused = Connections(most, most_per_address), [], 0
    for enters, address in steps:
        if enters:
            few = own(address) or inside.count(address) < most_per_address
            room = len(inside) < most and few
            assert limits.enter(address) is room
            refused += not room
            inside += [address] * room
        elif address in inside:
            limits.leave(address)
            inside.remove(address)
        assert limits.total == len(inside)
        assert dict(limits.by_address) == {one: inside.count(one) for one in inside}
        assert limits.refused == refused


def test_the_machines_own_addresses_are_its_own_and_no_others():
    assert all(map(own, ["127.0.0.1", "127.1.2.3", "::1", ""]))
    assert not any(map(own, ["128.0.0.1", "12.7.0.1", "::2", "fe80::1"]))
