"""
`tocsin power shed` answers with whom to take off, never a protected feeder, and writes no ledger.

Method: the verb over a table of invented feeders.
"""

import sys

from tests.cli.grid_tables import HOSPITAL, feeders
from tests.cli.terminal import tocsin


def shed(tmp_path, *arguments, **environment):
    return tocsin("power", "shed", "--feeders", feeders(tmp_path), *arguments, **environment)


def test_enough_is_chosen_and_the_bound_stands_beside_it(tmp_path):
    told = shed(tmp_path, "--megawatts", 9)

    assert (told.code, told.err) == (0, "")
    assert "Takes off 10.00 MW, required 9.00 MW; feeders: 5." in told.out
    assert "it is proven that no choice has less" in told.out
    assert "A person at the grid company decides, and switches." in told.out
    assert HOSPITAL not in told.out


def test_json_has_the_same_and_the_same_question_the_same_digest(tmp_path):
    one, other = (shed(tmp_path, "--megawatts", 9, "--json").json() for _ in range(2))

    assert one == other
    assert (one["taken_watts"], one["missing_watts"], one["optimal"]) == (10_000_000, 0, True)
    assert len(one["feeders"]) == 5


def test_where_protected_feeders_are_all_that_is_left_that_is_found_wanting(tmp_path):
    told = shed(tmp_path, "--megawatts", 50, LANG="uk_UA.UTF-8")

    assert told.code == 1
    assert "Бракує 4.00 МВт: решта фідерів захищені." in told.out
    assert HOSPITAL not in told.out


def test_a_table_that_is_none_is_refused_without_saying_what_stands_in_it(tmp_path):
    path = tmp_path / "feeders.csv"
    path.write_text("feeder,queue,megawatts\nsecret-1,1.1,many\n")

    told = tocsin("power", "shed", "--feeders", path, "--megawatts", 1)

    assert told.code == 2
    assert "planning.feeders_malformed" in told.err
    assert "secret" not in told.err


def test_what_is_cut_at_once_is_chosen_where_numpy_is_not_installed(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("tocsin.planning")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numpy", None)

    assert shed(tmp_path, "--megawatts", 9).code == 0
