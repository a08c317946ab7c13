"""
`tocsin replay` puts real history into a ledger, counts what it leaves out, and adds nothing twice.

Method: the day's file, whole and with lines spoiled by hand, given to the verb.
"""

import gzip

import pytest
from tests.cli.conftest import DAY
from tests.cli.terminal import Pty, tocsin


@pytest.fixture
def spoiled(tmp_path):
    """The day's file with two lines that cannot be read."""
    lines = DAY.read_text(encoding="utf-8").splitlines()
    lines[5] = lines[5].replace("область", "обласць")
    lines.append("м. Київ,,,oblast,yesterday,today,")
    path = tmp_path / "spoiled.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def replay(db, *arguments):
    return tocsin("replay", *arguments, "--db", db)


def test_a_second_replay_adds_nothing(tmp_path):
    first = replay(tmp_path / "a.db", DAY, "--json").json()
    second = replay(tmp_path / "a.db", DAY, "--json").json()
    assert first["alerts"] == 69
    assert (second["alerts"], second["events"]) == (0, 0)


def test_a_person_reads_the_counts(tmp_path):
    told = replay(tmp_path / "a.db", DAY)
    assert [line.split() for line in told.out.splitlines()] == [
        ["alerts", "recorded", "69"],
        ["events", "recorded", "143"],
        ["already", "recorded", "0"],
        ["lines", "skipped", "0"],
    ]
    assert told.err == ""


def test_lines_that_cannot_be_read_are_told_with_their_number_and_the_rest_is_recorded(
    tmp_path, spoiled
):
    told = replay(tmp_path / "a.db", spoiled)
    assert told.code == 0
    assert "lines skipped 2" in " ".join(told.out.split())
    assert "spoiled.csv, line 6:" in told.out
    report = replay(tmp_path / "b.db", spoiled, "--json").json()
    assert report["skipped"] == 2
    assert [p["line"] for p in report["problems"]] == [6, 71]


def test_with_strict_any_such_line_leaves_with_one_and_records_nothing(tmp_path, spoiled):
    told = replay(tmp_path / "a.db", spoiled, "--strict")
    assert told.code == 1
    assert "replay.skipped_lines" in told.err
    assert tocsin("verify", "--db", tmp_path / "a.db", "--json").json()["events"] == 0


def test_a_packed_file_is_the_same(tmp_path):
    packed = tmp_path / "day.csv.gz"
    packed.write_bytes(gzip.compress(DAY.read_bytes()))
    assert replay(tmp_path / "a.db", packed, "--json").json()["alerts"] == 69


def test_until_leaves_out_what_came_later(tmp_path):
    replay(tmp_path / "a.db", DAY, "--until", "2023-01-26T06:15:00Z")
    board = tocsin("board", "--db", tmp_path / "a.db", "--json").json()
    assert len({a["area"]["iso"] for a in board["alerts"] if a["area"]["level"] == 1}) == 26


def test_what_a_file_covers_can_be_told(tmp_path):
    covers = "2023-01-25T22:00:00Z/2023-01-26T22:00:00Z"
    replay(tmp_path / "a.db", DAY, "--covers", covers)
    moment = "2023-01-25T21:59:59Z"
    before = tocsin("board", "--db", tmp_path / "a.db", "--at", moment, "--json").json()
    assert [gap["area"]["code"] for gap in before["unknown"]] == ["UA"]
    moment = "2023-01-26T21:59:59Z"
    within = tocsin("board", "--db", tmp_path / "a.db", "--at", moment, "--json").json()
    assert within["unknown"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["/none.csv"], 3, "replay.cannot_read"),
        ([DAY, "--covers", "now"], 2, "time.span_malformed"),
        ([DAY, "--until", "soon"], 2, "time.malformed"),
        ([__file__], 2, "replay.unknown_columns"),
        ([], 2, "FILE"),
    ],
)
def test_what_cannot_be_replayed_makes_no_alert(tmp_path, arguments, code, said):
    told = replay(tmp_path / "a.db", *arguments)
    assert told.code == code
    assert said in told.err
    assert told.out == ""


def test_a_real_ledger_takes_no_replay(live):
    told = replay(live, DAY)
    assert (told.code, "replay.live_ledger" in told.err) == (1, True)


def test_on_a_terminal_the_bar_is_wiped_away(tmp_path):
    terminal = Pty("replay", DAY, "--db", tmp_path / "a.db")
    assert terminal.end() == 0
    assert "alerts recorded" in terminal.seen
    assert "\x1b[2K" in terminal.seen
