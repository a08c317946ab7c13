"""
A replay says what its files say, once, in order, and nothing where it must not.

Method: random rows against a model of two senders; then what may go wrong on the way. The real
files are in `test_load_history.py`.
"""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.memory_ledger import MemoryLedger
from tests.replay.told import (
    KYIV,
    MIDNIGHT,
    ODESA,
    POLTAVA,
    Told,
    day_file,
    minute,
    official,
    volunteer,
)

from tocsin.kernel.errors import Malformed, Refused, Unavailable
from tocsin.kernel.time import rfc3339
from tocsin.kernel.words import Rank
from tocsin.ledger.event import NewEvent
from tocsin.ledger.port import Batch
from tocsin.replay.load import File, open_file, replay

LAST = 24


def test_ukrainian_english_and_packed_files_are_the_same_replay():
    ledgers = [
        Told(day_file("official_data_en")),
        Told(day_file("official_data_uk")),
        Told(File("day.csv.gz", gzip.compress(day_file("official_data_en").content))),
    ]
    first, *others = [[e[1:12] for e in told.events[1:]] for told in ledgers]

    assert others == [first, first]


def test_the_same_files_give_the_same_chain_on_any_day():
    files = [day_file("official_data_en"), day_file("volunteer_data_en")]

    assert Told(*files).ledger.head() == Told(*files).ledger.head()


def test_a_second_replay_adds_nothing_in_either_language():
    told = Told(day_file("official_data_en"))
    head = told.ledger.head()
    for form in ("official_data_en", "official_data_uk"):
        again = Told(day_file(form), ledger=told.ledger)
        assert again.report.events == again.report.alerts == 0
        assert again.report.known == told.report.events - 1
    assert told.ledger.head() == head


spans_of_one = st.lists(
    st.builds(
        lambda area, start, length: (area, start, start + length),
        st.sampled_from([KYIV, ODESA, POLTAVA]),
        st.integers(0, LAST - 1),
        st.integers(1, LAST),
    ),
    max_size=10,
)


@given(spans_of_one, st.randoms(use_true_random=False))
def test_one_senders_alerts_stand_where_any_of_its_rows_does(spans, chance):
    told = Told(official(*spans))
    shuffled = spans + spans[:2]
    chance.shuffle(shuffled)
    other = Told(official(*shuffled[:4], name="a"), official(*shuffled[4:], name="b", tongue=1))

    for count in range(2 * LAST + 1):
        expected = {area for area, start, end in spans if start <= count < end}
        assert told.areas_at(minute(count)) == expected
        assert other.areas_at(minute(count)) == expected
    alerts = {e.id for e in told.events if e.kind == "AlertRaised"}
    assert alerts == {e.id for e in other.events if e.kind == "AlertRaised"}


@given(spans_of_one, spans_of_one)
def test_of_two_senders_the_authority_decides_when_an_alert_is_over(authority, observer):
    told = Told(volunteer(*observer), official(*authority))

    for area in (KYIV, ODESA, POLTAVA):
        held = set()
        for count in range(2 * LAST + 1):
            step(held, "authority", [(s, e) for a, s, e in authority if a == area], count)
            step(held, "observer", [(s, e) for a, s, e in observer if a == area], count)
            standing = [a for a in told.standing_at(minute(count)) if a.area == area]
            assert [holder.rank for a in standing for holder in a.holders] == sorted(held)


def step(held, rank, spans, count):
    """Move a model of one area and one sender on by a minute; ends first."""
    before = any(s < count <= e for s, e in spans)
    goes_on = any(s < count < e for s, e in spans)
    if before and not goes_on and rank in held:
        held.clear() if rank == "authority" else held.discard(rank)
    if any(s == count for s, _ in spans) and not goes_on:
        held.add(rank)


@given(spans_of_one, spans_of_one)
def test_replaying_any_rows_twice_adds_nothing(authority, observer):
    files = [official(*authority), volunteer(*observer)]
    told = Told(*files)
    head = told.ledger.head()

    assert Told(*reversed(files), ledger=told.ledger).report.events == 0
    assert told.ledger.head() == head


