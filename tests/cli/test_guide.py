"""
Help fits the terminal, names what is required, and says what was wrong with a command line.

Method: help at two widths; command lines with one mistake each, in both languages.
"""

import pytest
from tests.cli.terminal import run, tocsin


@pytest.mark.parametrize("columns", ["60", "80"])
@pytest.mark.parametrize("verb", [[], ["board"], ["alert", "raise"], ["replay"]])
@pytest.mark.parametrize("lang", ["uk", "en"])
def test_help_fits_the_terminal(verb, columns, lang):
    told = run(*verb, "--help", "--lang", lang, COLUMNS=columns)
    assert told.code == 0
    assert max(map(len, told.out.splitlines())) <= int(columns)


def test_help_says_what_is_required_and_what_is_taken_otherwise():
    told = tocsin("backup", "--help").out
    assert "--db FILE           The ledger's file. [required] [$TOCSIN_DB]" in told
    assert told.startswith("Usage: tocsin backup COPY --db FILE")
    assert "[default UA]" in tocsin("board", "--help").out


def test_help_is_asked_for_in_two_ways_and_by_saying_nothing():
    assert tocsin("-h").out == tocsin("--help").out
    nothing = tocsin()
    assert (nothing.code, nothing.out) == (2, "")
    assert nothing.err == tocsin("--help").out


@pytest.mark.parametrize(
    ("arguments", "english", "ukrainian"),
    [
        (
            ["boart"],
            "No such command 'boart'. Did you mean 'board'",
            "Немає команди boart. Можливо: 'board'",
        ),
        (["board", "--dv", "x"], "No such option: --dv", "Немає параметра --dv."),
        (["backup", "x"], "Missing option '--db'", "Бракує '--db'"),
        (["board"], "Name a ledger's file (--db)", "Назвіть файл запису (--db)"),
        (["verify", "--db", "x", "y"], "unexpected extra argument", "Зайве: y."),
        (["demo", "--port", "x"], "Invalid value for '--port'", "Хибне значення '--port'"),
        (["board", "--db"], "Option '--db' requires", "Після --db має бути значення."),
        (["--lang", "pl", "board"], "is not spoken", "Мови «pl» немає"),
    ],
)
def test_a_mistake_is_named_in_the_language_spoken(arguments, english, ukrainian):
    told = tocsin(*arguments)
    assert (told.code, told.out) == (2, "")
    assert english in told.err
    there = tocsin(*arguments, LANG="uk_UA.UTF-8")
    assert (there.code, there.out) == (2, "")
    assert ukrainian in there.err
    assert "--help" in there.err
