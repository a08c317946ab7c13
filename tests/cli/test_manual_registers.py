"""
The help of the verbs about registers stands in both languages, in the table that every verb uses.

Method: the tables, key by key.
"""

from tocsin.cli.manual import MANUAL
from tocsin.cli.manual_registers import REGISTERS_MANUAL


def test_they_are_part_of_the_table_that_every_verb_uses():
    assert REGISTERS_MANUAL.items() <= MANUAL.items()


def test_every_text_is_there_in_both_languages_and_they_differ():
    for key, (ukrainian, english) in REGISTERS_MANUAL.items():
        assert ukrainian, key
        assert english, key
        assert ukrainian != english, key
