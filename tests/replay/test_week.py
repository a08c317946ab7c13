"""
A week of schedules comes again as it came: at any moment what is known is what was known then.

Method: the shipped file is read here a second time, by a dozen lines of its own, and compared with
the grid, half-hour by half-hour, at moments drawn from the whole week.
"""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import GAZETTEER, Told

from tocsin.app.stage import play_week
from tocsin.kernel.errors import Refused
from tocsin.kernel.time import rfc3339
from tocsin.ledger.follow import catch_up
from tocsin.power.grid import Grid
from tocsin.power.messages import GroupCode
from tocsin.power.outlook import half_hour_outlooks
from tocsin.replay.day import day_files
from tocsin.replay.week import BEGINS, COLLECTOR, COMPANY, ENDS, build_week, week_file

KYIV = ZoneInfo("Europe/Kyiv")
HALVES = {"y": "on on", "n": "off off", "f": "off on", "s": "on off", "?": "unknown unknown"}
REVISIONS = [json.loads(line) for line in gzip.decompress(week_file().content).splitlines()]
TIMES = [datetime.fromisoformat(one["commit_time"]) for one in REVISIONS]
GROUPS = [f"{queue}.{part}" for queue in range(1, 7) for part in (1, 2)]


@pytest.fixture(scope="module")
def ledger():
    built = MemoryLedger()
    play_week(built, GAZETTEER)
    return built


@pytest.fixture(scope="module")
def events(ledger):
    return [event for events in catch_up(ledger, 0) for event in events]


def folded(events, until=None):
    grid = Grid()
    for event in events:
        if until is None or event.happened_at <= until:
            grid.apply(event)
    return grid


def drawn():
    """Twenty minutes: the second of one revision, the one before it, and what chance gives."""
    chance = Random(20260112)
    week = int((ENDS - BEGINS).total_seconds())
    found = [TIMES[40], TIMES[40] - timedelta(seconds=1)]
    return found + [BEGINS + timedelta(seconds=chance.randrange(week)) for _ in range(18)]


def blank(time, key, rows, before):
    """Say whether a day is still to come, told as power for all, and was never told before."""
    ahead = datetime.fromtimestamp(int(key), KYIV).date() > time.astimezone(KYIV).date()
    return ahead and key not in before and set("".join(rows.values())) == {"y"}


def meant():
    """Give the file without the days that its program had filled in before they were published."""
    before, found = set(), []
    for time, one in zip(TIMES, REVISIONS, strict=True):
        days = {k: rows for k, rows in one["days"].items() if not blank(time, k, rows, before)}
        before |= days.keys()
        found.append(days)
    return found


MEANT = meant()


def read_again(moment, date, group):
    """Say by the file alone what was known of a day: 48 states."""
    midnight = datetime(date.year, date.month, date.day, tzinfo=KYIV)
    key = str(int(midnight.timestamp()))
    told = [
        days[key] for time, days in zip(TIMES, MEANT, strict=True) if time <= moment and key in days
    ]
    if not told:
        return ["unknown"] * 48
    return " ".join(HALVES[letter] for letter in told[-1][f"GPV{group}"]).split()


@pytest.mark.parametrize("moment", drawn(), ids=rfc3339)
def test_what_is_known_at_a_moment_is_what_the_file_says_was_known_then(events, moment):
    whole, live = folded(events), folded(events, rfc3339(moment))
    today = moment.astimezone(KYIV).date()

    for group in GROUPS:
        for date in (today, today + timedelta(days=1)):
            wanted = read_again(moment, date, group)
            for grid in (whole, live):
                state = grid.find(group, COMPANY)
                known = half_hour_outlooks(state, GroupCode(group), date, rfc3339(moment))
                assert [str(half.power) for half in known] == wanted, (group, date)


def test_every_revision_comes_at_its_own_moment(events):
    published = [event for event in events if event.kind == "SchedulePublished"]

    known, changed = {}, []
    for time, days in zip(TIMES, MEANT, strict=True):
        if any(known.get(key) != rows for key, rows in days.items()):
            changed.append(rfc3339(time))
        known |= days
    assert len(TIMES) == 118
    assert [e.happened_at for e in published] == changed
    on_thursday = [time for time in TIMES if time.astimezone(KYIV).day == 15]
    assert len(on_thursday) == 37


def test_a_day_that_nobody_has_planned_yet_is_unknown_and_not_power_all_day(events):
    friday = datetime(2026, 1, 16, tzinfo=KYIV)
    key = str(int(friday.timestamp()))
    state = folded(events).find("3.1", COMPANY)

    def known(clock):
        at = rfc3339(datetime.fromisoformat(f"2026-01-15T{clock}:00+02:00"))
        halves = half_hour_outlooks(state, GroupCode("3.1"), friday.date(), at)
        return {str(half.power) for half in halves}

    noon = datetime(2026, 1, 15, 12, tzinfo=KYIV)
    *_, written = (one for time, one in zip(TIMES, REVISIONS, strict=True) if time <= noon)
    assert written["days"][key]["GPV3.1"] == "y" * 24
    assert known("12:00") == {"unknown"}
    assert known("21:00") == {"on", "off"}


def test_the_ledger_says_first_that_it_is_a_replay_and_of_what(events):
    told = json.loads(events[0].body)

    assert (events[0].position, events[0].kind) == (1, "ReplayMarked")
    assert told["sources"] == [
        {
            "name": week_file().name,
            "sender": COLLECTOR,
            "sha256": sha256(week_file().content).hexdigest(),
        }
    ]
    assert all(events[0].happened_at <= event.happened_at for event in events)


def test_it_tells_of_no_alert_and_of_no_emergency(events):
    assert {event.kind for event in events} == {
        *("ReplayMarked", "CompanyListed", "SchedulePublished"),
    }


def test_the_same_file_makes_the_same_chain_again(ledger):
    again = MemoryLedger()
    play_week(again, GAZETTEER)

    assert again.head() == ledger.head()


def test_it_is_put_into_an_empty_ledger_alone():
    full = Told(*day_files()).ledger
    position = full.head().position

    with pytest.raises(Refused, match=r"replay\.live_ledger"):
        build_week(full, GAZETTEER, [])
    assert full.head().position == position


def test_the_file_is_the_collectors_and_the_notice_names_it(shared_data):
    whole = shared_data / "outages-vinnytsia" / "schedule_revisions_2025-12_2026-01.jsonl.gz"
    lines = gzip.decompress(whole.read_bytes()).splitlines()
    shipped = gzip.decompress(week_file().content).splitlines()
    first = lines.index(shipped[0])

    assert lines[first : first + len(shipped)] == shipped
    assert TIMES[0] < BEGINS <= TIMES[1]
    assert (
        TIMES[-1]
        < ENDS
        <= datetime.fromisoformat(json.loads(lines[first + len(shipped)])["commit_time"])
    )
    notice = files("tocsin.replay").joinpath("data", "NOTICE.md").read_text("utf-8")
    named = dict(re.findall(r"\| `(\S+\.jsonl\.gz)` \| `([0-9a-f]{64})` \|", notice))
    assert named == {week_file().name: sha256(week_file().content).hexdigest()}
