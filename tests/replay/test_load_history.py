"""
The board of a replay is what stood then, on the real day and in the whole real history.

Method: the real files through the real desk into a real ledger, compared at each of their
transitions with a fold of their rows that is written here and shares nothing with the code.
"""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime

import pytest
from tests.replay.told import GAZETTEER, KYIV, Told, day_file

from tocsin.areas.lookup import resolve
from tocsin.kernel.time import parse_rfc3339, rfc3339
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.replay.load import File, open_file

PERMANENT = {"UA44000000000018893", "UA01000000000013043"}


def intervals(content):
    """Read an official file into {area: [(start, end)…]}, by the csv module and names alone."""
    text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    found = {}
    for line in csv.DictReader(text.decode().splitlines()):
        # The upstream has one line with its first two columns exchanged.
        oblast, raion = line["oblast"], line["raion"]
        if oblast.endswith("raion"):
            oblast, raion = raion, oblast
        area = resolve(GAZETTEER, oblast, level=1)
        if raion:
            area = resolve(GAZETTEER, raion, within=area.code, level=2)
        if line["hromada"]:
            area = resolve(GAZETTEER, line["hromada"], within=area.code, level=3)
        span = tuple(datetime.fromisoformat(line[c]) for c in ("started_at", "finished_at"))
        found.setdefault(area.code, []).append(span)
    return found


def stood(spans, at):
    return {area for area, some in spans.items() if any(s <= at < e for s, e in some)}


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The official file of the day in a real ledger."""
    told = Told(
        day_file("official_data_en"),
        ledger=SqliteLedger(tmp_path_factory.mktemp("day") / "day.db"),
    )
    yield told
    told.ledger.close()


@pytest.mark.parametrize(
    ("at", "count"),
    [
        ("2023-01-25T23:30:00Z", 9),
        ("2023-01-26T05:50:00Z", 16),
        ("2023-01-26T06:15:00Z", 24),
        ("2023-01-26T10:20:00Z", 2),
    ],
)
def test_the_day_shows_as_many_alerts_as_there_were(day, at, count):
    areas = day.areas_at(parse_rfc3339(at))

    assert sum(GAZETTEER.get(area).level == 1 for area in areas) == count


def test_the_permanent_alerts_stand_besides_all_others(day):
    for at in ("2023-01-25T23:30:00Z", "2023-01-26T10:20:00Z", "2023-01-27T10:00:00Z"):
        standing = day.history.standing_at(rfc3339(parse_rfc3339(at)), day.read_area)
        assert {a.area for a in standing if a.holders[0].sender == "permanent"} == PERMANENT


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        ("2023-01-26T05:45:42Z", False),
        ("2023-01-26T05:45:43Z", True),
        ("2023-01-26T10:08:07Z", True),
        ("2023-01-26T10:08:08Z", False),
    ],
)
def test_kyiv_was_under_alert_from_054543_to_100808(day, at, stands):
    assert (KYIV in day.areas_at(parse_rfc3339(at))) is stands


def test_at_each_transition_of_the_day_the_board_is_what_the_rows_say(day):
    spans = intervals(day_file("official_data_en").content)
    turns = {moment for some in spans.values() for span in some for moment in span}

    assert len(turns) > 130
    assert {GAZETTEER.get(area).level for area in spans} == {1, 3}
    for at in turns:
        assert day.areas_at(at) == stood(spans, at)


def test_the_day_is_marked_as_a_replay_by_its_first_event(day):
    first = day.events[0]
    body = json.loads(first.body)

    assert day.board.replay
    assert (first.position, first.room, first.kind) == (1, "ledger", "ReplayMarked")
    assert first.area == GAZETTEER.root.code
    assert body["sources"][0]["name"] == "day_2023-01-26_official_data_en.csv"
    assert len(body["sources"][0]["sha256"]) == 64
    assert body["covers"] == [
        {
            "sender": "air_alert_ua",
            "from": "2023-01-25T19:10:24.000Z",
            "to": "2023-01-27T04:31:01.000Z",
        }
    ]
    assert {one["area"] for one in body["permanent"]} == PERMANENT
    assert all(event.happened_at >= first.happened_at for event in day.events)


def test_areas_are_unknown_before_the_file_begins_and_after_it_ends(day):
    def is_heard(at):
        return day.heard_at(parse_rfc3339(at)) == {"air_alert_ua"}

    assert not is_heard("2023-01-25T19:10:23Z")
    assert is_heard("2023-01-25T19:10:24Z")
    assert is_heard("2023-01-27T04:31:00Z")
    assert not is_heard("2023-01-27T04:31:01Z")


@pytest.mark.slow
def test_the_whole_official_history_is_what_its_rows_say(shared_data, tmp_path):
    content = (shared_data / "air-alerts" / "official_data_en_to_2023-06.csv.gz").read_bytes()
    ledger = SqliteLedger(tmp_path / "history.db")
    told = Told(File("history.csv.gz", content), ledger=ledger)
    spans = intervals(content)

    assert told.report.skipped == 0
    assert told.report.alerts == 24_861
    assert told.report.permanent == len(PERMANENT)
    assert {GAZETTEER.get(area).level for area in spans} == {1, 2, 3}
    sweep(told, spans)
    turns = sorted({moment for some in spans.values() for span in some for moment in span})
    for at in turns[:: len(turns) // 150]:
        assert told.areas_at(at) == stood(spans, at)
    ledger.close()


def sweep(told, spans):
    """Compare the board with the rows after each second in which anything happened."""
    changes = {}
    for area, some in spans.items():
        for start, end in some:
            changes.setdefault(rfc3339(start), []).append((area, 1))
            changes.setdefault(rfc3339(end), []).append((area, -1))
    depth = dict.fromkeys(spans, 0)
    expected, shown, compared = set(), set(), 0
    events = [e for e in told.events if e.room == "alerts" and "Coverage" not in e.kind]
    events = [e for e in events if e.sender != "permanent"]
    following = iter(events)
    event = next(following, None)
    for at in sorted(changes):
        for area, step in changes[at]:
            depth[area] += step
            (expected.add if depth[area] else expected.discard)(area)
        while event is not None and event.happened_at <= at:
            (shown.add if event.kind == "AlertRaised" else shown.discard)(event.area)
            event = next(following, None)
        assert shown == expected, at
        compared += 1
    assert event is None
    assert compared > 45_000


@pytest.mark.slow
def test_the_whole_volunteer_history_is_read_without_a_lost_line(shared_data):
    folder = shared_data / "air-alerts"
    names = [f"volunteer_data_{tongue}_to_2023-06.csv.gz" for tongue in ("uk", "en")]
    told = Told(*(open_file(folder / name) for name in names))

    assert told.report.skipped == 0
    assert told.report.alerts == 23_564 - 1  # One of Luhansk confirms the permanent alert there.
