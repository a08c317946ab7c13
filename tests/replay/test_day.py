"""
The demo's day is whole, as it was, and quickly there.

Method: the shipped files against the data beside the checkout and their hashes, then the ledger
that is made from them.
"""

from __future__ import annotations

import re
from hashlib import sha256
from importlib.resources import files

import pytest
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import GAZETTEER, KYIV, Told

from tocsin.kernel.errors import Refused
from tocsin.kernel.time import parse_rfc3339
from tocsin.kernel.words import Rank
from tocsin.replay.day import BEGINS, ENDS, build_day, day_files

DATA = files("tocsin.replay").joinpath("data")


@pytest.fixture(scope="module")
def day():
    ledger = MemoryLedger()
    build_day(ledger, GAZETTEER)
    return Told(ledger=ledger)


def test_the_files_that_ship_are_those_that_the_notice_names():
    rows = re.findall(
        r"\| `(\S+\.csv)` \| `([0-9a-f]{64})` \|", DATA.joinpath("NOTICE.md").read_text()
    )
    shipped = [f.name for f in DATA.iterdir() if f.name.startswith("day_")]

    assert sorted(name for name, _ in rows) == sorted(shipped)
    for name, digest in rows:
        assert sha256(DATA.joinpath(name).read_bytes()).hexdigest() == digest


def test_they_are_the_upstreams_files(shared_data):
    for name in ("official_data_en", "official_data_uk", "volunteer_data_en"):
        file = f"day_2023-01-26_{name}.csv"
        assert DATA.joinpath(file).read_bytes() == (shared_data / "air-alerts" / file).read_bytes()


def test_both_senders_are_heard_from_midnight_to_midnight_in_kyiv(day):
    assert [file.name.split("_")[2] for file in day_files()] == ["official", "volunteer"]
    assert (BEGINS.hour, ENDS.hour, (ENDS - BEGINS).days) == (22, 22, 1)
    assert day.told("CoverageBegan") == [("UA", 0), ("UA", 0)]
    assert day.told("CoverageEnded") == [("UA", 1_440), ("UA", 1_440)]


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        ("2023-01-26T05:45:42.999Z", False),
        ("2023-01-26T05:45:43Z", True),
        ("2023-01-26T10:08:07Z", True),
        ("2023-01-26T10:08:08Z", False),
    ],
)
def test_kyiv_is_under_alert_from_074543_to_120808_kyiv_time(day, at, stands):
    assert (KYIV in day.areas_at(parse_rfc3339(at))) is stands


def test_the_whole_country_is_under_alert_at_a_quarter_past_eight(day):
    areas = day.areas_at(parse_rfc3339("2023-01-26T06:15:00Z"))

    assert sum(GAZETTEER.get(area).level == 1 for area in areas) == 24
    assert len([a for a in day.board.standing() if a.holders[0].sender == "permanent"]) == 2


def test_volunteers_confirm_the_alert_in_kyiv(day):
    [kyiv] = [a for a in day.standing_at(parse_rfc3339("2023-01-26T06:15:00Z")) if a.area == KYIV]

    assert [(h.sender, h.rank) for h in kyiv.holders] == [
        ("air_alert_ua", Rank.AUTHORITY),
        ("etryvoga", Rank.OBSERVER),
    ]


def test_an_alert_that_only_volunteers_told_of_is_theirs(day):
    at = parse_rfc3339("2023-01-26T15:20:00Z")
    [donetsk] = [a for a in day.standing_at(at) if GAZETTEER.get(a.area).iso == "UA-14"]

    assert [h.rank for h in donetsk.holders] == [Rank.OBSERVER]


def test_building_it_again_adds_nothing(day):
    head = day.ledger.head()

    assert build_day(day.ledger, GAZETTEER).events == 0
    assert day.ledger.head() == head


def test_it_is_built_in_no_other_ledger():
    ledger = Told(*day_files()).ledger

    with pytest.raises(Refused, match=r"replay\.out_of_order"):
        build_day(ledger, GAZETTEER)