@given(spans_of_one, st.integers(0, LAST), st.integers(0, LAST))
def test_a_replay_that_stopped_goes_on_from_there(spans, first, second):
    ledger = MemoryLedger()
    for until in sorted([first, second]):
        told = Told(official(*spans), ledger=ledger, until=minute(until))
        assert all(event.happened_at <= rfc3339(minute(until)) for event in told.events)
        expected = {area for area, start, end in spans if start <= until < end}
        assert told.areas_at(minute(until)) == expected
    told = Told(official(*spans), ledger=ledger)
    whole = Told(official(*spans))
    for count in range(2 * LAST + 1):
        assert told.areas_at(minute(count)) == whole.areas_at(minute(count))
        assert told.heard_at(minute(count)) == whole.heard_at(minute(count))
    assert told.told("AlertRaised") == whole.told("AlertRaised")


def test_what_stands_when_a_replay_stops_goes_on_standing_and_nobody_is_heard_any_more():
    told = Told(official((KYIV, 0, 10), (ODESA, 8, 12)), until=minute(5))

    assert {a.area for a in told.board.standing()} >= {KYIV}
    assert told.told("CoverageEnded") == [("UA", 5)]
    assert told.areas_at(minute(1_000)) == {KYIV}


def test_what_has_no_end_stands():
    told = Told(official((KYIV, 0, None), (ODESA, 3, 7)))

    assert told.areas_at(minute(10_000)) == {KYIV}
    assert told.told("CoverageEnded") == [("UA", 7)]


def test_an_end_that_was_made_up_is_marked():
    told = Told(official((KYIV, 0, 60), (ODESA, 0, 61)))
    ends = {e.area: json.loads(e.body) for e in told.events if e.kind == "AllClearGiven"}

    assert ends[KYIV]["estimated"] is True
    assert "estimated" not in ends[ODESA]


def test_an_observer_confirms_what_an_authority_has_raised():
    told = Told(official((KYIV, 1, 10)), volunteer((KYIV, 2, 11)))
    [alert] = told.standing_at(minute(5))

    assert [holder.rank for holder in alert.holders] == [Rank.AUTHORITY, Rank.OBSERVER]
    assert told.told("AllClearGiven") == [(KYIV, 10)]
    assert told.report.alerts == 1


def test_when_the_senders_were_heard_can_be_said():
    told = Told(official((KYIV, 5, 10)), covers=(minute(-60), minute(60)))

    assert told.told("CoverageBegan") == [("UA", -60)]
    assert told.told("CoverageEnded") == [("UA", 60)]


def test_nobody_is_heard_between_two_files_with_a_gap():
    told = Told(official((KYIV, 0, 5), name="a"), official((KYIV, 20, 25), name="b"))

    assert told.told("CoverageBegan") == [("UA", 0), ("UA", 20)]
    assert told.told("CoverageEnded") == [("UA", 5), ("UA", 25)]


@pytest.mark.parametrize("span", [(0, 0), (5, 4)])
def test_a_span_that_covers_nothing_is_refused(span):
    with pytest.raises(Refused, match=r"replay\.covers_nothing"):
        Told(official((KYIV, 0, 5)), covers=tuple(map(minute, span)))


def bad_lines():
    return File("bad.csv", official((KYIV, 0, 5)).content + b"\nAtlantis,,,oblast,x,y,z\n\n")


def test_lines_left_out_are_counted_and_told():
    report = Told(bad_lines()).report

    assert (report.alerts, report.skipped) == (1, 1)
    assert "bad.csv, line 3" in str(report.problems[0])


def test_a_strict_replay_records_nothing_where_a_line_would_be_left_out():
    ledger = MemoryLedger()
    with pytest.raises(Refused, match=r"replay\.skipped_lines.*bad\.csv, line 3"):
        Told(bad_lines(), ledger=ledger, strict=True)

    assert ledger.head().position == 0
    assert Told(official((KYIV, 0, 5)), strict=True).report.alerts == 1


