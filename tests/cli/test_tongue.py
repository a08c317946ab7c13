"""
The terminal speaks the reader's language, complete in both, and says the same in both.

Method: command lines and environments for the choice; for the phrases every key of every table is
held against the other language: placeholders, and that nothing is missing.
"""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.cli import tongue
from tocsin.cli.manual import MANUAL
from tocsin.cli.phrases import PHRASES
from tocsin.cli.remedies import REMEDIES
from tocsin.web.phrases import PHRASES as PAGES

TABLES = {"phrases": PHRASES, "manual": MANUAL, "remedies": REMEDIES}
PAIRS = [(key, pair) for table in TABLES.values() for key, pair in table.items()]


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("arguments", "environment", "spoken"),
    [
        ([], {}, "en"),
        ([], {"LANG": "uk_UA.UTF-8"}, "uk"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LANG": "uk_UA.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "C", "TOCSIN_LANG": "uk"}, "uk"),
        (["board", "--lang", "uk"], {"LANG": "C"}, "uk"),
        (["--lang=en", "board"], {"LANG": "uk_UA.UTF-8"}, "en"),
        (["--lang=uk", "board", "--lang", "en"], {}, "en"),
        (["--lang", "pl"], {"LANG": "uk_UA.UTF-8"}, "uk"),
        (["find", "--", "--lang", "uk"], {}, "en"),
    ],
)
def test_the_language_is_asked_for_or_the_readers_own(arguments, environment, spoken):
    assert tongue.choose(arguments, environment) == spoken


words = st.lists(st.sampled_from(["board", "--at", "x", "--", "--lang", "--lang=uk", "uk", "pl"]))


@given(words)
def test_taking_the_language_out_leaves_the_rest_of_the_command_line_as_it_was(arguments):
    kept = tongue.without_language(arguments)
    rest = iter(arguments)
    assert all(argument in rest for argument in kept)  # A subsequence: nothing moved or made up.
    before = kept[: kept.index("--")] if "--" in kept else kept
    assert "--lang=uk" not in before or "--lang" in before  # Then it was that one's value.


def test_a_language_that_is_not_spoken_stays_to_be_refused_by_name():
    assert tongue.without_language(["--lang", "pl", "board"]) == ["--lang", "pl", "board"]


@pytest.mark.parametrize(("key", "pair"), PAIRS, ids=[key for key, _ in PAIRS])
def test_every_phrase_is_there_in_both_languages_with_the_same_places_to_fill(key, pair):
    uk, en = pair
    assert uk
    if key.startswith("finding."):
        return  # The English sentence comes with the finding itself.
    assert en
    assert placeholders(uk) == placeholders(en)


def test_no_key_means_two_things():
    keys = [key for key, _ in PAIRS]
    assert len(keys) == len(set(keys))


def test_ukrainian_is_written_in_ukrainian_letters():
    allowed = set("alerts:write:UA --db FILE --name NAME --scope")
    for key, (uk, _) in PAIRS:
        letters = {c for c in uk if c.isalpha()}
        foreign = letters & set("ыэъёЫЭЪЁ")
        assert not foreign, key
        assert any("а" <= c.lower() <= "ґ" for c in uk) or letters <= allowed | set(uk), key


@pytest.mark.parametrize(("key", "pair"), [*PAIRS, *PAGES.items()], ids=lambda x: str(x)[:40])
def test_nothing_promises_that_anywhere_is_safe(key, pair):
    uk, en = (text.lower() for text in pair)
    assert not re.search(r"\bsafe\b", en) or "not" in en
    assert not re.search(r"(?<!не)безпечн|у безпеці", uk) or "не означає" in uk


def test_a_phrase_is_said_in_the_language_spoken():
    tongue.speak("uk")
    try:
        assert tongue.say("token.none") == PHRASES["token.none"][0]
    finally:
        tongue.speak("en")
    assert tongue.say("token.none") == PHRASES["token.none"][1]
