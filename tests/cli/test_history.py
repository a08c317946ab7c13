"""
`tocsin history` tells an area's alerts and, among them, when nobody was heard.

Method: the real day for what is known of it; one area's history is held against the file's rows.
"""

import csv

import pytest
from tests.cli.conftest import DAY
from tests.cli.terminal import tocsin

NAMES = {"area", "from", "to", "alerts", "gaps"}


def history(day, area, *more):
    told = tocsin("history", "--db", day, "--area", area, "--json", *more)
    assert told.code == 0, told.err
    return told.json()


def test_an_areas_own_alerts_are_those_of_the_file(day):
    with DAY.open(encoding="utf-8") as lines:
        rows = [r for r in csv.DictReader(lines) if r["oblast"] == "м. Київ" and not r["raion"]]
    wanted = sorted((r["started_at"][:19], r["finished_at"][:19]) for r in rows)

    told = history(day, "Київ")

    own = [a for a in told["alerts"] if a["relation"] == "here"]
    assert [
        (a["since"][:19].replace("T", " "), a["until"][:19].replace("T", " ")) for a in own
    ] == [(start.replace("T", " "), end.replace("T", " ")) for start, end in wanted]
    assert told.keys() >= NAMES


def test_a_part_of_a_region_hears_of_the_regions_alerts(day):
    told = history(day, "Pervomaisk Raion, Mykolaiv Oblast")
    assert {a["relation"] for a in told["alerts"]} == {"around"}


def test_what_the_file_does_not_cover_is_a_gap(day):
    told = history(day, "UA-30", "--from", "2023-01-25T00:00:00Z", "--to", "2023-01-26T12:00:00Z")
    (gap,) = told["gaps"]
    assert gap["from"] == "2023-01-25T00:00:00.000Z"
    assert gap["to"] > "2023-01-25T19:00:00.000Z"


def test_a_span_without_an_alert_says_that_this_proves_nothing(live):
    told = tocsin("history", "--db", live, "--area", "Київ")
    assert "An absent record is not an absent alert." in told.out


def test_a_person_reads_the_gap_among_the_alerts(day):
    told = tocsin("history", "--db", day, "--area", "Київ", "--lang", "uk")
    lines = told.out.splitlines()
    assert lines[0] == "Київ"
    assert "за Києвом" in lines[1]
    assert any("НЕВІДОМО: немає даних" in line for line in lines)
    morning = next(line for line in lines if line.startswith("2023-01-26 07:45:43"))
    assert morning.split()[2:7] == ["2023-01-26", "12:08:08", "4", "год", "22"]
    assert lines[-1] == "Тривог: 2. Проміжків без даних: 1."


def test_a_span_that_ends_before_it_starts_is_refused(day):
    span = ("--from", "2023-01-27T00:00:00Z", "--to", "2023-01-26T00:00:00Z")
    told = tocsin("history", "--db", day, "--area", "Київ", *span)
    assert (told.code, "time.span_malformed" in told.err) == (2, True)


@pytest.mark.parametrize(
    "area", ["UA-30", "31", "UA80000000000093317", "kyiv", "Київ", "50.45,30.52"]
)
def test_an_area_is_named_by_any_code_by_name_or_by_a_point(day, area):
    assert history(day, area)["area"]["code"] == "UA80000000000093317"


def test_an_area_that_several_could_be_is_not_guessed(day):
    told = tocsin("history", "--db", day, "--area", "Pervomaisk")
    assert told.code == 2
    assert "area.ambiguous_name" in told.err
