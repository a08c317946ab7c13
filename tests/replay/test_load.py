"""
A replay puts real alerts into a ledger so that the board at any moment is what stood then.

Method: the real files through the real desk into a real ledger file.
"""

from __future__ import annotations

import pytest

from tests.replay.told import Told, day_file
from tocsin.kernel.time import Moment


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The official file of the day, replayed."""
    told = Told(tmp_path_factory.mktemp("day") / "day.db", [day_file("official_data_en")])
    yield told
    told.ledger.close()


@pytest.mark.parametrize(
    ("at", "count"),
    [
        ("2023-01-25T23:30:00.000Z", 9),
        ("2023-01-26T05:50:00.000Z", 16),
        ("2023-01-26T06:15:00.000Z", 24),
        ("2023-01-26T10:20:00.000Z", 2),
    ],
)
def test_the_day_shows_as_many_alerts_as_there_were(day, at, count):
    standing = day.standing_at(Moment(at))
    told = [alert for alert in standing if alert.holders[0].sender != "permanent"]

    assert len(standing) - len(told) == 2
    assert sum(day.gazetteer.get(alert.area).level == 1 for alert in told) == count
