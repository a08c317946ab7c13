"""
`tocsin power plan` plans a day or a week, with the bound beside it, and writes no ledger.

Method: the verb over tables of invented feeders.
"""

import json
import sys

import pytest
from tests.cli.grid_tables import HOSPITAL, feeders, reduction
from tests.cli.terminal import tocsin

DAY = "2026-01-26"


def plan(tmp_path, *arguments, table=None, **environment):
    return tocsin(
        "power", "plan", "--feeders", feeders(tmp_path),
        "--reduction", table or reduction(tmp_path), *arguments, **environment,
    )  # fmt: skip


def test_a_day_is_planned_with_its_bound_and_queues_and_without_a_feeder(tmp_path):
    told = plan(tmp_path, "--date", DAY)

    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"{DAY}: harm ")
    assert "none is below" in told.out
    assert "  1.1: off" in told.out
    assert "wolfberry" not in told.out


def test_whole_queues_over_a_week_end_level(tmp_path):
    days = [f"2026-01-{day}" for day in range(26, 29)]
    told = plan(tmp_path, "--queues", table=reduction(tmp_path, 8, days))

    assert told.code == 0
    spread = float(told.out.partition(" h apart.")[0].rpartition(" ")[2])
    assert spread <= 1


def test_the_best_plan_is_no_worse_and_what_if_stands_beside_it(tmp_path):
    quick = plan(tmp_path, "--date", DAY, "--json").json()
    best = plan(tmp_path, "--date", DAY, "--json", "--best", "--what-if", "50").json()

    assert best["made"] == "best"
    assert best["bound"] <= best["harm"] <= quick["harm"]
    assert best["what_if"]["harm"] < best["harm"]


def test_what_is_kept_whole_has_the_feeders_and_never_the_protected_one(tmp_path):
    to = tmp_path / "plan.json"

    plan(tmp_path, "--date", DAY, "--to", to)

    whole = json.loads(to.read_text())
    assert {one["feeder"] for one in whole["feeders"]} == {f"wolfberry-{at:02}" for at in range(23)}
    assert HOSPITAL not in to.read_text()
    assert all(one["group"] for one in whole["groups"])


def test_more_than_the_rules_allow_is_found_wanting(tmp_path):
    told = plan(tmp_path, "--date", DAY, table=reduction(tmp_path, 40), LANG="uk_UA.UTF-8")

    assert told.code == 1
    assert "правила більше не дозволяють" in told.out


@pytest.mark.parametrize("date", ["2026-03-29", "2026-13-01"])
def test_a_day_that_has_not_so_many_half_hours_or_is_none_is_refused(tmp_path, date):
    told = plan(tmp_path, "--date", date)

    assert told.code == 2
    assert "planning.reduction_malformed" in told.err or "power.date_malformed" in told.err


def test_without_numpy_it_says_what_to_install(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("tocsin.planning")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numpy", None)

    assert "walking.no_geo" in plan(tmp_path, "--date", DAY).err
