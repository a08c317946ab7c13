"""
`tocsin power` is one group, says what it is for, and looks at a ledger as the server does.

Method: its help, as a person asks for it, and a ledger that is not there; its verbs have tests of
their own.
"""

from __future__ import annotations

import pytest
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE

from tocsin.cli.power import looking
from tocsin.kernel.errors import Unavailable


def test_the_group_says_what_it_is_for():
    assert "schedules of cuts" in tocsin("power", "--help").out


def test_a_ledger_is_looked_at_and_never_made(tmp_path):
    db = tmp_path / "tocsin.db"
    with pytest.raises(Unavailable, match=r"ledger\.missing"), looking(db):
        pass
    assert not db.exists()

    assert tocsin("power", "import", HERE / "gpv.json", "--db", db).code == 0
    with looking(db) as grid:
        assert list(grid.companies) == ["rivne-demo"]
