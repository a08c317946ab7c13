"""
An error is a sentence in the reader's language, with its code.

Method: every code of the table of errors must have its Ukrainian sentence, unless no terminal can
meet it; no sentence may be about a code that nothing raises.
"""

import re

import pytest
from tests.conftest import ROOT

from tocsin.cli.sentences import NOT_AT_A_TERMINAL, UKRAINIAN, sentence
from tocsin.cli.tongue import speak
from tocsin.kernel.errors import Corrupt, Malformed, Refused, Unavailable

PAGE = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
CODES = set(re.findall(r"^\| `([a-z0-9_]+(?:\.[a-z0-9_]+)+)` \|", PAGE, re.MULTILINE))
INSIDE = {
    # Codes between parts of one program, which no terminal is told.
    "feed.malformed",
    "feed.out_of_turn",
    "ledger.command_repeated",
    "ledger.conflict",
    "ledger.not_one_line",
    "ledger.snapshot_ahead",
    "ledger.too_large",
    "ledger.version_gap",
    "ledger.writer_failed",
}


def test_every_code_that_a_terminal_may_meet_has_its_ukrainian_sentence():
    wanted = {code for code in CODES - INSIDE if not code.startswith(NOT_AT_A_TERMINAL)}
    assert not wanted - UKRAINIAN.keys()


def test_no_sentence_is_about_a_code_that_there_is_not():
    assert not UKRAINIAN.keys() - CODES


@pytest.mark.parametrize(
    ("error", "english", "ukrainian"),
    [
        (
            Refused("token.missing", "This needs a token."),
            "This needs a token. [token.missing]",
            "Для цього потрібен токен. [token.missing]",
        ),
        (
            Malformed("area.unknown", "No area has the code 'XX'.", where="XX"),
            "No area has the code 'XX'. [area.unknown]",
            "Території з таким кодом немає: «XX». [area.unknown]",
        ),
        (
            Unavailable("ledger.missing", "There is no ledger at t.db."),
            "There is no ledger at t.db. [ledger.missing]",
            "Запису там немає. (There is no ledger at t.db.) [ledger.missing]",
        ),
    ],
)
def test_an_error_is_told_in_the_language_spoken(error, english, ukrainian):
    assert sentence(error) == english
    speak("uk")
    assert sentence(error) == ukrainian


@pytest.mark.parametrize("kind", [Refused, Malformed, Unavailable, Corrupt])
def test_an_error_of_a_later_server_is_told_by_its_class(kind):
    speak("uk")
    told = sentence(kind("shelter.on_fire", "It burns."))
    assert told.endswith("(It burns.) [shelter.on_fire]")
    assert re.match("[А-ЯІЇЄҐ]", told)
