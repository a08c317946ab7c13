"""
Goal: an approved plan can be checked by anybody, and tells nothing of feeders.

Method: a plan approved by the desk, put into words.
"""

from __future__ import annotations

import pytest
from tests.power.grids import approves, day
from tests.views.power_town import PowerTown

from tocsin.kernel.errors import Refused
from tocsin.web.power_plan import find_plan, plan_context
from tocsin.web.times import Times
from tocsin.web.wording import Wording

SHA = "ab" * 32


def shown(town, sha=SHA):
    state, plan = find_plan(town.power.grid, sha)
    return plan_context(state, plan, "The grid", Times(Wording("en"), town.power.now()))


@pytest.fixture
def town():
    town = PowerTown()
    days = (day("n" * 4 + "y" * 20, "1.2"), day("n" * 2 + "y" * 20 + "n" * 2))
    town.say(approves(*days, sha=SHA, seconds=-60))
    return town


def test_a_plan_has_its_groups_times_and_sums(town):
    told = shown(town)

    assert [(row.group, row.times, row.total) for row in told["rows"]] == [
        ("1.1", "00:00–02:00, 22:00–24:00", "4 h"),
        ("1.2", "00:00–04:00", "4 h"),
    ]
    assert told["where"] == "Zone East, The grid"
    assert told["figures"][0] == "Takes off at most 40 MW"
    assert "not proven" in told["figures"][1]
    assert told["by"].startswith("Approved by dispatch 11:59:00 Kyiv time.")


def test_how_even_it_is_counts_all_days_of_a_group(town):
    town.say(approves(day("n" * 6 + "y" * 18), day("n" + "y" * 23, "1.2"), sha="cd" * 32))

    assert shown(town)["fair"] == "Least without power 4 h, most 4 h; a difference of 0 min."
    uneven = shown(town, "cd" * 32)["fair"]
    assert uneven == "Least without power 1 h, most 6 h; a difference of 5 h."


def test_a_plan_without_times_says_nothing_of_fairness(town):
    town.say(approves(sha="ef" * 32))

    assert (shown(town, "ef" * 32)["rows"], shown(town, "ef" * 32)["fair"]) == ([], "")


def test_what_nobody_approved_is_not_there(town):
    with pytest.raises(Refused, match=r"power\.plan_unknown"):
        find_plan(town.power.grid, "00")
