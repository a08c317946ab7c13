"""
Goal: every fact comes back from the ledger as it went in, and what cannot be read stops the line.

Method: one of each kind there and back; an unknown kind and a body that does not fit.
"""

from __future__ import annotations

import pytest
from tests.power.grids import (
    after,
    approves,
    company,
    cuts,
    damaged,
    day,
    empty,
    fails,
    lists,
    mended,
    publishes,
    restores,
    usually,
)
from tests.power.test_grid import recorded

from tocsin.kernel.errors import Corrupt
from tocsin.power import codec
from tocsin.power.messages import CompanyListed, Regime
from tocsin.power.zone import decide, event

OUTAGE = after(damaged()).outages[0].id
FACTS = [
    CompanyListed(operator=company().operator, company=company()),
    *(
        decide(state, 0, command)[0].fact
        for state, command in (
            (empty(), publishes(day("n" * 24), day(group="1.2", regime=Regime.WAITING))),
            (empty(), usually({"1.1": ["m" * 24] * 7})),
            (empty(), cuts()),
            (after(cuts()), restores(60)),
            (empty(), damaged()),
            (after(damaged()), mended(OUTAGE)),
            (empty(), fails()),
            (empty(), approves(day())),
        )
    ),
]


def test_there_is_one_of_each():
    assert {type(fact) for fact in FACTS} == set(codec.FACTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_a_fact_comes_back_as_it_went_in(fact):
    (kept,) = recorded(event(lists(), 1, fact))

    assert codec.decode(kept).fact == fact


@pytest.mark.parametrize("broken", [{"kind": "SwitchThrown"}, {"body": '{"operator":7}'}])
def test_what_cannot_be_read_is_no_event_to_skip(broken):
    (kept,) = recorded(event(lists(), 1, FACTS[0]))

    with pytest.raises(Corrupt, match=r"power\.unreadable_event"):
        codec.decode(kept._replace(**broken))
