"""
The words of `tocsin shelters` stand in both languages, whole, in the table that every verb uses.

Method: the tables, key by key.
"""

from tocsin.cli.phrases import PHRASES
from tocsin.cli.phrases_shelters import SHELTERS_PHRASES


def test_they_are_part_of_the_table_that_every_verb_uses():
    assert SHELTERS_PHRASES.items() <= PHRASES.items()


def test_every_text_is_there_in_both_languages_and_they_differ():
    for key, (ukrainian, english) in SHELTERS_PHRASES.items():
        assert ukrainian, key
        assert english, key
        assert ukrainian != english, key
