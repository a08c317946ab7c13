"""
The upstream's CSV is read to the second, and what cannot be read is said, never guessed.

Method: lines of every shape that the upstream has had, then any bytes at all.
"""

from __future__ import annotations

import gzip
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.replay.told import day_file

from tocsin.areas.gazetteer import load_pack
from tocsin.kernel.errors import Malformed
from tocsin.kernel.words import Rank
from tocsin.replay import air_alerts

GAZETTEER = load_pack()
read = partial(air_alerts.read, gazetteer=GAZETTEER)

KYIV = "UA80000000000093317"
NIKOPOL = "m. Nikopol ta Nikopolska terytorialna hromada"
LUBNY_RAION = "UA53040000000081308"

OFFICIAL = "oblast,raion,hromada,level,started_at,finished_at,source"
VOLUNTEER = "region,started_at,finished_at,naive"
MORNING = "2023-01-26 05:45:43+00:00,2023-01-26 10:08:08+00:00"


def official(*lines):
    return read("official.csv", "\n".join([OFFICIAL, *lines]).encode())


def volunteer(*lines):
    return read("volunteer.csv", "\n".join([VOLUNTEER, *lines]).encode())


def problem(line, sheet=official):
    """Read one line that is left out; answer why."""
    read_whole = sheet(line)
    assert not read_whole.rows
    assert read_whole.skipped == 1
    [found] = read_whole.problems
    assert (found.file, found.line) == (read_whole.name, 2)
    return found.sentence


def test_an_official_row_is_an_authoritys_word():
    [row] = official(f"Kyiv City,,,oblast,{MORNING},official").rows

    assert row.area == KYIV
    assert (row.started, row.finished) == ("2023-01-26T05:45:43.000Z", "2023-01-26T10:08:08.000Z")
    assert (row.sender, row.rank) == ("air_alert_ua", Rank.AUTHORITY)
    assert (row.estimated, row.line) == (False, 2)


def test_a_volunteer_row_is_an_observers_word():
    [row] = volunteer(f"Kyiv City,{MORNING},False").rows

    assert (row.area, row.sender, row.rank) == (KYIV, "etryvoga", Rank.OBSERVER)
    assert not row.estimated


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("Dnipropetrovska oblast,,,oblast", "UA12000000000090473"),
        ("Дніпропетровська область,,,oblast", "UA12000000000090473"),
        ("Dnipropetrovska oblast,Nikopolskyi raion,,raion", "UA12080000000023578"),
        (
            f"Dnipropetrovska oblast,Nikopolskyi raion,{NIKOPOL},hromada",
            "UA12080050000062712",
        ),
    ],
)
def test_an_area_is_the_deepest_that_the_line_names(names, code):
    [row] = official(f"{names},{MORNING},official").rows

    assert row.area == code


@pytest.mark.parametrize("column", ["Lubenskyi raion,", "Лубенський район,"])
@pytest.mark.parametrize("oblast", ["", "Poltavska oblast"])
def test_a_raion_in_the_column_of_the_oblast_is_that_raion(column, oblast):
    [row] = official(f"{column}{oblast},,raion,{MORNING},official").rows

    assert row.area == LUBNY_RAION


def test_a_community_is_found_although_its_raion_and_oblast_are_in_each_others_columns():
    line = "Lubenskyi raion,Poltavska oblast,Hrebinkivska terytorialna hromada,hromada"
    [row] = official(f"{line},{MORNING},official").rows

    assert row.area.startswith("UA5304")
    assert GAZETTEER.get(row.area).level == 3


def test_a_raion_is_not_looked_for_outside_the_oblast_that_the_line_names():
    assert "Nikopolskyi" in problem(f"Poltavska oblast,Nikopolskyi raion,,raion,{MORNING},official")
    assert "Lubenskyi" in problem(f"Lubenskyi raion,Kyivska oblast,,raion,{MORNING},official")


def test_an_unknown_name_is_reported_and_the_other_lines_stand():
    sheet = official(f"Atlantis,,,oblast,{MORNING},x", f"Kyiv City,,,oblast,{MORNING},x")

    assert [row.area for row in sheet.rows] == [KYIV]
    assert sheet.skipped == 1
    assert str(sheet.problems[0]).startswith("official.csv, line 2: ")
    assert "Atlantis" in sheet.problems[0].sentence


def test_a_line_whose_names_and_level_differ_is_not_guessed_at():
    assert "level" in problem(f"Kyiv City,,,hromada,{MORNING},official")
    assert "level" in problem(f"Kyiv City,,,city,{MORNING},official")


@pytest.mark.parametrize(
    "times",
    [
        "2023-01-26 05:45:43,2023-01-26 10:08:08",
        "yesterday,2023-01-26 10:08:08+00:00",
        "2023-01-26 25:45:43+00:00,2023-01-27 10:08:08+00:00",
        "2023-02-30 05:45:43+00:00,2023-03-26 10:08:08+00:00",
        ",2023-01-26 10:08:08+00:00",
        "2023-01-26 10:08:08+00:00,2023-01-26 05:45:43+00:00",
        "2023-01-26 05:45:43+00:00,2023-01-26 05:45:43+00:00",
    ],
)
def test_a_time_that_says_nothing_is_reported(times):
    assert problem(f"Kyiv City,,,oblast,{times},official")


def test_any_offset_is_understood():
    [row] = official("Kyiv City,,,oblast,2023-01-26T07:45:43+02:00,2023-01-26T10:08:08Z,x").rows

    assert (row.started, row.finished) == ("2023-01-26T05:45:43.000Z", "2023-01-26T10:08:08.000Z")


def test_a_row_without_an_end_has_none():
    [row] = official("Kyiv City,,,oblast,2023-01-26 05:45:43+00:00,,official").rows

    assert row.finished is None
    assert not row.estimated