def test_a_file_of_another_kind_stops_the_replay_before_it_begins():
    ledger = MemoryLedger()
    with pytest.raises(Malformed, match=r"replay\.unknown_columns"):
        Told(official((KYIV, 0, 5)), File("other.csv", b"a,b\n1,2\n"), ledger=ledger)

    assert ledger.head().position == 0


def test_a_file_without_rows_records_nothing():
    told = Told(official())

    assert told.report.events == told.ledger.head().position == 0


def test_a_replay_goes_into_no_real_ledger():
    ledger = MemoryLedger()
    at = rfc3339(MIDNIGHT)
    made = NewEvent("authority", "UA", 1, "TokenIssued", "Actual", "tocsin", at, "{}")
    ledger.append([Batch("f3b6a1de-0000-4000-8000-000000000001", "0" * 16, [made], "{}")], at)

    with pytest.raises(Refused, match=r"replay\.live_ledger"):
        Told(official((KYIV, 0, 5)), ledger=ledger)
    assert ledger.head().position == 1


def test_nothing_is_put_in_before_what_a_ledger_has_come_to():
    told = Told(official((KYIV, 10, 20)))
    head = told.ledger.head()

    with pytest.raises(Refused, match=r"replay\.out_of_order.*one replay"):
        Told(volunteer((KYIV, 11, 21)), ledger=told.ledger)
    assert told.ledger.head() == head


def test_a_later_file_goes_on_after_an_earlier_one():
    told = Told(official((KYIV, 10, 20)))
    later = Told(official((ODESA, 30, 40)), ledger=told.ledger)

    assert later.told("AlertRaised") == [(KYIV, 10), (ODESA, 30)]
    assert later.told("CoverageBegan") == [("UA", 10), ("UA", 30)]


class FailingLedger(MemoryLedger):
    """Refuses one append, as a full disk does."""

    left = 0

    def append(self, batches, recorded_at):
        self.left -= 1
        if self.left == 0:
            raise Unavailable("ledger.disk_full", "The disk is full.")
        return super().append(batches, recorded_at)


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_replay_that_broke_off_is_completed_by_another(failing):
    rows = [(KYIV, 2 * count, 2 * count + 1) for count in range(700)]
    ledger = FailingLedger()
    ledger.left = failing
    with pytest.raises(Unavailable, match="disk_full"):
        Told(official(*rows), ledger=ledger)
    told = Told(official(*rows), ledger=ledger)

    assert told.told("AlertRaised") == [(KYIV, 2 * count) for count in range(700)]
    assert [e[:6] for e in told.events] == [e[:6] for e in Told(official(*rows)).events]


def test_progress_is_told_after_each_commit():
    heard = []
    rows = [(KYIV, 2 * count, 2 * count + 1) for count in range(1_000)]
    Told(official(*rows), on_progress=lambda done, of: heard.append((done, of)))

    # Begin and end of coverage, the two permanent alerts, a start and an end each.
    assert heard == [(1_000, 2_004), (2_000, 2_004), (2_004, 2_004)]


def test_nothing_is_recorded_before_it_happened_nor_out_of_order():
    told = Told(day_file("official_data_en"), day_file("volunteer_data_en"))
    happened = [event.happened_at for event in told.events]

    assert happened == sorted(happened)
    assert all(event.recorded_at >= event.happened_at for event in told.events)


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(Unavailable, match=r"replay\.cannot_read"):
        open_file(tmp_path / "nowhere.csv")
    (tmp_path / "day.csv").write_bytes(b"region")

    assert open_file(tmp_path / "day.csv") == File("day.csv", b"region")


def test_permanent_alerts_of_another_country_are_left_out():
    other = load_other_country()
    ledger = MemoryLedger()
    file = volunteer((KYIV, 0, 5))
    report = replay(ledger, other, [File("x.csv", file.content.replace(b"Kyiv City", b"North"))])

    assert report.alerts == 1
    assert json.loads(ledger.read(0)[0].body)["permanent"] == []


def load_other_country():
    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer

    names = {"uk": "Країна", "en": "Country"}
    north = {"uk": "Північ", "en": "North"}
    return Gazetteer([Area("XX", 0, names, None), Area("XX1", 1, north, "XX")])
