"""
`tocsin board` says what stands, now or at any moment of the day, in the API's own shape.

Method: the real day is replayed by the verb; what the board says at some moments is held against
counts that were made by hand, and its shape against the design's list of names.
"""

import pytest
from tests.cli.terminal import run, tocsin

PERMANENT = {"UA-43", "UA-09"}

BOARD = {"epoch", "position", "as_of", "replay", "alerts", "unknown"}
ALERT = {"id", "area", "hazard", "level", "threat", "status", "since", "version", "sender"}
ALERT |= {"confirmations", "shelter_within_s", "text"}
AREA = {"code", "iso", "uid", "level", "name", "parent"}


def regions(board):
    """Name the first-level areas with an alert of their own, besides the permanent two."""
    first = {a["area"]["iso"] for a in board["alerts"] if a["area"]["level"] == 1}
    return first - PERMANENT


def at(day, moment, *more):
    told = tocsin("board", "--db", day, "--at", moment, "--json", *more)
    assert told.code == 0, told.err
    return told.json()


@pytest.mark.parametrize(
    ("moment", "alerted"),
    [
        ("2023-01-25T23:30:00Z", 9),
        ("2023-01-26T05:50:00Z", 16),
        ("2023-01-26T06:15:00Z", 24),
        ("2023-01-26T10:20:00Z", 2),
    ],
)
def test_the_day_stands_as_it_stood(day, moment, alerted):
    assert len(regions(at(day, moment))) == alerted


def test_kyiv_is_alerted_from_its_second_and_clear_from_its_second(day):
    assert "UA-30" not in regions(at(day, "2023-01-26T05:45:42Z"))
    assert "UA-30" in regions(at(day, "2023-01-26T05:45:43Z"))
    assert "UA-30" in regions(at(day, "2023-01-26T10:08:07Z"))
    assert "UA-30" not in regions(at(day, "2023-01-26T10:08:08Z"))


def test_a_moment_may_be_told_with_any_offset(day):
    there, here = at(day, "2023-01-26T06:15:00Z"), at(day, "2023-01-26T08:15:00+02:00")
    assert there == here


def test_the_shape_is_the_designs(day):
    board = at(day, "2023-01-26T06:15:00Z")
    assert board.keys() >= BOARD
    assert board["replay"] is True
    assert board["as_of"] == "2023-01-26T06:15:00.000Z"
    for alert in board["alerts"]:
        assert alert.keys() >= ALERT
        assert alert["area"].keys() == AREA
        assert {"uk", "en"} <= alert["text"].keys()
        assert {"uk", "en"} <= alert["area"]["name"].keys()
    for gap in board["unknown"]:
        assert gap.keys() == {"area", "since"}


def test_an_area_shows_what_is_in_it_inside_it_and_around_it(day):
    board = at(day, "2023-01-26T06:15:00Z", "--area", "Mykolaiv Oblast")
    assert {a["relation"] for a in board["alerts"]} == {"here", "inside"}
    raion = at(day, "2023-01-26T06:15:00Z", "--area", "Pervomaisk Raion, Mykolaiv Oblast")
    assert {a["relation"] for a in raion["alerts"]} == {"inside", "around"}


def test_before_the_record_begins_the_country_is_unknown_and_not_calm(day):
    board = at(day, "2022-01-01T00:00:00Z")
    assert [gap["area"]["code"] for gap in board["unknown"]] == ["UA"]
    told = tocsin("board", "--db", day, "--at", "2022-01-01T00:00:00Z")
    assert "UNKNOWN" in told.out.splitlines()[0]
    assert "NO ALERT" not in told.out


def test_a_person_reads_the_word_first_then_the_count_then_as_of_when(day):
    told = tocsin("board", "--db", day, "--at", "2023-01-26T06:15:00Z", "--lang", "uk")
    first, second, third, *rest = told.out.splitlines()
    assert first.split() == ["ТРИВОГА", "Україна:", "26", "з", "27", "регіонів"]
    assert second == "станом на 26 січня 2023, 08:15:00 за Києвом"
    assert third.startswith("ПОВТОР")
    kyiv = next(line for line in rest if line.startswith("  Київ "))
    assert kyiv.split() == ["Київ", "07:45:43", "29", "хв", "тому"]


def test_english_says_the_same(day):
    told = tocsin("board", "--db", day, "--at", "2023-01-26T06:15:00Z", "--lang", "en")
    assert told.out.split()[:2] == ["ALERT", "Ukraine:"]
    assert "as of 26 January 2023, 08:15:00 Kyiv time" in told.out
    assert "REPLAY" in told.out


def test_one_area_is_told_with_what_to_do(day):
    moment = "2023-01-26T06:15:00Z"
    told = tocsin("board", "--db", day, "--at", moment, "--area", "Київ", "--lang", "uk")
    word, since, act, *_ = told.out.splitlines()
    assert word.split()[:2] == ["ТРИВОГА", "Київ"]
    assert since == "з 07:45:43 за Києвом, 29 хв тому"
    assert act == "Негайно прямуйте в укриття."


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_no_line_is_wider_than_the_terminal(day, columns, lang):
    moment = "2023-01-26T06:15:00Z"
    told = run("board", "--db", day, "--at", moment, "--lang", lang, COLUMNS=columns)
    assert max(map(len, told.out.splitlines())) <= int(columns)


def test_in_a_pipe_there_is_no_colour(day):
    told = run("board", "--db", day, "--at", "2023-01-26T06:15:00Z")
    assert "\x1b" not in told.out


def test_a_quiet_country_is_told_without_a_promise(live):
    told = tocsin("board", "--db", live)
    assert told.out.startswith(" NO ALERTS ")
    assert "We know of no alert. Keep listening for sirens." in told.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--at", "yesterday"], 2, "time.malformed"),
        (["--area", "Atlantis"], 2, "area.unknown_name"),
        (["--wrong"], 2, "--wrong"),
    ],
)
def test_what_is_not_understood_leaves_with_two(day, arguments, code, said):
    told = tocsin("board", "--db", day, *arguments)
    assert told.code == code
    assert said in told.err
    assert told.out == ""


def test_a_ledger_that_is_not_there_leaves_with_three_and_is_not_made(tmp_path):
    told = tocsin("board", "--db", tmp_path / "none.db")
    assert told.code == 3
    assert "ledger.missing" in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_ledger_leaves_with_one(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all, " * 100)
    told = tocsin("board", "--db", tmp_path / "letter.txt")
    assert told.code == 1
    assert "ledger.not_a_ledger" in told.err