@pytest.mark.parametrize(("end", "estimated"), [("06:45:43", True), ("06:45:44", False)])
def test_an_official_end_exactly_an_hour_after_the_start_was_made_up(end, estimated):
    line = f"2023-01-26 05:45:43+00:00,2023-01-26 {end}+00:00"
    [row] = official(f"Kyiv City,,,oblast,{line},official").rows

    assert row.estimated is estimated


@pytest.mark.parametrize(("naive", "estimated"), [("True", True), ("False", False), ("", False)])
def test_a_volunteers_end_was_made_up_where_the_file_says_so(naive, estimated):
    [row] = volunteer(f"Kyiv City,{MORNING},{naive}").rows

    assert row.estimated is estimated


def test_a_word_that_is_no_yes_or_no_is_reported():
    assert "naive" in problem(f"Kyiv City,{MORNING},perhaps", volunteer)


def test_too_few_columns_are_reported():
    assert "columns" in problem("Kyiv City,,,oblast")
    assert "columns" in problem("Kyiv City", volunteer)


def test_quoted_cells_are_read_and_half_quoted_ones_reported():
    [row] = official(f'"Kyiv City",,,oblast,{MORNING},"official, so to speak"').rows

    assert row.area == KYIV
    assert "quotation" in problem(f'"Kyiv City,,,oblast,{MORNING},official')


def test_a_line_that_is_not_utf8_is_reported_and_the_others_stand():
    content = f"{OFFICIAL}\nKyiv\xff City,,,oblast,{MORNING},x\nKyiv City,,,oblast,{MORNING},x\n"
    sheet = read("official.csv", content.encode("latin-1"))

    assert len(sheet.rows) == sheet.skipped == 1
    assert "UTF-8" in sheet.problems[0].sentence


def test_a_line_without_end_is_not_read_to_its_end():
    assert "longer" in problem("K" * 5_000)


@pytest.mark.parametrize("header", ["", "a,b,c", "region,started_at", "\x00\x01", '"', "," * 5_000])
def test_another_file_is_refused_as_a_whole(header):
    with pytest.raises(Malformed, match=r"replay\.unknown_columns"):
        read("other.csv", f"{header}\nKyiv City,{MORNING}\n".encode())


def test_columns_may_stand_in_any_order_and_others_beside_them():
    header = "naive,id,finished_at,started_at,region"
    line = "True,7,2023-01-26 10:08:08+00:00,2023-01-26 05:45:43+00:00,Kyiv City"
    [row] = read("v.csv", f"{header}\n{line}\n".encode()).rows

    assert (row.area, row.started, row.estimated) == (KYIV, "2023-01-26T05:45:43.000Z", True)


def test_packed_or_not_with_a_mark_or_not_with_either_line_end_it_is_the_same_file():
    name, plain = day_file("official_data_en")
    rows = read(name, plain).rows

    assert len(rows) == 69
    for form in (
        gzip.compress(plain),
        b"\xef\xbb\xbf" + plain,
        gzip.compress(b"\xef\xbb\xbf" + plain),
        plain.replace(b"\n", b"\r\n"),
        plain.rstrip(),
    ):
        assert read(name, form).rows == rows


def test_ukrainian_and_english_names_are_the_same_rows():
    english = read(*day_file("official_data_en"))
    ukrainian = read(*day_file("official_data_uk"))

    assert english.rows == ukrainian.rows
    assert english.skipped == ukrainian.skipped == 0


@pytest.mark.parametrize("cut", [3, 10, 20, -1, -8])
def test_a_damaged_gzip_file_is_refused(cut):
    with pytest.raises(Malformed, match=r"replay\.not_gzip"):
        read("d.csv.gz", gzip.compress(day_file("official_data_en").content)[:cut])


def test_a_file_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(air_alerts, "FILE_BYTES", 10_000)

    with pytest.raises(Malformed, match=r"replay\.too_large"):
        read("bomb.csv.gz", gzip.compress(b"a" * 1_000_000))


def test_of_a_thousand_problems_no_more_are_worded_but_all_are_counted():
    sheet = official(*["Atlantis"] * 1_200)

    assert len(sheet.problems) == 1_000
    assert sheet.skipped == 1_200


cells = st.one_of(
    st.sampled_from(
        ["Kyiv City", "Kyiv", "", "oblast", "raion", "Nikopolskyi raion", "True", "\ufffd", '"']
    ),
    st.sampled_from(["2023-01-26 05:45:43+00:00", "2023-01-26 05:45:43", "2023-W04-4T05:45:43Z"]),
    st.text(max_size=30),
)
lines = st.lists(cells, max_size=9).map(",".join)
files_like_it = st.builds(
    lambda header, body: "\n".join([header, *body]).encode("utf-8", "surrogatepass"),
    st.sampled_from([OFFICIAL, VOLUNTEER]),
    st.lists(lines, max_size=8),
)
anything = st.one_of(
    st.binary(max_size=300),
    files_like_it,
    files_like_it.map(gzip.compress),
    st.binary(max_size=200).map(lambda tail: b"\x1f\x8b" + tail),
    st.builds(lambda a, b: a + b, files_like_it, st.binary(max_size=50)),
)


@given(anything)
def test_any_bytes_are_rows_or_reports_or_refused_as_malformed(content):
    try:
        sheet = read("any", content)
    except Malformed:
        return
    assert all(row.area in GAZETTEER for row in sheet.rows)
    assert all(row.finished is None or row.started < row.finished for row in sheet.rows)
    assert all(len(row.started) == len("2023-01-26T05:45:43.000Z") for row in sheet.rows)
    assert len(sheet.problems) == sheet.skipped
