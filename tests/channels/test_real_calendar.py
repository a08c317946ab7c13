"""
Goal: on the busiest day of a real winter a calendar that keeps all it read holds the plan alone.

Method: the history of a real company, put into a ledger as the command line does it; the feed of a
group is read after each revision of that day by an independent library and kept by UID and
SEQUENCE. Skipped where that data is not at hand.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from tests.cli.terminal import tocsin

from tocsin.app import open_ledger, open_projections
from tocsin.channels.calendar import plan_feed
from tocsin.kernel.time import rfc3339
from tocsin.power.messages import GroupCode, Power
from tocsin.views.power_stretches import only, plan_of

KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture(scope="module")
def history(shared_data):
    path = shared_data / "outages-vinnytsia" / "schedule_revisions_2025-12_2026-01.jsonl.gz"
    if not path.exists():
        pytest.skip(f"No history of schedules at {path}.")
    return path


@pytest.fixture(scope="module")
def busiest(history):
    """The day with the most revisions, and when each of them was fetched."""
    days = defaultdict(list)
    with gzip.open(history, "rt") as file:
        for line in file:
            moment = datetime.fromisoformat(json.loads(line)["commit_time"])
            days[moment.astimezone(KYIV).date()].append(moment)
    return max(days.items(), key=lambda one: len(one[1]))


@pytest.fixture(scope="module")
def state(history, tmp_path_factory):
    db = tmp_path_factory.mktemp("calendar") / "tocsin.db"
    told = tocsin("power", "import", history, "--db", db, "--area", "UA-05", "--json")
    assert told.code == 0, told.err
    ledger = open_ledger(db, read_only=True)
    (one,) = open_projections(ledger).grid.zones()
    ledger.close()
    return one


@pytest.mark.parametrize("group", ["3.2", "5.2", "6.1"])
def test_the_busiest_day_leaves_no_duplicate_and_no_orphan(state, busiest, group):
    day, moments = busiest
    assert len(moments) > 30
    kept: dict[str, icalendar.Event] = {}
    for moment in sorted(moments):
        feed = icalendar.Calendar.from_ical(plan_feed(state, GroupCode(group), moment, "uk"))
        events = feed.walk("VEVENT")
        assert len({one["UID"] for one in events}) == len(events)
        for one in events:
            known = kept.get(one["UID"])
            if known is not None:
                assert known["SEQUENCE"] <= one["SEQUENCE"]
                same = known.to_ical() == one.to_ical()
                assert same == (known["SEQUENCE"] == one["SEQUENCE"])
            kept[one["UID"]] = one

    last = rfc3339(max(moments))
    wanted = {
        (one.start, one.end)
        for n in (-1, 0, 1)
        for one in only(
            plan_of(state, GroupCode(group), day + timedelta(days=n), last), Power.OFF, Power.MAYBE
        )
    }
    found = [
        (one["DTSTART"].dt.astimezone(UTC), one["DTEND"].dt.astimezone(UTC))
        for one in kept.values()
        if one["STATUS"] != "CANCELLED"
    ]
    assert len(found) == len(set(found))
    assert set(found) == wanted
    assert len(kept) > len(found), "something was cancelled on that day"
