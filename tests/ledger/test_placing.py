"""
The same batches have the same chain, whatever looks up the versions; what cannot follow is refused.

Method: batches drawn at random are placed at once and one by one, and must come out alike.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.ledger_contract import KYIV, ODESA, RUSH_HOUR, alarm, command

from tocsin.kernel.errors import Refused
from tocsin.ledger.event import GENESIS
from tocsin.ledger.placing import place

START = (0, GENESIS)


def nothing(_key) -> int:
    return 0


@given(st.lists(st.lists(st.sampled_from([KYIV, ODESA]), max_size=4), max_size=5))
def test_batches_placed_at_once_and_one_by_one_have_the_same_chain(wanted):
    counted, batches = {}, []
    for areas in wanted:
        events = []
        for area in areas:
            counted[area] = counted.get(area, 0) + 1
            events.append(alarm(area, counted[area]))
        batches.append(command(*events))
    whole, commands = place(batches, START, RUSH_HOUR, nothing, {})
    end, known, apart, each = START, {}, [], []
    for batch in batches:
        sealed, rows = place(
            [batch], end, RUSH_HOUR, lambda key, known=known: known.get(key, 0), known
        )
        apart += sealed
        each += rows
        if sealed:
            end = (sealed[-1].position, sealed[-1].hash)
    assert (apart, each) == (whole, commands)
    assert {area: version for (_, area), version in known.items()} == counted


def test_the_versions_that_will_be_the_last_are_told():
    versions = {}
    place([command(alarm(version=8), alarm(version=9))], START, RUSH_HOUR, lambda _: 7, versions)
    assert versions == {("alerts", KYIV): 9}


@pytest.mark.parametrize("version", [7, 9])
def test_a_version_that_does_not_follow_is_refused(version):
    with pytest.raises(Refused, match=r"ledger\.version_gap.*version 7"):
        place([command(alarm(version=version))], START, RUSH_HOUR, lambda _: 7, {})
