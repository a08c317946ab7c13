"""
Hours off are added up by group and week; what nobody said is counted apart.

Method: a zone with a few days written by hand.
"""

from datetime import date

from tocsin.planning.fairness import fairness
from tocsin.power.messages import Power, Regime, Slot, Zone
from tocsin.power.state import Version, ZoneState


def version(regime, *slots):
    return (Version("2026-01-25T10:00:00Z", None, "test", regime, slots),)


def off_until(minute):
    return Slot(0, minute, Power.OFF), Slot(minute, 1440, Power.ON)


STATE = ZoneState(
    "demo",
    "Europe/Kyiv",
    Zone(code="city", name="City", area="UA05", areas=("UA05",), groups=("1.1", "1.2")),
    versions={
        ("1.1", "2026-01-25"): version(Regime.HOURLY, *off_until(240)),
        ("1.2", "2026-01-25"): version(Regime.NONE),
        ("1.1", "2026-01-26"): version(Regime.HOURLY, *off_until(60)),
        ("1.2", "2026-01-26"): version(Regime.WAITING),
    },
)


def test_weeks_begin_on_monday_and_unknown_days_are_counted_apart():
    told = fairness([STATE], date(2026, 1, 25), date(2026, 1, 26))

    sunday, monday = told.weeks
    assert (sunday.hours, sunday.unknown) == ({"1.1": 4.0, "1.2": 0.0}, 0)
    assert (monday.hours["1.1"], monday.unknown) == (1.0, 1)
    assert (told.whole.least, told.whole.most, told.whole.spread) == (0.0, 5.0, 5.0)
    assert told.whole.mean == 2.5


def test_no_zone_has_no_spread():
    assert fairness([], date(2026, 1, 26), date(2026, 1, 26)).whole.spread == 0
