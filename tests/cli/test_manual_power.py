"""
The help of `tocsin power` stands in both languages, whole, in the table that every verb uses.

Method: the tables, key by key.
"""

from tocsin.cli.manual import MANUAL
from tocsin.cli.manual_power import POWER_MANUAL


def test_they_are_part_of_the_table_that_every_verb_uses():
    assert POWER_MANUAL.items() <= MANUAL.items()


def test_every_text_is_there_in_both_languages_and_they_differ():
    for key, (ukrainian, english) in POWER_MANUAL.items():
        assert ukrainian, key
        assert english, key
        assert ukrainian != english, key
