"""
`tocsin power fairness` tells hours off by week and group, as published.

Method: an invented schedule, imported and asked about.
"""

from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE


def test_hours_are_told_by_week_with_unknown_days_apart(tmp_path):
    db = tmp_path / "power.db"
    tocsin("power", "import", HERE / "gpv.json", "--area", "UA-05", "--db", db)
    asked = ("power", "fairness", "--db", db, "--from", "2026-01-19", "--to", "2026-01-31")

    told = tocsin(*asked)
    whole = tocsin(*asked, "--json").json()

    assert told.code == 0, told.err
    assert "h apart." in told.out
    assert len(whole["weeks"]) == 2
    assert whole["spread"] == whole["most"] - whole["least"]
    assert whole["unknown"] > 0


def test_a_stretch_that_ends_before_it_begins_is_refused(tmp_path):
    db = tmp_path / "power.db"
    tocsin("power", "import", HERE / "gpv.json", "--area", "UA-05", "--db", db)

    told = tocsin("power", "fairness", "--db", db, "--from", "2026-01-31", "--to", "2026-01-19")

    assert told.code == 2
    assert "power.date_malformed" in told.err
