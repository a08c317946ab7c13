"""
Goal: a scope says exactly what it says, and nobody speaks for what lies around their area.

Method: every pair of areas of a small country, and texts that are no scopes.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alerts.country import CODES, GAZETTEER, areas_around

from tocsin.authority.remit import (
    ALERTS_WRITE,
    POWERS,
    TOKENS_WRITE,
    Grant,
    Remit,
    parse_scope,
    require,
)
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import SenderId
from tocsin.kernel.words import Rank


def granted(area, power=ALERTS_WRITE):
    return Grant(SenderId("military"), Rank.AUTHORITY, Remit(power, area))


@pytest.mark.parametrize("remit", CODES)
@pytest.mark.parametrize("area", CODES)
def test_a_remit_covers_its_area_and_everything_in_it_and_nothing_around_it(remit, area):
    if remit == area or remit in areas_around(area):
        require(granted(remit), (ALERTS_WRITE,), area, GAZETTEER.lineage(area))
    else:
        with pytest.raises(Refused, match=r"remit\.outside") as refused:
            require(granted(remit), (ALERTS_WRITE,), area, GAZETTEER.lineage(area))
        assert refused.value.status == 403


@pytest.mark.parametrize("power", ["", "alerts", "alerts:read", TOKENS_WRITE, "ALERTS:WRITE"])
def test_a_power_is_that_power_and_no_other(power):
    with pytest.raises(Refused, match=r"remit\.outside"):
        require(granted("LAND", power), (ALERTS_WRITE,), "LAND", ())


def test_a_scope_is_a_power_and_an_area():
    assert parse_scope("alerts:write:UA") == ("alerts:write", "UA")
    assert parse_scope("alerts:write:UA-30") == ("alerts:write", "UA-30")


@pytest.mark.parametrize(
    "scope",
    ["", ":", "UA", "alerts:write", "alerts:write:", "alerts:UA", "tokens:write:UA", "*:UA"],
)
def test_what_is_no_scope_is_malformed(scope):
    with pytest.raises(Malformed, match=r"token\.scope_malformed"):
        parse_scope(scope)


@given(st.text())
def test_any_text_is_a_scope_of_a_known_power_or_malformed(text):
    try:
        power, area = parse_scope(text)
    except Malformed:
        return
    assert power in POWERS
    assert text == f"{power}:{area}"
