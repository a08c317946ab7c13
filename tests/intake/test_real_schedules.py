"""
Every revision of a real winter of schedules is known from its moment on, and written back the same.

Method: the history that another program collected goes into a ledger on disk, as the command line
puts it there, and is compared with a reading of the file that shares nothing with ours: plain JSON,
letter by letter, by the wall's clock. The raw files of the same company are read too. Skipped where
that data is not at hand.
"""

from __future__ import annotations

import gzip
import json
from bisect import bisect_right
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.cli.terminal import tocsin

from tocsin.app import open_ledger, open_projections
from tocsin.kernel.time import rfc3339
from tocsin.power.messages import GroupCode
from tocsin.views.schedule_csv import schedule_csv
from tocsin.views.schedule_days import known_day, schedule_json
from tocsin.views.schedule_gpv import gpv
from tocsin.views.schedule_yasno import yasno

KYIV = ZoneInfo("Europe/Kyiv")
STATES = {"y": ("on", "on"), "n": ("off", "off"), "f": ("off", "on"), "s": ("on", "off")}
WORDS = {"y": "yes", "n": "no", "f": "first", "s": "second"}


@pytest.fixture(scope="module")
def history(shared_data):
    path = shared_data / "outages-vinnytsia" / "schedule_revisions_2025-12_2026-01.jsonl.gz"
    if not path.exists():
        pytest.skip(f"No history of schedules at {path}.")
    return path


@pytest.fixture(scope="module")
def lines(history):
    with gzip.open(history, "rt") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def record(history, tmp_path_factory):
    """The history in a ledger of its own, brought in by the command line."""
    db = tmp_path_factory.mktemp("schedules") / "tocsin.db"
    told = tocsin("power", "import", history, "--db", db, "--area", "UA-05", "--json")
    assert (told.code, told.err) == (0, "")
    return db, told.json()


@pytest.fixture(scope="module")
def state(record):
    ledger = open_ledger(record[0], read_only=True)
    (only,) = open_projections(ledger).grid.zones()
    ledger.close()
    return only


@pytest.fixture(scope="module")
def independent(lines):
    """Tell a group's day as 24 letters, as the file says it was known at a moment."""
    times = [datetime.fromisoformat(line["commit_time"]) for line in lines]
    assert times == sorted(times)

    def told(group, day, at):
        midnight = str(int(datetime(day.year, day.month, day.day, tzinfo=KYIV).timestamp()))
        for line in reversed(lines[: bisect_right(times, at)]):
            if group in line["days"].get(midnight, ()):
                return line["days"][midnight][group]
        return None

    return told


def test_each_revision_that_changed_anything_is_one_event_and_no_other_is(record, lines):
    known, changed = {}, 0
    for line in lines:
        rows = {(day, g): row for day, rows in line["days"].items() for g, row in rows.items()}
        changed += any(known.get(key) != row for key, row in rows.items())
        known |= rows
    db, told = record

    assert (told["read"], told["changed"], told["unchanged"]) == (508, changed, 508 - changed)
    ledger = open_ledger(db, read_only=True)
    kinds = [event.kind for event in ledger.read(0)]
    ledger.close()
    assert kinds == ["CompanyListed"] + ["SchedulePublished"] * changed


def test_at_a_thousand_minutes_what_was_known_is_what_the_file_said(state, lines, independent):
    chance = Random(508)
    first = datetime.fromisoformat(lines[0]["commit_time"]) - timedelta(days=1)
    last = datetime.fromisoformat(lines[-1]["commit_time"]) + timedelta(days=2)
    minutes = int((last - first) / timedelta(minutes=1))
    told = 0
    for _ in range(1_000):
        at = first.replace(second=0) + timedelta(minutes=chance.randrange(minutes))
        day = at.astimezone(KYIV).date()
        for group in chance.sample(state.zone.groups, 12):
            letters = independent(f"GPV{group}", day, at)
            wanted = ["unknown"] * 48
            if letters is not None:
                wanted = [half for letter in letters for half in STATES[letter]]
                told += 1
            found = known_day(state, group, day, rfc3339(at)).cells
            assert [str(power) for power in found] == wanted, (at, group)
        strip = schedule_json(state, group, at)["slots"]
        assert [slot["state"] for slot in strip] == wanted, (at, group)
        here = at.astimezone(KYIV)
        (now,) = [slot for slot in strip if slot["from"] <= rfc3339(at) < slot["to"]]
        assert now["state"] == wanted[2 * here.hour + here.minute // 30], (at, group)
    assert told > 9_000
    assert len(state.zone.groups) == 12


def test_each_revision_written_back_is_equal_cell_by_cell(state, lines):
    for line in lines:
        at = datetime.fromisoformat(line["commit_time"])
        days = [datetime.fromtimestamp(int(key), KYIV).date() for key in line["days"]]
        wanted = {
            day: {
                group: {str(hour): WORDS[letter] for hour, letter in enumerate(letters, 1)}
                for group, letters in rows.items()
            }
            for day, rows in line["days"].items()
        }
        written = gpv([state], at, days)

        assert written["fact"]["data"] == wanted
        assert written["fact"]["update"] == line["source_update"]


def _halves(line):
    rows = [row for rows in line["days"].values() for row in rows.values()]
    return sum(row.count("f") + row.count("s") for row in rows)


@pytest.mark.parametrize("shape", ["gpv", "yasno", "csv"])
def test_a_shape_written_and_brought_in_again_says_the_same(state, shape, tmp_path, lines):
    line = max(lines, key=_halves)
    at = datetime.fromisoformat(line["commit_time"])
    text = {
        "gpv": lambda: json.dumps(gpv([state], at)),
        "yasno": lambda: json.dumps(yasno([state], at)),
        "csv": lambda: schedule_csv([state], at),
    }[shape]()
    file, db = tmp_path / "written", tmp_path / "again.db"
    file.write_text(text)

    told = tocsin("power", "import", file, "--db", db, "--json", "--operator", "again")
    assert (told.code, told.json()["remarks"]) == (0, {}), told.err
    ledger = open_ledger(db, read_only=True)
    (again,) = open_projections(ledger).grid.zones()
    ledger.close()
    for group in state.zone.groups:
        for after in (at, at + timedelta(days=1)):
            day = after.astimezone(KYIV).date().isoformat()
            known = state.known(GroupCode(group), day, rfc3339(at))
            assert again.known(GroupCode(group), day, rfc3339(after)).slots == known.slots


def test_the_raw_files_of_the_same_company_say_what_the_history_says(shared_data, state, tmp_path):
    files = sorted((shared_data / "power" / "schedules").glob("vinnytsia_*_raw.json"))
    if not files:
        pytest.skip("No raw schedules are here.")
    db = tmp_path / "raw.db"
    told = tocsin("power", "import", *files[::-1], "--db", db, "--json")

    assert (told.code, told.json()["read"], told.json()["changed"]) == (0, 4, 4), told.err
    assert told.json()["operators"] == ["vinnytsia"]
    ledger = open_ledger(db, read_only=True)
    (raw,) = open_projections(ledger).grid.zones()
    ledger.close()
    for (group, date), versions in raw.versions.items():
        for version in versions:
            soon = rfc3339(datetime.fromisoformat(version.known_at) + timedelta(minutes=1))
            known = state.known(group, date, soon)
            if known is not None and known.published_at == version.published_at:
                assert known.slots == version.slots, (group, date, version.known_at)
