"""
Goal: the core that does the work is asked first, and nobody waits for one that is gone.

Method: three cores in name alone, and a clock moved by hand.
"""

import pytest

from tocsin.edge.cores import DOUBTED_FOR_S, Cores
from tocsin.edge.upstream import Address


class Hand:
    """A clock moved by hand."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def cores(clock):
    return Cores([Address(f"/{name}") for name in "abc"], clock)


def test_the_one_that_did_what_was_asked_is_asked_first_from_then_on(cores):
    assert cores.order() == [0, 1, 2]
    cores.trust(2, first=True)
    assert cores.order() == [2, 0, 1]
    cores.trust(0, first=False)
    assert cores.order() == [2, 0, 1]
    assert cores.order({2}) == [0, 1]


def test_one_in_doubt_is_asked_last_and_after_a_while_in_its_turn(cores, clock):
    cores.doubt(0)
    assert cores.order() == [1, 2, 0]
    assert cores.has_another({1})
    assert not cores.has_another({1, 2}), "Nobody is made to wait for the one in doubt."
    assert cores.order({1, 2}) == [0], "It is asked where there is no other."
    clock.now += DOUBTED_FOR_S
    assert cores.has_another({1, 2})
    assert cores.order() == [1, 2, 0]


def test_doubt_about_another_than_the_first_leaves_the_first(cores):
    cores.doubt(1)
    assert cores.order() == [0, 2, 1]


def test_one_that_answers_again_is_in_doubt_no_more(cores):
    cores.doubt(0)
    cores.trust(0, first=True)
    assert cores.order() == [0, 1, 2]


def test_a_core_alone_is_asked_whatever_is_thought_of_it(clock):
    alone = Cores([Address("/a")], clock)
    alone.doubt(0)
    assert alone.order() == [0]
    assert alone.first == 0
